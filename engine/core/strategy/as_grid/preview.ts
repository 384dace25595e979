/**
 * What a configuration would do, before anything is risked: its orders, what
 * it holds when price runs one way without a pause, what that takes, where it
 * ends. Estimates on the cautious side: the other leg's gains are left out.
 *
 * @module
 */
import { type Market, smallestSize } from "../../model/market.ts";
import { ceilToLot, floorToLot } from "../../model/rounding.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import {
  type LegStep,
  type PreviewStops,
  priceWhere,
  stopsOf,
} from "../preview_steps.ts";
import {
  hasOverlay,
  largestEntryFactor,
  smallestEntryFactor,
} from "../risk/overlay.ts";
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
export interface PreviewStep extends LegStep {
  readonly averagePrice: number;
  /** Quote: margin held and unrealized loss. */
  readonly margin: number;
  readonly loss: number;
}

/** What one grid earns: bought here, sold at its take-profit. Quote. */
export interface PreviewProfit {
  readonly gross: number;
  readonly fees: number;
  readonly net: number;
  /** Net as a fraction of the order's value. */
  readonly netFraction: number;
}

/** One leg when price runs against it until it stops adding. */
export interface PreviewLeg extends PreviewStops {
  readonly positionSide: PositionSide;
  /** The opening order first, the last entry last. */
  readonly steps: readonly PreviewStep[];
  /** Quote the account needs so that every one of these orders is accepted. */
  readonly investment: number;
  /** Estimate; null: this leg is not liquidated at any price above zero. */
  readonly liquidationPrice: number | null;
}

/** What overlays may come to: the bounds of the two factors. */
export interface PreviewOverlay {
  readonly entryFactorLeast: number;
  readonly entryFactorMost: number;
  readonly spacingFactorLeast: number;
  readonly spacingFactorMost: number;
}

/** The answer of {@linkcode previewAsGrid}. Money in quote. */
export interface AsGridPreview {
  readonly strategy: "as_grid";
  readonly referencePrice: number;
  /** Base. */
  readonly baseSize: number;
  /** What rests at first, and what replaces it when the opening orders fill. */
  readonly orders: readonly PreviewOrder[];
  /** Resting at most, and how many the exchange allows. */
  readonly ordersWanted: number;
  readonly ordersAllowed: number;
  /** Under overlays: the largest entries at the narrowest spacing. */
  readonly legs: readonly PreviewLeg[];
  /** Of one order. */
  readonly orderNotional: number;
  /** Both legs as large as they may get. */
  readonly worstNotional: number;
  readonly worstMargin: number;
  readonly profitPerGrid: PreviewProfit;
  /** At the narrowest spacing an overlay may come to. */
  readonly profitPerGridLeast: PreviewProfit;
  /** Null: none is on. */
  readonly overlay: PreviewOverlay | null;
  /** The least equity with which no order is refused while price runs one way. */
  readonly minimumInvestment: number;
  /** The smallest size of an order the market takes, base, and what it needs. */
  readonly smallestSize: number;
  readonly smallestInvestment: number;
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
  const runs = runningLegs(config);
  const sides = baseSize > 0 ? runs : [];
  const narrow = narrowest(input);
  const { ladders, investments } = laddersOf(narrow, { sides, baseSize });
  const minimumInvestment = Math.max(0, ...investments);
  const equity = input.equity ?? minimumInvestment;
  const legs = ladders.map(({ side, steps }, i) => ({
    positionSide: side,
    steps,
    investment: investments[i] ?? minimumInvestment,
    liquidationPrice: liquidationPriceOf({ ...input, side, steps, equity }),
    ...stopsOf(config.risk, { steps, side, equity }),
  }));
  const last = legs.flatMap((leg) => leg.steps.slice(-1));
  const smallest = ceilToLot(
    smallestSize(market, referencePrice) / smallestEntryFactor(config.risk),
    market.lotSize,
  );
  const least = laddersOf(narrow, { sides: runs, baseSize: smallest });
  return {
    strategy: "as_grid",
    referencePrice,
    baseSize,
    orders: sides.flatMap((side) => ordersOf({ ...input, side, baseSize })),
    ordersWanted: ORDERS_PER_LEG * sides.length,
    ordersAllowed: market.maxOpenOrders,
    legs,
    orderNotional: baseSize * referencePrice,
    worstNotional: sum(last.map((step) => step.notional)),
    worstMargin: sum(last.map((step) => step.margin)),
    profitPerGrid: profitOf({ ...input, baseSize }),
    profitPerGridLeast: profitOf({ ...narrow, baseSize }),
    overlay: overlayOf(config),
    minimumInvestment,
    smallestSize: smallest,
    smallestInvestment: Math.max(0, ...least.investments),
    equity,
    issues: checkConfigAgainstMarket(config, market, referencePrice),
  };
}

