/**
 * A paper session and its backtest in one language: fills, each at the tick of
 * the recorded prices it happened in.
 *
 * @module
 */
import type { AnyFill } from "@core/backtest/mod.ts";
import type { PositionSide } from "@core/mod.ts";

/** Ticks a minute: open, the first corner, the second, close. */
export const TICKS_A_CANDLE = 4;

/** Does an order enlarge its leg or shrink it. */
export type Role = "add" | "exit";

/** A fill; what one order filled is one. */
export interface ParityFill {
  /** Of the live order; null in a backtest. */
  readonly clientOrderId: string | null;
  readonly positionSide: PositionSide;
  readonly role: Role;
  readonly purpose: "open" | "entry" | "take_profit";
  /** What was paid or got. */
  readonly price: number;
  /** What the order asked for: it may fill at a better price. */
  readonly orderPrice: number;
  readonly size: number;
  /** Paid > 0, quote. */
  readonly fee: number;
  /** Index of the tick it was complete in. */
  readonly tick: number;
  /** Executions it came in. */
  readonly parts: number;
}

/** A live order as the exchange's books have it. */
export interface ParityOrder {
  readonly clientOrderId: string;
  readonly positionSide: PositionSide;
  readonly purpose: ParityFill["purpose"];
  readonly price: number;
  /** The last tick that had happened when it was placed. */
  readonly placedAfterTick: number;
  /** The last tick it rested through; Infinity: it rests still. */
  readonly endedAtTick: number;
}

/** The role of an order's purpose. */
export function roleOf(purpose: string): Role {
  return purpose === "open" || purpose === "entry" ? "add" : "exit";
}

/** Whether a leg's order buys. */
export function buys(positionSide: PositionSide, role: Role): boolean {
  return (positionSide === "long") === (role === "add");
}

/** Whether a move passes a price: strictly, as the path model has it. */
export function passes(
  move: { readonly from: number; readonly to: number },
  price: number,
  isBuy: boolean,
): boolean {
  return isBuy ? move.to < price : move.to > price;
}

/**
 * Finds the tick of each fill of a backtest: within its minute the first move,
 * from the one of the fill before on, that passes its price.
 *
 * @param ticks Four a candle; the move into tick i comes from tick i − 1.
 * @throws {RangeError} If no move of the minute explains a fill.
 */
export function ticksOfFills(
  fills: readonly AnyFill[],
  ticks: readonly number[],
  { makerFeeRate, opensAtMarket }: {
    readonly makerFeeRate: number;
    /** Openings are market actions, at the price of the moment. */
    readonly opensAtMarket?: { readonly takerFeeRate: number };
  },
): ParityFill[] {
  let reached = 0;
  return fills.map((fill) => {
    const { positionSide, price, size, purpose } = fill;
    if (purpose === "close" || purpose === "reduce") {
      throw new RangeError("Cannot compare what risk layers do at market");
    }
    const role = roleOf(purpose);
    const isBuy = buys(positionSide, role);
    if (purpose === "open" && opensAtMarket !== undefined) {
      const tick = fill.candle * TICKS_A_CANDLE;
      return {
        ...untold({ fill, role, tick, purpose }),
        fee: price * size * opensAtMarket.takerFeeRate,
      };
    }
    const first = Math.max(reached, fill.candle * TICKS_A_CANDLE);
    const last = (fill.candle + 1) * TICKS_A_CANDLE - 1;
    for (let tick = first; tick <= last; tick++) {
      const from = ticks[tick - 1] ?? ticks[tick] ?? NaN;
      const to = ticks[tick] ?? NaN;
      if (!passes({ from, to }, price, isBuy)) continue;
      reached = tick;
      return {
        ...untold({ fill, role, tick, purpose }),
        fee: price * size * makerFeeRate,
      };
    }
    throw new RangeError(
      `No move of minute ${fill.candle} passes ${price} of a ${positionSide} ${purpose}`,
    );
  });
}

function untold(
  { fill: { positionSide, price, size }, role, tick, purpose }: {
    readonly fill: AnyFill;
    readonly role: Role;
    readonly tick: number;
    readonly purpose: ParityFill["purpose"];
  },
): Omit<ParityFill, "fee"> {
  return {
    clientOrderId: null,
    positionSide,
    role,
    purpose,
    price,
    orderPrice: price,
    size,
    tick,
    parts: 1,
  };
}
