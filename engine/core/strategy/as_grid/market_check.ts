import type { Market } from "../../model/market.ts";
import { floorToLot, toDecimalText } from "../../model/rounding.ts";
import { smallestEntryFactor } from "../risk/overlay.ts";
import type { AsGridConfig } from "./config.ts";

/** One funding payment when the market does not say: Bitget's usual 0.01 %. */
const FUNDING_RATE_TYPICAL = 0.0001;

/** One thing a market has against a configuration. */
export interface ConfigIssue {
  /** An error refuses the configuration, a warning is only shown. */
  readonly level: "error" | "warning";
  /** Stable; the errors are codes of the API as well. */
  readonly code:
    | "spacing_below_fees"
    | "spacing_near_costs"
    | "size_below_minimum"
    | "size_above_maximum"
    | "leverage_out_of_range";
  readonly field: keyof AsGridConfig;
  /** A sentence for the trader, with the numbers and the next step. */
  readonly message: string;
}

/**
 * Returns the size of one order: the base size, or the base notional at this
 * price, floored to the lot.
 *
 * @param referencePrice Quote per base, > 0.
 * @returns Base, ≥ 0; 0 when it is less than one lot.
 */
export function resolveBaseSize(
  config: AsGridConfig,
  market: Market,
  referencePrice: number,
): number {
  const size = config.baseSize ?? (config.baseNotional ?? 0) / referencePrice;
  return floorToLot(size, market.lotSize);
}

function percent(fraction: number): string {
  return `${toDecimalText(Number((fraction * 100).toFixed(4)))} %`;
}

function checkSpacing(config: AsGridConfig, market: Market): ConfigIssue[] {
  const factor = config.risk.volatilitySpacing?.min ?? 1;
  const spacing = config.takeProfitSpacing * factor;
  const makerRoundTrip = 2 * market.makerFeeRate;
  if (spacing <= makerRoundTrip) {
    return [{
      level: "error",
      code: "spacing_below_fees",
      field: "takeProfitSpacing",
      message: `A take-profit of ${percent(spacing)} loses money: two maker ` +
        `fees cost ${percent(makerRoundTrip)}. Choose a wider spacing`,
    }];
  }
  const worst = market.makerFeeRate + market.takerFeeRate +
    FUNDING_RATE_TYPICAL;
  if (spacing > worst) return [];
  return [{
    level: "warning",
    code: "spacing_near_costs",
    field: "takeProfitSpacing",
    message: `A take-profit of ${percent(spacing)} hardly covers a round ` +
      `trip with one taker fee and one funding payment (${percent(worst)})`,
  }];
}

function checkSize(
  config: AsGridConfig,
  market: Market,
  referencePrice: number,
): ConfigIssue[] {
  const field = config.baseSize === undefined ? "baseNotional" : "baseSize";
  const size = resolveBaseSize(config, market, referencePrice);
  const minSize = Math.max(
    market.minSize,
    market.minNotional / referencePrice,
  );
  const isBelow = (order: number) =>
    order < market.minSize || order * referencePrice < market.minNotional;
  const factor = smallestEntryFactor(config.risk);
  const smallest = floorToLot(size * factor, market.lotSize);
  if (!isBelow(size) && isBelow(smallest)) {
    return [{
      level: "error",
      code: "size_below_minimum",
      field,
      message:
        `The overlays may make an entry as small as ${
          toDecimalText(smallest)
        } ${market.base}, below the market's minimum of ${
          toDecimalText(Number(minSize.toPrecision(6)))
        } ${market.base} (${market.minNotional} ${market.quote}). ` +
        `Choose a larger ${field === "baseSize" ? "size" : "amount"}`,
    }];
  }
  if (isBelow(size)) {
    return [{
      level: "error",
      code: "size_below_minimum",
      field,
      message: `One order would be ${toDecimalText(size)} ${market.base}, ` +
        `below the market's minimum of ${
          toDecimalText(Number(minSize.toPrecision(6)))
        } ${market.base} (${market.minNotional} ${market.quote}). ` +
        `Choose a larger ${field === "baseSize" ? "size" : "amount"}`,
    }];
  }
  if (market.maxOrderSize !== null && 2 * size > market.maxOrderSize) {
    return [{
      level: "error",
      code: "size_above_maximum",
      field,
      message: `A doubled take-profit would be ${toDecimalText(2 * size)} ` +
        `${market.base}, above the market's largest order of ${
          toDecimalText(market.maxOrderSize)
        } ${market.base}. Choose a smaller size`,
    }];
  }
  return [];
}

/**
 * Returns what a market has against a configuration; empty when nothing.
 * Functions refuse on an error, the runner does at every start.
 *
 * @param referencePrice The last price, quote per base, > 0.
 */
export function checkConfigAgainstMarket(
  config: AsGridConfig,
  market: Market,
  referencePrice: number,
): ConfigIssue[] {
  const issues = [
    ...checkSpacing(config, market),
    ...checkSize(config, market, referencePrice),
  ];
  if (
    config.leverage < market.minLeverage || config.leverage > market.maxLeverage
  ) {
    issues.push({
      level: "error",
      code: "leverage_out_of_range",
      field: "leverage",
      message: `Leverage ${config.leverage} is outside what ${market.symbol} ` +
        `allows: ${market.minLeverage} to ${market.maxLeverage}`,
    });
  }
  return issues;
}
