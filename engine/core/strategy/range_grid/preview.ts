/**
 * What a range grid would do, before anything is risked: its orders, what a
 * closed pair earns, what it holds when price runs to either end, what that
 * takes, and where it would be liquidated. Estimates on the cautious side:
 * grid profit made on the way is left out.
 *
 * @module
 */
import { type Market, smallestSize } from "../../model/market.ts";
import { ceilToLot } from "../../model/rounding.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import { type LegStep, type PreviewStops, stopsOf } from "../preview_steps.ts";
import type { RangeGridConfig } from "./config.ts";
import { linesFrom, resolveGridSize } from "./lines.ts";
import {
  checkRangeGridConfig,
  orderLimitOf,
  type RangeGridIssue,
} from "./market_check.ts";
import { planRangeGrid } from "./plan.ts";
import {
  createRangeGridState,
  entryLine,
  exitLine,
  intervalAt,
  type RangeGridState,
  rangeOf,
  sideOf,
} from "./state.ts";

/** An order the grid would place when it begins. */
export interface RangePreviewOrder {
  readonly positionSide: PositionSide;
  readonly purpose: "open" | "entry" | "take_profit";
  readonly price: number;
  readonly size: number;
  /** Quote. */
  readonly notional: number;
}

/** What one closed pair earns. Money in quote. */
export interface PairProfit {
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
  /** Net as a fraction of what was bought. */
  readonly netFraction: number;
}

/** One leg when price runs to the end of the range that fills all of it. */
export interface RangePreviewLeg extends PreviewStops {
  readonly positionSide: PositionSide;
  readonly positionSize: number;
  readonly averagePrice: number;
  /** Quote: value at the entries' prices, and the loss at the range's end. */
  readonly notional: number;
  readonly margin: number;
  readonly loss: number;
  readonly fees: number;
  /** Estimate; null: this leg is not liquidated at any price above zero. */
  readonly liquidationPrice: number | null;
}

/** The answer of {@linkcode previewRangeGrid}. Money in quote. */
export interface RangeGridPreview {
  readonly strategy: "range_grid";
  readonly referencePrice: number;
  /** The price the grid was taken to begin at. */
  readonly startPrice: number;
  /** Of one order, base. */
  readonly size: number;
  readonly lines: readonly number[];
  /** Nearest to the price first. */
  readonly orders: readonly RangePreviewOrder[];
  readonly ordersWanted: number;
  /** How many may rest at a time. */
  readonly ordersAllowed: number;
  readonly legs: readonly RangePreviewLeg[];
  readonly worstNotional: number;
  readonly worstMargin: number;
  /** Of the interval that earns the smallest and the largest fraction. */
  readonly profitPerGrid: {
    readonly least: PairProfit;
    readonly most: PairProfit;
  };
  /** The least investment with which an order is not below the minimum. */
  readonly minimumInvestment: number;
  /** The least equity with which no order is refused while price runs one way. */
  readonly requiredEquity: number;
  /** The equity the liquidation prices were estimated with. */
  readonly equity: number;
  readonly issues: readonly RangeGridIssue[];
}

/** What a preview is computed from. */
export interface RangePreviewInput {
  readonly config: RangeGridConfig;
  readonly market: Market;
  /** The last price, quote per base, > 0. */
  readonly referencePrice: number;
  /** Quote; null: as if the account held the required equity. */
  readonly equity: number | null;
}

/** Returns what a configuration would do on a market at this price. */
export function previewRangeGrid(input: RangePreviewInput): RangeGridPreview {
  const { config, market, referencePrice } = input;
  const size = resolveGridSize(config, market);
  const startPrice = config.triggerPrice ??
    Math.min(config.upperPrice, Math.max(config.lowerPrice, referencePrice));
  const lines = linesFrom(config, 0, market.tickSize);
  const state = size > 0 ? begun(input, startPrice) : null;
  const legs = state === null
    ? []
    : POSITION_SIDES.flatMap((side) =>
      legOf(state, { side, size, startPrice, ...input })
    );
  const worstMargin = sum(legs.map((leg) => leg.margin));
  const requiredEquity = worstMargin +
    Math.max(0, ...legs.map((leg) => leg.loss + leg.fees));
  const equity = input.equity ?? requiredEquity;
  return {
    strategy: "range_grid",
    referencePrice,
    startPrice,
    size,
    lines,
    orders: state === null
      ? []
      : ordersOf(state, { size, startPrice, ...input }),
    ordersWanted: config.levels,
    ordersAllowed: Math.min(config.levels, orderLimitOf(market)),
    legs: legs.map(({ steps, ...leg }) => ({
      ...leg,
      liquidationPrice: liquidationOf(leg, { equity, market }),
      ...stopsOf(config.risk, { steps, side: leg.positionSide, equity }),
    })),
    worstNotional: Math.max(0, ...legs.map((leg) => leg.notional)),
    worstMargin,
    profitPerGrid: profitsOf(lines, { size, market }),
    minimumInvestment: minimumInvestmentOf(config, { lines, market }),
    requiredEquity,
    equity,
    issues: checkRangeGridConfig(config, market, referencePrice),
  };
}

