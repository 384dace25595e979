/**
 * Where the two strategies' backtests differ in what the market does with
 * their orders; see the section "AS grid specifics" of the specification and
 * the range grid's README.
 *
 * @module
 */
import {
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "../model/sides.ts";
import type { DesiredOrder } from "../model/order.ts";
import type { AsGridConfig } from "../strategy/as_grid/config.ts";
import type { AsGridState } from "../strategy/as_grid/state.ts";
import type { RangeGridConfig } from "../strategy/range_grid/config.ts";
import type { RangeGridState } from "../strategy/range_grid/state.ts";

/** An order that waits for its price. */
export interface RestingOrder extends DesiredOrder {
  readonly price: number;
}

/** See the module's description. */
export interface PlanRules<Config, State> {
  /** A fill plans all legs anew, not only its own. */
  readonly plansAllLegs: boolean;
  /** When an order that enlarges a leg must be margined. */
  readonly margins: "placing" | "filling";
  /** Openings take the market at the price of the moment. */
  readonly opensAtMarket: boolean;
  /** Under `pessimistic` a leg fills once a candle. */
  readonly fillsLegOnce: boolean;
  /** Prices that are acted on at once, when touched. */
  alarms(config: Config, state: State): readonly number[];
  /** Whether something may change at a close without a fill. */
  isRestless(
    state: State,
    run: {
      readonly config: Config;
      readonly sizes: Readonly<Record<PositionSide, number>>;
      readonly resting: readonly RestingOrder[];
    },
  ): boolean;
  isPaused(state: State, side: PositionSide): boolean;
  /** Whether the margin guard keeps entries off, or reduces. */
  isGuarded(state: State): boolean;
}

/** The AS grid's. */
export const asGridRules: PlanRules<AsGridConfig, AsGridState> = {
  plansAllLegs: false,
  margins: "placing",
  opensAtMarket: false,
  fillsLegOnce: true,
  alarms: () => [],
  /** A flat leg follows the close, and so does one without its entry. */
  isRestless: (state, { config, sizes, resting }) =>
    POSITION_SIDES.some((side) => {
      if (config.legs !== "both" && config.legs !== side) return false;
      if (sizes[side] === 0) return true;
      const rests = resting.some((order) =>
        order.positionSide === side && isOpening(order.purpose)
      );
      return !rests && state.legs[side].lock === null;
    }),
  isPaused: (state, side) => state.legs[side].lock !== null,
  isGuarded: ({ entriesOff, reduction }) => entriesOff || reduction !== null,
};

/** The range grid's. */
export const rangeGridRules: PlanRules<RangeGridConfig, RangeGridState> = {
  plansAllLegs: true,
  margins: "filling",
  opensAtMarket: true,
  fillsLegOnce: false,
  alarms: ({ stopLossPrice, takeProfitPrice }, { phase }) =>
    phase === "running"
      ? [stopLossPrice, takeProfitPrice].filter((price) => price !== null)
      : [],
  isRestless: ({ phase, grid }, { config, resting }) =>
    phase === "waiting" || phase === "opening" || phase === "exiting" ||
    (phase === "running" &&
      (resting.length < grid.levels || config.trailingUpTo !== null ||
        config.trailingDownTo !== null)),
  isPaused: () => false,
  isGuarded: ({ entriesOff }) => entriesOff,
};
