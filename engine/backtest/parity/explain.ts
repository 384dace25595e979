/**
 * Why a paper session and the backtest over its prices differ, order by order.
 * A cause is only given where the recorded prices and orders bear it out:
 *
 * - `touch`: both opened, each where the price was when its order was placed;
 * - `anchor`: both filled, each where the strategy puts it after its own fills;
 * - `turned`: the price reached the one's order and not the other's;
 * - `partial`: the live order was filled in parts, the rest or all of it later;
 * - `late`: the live order was placed after the price had passed;
 * - `state`: the legs hold different sizes, from a difference listed before.
 *
 * Anything else is `unexplained`: one of the two is wrong.
 *
 * @module
 */
import type { AsGridConfig, Market } from "@core/mod.ts";
import {
  buys,
  type ParityFill,
  type ParityOrder,
  passes,
  roleOf,
} from "./events.ts";
import { LegTimeline } from "./leg_timeline.ts";
import { type Pair, pairUp, worthOf } from "./pairs.ts";

/** See the header of this file. */
export type Cause =
  | "same"
  | "touch"
  | "anchor"
  | "turned"
  | "partial"
  | "late"
  | "state"
  | "unexplained";

/** One order of the one, of the other, or of both, and why they differ. */
export interface ParityLine extends Pair {
  readonly cause: Cause;
  /** Live − backtest at the last price, fees paid, quote. */
  readonly equity: number;
}

/** A session and its backtest. */
export interface ParityInput {
  readonly config: AsGridConfig;
  readonly market: Market;
  /** Recorded prices, four a candle. */
  readonly ticks: readonly number[];
  readonly orders: readonly ParityOrder[];
  /** Oldest first, both. */
  readonly live: readonly ParityFill[];
  readonly backtest: readonly ParityFill[];
}

/** Returns every fill of either, oldest first, with the cause of each difference. */
export function explainParity(input: ParityInput): ParityLine[] {
  const { ticks } = input;
  const context: Context = {
    input,
    ours: new LegTimeline(input, input.live, ticks),
    theirs: new LegTimeline(input, input.backtest, ticks),
    filled: new Map(
      input.live.map((fill) => [fill.clientOrderId ?? "", fill]),
    ),
    isDifferent: false,
  };
  const last = ticks.at(-1) ?? NaN;
  const keyOf = (fill: ParityFill) => `${fill.positionSide} ${fill.role}`;
  return pairUp(input, keyOf).map((pair) => {
    const cause = causeOf(pair, context);
    context.isDifferent ||= cause !== "same";
    const equity = worthOf(pair.live, last) - worthOf(pair.backtest, last);
    return { ...pair, cause, equity };
  });
}

interface Context {
  readonly input: ParityInput;
  readonly ours: LegTimeline;
  readonly theirs: LegTimeline;
  /** What live orders filled, by their ids. */
  readonly filled: ReadonlyMap<string, ParityFill>;
  /** Something before has been different already. */
  isDifferent: boolean;
}

function causeOf({ live, backtest }: Pair, context: Context): Cause {
  if (live !== null && backtest !== null) {
    return causeOfBoth(live, backtest, context);
  }
  if (backtest !== null) return causeOfMissing(backtest, context);
  return live === null ? "unexplained" : causeOfExtra(live, context);
}

function causeOfBoth(
  live: ParityFill,
  backtest: ParityFill,
  context: Context,
): Cause {
  const order = judgeLive(live, context);
  const wanted = context.theirs.answerTo(backtest);
  const isRight = wanted.isRole &&
    (backtest.purpose === "open" || wanted.price === backtest.price);
  if (order === "wrong" || !isRight) return "unexplained";
  if (order === "late") return "late";
  const isSame = live.price === backtest.price &&
    live.size === backtest.size && live.purpose === backtest.purpose;
  if (isSame) return "same";
  if (live.purpose === "open" && backtest.purpose === "open") return "touch";
  return context.isDifferent ? "anchor" : "unexplained";
}

