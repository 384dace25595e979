/**
 * A slow, plain walk of the range grid through candles, for all three fill
 * models: the reference that tests hold the fast loop against. It asks
 * {@linkcode planRangeGrid} after every fill and at every close.
 *
 * @module
 */
import type { Candle } from "../../model/candle.ts";
import type { Market } from "../../model/market.ts";
import { type DesiredOrder, slotKey } from "../../model/order.ts";
import { roundToLot } from "../../model/rounding.ts";
import {
  isOpening,
  orderSideOf,
  type PositionSide,
  type Purpose,
} from "../../model/sides.ts";
import type { RangeGridConfig } from "./config.ts";
import { planRangeGrid } from "./plan.ts";
import { applyRangeGridOrder } from "./apply_order.ts";
import { type GridProfit, gridProfitOf } from "./profit.ts";
import { createRangeGridState, type RangeGridState } from "./state.ts";

/** One fill of the walk. */
export interface WalkFill {
  readonly candle: number;
  readonly positionSide: PositionSide;
  readonly purpose: Purpose;
  readonly price: number;
  readonly size: number;
}

/** What the walk counts. */
export interface RangeWalkReport {
  readonly fills: readonly WalkFill[];
  readonly wallet: number;
  readonly fees: number;
  readonly finalEquity: number;
  readonly maxDrawdown: number;
  readonly ordersPlaced: number;
  readonly profit: GridProfit;
  readonly state: RangeGridState;
  /** Working orders of one interval never exceeded this. */
  readonly mostPerInterval: number;
}

interface Resting extends DesiredOrder {
  readonly price: number;
}

/** What the walk is told. */
export interface RangeWalkOptions {
  readonly config: RangeGridConfig;
  readonly market: Market;
  readonly cash: number;
  readonly model: "pessimistic" | "path" | "optimistic";
}

/** Walks the candles, oldest first. */
export function walkRangeGrid(
  candles: readonly Candle[],
  options: RangeWalkOptions,
): RangeWalkReport {
  const first = candles[0];
  if (first === undefined) throw new RangeError("Cannot walk no candles");
  const walk = new Walk(options, first.open);
  let last = first.open;
  for (const [i, candle] of candles.entries()) {
    walk.candle = i;
    if (options.model === "pessimistic") walk.takePessimistically(candle);
    else {
      const { open, high, low, close } = candle;
      const turns = close >= open ? [low, high] : [high, low];
      walk.move(last, open, true);
      let at = open;
      for (const price of [...turns, close]) {
        walk.move(at, price, false);
        at = price;
      }
    }
    last = candle.close;
    walk.closeCandle(last);
  }
  return walk.report(last);
}

