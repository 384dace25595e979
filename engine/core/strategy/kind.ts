/**
 * A kind of strategy as those who drive one see it, the runner and the
 * backtest: its pure functions under common names. A new strategy is one more
 * {@linkcode StrategyKind}.
 *
 * @module
 */
import type { z } from "zod";
import type { Market, Quote } from "../model/market.ts";
import type { Slot } from "../model/order.ts";
import type { PositionSide, Purpose } from "../model/sides.ts";
import type { KnownOrder } from "../reconcile/known_order.ts";
import { type AsGridConfig, AsGridConfigSchema } from "./as_grid/config.ts";
import { checkConfigAgainstMarket } from "./as_grid/market_check.ts";
import { planAsGrid } from "./as_grid/plan.ts";
import { rebuildAsGridState } from "./as_grid/rebuild.ts";
import {
  adoptAsGridConfig,
  applyEndedOrder,
  type AsGridState,
  AsGridStateSchema,
  createAsGridState,
  ownsAsGridLeg,
  thresholdsOf,
} from "./as_grid/state.ts";
import type {
  EndedOrder,
  LegPositions,
  StrategyPlan,
  WorkingOrder,
} from "./plan.ts";
import { applyRangeGridOrder } from "./range_grid/apply_order.ts";
import {
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "./range_grid/config.ts";
import { checkRangeGridConfig } from "./range_grid/market_check.ts";
import { planRangeGrid } from "./range_grid/plan.ts";
import { rebuildRangeGrid } from "./range_grid/rebuild.ts";
import { isPriceAwaited } from "./range_grid/settle.ts";
import {
  createRangeGridState,
  heldOf,
  type RangeGridState,
  RangeGridStateSchema,
  resumeRangeGrid,
} from "./range_grid/state.ts";
import type { RiskLayers } from "./risk/config.ts";
import type { RiskFacts } from "./risk/facts.ts";
import { largestEntryFactor } from "./risk/overlay.ts";
import type { RiskState } from "./risk/state.ts";

/** What every configuration has. */
export interface CommonConfig {
  readonly leverage: number;
  readonly openRequoteSeconds: number;
  readonly risk: Partial<RiskLayers> & {
    readonly staleDataSeconds: number;
    /** Null: the margin guard is off. */
    readonly marginGuard: { readonly entryLimit: number } | null;
  };
}

/** What every state may have. */
export interface CommonState {
  readonly risk?: RiskState | undefined;
}

/** What a plan is made from, beside configuration, market and state. */
export interface PlanView {
  readonly positions: LegPositions;
  readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
  readonly marginRatio: number | null;
  readonly working: readonly WorkingOrder[];
  /** See `RangeGridInput`; absent: everything is told at once. */
  readonly unsure?: readonly Slot[];
  readonly nowMs: number;
  readonly facts?: RiskFacts;
}

/** Where a bot stands when it is opened. */
export interface Opening<Config> {
  readonly config: Config;
  readonly market: Market;
  /** The last price, quote per base. */
  readonly referencePrice: number;
  /** Of the trader's intent: a new start may begin anew. */
  readonly runVersion: number;
}

/** What is left of a lost state. */
export interface Remains<Config> extends Opening<Config> {
  readonly positions: LegPositions;
  /** The bot's own orders that traded, oldest first. */
  readonly orders: readonly EndedOrder[];
  /** Orders we know of, finished ones too: of each slot at least the newest. */
  readonly known: readonly KnownOrder[];
  /** Above every cycle ever used by a leg: ids must never repeat. */
  readonly nextCycle: Readonly<Record<PositionSide, number>>;
}

/** One thing a market has against a configuration. */
export interface StrategyIssue {
  readonly level: "error" | "warning";
  readonly code: string;
  readonly message: string;
}

/** See the module's description. */
export interface StrategyKind<
  Config extends CommonConfig,
  State extends CommonState,
> {
  readonly configSchema: z.ZodType<Config, unknown>;
  readonly stateSchema: z.ZodType<State, unknown>;
  /** What a market has against a configuration; empty when nothing. */
  check(opening: Omit<Opening<Config>, "runVersion">): readonly StrategyIssue[];
  /** The state of a bot that has never traded. */
  create(opening: Opening<Config>): State;
  /**
   * The state a bot that is to run goes on with, once the exchange has been
   * asked what became of its orders. `isIdle`: none of them is live.
   */
  resume(
    state: State,
    opening: Opening<Config> & { readonly isIdle: boolean },
  ): State;
  /** A state out of what is left. */
  rebuild(remains: Remains<Config>): State;
  /** The state under a changed configuration. */
  adopt(state: State, opening: Opening<Config>): State;
  plan(
    view: PlanView & {
      readonly config: Config;
      readonly market: Market;
      readonly state: State;
    },
  ): StrategyPlan<State>;
  /** The state after an order of the bot has ended; told again: the same. */
  applyOrder(
    state: State,
    change: { readonly order: EndedOrder; readonly market: Market },
  ): State;
  /** Whether this price is to be acted on at once. */
  isAwaited(
    state: State,
    config: Config,
    quote: Pick<Quote, "bestBid" | "bestAsk">,
  ): boolean;
  /** Whether a leg's position is the bot's own. */
  ownsLeg(state: State, side: PositionSide, market: Market): boolean;
  /** The largest position an order may lead to; null: it is not one number. */
  limitOf(state: State, config: Config, purpose: Purpose): number | null;
  cycleOf(state: State, side: PositionSide): number;
}

/** The AS grid. */
export const AS_GRID: StrategyKind<AsGridConfig, AsGridState> = {
  configSchema: AsGridConfigSchema,
  stateSchema: AsGridStateSchema,
  check: ({ config, market, referencePrice }) =>
    checkConfigAgainstMarket(config, market, referencePrice),
  create: ({ config, market, referencePrice }) =>
    createAsGridState(config, market, referencePrice),
  resume: (state) => state,
  rebuild: rebuildAsGridState,
  adopt: adoptAsGridConfig,
  plan: planAsGrid,
  applyOrder: applyEndedOrder,
  isAwaited: () => false,
  ownsLeg: ownsAsGridLeg,
  limitOf(state, config, purpose) {
    const { maxEntry } = thresholdsOf(state, config);
    const { baseSize } = state;
    return purpose === "open"
      ? baseSize
      : maxEntry + baseSize * largestEntryFactor(config.risk);
  },
  cycleOf: (state, side) => state.legs[side].cycle,
};

/** The range grid. */
export const RANGE_GRID: StrategyKind<RangeGridConfig, RangeGridState> = {
  configSchema: RangeGridConfigSchema,
  stateSchema: RangeGridStateSchema,
  check: ({ config, market, referencePrice }) =>
    checkRangeGridConfig(config, market, referencePrice),
  create: (opening) =>
    createRangeGridState({ ...opening, nextCycle: { long: 0, short: 0 } }),
  resume: resumeRangeGrid,
  rebuild: (remains) =>
    rebuildRangeGrid({ ...remains, known: remains.known.filter(hasTraded) }),
  /** A running grid keeps its lines: those come into use with its next start. */
  adopt: (state) => state,
  plan: planRangeGrid,
  applyOrder: applyRangeGridOrder,
  isAwaited: isPriceAwaited,
  ownsLeg: (state, side, market) => heldOf(state, side, market.lotSize) > 0,
  limitOf: () => null,
  cycleOf: (state, side) => state.cycles[side],
};

/** A row that never left says nothing about what the grid holds. */
function hasTraded(order: KnownOrder): boolean {
  return order.status !== "rejected" &&
    (order.status !== "canceled" || order.filledSize > 0);
}
