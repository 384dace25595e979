/**
 * A strategy as the runner drives it: the pure functions of the core with the
 * bot's configuration and durable state around them.
 *
 * @module
 */
import {
  AS_GRID,
  type BotStop,
  type Condition,
  type DesiredOrder,
  type EndedOrder,
  type KnownOrder,
  type LegPositions,
  type Market,
  type PositionSide,
  type Quote,
  RANGE_GRID,
  type RiskFacts,
  type Slot,
  type WorkingOrder,
} from "@core/mod.ts";
import type { BotRow } from "@engine/store/port.ts";
import { countIn, openStrategyKind } from "./grid_strategy.ts";

/** What a strategy looks at. */
export interface StrategyInput {
  readonly positions: LegPositions;
  readonly quote: Quote;
  readonly marginRatio: number | null;
  readonly working: readonly WorkingOrder[];
  /** Orders of which not everything they filled, or will, may be told. */
  readonly unsure: readonly Slot[];
  readonly nowMs: number;
  /** What risk layers look at besides. */
  readonly facts: RiskFacts;
}

/** What a strategy answers. */
export interface Decision {
  readonly desired: readonly DesiredOrder[];
  readonly heldLegs: readonly PositionSide[];
  readonly conditions: readonly Condition[];
  /** A risk layer ends the bot, and all it wanted first is done. */
  readonly stop: BotStop | null;
}

/** What a lost state is rebuilt from. */
export interface History {
  readonly positions: LegPositions;
  readonly referencePrice: number;
  /** The bot's own orders that traded, oldest first. */
  readonly orders: readonly EndedOrder[];
  /** Orders we know of, finished ones too: of each slot at least the newest. */
  readonly known: readonly KnownOrder[];
  readonly nextCycle: Readonly<Record<PositionSide, number>>;
}

/** See the module's description. */
export interface BotStrategy {
  readonly leverage: number;
  readonly staleDataSeconds: number;
  /** Longest rest of an opening order that somebody or something canceled. */
  readonly openRequoteSeconds: number;
  /** Whether a risk layer looks at the account's equity. */
  readonly needsEquity: boolean;
  /** The durable state as JSON; a new object whenever it changed. */
  readonly state: unknown;
  /** Whether a usable state was there, or has been made. */
  readonly hasState: boolean;
  /** Stands in for one that could not be opened: good for stopping only. */
  readonly isInert: boolean;
  /** Makes a state out of what is left, where none was stored. */
  rebuild(history: History): void;
  /**
   * The bot is to run, and the exchange has been asked what became of its
   * orders: goes on, or begins anew. `isIdle`: none of them may fill any more.
   */
  begin(
    at: { readonly referencePrice: number; readonly isIdle: boolean },
  ): void;
  /** An order has come to its end; counted once however often it is told. */
  orderEnded(order: EndedOrder): void;
  /** Funding was paid (< 0) or received; counted once however often it is told. */
  fundingSettled(payment: { amount: number; atMs: number }): void;
  /** The orders that should rest. */
  plan(input: StrategyInput): Decision;
  /** Whether this price is to be acted on at once, not with the next look around. */
  isAwaited(quote: Quote): boolean;
  /** Whether this leg's position is the bot's own. */
  ownsLeg(positionSide: PositionSide): boolean;
  /**
   * The largest size the leg may have when this opening order has filled, base;
   * null: what its own level is for.
   */
  limitOf(order: Pick<DesiredOrder, "positionSide" | "purpose">): number | null;
  cycleOf(positionSide: PositionSide): number;
  /** What a changed configuration asks for. @throws {FaultError} If it is not acceptable. */
  leverageOf(config: unknown, referencePrice: number): number;
  /** Takes a changed configuration over. @throws {FaultError} If it is not acceptable. */
  adoptConfig(config: unknown, referencePrice: number): void;
}

/** Opens the bot's strategy. @throws {FaultError} If its configuration is not acceptable. */
export function createStrategy(
  bot: BotRow,
  options: {
    readonly market: Market;
    readonly state: unknown;
    readonly referencePrice: number;
  },
): BotStrategy {
  switch (bot.strategy) {
    case "as_grid":
      return openStrategyKind(AS_GRID, bot, options);
    case "range_grid":
      return openStrategyKind(RANGE_GRID, bot, options);
  }
}

/** Counts an order that has ended in a stored state, as far as it can be read. */
export function countInState(
  strategy: BotRow["strategy"],
  stored: unknown,
  change: { readonly order: EndedOrder; readonly market: Market },
): unknown {
  switch (strategy) {
    case "as_grid":
      return countIn(AS_GRID, stored, change);
    case "range_grid":
      return countIn(RANGE_GRID, stored, change);
  }
}
