/** The market of a backtest, from flags: balance, fees, steps. @module */
import { type FlagValues, numberOf } from "./flags.ts";

/** Balance in quote, rates as fractions. */
export interface MarketOptions {
  readonly cash: number;
  readonly maker: number;
  readonly taker: number;
  readonly tick: number;
  readonly lot: number;
  readonly maintenance: number;
}

const TEXT = "text" as const;

/** The flags, for the parser. */
export const MARKET_FLAGS = {
  cash: TEXT,
  maker: TEXT,
  taker: TEXT,
  tick: TEXT,
  lot: TEXT,
  maintenance: TEXT,
} as const;

/** Reads them. @throws {UsageError} Where one is out of range. */
export function readMarketOptions(flags: FlagValues): MarketOptions {
  const fee = { above: -0.01, to: 0.1 };
  return {
    cash: numberOf(flags, "cash", { fallback: 1_000, above: 0 }),
    maker: numberOf(flags, "maker", { fallback: 0.0002, ...fee }),
    taker: numberOf(flags, "taker", { fallback: 0.0006, ...fee }),
    tick: numberOf(flags, "tick", { fallback: 0.01, above: 0 }),
    lot: numberOf(flags, "lot", { fallback: 0.01, above: 0 }),
    maintenance: numberOf(flags, "maintenance", {
      fallback: 0.005,
      above: 0,
      to: 1,
    }),
  };
}
