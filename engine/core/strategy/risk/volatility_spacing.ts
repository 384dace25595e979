/**
 * The overlay "volatility spacing": both spacings are multiplied by realised
 * volatility ÷ reference volatility, within bounds. Volatility is the root of
 * the sum of squared log returns over the window, in thirty steps; before the
 * window is full, and after a gap as long as it, spacings are as written.
 *
 * @module
 */
import { z } from "zod";
import type { RiskLayers } from "./config.ts";

const STEPS = 30;

/** Parses the stored prices of a window. */
export const PriceWindowSchema = z.strictObject({
  windowMinutes: z.int(),
  /** Number of the newest step since 1970. */
  step: z.int(),
  /** The first price seen in each step, oldest first, the newest last. */
  prices: z.array(z.number().positive()).min(1).max(STEPS + 1),
});

/** See {@linkcode PriceWindowSchema}. */
export type PriceWindow = z.infer<typeof PriceWindowSchema>;

type Overlay = NonNullable<RiskLayers["volatilitySpacing"]>;

function stepMs(overlay: Overlay): number {
  return overlay.windowMinutes * 60_000 / STEPS;
}

/** Returns the window with this price, the same one within a step. */
export function watchPrice(
  overlay: Overlay,
  { window, price, nowMs }: {
    readonly window: PriceWindow | null;
    readonly price: number;
    readonly nowMs: number;
  },
): PriceWindow {
  const { windowMinutes } = overlay;
  const step = Math.floor(nowMs / stepMs(overlay));
  const missed = window === null ? Infinity : step - window.step;
  const isUsable = window?.windowMinutes === windowMinutes && missed <= STEPS;
  if (!isUsable) return { windowMinutes, step, prices: [price] };
  if (missed <= 0) return window;
  // Where nobody looked the price is taken to have stood still.
  const still = window.prices.slice(-1);
  const between = Array.from({ length: missed - 1 }, () => still).flat();
  const prices = [...window.prices, ...between, price].slice(-STEPS - 1);
  return { windowMinutes, step, prices };
}

/** Returns when the next price is due, epoch ms. */
export function nextPriceMs(overlay: Overlay, window: PriceWindow): number {
  return (window.step + 1) * stepMs(overlay);
}

/** Returns the realised volatility of a full window as a fraction, or null. */
export function volatilityOf({ prices }: PriceWindow): number | null {
  if (prices.length <= STEPS) return null;
  let sum = 0;
  for (const [i, price] of prices.entries()) {
    const before = prices[i - 1];
    if (before !== undefined) sum += Math.log(price / before) ** 2;
  }
  return Math.sqrt(sum);
}

/** Returns what both spacings are multiplied by. */
export function spacingFactor(
  overlay: RiskLayers["volatilitySpacing"],
  window: PriceWindow | null,
): number {
  const volatility = window === null ? null : volatilityOf(window);
  if (overlay === null || volatility === null) return 1;
  const factor = volatility / overlay.referenceVolatility;
  return Math.min(overlay.max, Math.max(overlay.min, factor));
}
