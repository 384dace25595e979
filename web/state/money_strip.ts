/**
 * The money strip: what a bot has made, in parts that add up to the last digit.
 * Decimals in, decimals out; one unknown part makes what needs it unknown.
 *
 * @module
 */
import { formatDecimal, toDecimal } from "@core/matching/decimal.ts";
import type { BotMoney } from "../data/bot_money.ts";

/** More places than any venue's figures have. */
const SCALE = 24;

/** Signed decimal text, quote; null is unknown. */
export interface MoneyStrip {
  readonly gridProfit: string | null;
  /** Realized + unrealized − grid profit. */
  readonly unpaired: string | null;
  /** Negative: what was paid. */
  readonly fees: string | null;
  readonly funding: string | null;
  /** The sum of the four; also realized + unrealized − fees + funding. */
  readonly total: string | null;
}

/** Adds decimals exactly; null as soon as one is unknown. */
export function addDecimals(
  parts: readonly (string | null)[],
): string | null {
  let sum = 0n;
  for (const part of parts) {
    if (part === null) return null;
    sum += toDecimal(part, SCALE);
  }
  return formatDecimal(sum, SCALE);
}

/** Returns the decimal with the other sign. */
function negateDecimal(value: string | null): string | null {
  if (value === null) return null;
  return formatDecimal(-toDecimal(value, SCALE), SCALE);
}

/** Returns the strip of a bot's money. */
export function moneyStripOf(money: BotMoney | null): MoneyStrip {
  if (money === null) {
    return {
      gridProfit: null,
      unpaired: null,
      fees: null,
      funding: null,
      total: null,
    };
  }
  const { gridProfit, realized, unrealized, funding } = money;
  const fees = negateDecimal(money.fees);
  return {
    gridProfit,
    unpaired: addDecimals([realized, unrealized, negateDecimal(gridProfit)]),
    fees,
    funding,
    total: addDecimals([realized, unrealized, fees, funding]),
  };
}
