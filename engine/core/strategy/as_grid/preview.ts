/**
 * What a configuration would do, before anything is risked: its orders, what
 * it holds when price runs one way without a pause, what that takes, where it
 * ends. Estimates on the cautious side: the other leg's gains are left out.
 *
 * @module
 */
import type { Market } from "../../model/market.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import type { AsGridConfig } from "./config.ts";
import {
  checkConfigAgainstMarket,
  type ConfigIssue,
  resolveBaseSize,
} from "./market_check.ts";
import { entryPrice, profitPrice } from "./prices.ts";

/** An order a bot would place. */
export interface PreviewOrder {
  readonly positionSide: PositionSide;
  readonly purpose: "open" | "entry" | "take_profit";
  readonly price: number;
  readonly size: number;
  /** Quote. */
  readonly notional: number;
}

/** A leg after one more entry of a move that never turns. */
export interface PreviewStep {
  /** Price of the entry. */
  readonly price: number;
  /** Held after it, base. */
  readonly positionSize: number;
  readonly averagePrice: number;
  /** Quote: value at the entries' prices, margin, unrealized loss and fees so far. */
  readonly notional: number;
  readonly margin: number;
  readonly loss: number;
  readonly fees: number;
}

/** One leg when price runs against it until it stops adding. */
export interface PreviewLeg {
  readonly positionSide: PositionSide;
  /** The opening order first, the last entry last. */
  readonly steps: readonly PreviewStep[];
  /** Quote the account needs so that every one of these orders is accepted. */
  readonly investment: number;
  /** Estimate; null: this leg is not liquidated at any price above zero. */
  readonly liquidationPrice: number | null;
}

/** The answer of {@linkcode previewAsGrid}. Money in quote. */
export interface AsGridPreview {
  readonly referencePrice: number;
  /** Base. */
  readonly baseSize: number;
  /** What rests at first, and what replaces it when the opening orders fill. */
  readonly orders: readonly PreviewOrder[];
  readonly legs: readonly PreviewLeg[];
  /** Of one order. */
  readonly orderNotional: number;
  /** Both legs as large as they may get. */
  readonly worstNotional: number;
  readonly worstMargin: number;
  readonly profitPerGrid: {
    readonly gross: number;
    readonly fees: number;
    readonly net: number;
    /** Net as a fraction of the order's value. */
    readonly netFraction: number;
  };
  /** The least equity with which no order is refused while price runs one way. */
  readonly minimumInvestment: number;
  /** The equity the liquidation prices were estimated with. */
  readonly equity: number;
  readonly issues: readonly ConfigIssue[];
}

/** What a preview is computed from. */
export interface PreviewInput {
  readonly config: AsGridConfig;
  readonly market: Market;
  /** The last price, quote per base, > 0. */
  readonly referencePrice: number;
  /** Quote; null: as if the account held the minimum investment. */
  readonly equity: number | null;
}

/**
 * Returns what a configuration would do on a market at this price.
 *
 * @returns With no legs and no orders where one order is less than one lot.
 */
export function previewAsGrid(input: PreviewInput): AsGridPreview {
  const { config, market, referencePrice } = input;
  const baseSize = resolveBaseSize(config, market, referencePrice);
  const sides = POSITION_SIDES.filter((side) =>
    baseSize > 0 && (config.legs === "both" || config.legs === side)
  );
  const ladders = sides.map((side) => ({
    side,
    steps: ladderOf({ ...input, side, baseSize }),
  }));
  const otherMargin = sides.length > 1
    ? baseSize * referencePrice / config.leverage
    : 0;
  const investments = ladders.map(({ side, steps }) =>
    investmentOf({ ...input, side, steps }) + otherMargin
  );
  const minimumInvestment = Math.max(0, ...investments);
  const equity = input.equity ?? minimumInvestment;
  const legs = ladders.map(({ side, steps }, i) => ({
    positionSide: side,
    steps,
    investment: investments[i] ?? minimumInvestment,
    liquidationPrice: liquidationPriceOf({ ...input, side, steps, equity }),
  }));
  const last = legs.flatMap((leg) => leg.steps.slice(-1));
  return {
    referencePrice,
    baseSize,
    orders: sides.flatMap((side) => ordersOf({ ...input, side, baseSize })),
    legs,
    orderNotional: baseSize * referencePrice,
    worstNotional: sum(last.map((step) => step.notional)),
    worstMargin: sum(last.map((step) => step.margin)),
    profitPerGrid: profitOf({ ...input, baseSize }),
    minimumInvestment,
    equity,
    issues: checkConfigAgainstMarket(config, market, referencePrice),
  };
}

