import { CandleError } from "@core/candles/mod.ts";
import type { Candle } from "@core/mod.ts";
import { SYNTHETIC_SYMBOLS } from "../contracts.ts";
import { type AtEnd, CsvSource, parseCandles, symbolOfFile } from "./csv.ts";
import type { MinuteSource } from "./source.ts";
import { SyntheticSource } from "./synthetic.ts";

/** Where prices come from: `csv:FILE[,FILE…]`, `synthetic:SEED` or `bitget`. */
export type PriceSpec =
  | { readonly kind: "csv"; readonly files: readonly string[] }
  | { readonly kind: "synthetic"; readonly seed: string }
  | { readonly kind: "bitget" };

/** Minutes shown as history before the first tick, at most. */
export const HISTORY_MINUTES = 1_000;

/**
 * Reads the `--prices` flag.
 *
 * @throws {SyntaxError} If it is none of the three forms.
 */
export function parsePrices(text: string): PriceSpec {
  if (text === "bitget") return { kind: "bitget" };
  const [kind, ...rest] = text.split(":");
  const value = rest.join(":");
  if (kind === "csv" && value !== "") {
    return { kind: "csv", files: value.split(",") };
  }
  if (kind === "synthetic" && value !== "") {
    return { kind: "synthetic", seed: value };
  }
  throw new SyntaxError(
    `Cannot read prices "${text}": must be csv:FILE, synthetic:SEED or bitget`,
  );
}

/** Opens the sources that make minutes; the live feed makes none. */
export async function openSources(
  spec: PriceSpec,
  options: {
    readonly symbols: readonly string[] | null;
    readonly atEnd: AtEnd;
  },
): Promise<MinuteSource[]> {
  const historyMinutes = HISTORY_MINUTES;
  switch (spec.kind) {
    case "csv":
      refuseSameSymbol(spec.files);
      return await Promise.all(spec.files.map(async (file) => {
        const symbol = symbolOfFile(file);
        const candles = await readCandles(file);
        const { atEnd } = options;
        return new CsvSource(symbol, candles, { historyMinutes, atEnd });
      }));
    case "synthetic":
      return (options.symbols ?? SYNTHETIC_SYMBOLS).map((symbol) =>
        new SyntheticSource(symbol, { seed: spec.seed, historyMinutes })
      );
    case "bitget":
      return [];
  }
}

/** @throws {SyntaxError} Where two files are of one symbol. */
function refuseSameSymbol(files: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const file of files) {
    const symbol = symbolOfFile(file);
    const other = seen.get(symbol);
    if (other !== undefined) {
      throw new SyntaxError(
        `Cannot play two files of ${symbol}: ${other} and ${file}`,
      );
    }
    seen.set(symbol, file);
  }
}

/** @throws {SyntaxError} Naming the file, the line and the field. */
async function readCandles(file: string): Promise<Candle[]> {
  const text = await Deno.readTextFile(file);
  try {
    return parseCandles(text);
  } catch (error) {
    if (!(error instanceof CandleError)) throw error;
    throw new SyntaxError(`${error.message} (${file})`, { cause: error });
  }
}
