/**
 * Why a range grid's paper session and the backtest over its prices differ,
 * order by order. An interval's two orders stand at fixed lines and take turns,
 * so that a difference can only be one of time: an order is `late`, or waited
 * where a move was too thin to fill all that rested in it (`partial`), and what
 * an interval does afterwards follows from its `state`. The opening position is
 * bought at the touch there, and here at the price (`touch`). Anything else is
 * `unexplained`.
 *
 * @module
 */
import type { Market, RangeGridConfig } from "@core/mod.ts";
import { linesFrom } from "@core/strategy/range_grid/lines.ts";
import {
  createRangeGridState,
  intervalAt,
} from "@core/strategy/range_grid/state.ts";
import { buys, type ParityFill, type ParityOrder, passes } from "./events.ts";
import type { Cause, ParityLine } from "./explain.ts";
import { type Pair, pairUp, worthOf } from "./pairs.ts";

/** A session and its backtest; the range does not move. */
export interface RangeParityInput {
  readonly config: RangeGridConfig;
  readonly market: Market;
  /** Recorded prices, four a candle. */
  readonly ticks: readonly number[];
  readonly orders: readonly ParityOrder[];
  /** Oldest first, both. */
  readonly live: readonly ParityFill[];
  readonly backtest: readonly ParityFill[];
  /** Ticks all of whose size the session traded: more would have filled. */
  readonly thinTicks: ReadonlySet<number>;
}

/** Returns every fill of either, oldest first, with the cause of each difference. */
export function explainRangeParity(input: RangeParityInput): ParityLine[] {
  const { ticks } = input;
  const explained = new Explanation(input);
  const keyOf = (fill: ParityFill) =>
    fill.purpose === "open"
      ? `${fill.positionSide} open`
      : `${explained.slotOf(fill)} ${fill.role}`;
  const last = ticks.at(-1) ?? NaN;
  return pairUp(input, keyOf).map((pair) => ({
    ...pair,
    cause: explained.causeOf(pair),
    equity: worthOf(pair.live, last) - worthOf(pair.backtest, last),
  }));
}

class Explanation {
  readonly #input: RangeParityInput;
  readonly #lines: readonly number[];
  readonly #size: number;

  constructor(input: RangeParityInput) {
    const { config, market, ticks } = input;
    this.#input = input;
    const state = createRangeGridState({
      config,
      market,
      referencePrice: ticks[0] ?? NaN,
      runVersion: 1,
      nextCycle: { long: 0, short: 0 },
    });
    this.#lines = linesFrom(state.grid, state.offset, market.tickSize);
    this.#size = intervalAt(state, state.offset).size;
  }

  /** The interval an order is of, by leg and lower line; −1: of none. */
  slotOf(
    { positionSide, role, orderPrice }: Pick<
      ParityFill,
      "positionSide" | "role" | "orderPrice"
    >,
  ): string {
    const at = this.#lines.indexOf(orderPrice);
    const isLower = buys(positionSide, role);
    return `${positionSide} ${at < 0 ? -1 : isLower ? at : at - 1}`;
  }

  causeOf({ live, backtest }: Pair): Cause {
    if (live !== null && backtest !== null) {
      return this.#causeOfBoth(live, backtest);
    }
    if (backtest !== null) return this.#causeOfMissing(backtest);
    return live === null ? "unexplained" : this.#causeOfExtra(live);
  }

  #causeOfBoth(live: ParityFill, backtest: ParityFill): Cause {
    if (live.purpose === "open" && backtest.purpose === "open") {
      const { tickSize } = this.#input.market;
      const isNear = Math.abs(live.price - backtest.price) < 1.5 * tickSize;
      return isNear && live.size === backtest.size ? "touch" : "unexplained";
    }
    if (!this.#isRight(live) || !this.#isRight(backtest)) return "unexplained";
    const waited = this.#waited(backtest);
    if (live.tick < backtest.tick && waited !== "unexplained") {
      const differs = this.#differs(backtest) || this.#differs(live);
      return differs ? "state" : "unexplained";
    }
    if (waited !== null) return waited;
    const order = this.#orderOf(live);
    if (order !== undefined && order.placedAfterTick >= backtest.tick) {
      return "late";
    }
    if (live.tick !== backtest.tick || live.size !== backtest.size) {
      return "unexplained";
    }
    if (live.price === backtest.price) return "same";
    // Some of it at the line, some at the better price it found.
    return live.parts > 1 ? "partial" : "unexplained";
  }

  /** At a line, of the grid's size or on the way to it, and its interval's turn. */
  #isRight(fill: ParityFill): boolean {
    const { live, backtest } = this.#input;
    const own = live.includes(fill) ? live : backtest;
    const slot = this.slotOf(fill);
    const before = own.filter((one) =>
      one.purpose !== "open" && this.slotOf(one) === slot &&
      own.indexOf(one) < own.indexOf(fill)
    ).at(-1);
    return !slot.endsWith(" -1") && before?.role !== fill.role &&
      (fill.size === this.#size || this.#isUnderWay(fill)) &&
      (fill.price === fill.orderPrice || this.#isBetter(fill));
  }

  /** Filled in part when the session ended: its order rests still. */
  #isUnderWay(fill: ParityFill): boolean {
    return fill.size < this.#size &&
      this.#orderOf(fill)?.endedAtTick === Infinity;
  }