class Walk {
  candle = 0;
  readonly #options: RangeWalkOptions;
  #state: RangeGridState;
  #resting: readonly Resting[] = [];
  readonly #fills: WalkFill[] = [];
  #wallet: number;
  #fees = 0;
  #peak: number;
  #maxDrawdown = 0;
  readonly #placed = new Set<string>();
  #mostPerInterval = 0;
  readonly #legs = {
    long: { size: 0, average: 0 },
    short: { size: 0, average: 0 },
  };

  constructor(options: RangeWalkOptions, referencePrice: number) {
    const { config, market, cash } = options;
    this.#options = options;
    this.#wallet = cash;
    this.#peak = cash;
    this.#state = createRangeGridState({
      config,
      market,
      referencePrice,
      runVersion: 1,
      nextCycle: { long: 0, short: 0 },
    });
    this.#plan(referencePrice);
  }

  /** Moves the price along a straight piece and fills what it passes. */
  move(from: number, to: number, isGap: boolean): void {
    let at = from;
    for (;;) {
      const order = this.#firstPassed(at, to);
      const exit = this.#exitBetween(at, to);
      const falls = to < from;
      const exitComes = exit !== null &&
        (order === null || (falls ? exit > order.price : exit < order.price));
      if (exitComes) {
        this.#plan(isGap ? to : exit);
        return;
      }
      if (order === null) return;
      at = falls ? Math.min(at, order.price) : Math.max(at, order.price);
      this.#fill(order, at, "maker");
      this.#plan(at);
    }
  }

  /** Only what rested at the open fills, a whole tick beyond; entries first. */
  takePessimistically({ open, high, low }: Candle): void {
    const beyond = this.#options.market.tickSize * (1 - 1e-6);
    const rested = this.#resting.filter((order) =>
      isBuy(order) ? low <= order.price - beyond : high >= order.price + beyond
    ).toSorted((a, b) => rankOf(a) - rankOf(b) || nearness(a, b));
    for (const order of rested) {
      this.#fill(order, order.price, "maker");
      this.#plan(order.price);
    }
    const { stopLossPrice, takeProfitPrice, lowerPrice } = this.#options.config;
    for (const exit of [stopLossPrice, takeProfitPrice]) {
      if (exit === null || this.#state.phase !== "running") continue;
      const isBelow = exit < lowerPrice;
      if (isBelow ? low > exit : high < exit) continue;
      this.#plan(isBelow ? Math.min(open, exit) : Math.max(open, exit));
    }
  }

  closeCandle(close: number): void {
    this.#plan(close);
    const equity = this.#wallet + this.#unrealized(close);
    this.#peak = Math.max(this.#peak, equity);
    const drawdown = (this.#peak - equity) / this.#peak;
    this.#maxDrawdown = Math.max(this.#maxDrawdown, drawdown);
  }

  report(price: number): RangeWalkReport {
    return {
      fills: this.#fills,
      wallet: this.#wallet,
      fees: this.#fees,
      finalEquity: this.#wallet + this.#unrealized(price),
      maxDrawdown: this.#maxDrawdown,
      ordersPlaced: this.#placed.size,
      profit: gridProfitOf(this.#state, this.#options.market.makerFeeRate),
      state: this.#state,
      mostPerInterval: this.#mostPerInterval,
    };
  }

  #exitBetween(from: number, to: number): number | null {
    const { phase } = this.#state;
    if (phase !== "running") return null;
    const { stopLossPrice, takeProfitPrice, lowerPrice } = this.#options.config;
    for (const exit of [stopLossPrice, takeProfitPrice]) {
      if (exit === null) continue;
      const isBelow = exit < lowerPrice;
      if (isBelow ? to < from && to <= exit : to > from && to >= exit) {
        return exit;
      }
    }
    return null;
  }

  #firstPassed(from: number, to: number): Resting | null {
    const touches = this.#options.model === "optimistic";
    let best: Resting | null = null;
    for (const order of this.#resting) {
      const buys = isBuy(order);
      if (from === to || buys !== to < from) continue;
      const { price } = order;
      const passes = buys
        ? touches ? to <= price : to < price
        : touches
        ? to >= price
        : to > price;
      if (!passes) continue;
      if (best === null || (buys ? price > best.price : price < best.price)) {
        best = order;
      }
    }
    return best;
  }

  #fill(order: DesiredOrder, price: number, by: "maker" | "taker"): void {
    const { market } = this.#options;
    const { size, purpose, positionSide } = order;
    const leg = this.#legs[positionSide];
    const rate = by === "maker" ? market.makerFeeRate : market.takerFeeRate;
    const fee = price * size * rate;
    this.#fees += fee;
    this.#wallet -= fee;
    if (isOpening(purpose)) {
      leg.average = (leg.average * leg.size + price * size) / (leg.size + size);
      leg.size = roundToLot(leg.size + size, market.lotSize);
    } else {
      const sign = positionSide === "long" ? 1 : -1;
      this.#wallet += sign * (price - leg.average) * size;
      leg.size = roundToLot(leg.size - size, market.lotSize);
    }
    this.#fills.push({
      candle: this.candle,
      positionSide,
      purpose,
      price,
      size,
    });
    this.#resting = this.#resting.filter((o) => slotKey(o) !== slotKey(order));
    this.#state = applyRangeGridOrder(this.#state, {
      market,
      order: {
        ...order,
        clientOrderId: `${slotKey(order)}:${order.cycle}`,
        filledSize: size,
        averagePrice: price,
        status: "filled",
      },
    });
  }

  /** Plans until nothing is left that executes at once. */
  #plan(price: number): void {
    for (;;) {
      const before = this.#resting;
      const now = this.#decide(price);
      if (now !== undefined) {
        this.#fill(now, price, "taker");
        continue;
      }
      const { phase } = this.#state;
      if (phase !== "exiting" || before.length === 0) return;
    }
  }

  #decide(price: number): DesiredOrder | undefined {
    const { config, market } = this.#options;
    const position = (side: PositionSide) => ({
      size: this.#legs[side].size,
      entryPrice: this.#legs[side].average,
      settled: true,
    });
    const plan = planRangeGrid({
      config,
      market,
      state: this.#state,
      positions: { long: position("long"), short: position("short") },
      quote: { bestBid: price, bestAsk: price },
      marginRatio: 0,
      working: this.#resting.map((order) => ({
        ...order,
        filledSize: 0,
        placedAtMs: 0,
      })),
      nowMs: 0,
    });
    this.#state = plan.state;
    const nameOf = (order: DesiredOrder) => `${slotKey(order)}:${order.cycle}`;
    for (const order of plan.desired) this.#placed.add(nameOf(order));
    const isAtOnce = (order: DesiredOrder) =>
      order.price === null || order.purpose === "open";
    this.#resting = plan.desired.filter((order): order is Resting =>
      order.price !== null && !isAtOnce(order)
    );
    const perLevel = Map.groupBy(this.#resting, (order) => order.level);
    for (const orders of perLevel.values()) {
      this.#mostPerInterval = Math.max(this.#mostPerInterval, orders.length);
    }
    return plan.desired.find(isAtOnce);
  }

  #unrealized(price: number): number {
    const { long, short } = this.#legs;
    return (price - long.average) * long.size +
      (short.average - price) * short.size;
  }
}

function isBuy(order: DesiredOrder): boolean {
  return orderSideOf(order.positionSide, order.purpose) === "buy";
}

/** Long entries, short entries, long exits, short exits. */
function rankOf(order: DesiredOrder): number {
  return (isOpening(order.purpose) ? 0 : 2) +
    (order.positionSide === "long" ? 0 : 1);
}

function nearness(a: Resting, b: Resting): number {
  return isBuy(a) ? b.price - a.price : a.price - b.price;
}