/** The state right after the beginning, its opening position still to come. */
function begun(input: RangePreviewInput, startPrice: number): RangeGridState {
  const { config, market } = input;
  const state = createRangeGridState({
    config,
    market,
    referencePrice: startPrice,
    runVersion: 0,
    nextCycle: { long: 0, short: 0 },
  });
  const flat = { size: 0, entryPrice: null, settled: true };
  return planRangeGrid({
    config,
    market,
    state,
    positions: { long: flat, short: flat },
    quote: { bestBid: startPrice, bestAsk: startPrice },
    marginRatio: 0,
    working: [],
    nowMs: 0,
  }).state;
}

interface Terms extends RangePreviewInput {
  readonly size: number;
  readonly startPrice: number;
}

function ordersOf(
  state: RangeGridState,
  { size, startPrice, market }: Terms,
): RangePreviewOrder[] {
  const range = rangeOf(state);
  const opened = range.filter((k) => intervalAt(state, k).isExiting);
  const order = (
    k: number,
    purpose: "entry" | "take_profit",
  ): RangePreviewOrder => {
    const line = purpose === "entry" ? entryLine : exitLine;
    const price = line(state, k, market.tickSize);
    const positionSide = sideOf(state, k);
    return { positionSide, purpose, price, size, notional: price * size };
  };
  const resting = range.map((k) =>
    order(k, opened.includes(k) ? "take_profit" : "entry")
  ).toSorted((a, b) =>
    Math.abs(a.price - startPrice) - Math.abs(b.price - startPrice)
  );
  const [first] = opened;
  if (first === undefined) return resting;
  return [{
    positionSide: sideOf(state, first),
    purpose: "open",
    price: startPrice,
    size: size * opened.length,
    notional: size * opened.length * startPrice,
  }, ...resting];
}

type Leg =
  & Omit<RangePreviewLeg, "liquidationPrice" | keyof PreviewStops>
  & { readonly steps: readonly LegStep[] };

function legOf(
  state: RangeGridState,
  terms: Terms & { readonly side: PositionSide },
): Leg[] {
  const { side, size, startPrice, market, config } = terms;
  const own = rangeOf(state).filter((k) => sideOf(state, k) === side);
  if (own.length === 0) return [];
  const costs = own.map((k) =>
    intervalAt(state, k).isExiting
      ? { price: startPrice, rate: market.takerFeeRate }
      : {
        price: entryLine(state, k, market.tickSize),
        rate: market.makerFeeRate,
      }
  );
  const positionSize = size * own.length;
  const notional = sum(costs.map(({ price }) => price * size));
  const end = side === "long" ? config.lowerPrice : config.upperPrice;
  const sign = side === "long" ? 1 : -1;
  return [{
    positionSide: side,
    positionSize,
    averagePrice: notional / positionSize,
    notional,
    margin: notional / config.leverage,
    loss: Math.max(0, sign * (notional - end * positionSize)),
    fees: sum(costs.map(({ price, rate }) => price * size * rate)),
    steps: stepsOf(costs, { size, sign }),
  }];
}

/** The opening position first, then the entries as the price meets them. */
function stepsOf(
  costs: readonly { readonly price: number; readonly rate: number }[],
  { size, sign }: { readonly size: number; readonly sign: number },
): LegStep[] {
  const steps: LegStep[] = [];
  let notional = 0;
  let fees = 0;
  const met = costs.toSorted((a, b) => sign * (b.price - a.price));
  for (const [i, { price, rate }] of met.entries()) {
    notional += price * size;
    fees += price * size * rate;
    steps.push({ price, positionSize: size * (i + 1), notional, fees });
  }
  return steps;
}

/** With everything held, equity meets the maintenance margin here. */
function liquidationOf(
  leg: Omit<Leg, "steps">,
  { equity, market }: { readonly equity: number; readonly market: Market },
): number | null {
  const rate = market.maintenanceMarginRate;
  const rest = equity - leg.fees;
  const price = leg.positionSide === "long"
    ? (leg.notional - rest) / (leg.positionSize * (1 - rate))
    : (leg.notional + rest) / (leg.positionSize * (1 + rate));
  return price > 0 ? price : null;
}

function profitsOf(
  lines: readonly number[],
  { size, market }: { readonly size: number; readonly market: Market },
): RangeGridPreview["profitPerGrid"] {
  const pairs = lines.slice(0, -1).map((low, i): PairProfit => {
    const high = lines[i + 1] ?? low;
    const gross = (high - low) * size;
    const fees = (high + low) * size * market.makerFeeRate;
    const net = gross - fees;
    return { gross, fees, net, netFraction: size > 0 ? net / (low * size) : 0 };
  }).toSorted((a, b) => a.netFraction - b.netFraction);
  const none = { gross: 0, fees: 0, net: 0, netFraction: 0 };
  return { least: pairs[0] ?? none, most: pairs.at(-1) ?? none };
}

function minimumInvestmentOf(
  config: RangeGridConfig,
  { lines, market }: {
    readonly lines: readonly number[];
    readonly market: Market;
  },
): number {
  const smallest = ceilToLot(
    smallestSize(market, config.lowerPrice),
    market.lotSize,
  );
  return smallest * sum(lines.slice(1)) / config.leverage;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
