/**
 * A slow, plain walk of the AS grid through candles (fill model `path` of
 * backtest.md): the reference the tests hold the decision against. It asks
 * {@linkcode planAsGrid} after every fill, exactly as the runner does.
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
  POSITION_SIDES,
  type PositionSide,
} from "../../model/sides.ts";
import type { AsGridConfig } from "./config.ts";
import { planAsGrid } from "./plan.ts";
import { applyEndedOrder, createAsGridState } from "./state.ts";

/** What the walk counts. */
export interface WalkReport {
  fills: { open: number; entry: number; "take_profit": number };
  wallet: number;
  fees: number;
  finalEquity: number;
  maxDrawdown: number;
  sizes: Record<PositionSide, number>;
  pauses: number;
}

interface Resting extends DesiredOrder {
  readonly price: number;
}

/** Walks the candles, oldest first, gap-free. */
export function walkCandles(
  candles: readonly Candle[],
  { config, market, cash }: {
    readonly config: AsGridConfig;
    readonly market: Market;
    readonly cash: number;
  },
): WalkReport {
  const first = candles[0];
  if (first === undefined) throw new RangeError("Cannot walk no candles");
  const walk = new Walk(config, market, { cash, price: first.open });
  let last = first.open;
  for (const { open, high, low, close } of candles) {
    const turns = close >= open ? [low, high] : [high, low];
    for (const price of [open, ...turns, close]) {
      walk.move(last, price);
      last = price;
    }
    walk.closeCandle(close);
  }
  return walk.report(last);
}

class Walk {
  readonly #config: AsGridConfig;
  readonly #market: Market;
  #state;
  #resting: Resting[] = [];
  #fills = { open: 0, entry: 0, "take_profit": 0 };
  #wallet: number;
  #fees = 0;
  #peak: number;
  #maxDrawdown = 0;
  #pauses = 0;
  readonly #legs = {
    long: { size: 0, average: 0 },
    short: { size: 0, average: 0 },
  };

  constructor(
    config: AsGridConfig,
    market: Market,
    start: { readonly cash: number; readonly price: number },
  ) {
    this.#config = config;
    this.#market = market;
    this.#wallet = start.cash;
    this.#peak = start.cash;
    this.#state = createAsGridState(config, market, start.price);
    this.#plan(POSITION_SIDES, start.price);
  }

  /** Moves the price along a straight piece and fills what it passes. */
  move(from: number, to: number): void {
    let at = from;
    for (;;) {
      const order = this.#firstPassed(at, to);
      if (order === null) return;
      const buys = orderSideOf(order.positionSide, order.purpose) === "buy";
      at = buys ? Math.min(at, order.price) : Math.max(at, order.price);
      this.#fill(order, at);
    }
  }

  closeCandle(close: number): void {
    const flat = POSITION_SIDES.filter((side) => this.#legs[side].size === 0);
    this.#plan(flat, close);
    const equity = this.#wallet + this.#unrealized(close);
    this.#peak = Math.max(this.#peak, equity);
    const drawdown = (this.#peak - equity) / this.#peak;
    this.#maxDrawdown = Math.max(this.#maxDrawdown, drawdown);
  }

  report(price: number): WalkReport {
    return {
      fills: this.#fills,
      wallet: this.#wallet,
      fees: this.#fees,
      finalEquity: this.#wallet + this.#unrealized(price),
      maxDrawdown: this.#maxDrawdown,
      sizes: { long: this.#legs.long.size, short: this.#legs.short.size },
      pauses: this.#pauses,
    };
  }

  #firstPassed(from: number, to: number): Resting | null {
    let best: Resting | null = null;
    for (const order of this.#resting) {
      const buys = orderSideOf(order.positionSide, order.purpose) === "buy";
      if (buys !== to < from) continue;
      if (buys ? to >= order.price : to <= order.price) continue;
      if (best === null || isBefore(order, best, buys)) best = order;
    }
    return best;
  }

  #fill(order: Resting, price: number): void {
    const leg = this.#legs[order.positionSide];
    const { size, purpose, positionSide } = order;
    const fee = price * size * this.#market.makerFeeRate;
    this.#fees += fee;
    this.#wallet -= fee;
    if (isOpening(purpose)) {
      leg.average = (leg.average * leg.size + price * size) / (leg.size + size);
      leg.size = roundToLot(leg.size + size, this.#market.lotSize);
    } else {
      const sign = positionSide === "long" ? 1 : -1;
      this.#wallet += sign * (price - leg.average) * size;
      leg.size = roundToLot(leg.size - size, this.#market.lotSize);
    }
    if (purpose in this.#fills) {
      this.#fills[purpose as keyof WalkReport["fills"]]++;
    }
    this.#state = applyEndedOrder(this.#state, {
      market: this.#market,
      order: {
        ...order,
        clientOrderId: `${slotKey(order)}:${order.cycle}`,
        filledSize: size,
        averagePrice: price,
        status: "filled",
      },
    });
    const wasPaused = this.#state.legs[positionSide].lock !== null;
    this.#plan([positionSide], price);
    if (!wasPaused && this.#state.legs[positionSide].lock !== null) {
      this.#pauses++;
    }
  }

  #plan(sides: readonly PositionSide[], price: number): void {
    const position = (side: PositionSide) => ({
      size: this.#legs[side].size,
      entryPrice: this.#legs[side].average,
      settled: true,
    });
    const plan = planAsGrid({
      config: this.#config,
      market: this.#market,
      state: this.#state,
      positions: { long: position("long"), short: position("short") },
      quote: { bestBid: price, bestAsk: price },
      marginRatio: 0,
      working: [],
      nowMs: 0,
    });
    this.#state = plan.state;
    const isReplanned = (order: DesiredOrder) =>
      sides.includes(order.positionSide);
    this.#resting = [
      ...this.#resting.filter((order) => !isReplanned(order)),
      ...plan.desired.filter((order): order is Resting =>
        isReplanned(order) && order.price !== null
      ),
    ];
  }

  #unrealized(price: number): number {
    const { long, short } = this.#legs;
    return (price - long.average) * long.size +
      (short.average - price) * short.size;
  }
}

function isBefore(order: Resting, than: Resting, buys: boolean): boolean {
  if (order.price !== than.price) {
    return buys ? order.price > than.price : order.price < than.price;
  }
  return !isOpening(order.purpose) && isOpening(than.purpose);
}
