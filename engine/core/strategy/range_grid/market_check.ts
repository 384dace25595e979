import type { Market } from "../../model/market.ts";
import { toDecimalText } from "../../model/rounding.ts";
import type { RangeGridConfig } from "./config.ts";
import { linesFrom, resolveGridSize } from "./lines.ts";

/** Orders of the exchange's limit left to the trader and to closing. */
const ORDERS_RESERVED = 2;

/** One thing a market has against a range grid. */
export interface RangeGridIssue {
  /** An error refuses the configuration, a warning is only shown. */
  readonly level: "error" | "warning";
  /** Stable; the errors are codes of the API as well. */
  readonly code:
    | "spacing_below_fees"
    | "size_below_minimum"
    | "size_above_maximum"
    | "leverage_out_of_range"
    | "levels_above_order_limit"
    | "price_outside_range";
  readonly field: keyof RangeGridConfig;
  /** A sentence for the trader, with the numbers and the next step. */
  readonly message: string;
}

/** Returns how many of a grid's orders may rest at a time. */
export function orderLimitOf(market: Market): number {
  return Math.max(1, market.maxOpenOrders - ORDERS_RESERVED);
}

/**
 * Returns what a market has against a configuration; empty when nothing.
 * Functions refuse on an error, the runner does at every start.
 *
 * @param referencePrice The last price, quote per base, > 0.
 */
export function checkRangeGridConfig(
  config: RangeGridConfig,
  market: Market,
  referencePrice: number,
): RangeGridIssue[] {
  const issues = [...checkStep(config, market), ...checkSize(config, market)];
  const { leverage, levels, lowerPrice, upperPrice } = config;
  if (leverage < market.minLeverage || leverage > market.maxLeverage) {
    issues.push({
      level: "error",
      code: "leverage_out_of_range",
      field: "leverage",
      message: `Leverage ${leverage} is outside what ${market.symbol} ` +
        `allows: ${market.minLeverage} to ${market.maxLeverage}`,
    });
  }
  if (levels > orderLimitOf(market)) {
    issues.push({
      level: "warning",
      code: "levels_above_order_limit",
      field: "levels",
      message: `The exchange allows ${market.maxOpenOrders} orders on ` +
        `${market.symbol}: of the ${levels} only the ${
          orderLimitOf(market)
        } nearest to the price rest at a time`,
    });
  }
  if (referencePrice < lowerPrice || referencePrice > upperPrice) {
    issues.push({
      level: "warning",
      code: "price_outside_range",
      field: referencePrice < lowerPrice ? "lowerPrice" : "upperPrice",
      message: `The price ${toDecimalText(referencePrice)} is outside the ` +
        "range: the grid begins when it has come back into it",
    });
  }
  return issues;
}

/** An arithmetic grid is narrowest, as a fraction, where it trails highest. */
function checkStep(config: RangeGridConfig, market: Market): RangeGridIssue[] {
  const { tickSize, makerFeeRate } = market;
  const { upperPrice, lowerPrice, levels, trailingUpTo } = config;
  const step = (upperPrice - lowerPrice) / levels;
  const climbed = trailingUpTo === null || config.spacing === "geometric"
    ? 0
    : Math.floor((trailingUpTo - upperPrice) / step + 1e-9);
  for (const offset of climbed > 0 ? [0, climbed] : [0]) {
    const lines = linesFrom(config, offset, tickSize);
    for (const [i, low] of lines.slice(0, -1).entries()) {
      const high = lines[i + 1] ?? low;
      const roundTrip = makerFeeRate * (low + high);
      if (high > low && high - low >= 2 * roundTrip) continue;
      return [{
        level: "error",
        code: "spacing_below_fees",
        field: "levels",
        message: `From ${toDecimalText(low)} to ${toDecimalText(high)} is ` +
          "less than twice what buying and selling there costs in fees (" +
          `${toDecimalText(Number(roundTrip.toPrecision(4)))} ` +
          `${market.quote}). Choose fewer levels or a wider range`,
      }];
    }
  }
  return [];
}

function checkSize(config: RangeGridConfig, market: Market): RangeGridIssue[] {
  const size = resolveGridSize(config, market);
  const lowest = config.lowerPrice;
  if (size < market.minSize || size * lowest < market.minNotional) {
    return [{
      level: "error",
      code: "size_below_minimum",
      field: "investment",
      message: `One order would be ${toDecimalText(size)} ${market.base}, ` +
        `below the market's minimum (${toDecimalText(market.minSize)} ` +
        `${market.base}, ${market.minNotional} ${market.quote}). Choose a ` +
        "larger investment or fewer levels",
    }];
  }
  if (market.maxOrderSize !== null && size > market.maxOrderSize) {
    return [{
      level: "error",
      code: "size_above_maximum",
      field: "investment",
      message: `One order would be ${toDecimalText(size)} ${market.base}, ` +
        `above the market's largest order of ${
          toDecimalText(market.maxOrderSize)
        } ${market.base}. Choose a smaller investment or more levels`,
    }];
  }
  return [];
}