/**
 * Whether a live order is what the strategy wants after the fills before it:
 * an opening at the touch, anything else at its own price, or, where the price
 * has been beyond that already, at the touch or at what it found there: late.
 */
function judgeLive(
  fill: ParityFill,
  { input, ours }: Context,
): "right" | "late" | "wrong" {
  const { isRole, price } = ours.answerTo(fill);
  const order = input.orders.find((one) =>
    one.clientOrderId === fill.clientOrderId
  );
  if (!isRole || order === undefined) return "wrong";
  const { tickSize } = input.market;
  const isBuy = buys(fill.positionSide, fill.role);
  const last = input.ticks[order.placedAfterTick] ?? NaN;
  const touch = last + (isBuy ? -tickSize : tickSize);
  const isAtTouch = Math.abs(touch - order.price) < tickSize / 2;
  const isAsAsked = fill.price === order.price;
  if (fill.purpose === "open") {
    return isAtTouch && isAsAsked ? "right" : "wrong";
  }
  if (order.price === price && isAsAsked) return "right";
  // Beyond its price: below what a buyer, above what a seller wants.
  const isBeyond = isBuy ? last < price : last > price;
  return isBeyond && (isAtTouch || order.price === price) ? "late" : "wrong";
}

/** The backtest filled, the session did not. */
function causeOfMissing(fill: ParityFill, context: Context): Cause {
  const { input, theirs, filled } = context;
  const { positionSide, role, tick } = fill;
  const wanted = theirs.answerTo(fill);
  const isRight = wanted.isRole &&
    (fill.purpose === "open" || wanted.price === fill.price);
  if (!isRight) return "unexplained";
  const orders = input.orders.filter((order) =>
    order.positionSide === positionSide && roleOf(order.purpose) === role
  );
  const isBuy = buys(positionSide, role);
  // What filled in this very move is a line of its own.
  const rested = orders.filter((order) =>
    order.placedAfterTick < tick && order.endedAtTick >= tick &&
    filled.get(order.clientOrderId)?.tick !== tick
  );
  const move = moveInto(tick, input);
  const passed = rested.filter(({ price }) => passes(move, price, isBuy));
  if (passed.length > 0) {
    const areInParts = passed.every(({ clientOrderId }) => {
      const whole = filled.get(clientOrderId);
      return whole !== undefined && whole.parts > 1 && whole.tick > tick;
    });
    return areInParts ? "partial" : "unexplained";
  }
  if (rested.length > 0) return "turned";
  if (orders.some((order) => order.placedAfterTick >= tick)) return "late";
  return isOtherwiseHeld(fill, context) ? "state" : "unexplained";
}

/** The session filled, the backtest did not. */
function causeOfExtra(fill: ParityFill, context: Context): Cause {
  const { input, theirs } = context;
  const { positionSide, role, tick } = fill;
  if (judgeLive(fill, context) === "wrong") return "unexplained";
  // What the backtest filled in this very move is a line of its own.
  const price = theirs.after(tick, positionSide).prices[role];
  const isBuy = buys(positionSide, role);
  const isReached = passes(moveInto(tick, input), price, isBuy);
  if (!Number.isNaN(price) && !isReached) return "turned";
  return isOtherwiseHeld(fill, context) ? "state" : "unexplained";
}

/** The legs differ in size, as something listed before has left them. */
function isOtherwiseHeld(
  { tick, positionSide }: ParityFill,
  { ours, theirs, isDifferent }: Context,
): boolean {
  return isDifferent && ours.before(tick, positionSide).size !==
      theirs.after(tick, positionSide).size;
}

function moveInto(
  tick: number,
  { ticks }: ParityInput,
): { readonly from: number; readonly to: number } {
  const to = ticks[tick] ?? NaN;
  return { from: ticks[tick - 1] ?? to, to };
}