  /**
   * An exit placed when the price was beyond its line takes what it finds, and
   * where that is not all of it, the rest at its line.
   */
  #isBetter(fill: ParityFill): boolean {
    const order = this.#orderOf(fill);
    if (fill.role !== "exit" || order === undefined) return false;
    const { ticks, market } = this.#input;
    const found = ticks[order.placedAfterTick] ?? NaN;
    const sign = buys(fill.positionSide, fill.role) ? 1 : -1;
    const gain = sign * (fill.orderPrice - fill.price);
    const best = sign * (fill.orderPrice - found) + 1.5 * market.tickSize;
    const least = fill.parts > 1 ? 0 : best - 3 * market.tickSize;
    return gain > Math.max(0, least) && gain < best;
  }

  /** The backtest filled, the session did not. */
  #causeOfMissing(fill: ParityFill): Cause {
    if (!this.#isRight(fill)) return "unexplained";
    const waited = this.#waited(fill);
    if (waited !== null) return waited;
    if (this.#differs(fill, fill.tick)) return "state";
    const isLate = this.#ordersLike(fill).some((order) =>
      order.placedAfterTick >= fill.tick
    );
    if (isLate) return "late";
    return this.#differs(fill) ? "state" : "unexplained";
  }

  /**
   * Why orders of the session that rested where the backtest's filled did not:
   * nothing was left of the move for them, and they filled later or rest still.
   *
   * @returns Null: there was none.
   */
  #waited(fill: ParityFill): "partial" | "unexplained" | null {
    const passed = this.#ordersPassed(fill);
    if (passed.length === 0) return null;
    const { live, thinTicks } = this.#input;
    const areLater = passed.every(({ clientOrderId, endedAtTick }) =>
      endedAtTick === Infinity ||
      live.some((one) =>
        one.clientOrderId === clientOrderId && one.tick > fill.tick
      )
    );
    return areLater && thinTicks.has(fill.tick) ? "partial" : "unexplained";
  }

  /**
   * The session's orders that rested where the backtest's filled, and did not;
   * what filled in this very move is a line of its own.
   */
  #ordersPassed(fill: ParityFill): readonly ParityOrder[] {
    return this.#ordersLike(fill).filter((order) =>
      order.placedAfterTick < fill.tick && order.endedAtTick >= fill.tick &&
      !this.#input.live.some((one) =>
        one.clientOrderId === order.clientOrderId && one.tick === fill.tick &&
        one.size === this.#size
      )
    );
  }

  /** The session's orders of the same interval and role. */
  #ordersLike(fill: ParityFill): readonly ParityOrder[] {
    return this.#input.orders.filter((order) =>
      order.price === fill.orderPrice &&
      order.positionSide === fill.positionSide &&
      (order.purpose === "take_profit") === (fill.role === "exit")
    );
  }

  /** The session filled, the backtest did not. */
  #causeOfExtra(fill: ParityFill): Cause {
    if (!this.#isRight(fill) || !this.#isReached(fill)) return "unexplained";
    if (this.#isUnderWay(fill) || this.#hasWaited(fill)) return "partial";
    return this.#differs(fill) ? "state" : "unexplained";
  }

  /** The backtest filled it in an earlier move, that was too thin for it. */
  #hasWaited(fill: ParityFill): boolean {
    const { backtest, thinTicks } = this.#input;
    const placedAfterTick = this.#orderOf(fill)?.placedAfterTick ?? Infinity;
    return backtest.some((one) =>
      one.orderPrice === fill.orderPrice && one.role === fill.role &&
      one.positionSide === fill.positionSide && thinTicks.has(one.tick) &&
      placedAfterTick < one.tick && one.tick < fill.tick
    );
  }

  /** By this move, or by one before it that was too thin. */
  #isReached({ tick, positionSide, role, orderPrice }: ParityFill): boolean {
    const { ticks, thinTicks } = this.#input;
    const to = ticks[tick] ?? NaN;
    const from = ticks[tick - 1] ?? to;
    const isBuy = buys(positionSide, role);
    return passes({ from, to }, orderPrice, isBuy) ||
      (thinTicks.has(tick - 1) &&
        passes({ from: to, to: from }, orderPrice, isBuy));
  }

  /**
   * Whether the interval held something on one side only, just before or while
   * the order was under way.
   */
  #differs(fill: ParityFill, sinceTick = this.#beganAt(fill) - 1): boolean {
    const { live, backtest } = this.#input;
    const slot = this.slotOf(fill);
    const turns = (fills: readonly ParityFill[], tick: number) =>
      fills.filter((one) =>
        one !== fill && one.purpose !== "open" && one.tick <= tick &&
        !this.#isUnderWay(one) && this.slotOf(one) === slot
      ).length % 2;
    for (let tick = sinceTick; tick <= fill.tick; tick++) {
      if (turns(live, tick) !== turns(backtest, tick)) return true;
    }
    return false;
  }

  /** The first move that passed its order, if too thin for it. */
  #beganAt(fill: ParityFill): number {
    const { ticks, thinTicks } = this.#input;
    const isBuy = buys(fill.positionSide, fill.role);
    const first = (this.#orderOf(fill)?.placedAfterTick ?? fill.tick) + 1;
    for (let tick = first; tick < fill.tick; tick++) {
      const to = ticks[tick] ?? NaN;
      const from = ticks[tick - 1] ?? to;
      const isPassed = passes({ from, to }, fill.orderPrice, isBuy);
      if (isPassed && thinTicks.has(tick)) return tick;
    }
    return fill.tick;
  }

  #orderOf({ clientOrderId }: ParityFill): ParityOrder | undefined {
    return this.#input.orders.find((one) =>
      one.clientOrderId === clientOrderId
    );
  }
}
