import { type PaperExchange, type PaperOptions, startPaper } from "../mod.ts";

/** Starts a paper exchange whose prices move by hand: BNBUSDT stands at 650. */
export async function startStill(
  options: Partial<PaperOptions> = {},
): Promise<PaperExchange> {
  const paper = await startPaper({
    port: 0,
    prices: "synthetic:1",
    isPaused: true,
    limits: false,
    ...options,
  });
  paper.control.setPrice("BNBUSDT", 649.99);
  paper.control.setPrice("BNBUSDT", 650);
  return paper;
}
