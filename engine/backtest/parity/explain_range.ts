/**
 * Why a range grid's paper session and the backtest over its prices differ,
 * order by order. An interval's two orders stand at fixed lines and take turns,
 * so that a difference can only be one of time: an order is `late`, and what an
 * interval does afterwards follows from its `state`. The opening position is bought at the touch there, and here at the
 * price (`touch`). Anything else is `unexplained`.
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
    if (this.#hadOrder(backtest)) return "unexplained";
    if (live.tick < backtest.tick) {
      return this.#differs(backtest) ? "state" : "unexplained";
    }
    const order = this.#orderOf(live);
    if (order !== undefined && order.placedAfterTick >= backtest.tick) {
      return "late";
    }
    const isSame = live.tick === backtest.tick && live.price === backtest.price;
    return isSame ? "same" : "unexplained";
  }

  /** At a line, of the grid's size, and its interval's turn. */
  #isRight(fill: ParityFill): boolean {
    const { live, backtest } = this.#input;
    const own = live.includes(fill) ? live : backtest;
    const slot = this.slotOf(fill);
    const before = own.filter((one) =>
      one.purpose !== "open" && this.slotOf(one) === slot &&
      own.indexOf(one) < own.indexOf(fill)
    ).at(-1);
    return !slot.endsWith(" -1") && before?.role !== fill.role &&
      fill.size === this.#size &&
      (fill.price === fill.orderPrice || this.#isBetter(fill));
  }

  /** An exit placed when the price was beyond its line takes what it finds. */
  #isBetter(fill: ParityFill): boolean {
    const order = this.#orderOf(fill);
    if (fill.role !== "exit" || order === undefined) return false;
    const { ticks, market } = this.#input;
    const found = ticks[order.placedAfterTick] ?? NaN;
    const isNear = Math.abs(fill.price - found) < 1.5 * market.tickSize;
    const gain = fill.orderPrice - fill.price;
    return isNear && (buys(fill.positionSide, fill.role) ? gain > 0 : gain < 0);
  }

  /** The backtest filled, the session did not. */
  #causeOfMissing(fill: ParityFill): Cause {
    if (!this.#isRight(fill)) return "unexplained";
    if (this.#hadOrder(fill)) return "unexplained";
    if (this.#differs(fill)) return "state";
    return this.#ordersLike(fill).some((order) =>
        order.placedAfterTick >= fill.tick
      )
      ? "late"
      : "unexplained";
  }

  /**
   * Whether an order of the session rested where the backtest's filled, and did
   * not; what filled in this very move is a line of its own.
   */
  #hadOrder(fill: ParityFill): boolean {
    return this.#ordersLike(fill).some((order) =>
      order.placedAfterTick < fill.tick && order.endedAtTick >= fill.tick &&
      !this.#input.live.some((one) =>
        one.clientOrderId === order.clientOrderId && one.tick === fill.tick
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
    const { ticks } = this.#input;
    const { tick, positionSide, role } = fill;
    const to = ticks[tick] ?? NaN;
    const move = { from: ticks[tick - 1] ?? to, to };
    const isReached = passes(move, fill.price, buys(positionSide, role));
    if (!this.#isRight(fill) || !isReached) return "unexplained";
    return this.#differs(fill) ? "state" : "unexplained";
  }

  /** Whether the interval holds something on one side only, just before. */
  #differs(fill: ParityFill): boolean {
    const { live, backtest } = this.#input;
    const slot = this.slotOf(fill);
    const turns = (fills: readonly ParityFill[]) =>
      fills.filter((one) =>
        one !== fill && one.purpose !== "open" && one.tick <= fill.tick &&
        this.slotOf(one) === slot
      ).length % 2;
    return turns(live) !== turns(backtest);
  }

  #orderOf({ clientOrderId }: ParityFill): ParityOrder | undefined {
    return this.#input.orders.find((one) =>
      one.clientOrderId === clientOrderId
    );
  }
}