interface LegInput extends PreviewInput {
  readonly side: PositionSide;
  readonly baseSize: number;
}

interface LadderInput extends PreviewInput {
  readonly side: PositionSide;
  readonly steps: readonly PreviewStep[];
}

function nextEntry(anchor: number, input: LegInput): number {
  const { config: { gridSpacing }, market: { tickSize } } = input;
  return entryPrice(input.side, anchor, { gridSpacing, tickSize });
}

function takeProfit(
  anchor: number,
  input: PreviewInput & { readonly side: PositionSide },
): number {
  const { config, market: { tickSize } } = input;
  const distance = config.takeProfitSpacing;
  return profitPrice(input.side, anchor, { distance, tickSize });
}

function ordersOf(input: LegInput): PreviewOrder[] {
  const { side: positionSide, baseSize: size, referencePrice } = input;
  const prices = [
    ["open", referencePrice],
    ["entry", nextEntry(referencePrice, input)],
    ["take_profit", takeProfit(referencePrice, input)],
  ] as const;
  return prices.map(([purpose, price]) => ({
    positionSide,
    purpose,
    price,
    size,
    notional: price * size,
  }));
}

/** A leg adds while it holds ≤ maxEntryMultiplier × baseSize: one entry more. */
function ladderOf(input: LegInput): PreviewStep[] {
  const { config, market, baseSize } = input;
  const count = Math.floor(config.maxEntryMultiplier + 1e-9) + 1;
  const steps: PreviewStep[] = [];
  let price = input.referencePrice;
  let notional = 0;
  for (let n = 1; n <= count && price > 0; n++) {
    notional += price * baseSize;
    const positionSize = baseSize * n;
    steps.push({
      price,
      positionSize,
      averagePrice: notional / positionSize,
      notional,
      margin: notional / config.leverage,
      loss: Math.max(
        0,
        lossAt(price, { side: input.side, positionSize, notional }),
      ),
      fees: notional * market.makerFeeRate,
    });
    price = nextEntry(price, input);
  }
  return steps;
}

function lossAt(
  price: number,
  leg: {
    readonly side: PositionSide;
    readonly positionSize: number;
    readonly notional: number;
  },
): number {
  const value = leg.positionSize * price;
  return leg.side === "long" ? leg.notional - value : value - leg.notional;
}

/** At each step: fees and loss so far, the margin held and the next order's. */
function investmentOf(input: LadderInput): number {
  const { steps, config: { leverage } } = input;
  const needs = steps.map((step, i) => {
    const next = steps[i + 1];
    const nextMargin = next === undefined
      ? 0
      : (next.notional - step.notional) / leverage;
    return step.fees + step.loss + step.margin + nextMargin;
  });
  return Math.max(0, ...needs);
}

/**
 * Where equity falls to the maintenance margin: within the step whose range
 * holds that price, for entries met on the way enlarge the position.
 */
function liquidationPriceOf(
  input: LadderInput & { readonly equity: number },
): number | null {
  const { steps, side, equity } = input;
  const rate = input.market.maintenanceMarginRate;
  for (const [i, step] of steps.entries()) {
    const { positionSize, notional } = step;
    const rest = equity - step.fees;
    const exact = side === "long"
      ? (notional - rest) / (positionSize * (1 - rate))
      : (notional + rest) / (positionSize * (1 + rate));
    // The entry itself may be what the account cannot bear.
    const price = side === "long"
      ? Math.min(exact, step.price)
      : Math.max(exact, step.price);
    const next = steps[i + 1]?.price;
    const comesFirst = next === undefined ||
      (side === "long" ? price > next : price < next);
    if (comesFirst) return price > 0 ? price : null;
  }
  return null;
}

function profitOf(
  input: PreviewInput & { readonly baseSize: number },
): AsGridPreview["profitPerGrid"] {
  const { config, market, referencePrice, baseSize } = input;
  const side = config.legs === "short" ? "short" : "long";
  const exit = takeProfit(referencePrice, { ...input, side });
  const gross = Math.abs(exit - referencePrice) * baseSize;
  const fees = (exit + referencePrice) * baseSize * market.makerFeeRate;
  const net = gross - fees;
  const notional = referencePrice * baseSize;
  return { gross, fees, net, netFraction: notional > 0 ? net / notional : 0 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