function runningLegs({ legs }: AsGridConfig): readonly PositionSide[] {
  return POSITION_SIDES.filter((side) => legs === "both" || legs === side);
}

/** An entry and a take-profit; a reduction takes the entry's place. */
const ORDERS_PER_LEG = 2;

function overlayOf({ risk }: AsGridConfig): PreviewOverlay | null {
  if (!hasOverlay(risk)) return null;
  return {
    entryFactorLeast: smallestEntryFactor(risk),
    entryFactorMost: largestEntryFactor(risk),
    spacingFactorLeast: risk.volatilitySpacing?.min ?? 1,
    spacingFactorMost: risk.volatilitySpacing?.max ?? 1,
  };
}

/** The same at the narrowest spacings overlays may come to. */
function narrowest(input: PreviewInput): PreviewInput {
  const factor = input.config.risk.volatilitySpacing?.min ?? 1;
  if (factor === 1) return input;
  const { gridSpacing, takeProfitSpacing } = input.config;
  return {
    ...input,
    config: {
      ...input.config,
      gridSpacing: gridSpacing * factor,
      takeProfitSpacing: takeProfitSpacing * factor,
    },
  };
}

function laddersOf(
  input: PreviewInput,
  { sides, baseSize }: {
    readonly sides: readonly PositionSide[];
    readonly baseSize: number;
  },
) {
  const ladders = sides.map((side) => ({
    side,
    steps: ladderOf({ ...input, side, baseSize }),
  }));
  const otherMargin = sides.length > 1
    ? baseSize * input.referencePrice / input.config.leverage
    : 0;
  const investments = ladders.map(({ side, steps }) =>
    investmentOf({ ...input, side, steps }) + otherMargin
  );
  return { ladders, investments };
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

/** A leg adds while it holds ≤ T: one entry more than fits. */
function ladderOf(input: LegInput): PreviewStep[] {
  const { config, market, baseSize } = input;
  const clean = (size: number) => Number(size.toPrecision(12));
  const maxEntry = clean(baseSize * config.maxEntryMultiplier);
  const factor = largestEntryFactor(config.risk);
  const entrySize = factor === 1
    ? baseSize
    : floorToLot(baseSize * factor, market.lotSize);
  const steps: PreviewStep[] = [];
  let price = input.referencePrice;
  let notional = 0;
  let positionSize = 0;
  while (price > 0 && positionSize <= maxEntry) {
    const size = positionSize === 0 ? baseSize : entrySize;
    notional += price * size;
    positionSize = clean(positionSize + size);
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

/** Where equity falls to the maintenance margin. */
function liquidationPriceOf(
  { steps, side, equity, market }: LadderInput & { readonly equity: number },
): number | null {
  const rate = market.maintenanceMarginRate;
  return priceWhere(steps, side, ({ positionSize, notional, fees }) => {
    const rest = equity - fees;
    return side === "long"
      ? (notional - rest) / (positionSize * (1 - rate))
      : (notional + rest) / (positionSize * (1 + rate));
  });
}

function profitOf(
  input: PreviewInput & { readonly baseSize: number },
): PreviewProfit {
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
