import type { DesiredOrder, Slot } from "../model/order.ts";
import type { PositionSide } from "../model/sides.ts";
import type { QuietPrices } from "./risk/quiet.ts";

/** An order of the bot that may still trade, whatever we know of it so far. */
export interface WorkingOrder extends Slot {
  /** Null: market order. */
  readonly price: number | null;
  /** As placed, base. */
  readonly size: number;
  /** Cumulative, base. */
  readonly filledSize: number;
  readonly cycle: number;
  readonly placedAtMs: number;
}

/** One leg's position as a strategy may rely on it. */
export interface LegPosition {
  /** Base, ≥ 0, a multiple of the lot. */
  readonly size: number;
  /** Average open price; null while flat or unknown. */
  readonly entryPrice: number | null;
  /** False while fills and positions contradict each other: the leg waits. */
  readonly settled: boolean;
}

/** Both legs. */
export type LegPositions = Readonly<Record<PositionSide, LegPosition>>;

/** How one order came to its end. */
export interface EndedOrder extends Slot {
  readonly clientOrderId: string;
  readonly cycle: number;
  readonly size: number;
  /** Cumulative, base. */
  readonly filledSize: number;
  /** Mean price of its fills; null when it never filled. */
  readonly averagePrice: number | null;
  readonly status: "filled" | "canceled" | "rejected";
}

/** A state of affairs the trader should see while it lasts. */
export interface Condition {
  /** Stable, snake_case. */
  readonly code: string;
  readonly level: "info" | "warning" | "error";
  /** Null: concerns the whole bot. */
  readonly positionSide: PositionSide | null;
  /** A sentence a trader understands, with the next step. */
  readonly message: string;
}

/** A bot that ends by itself, and why. */
export interface BotStop {
  /** Stable, snake_case. */
  readonly code: string;
  /** A sentence a trader understands, with the next step. */
  readonly message: string;
}

/** What a strategy wants. */
export interface StrategyPlan<State> {
  /** The state this plan follows from: to be durable before an order leaves. */
  readonly state: State;
  readonly desired: readonly DesiredOrder[];
  /** Legs whose orders stay exactly as they are. */
  readonly heldLegs: readonly PositionSide[];
  readonly conditions: readonly Condition[];
  /** All that was to be done before is done: the bot ends. Null: it goes on. */
  readonly stop: BotStop | null;
  /** Where its risk layers stay quiet; null: none is on. */
  readonly quiet: QuietPrices | null;
}
