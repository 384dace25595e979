/**
 * The store port: the rows a runner reads and writes, in the core's words.
 * `postgres_bot_store.ts` implements it on Postgres; the simulation has one in
 * memory with the same semantics. Every write names the claim epoch; a write
 * under an old epoch changes nothing and throws {@linkcode FencedError}.
 *
 * @module
 */
import type {
  EndReason,
  OrderReason,
  OrderSide,
  OrderStatus,
  Slot,
  VenueFill,
} from "@core/mod.ts";

/** The bot is no longer ours: another engine claimed it. Stop at once. */
export class FencedError extends Error {
  override readonly name = "FencedError";
  constructor(readonly botId: string, readonly epoch: number) {
    super(`Bot ${botId} is no longer held under epoch ${epoch}`);
  }
}

/** What a runner is told about its bot; re-read on each wake-up. */
export interface BotRow {
  readonly id: string;
  readonly userId: string;
  readonly exchangeKeyId: string;
  readonly name: string;
  readonly symbol: string;
  readonly strategy: "as_grid" | "range_grid";
  /** Unparsed: the strategy's schema decides. */
  readonly config: unknown;
  readonly configVersion: number;
  readonly runningConfigVersion: number | null;
  readonly desiredState: "running" | "stopped";
  readonly desiredVersion: number;
  readonly acknowledgedVersion: number;
  readonly stopPolicy: StopPolicy;
  readonly status: BotStatus;
  readonly claimEpoch: number;
  readonly startedAtMs: number | null;
  /** The owner is suspended, in grace: nothing that opens a position may rest. */
  readonly keepsTakeProfitsOnly?: boolean;
}

/** What becomes of orders and positions when a bot stops. */
export type StopPolicy =
  | "keep_take_profits"
  | "cancel_orders"
  | "close_positions";

/** What the engine reports of a bot. */
export type BotStatus =
  | "idle"
  | "starting"
  | "running"
  | "stopping"
  | "stopped"
  | "faulted";

/** An order's row. Sizes and prices as numbers: they are multiples of steps. */
export interface OrderRow extends Slot {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly symbol: string;
  readonly orderSide: OrderSide;
  readonly cycle: number;
  readonly revision: number;
  readonly price: number | null;
  readonly size: number;
  readonly filledSize: number;
  readonly postOnly: boolean;
  readonly status: OrderStatus;
  readonly rejectCode: string | null;
  readonly reason: OrderReason;
  readonly createdAtMs: number;
}

/** A change to an order's row. Filled size never falls, a finished order never reopens: the statement sees to it (I5). */
export interface OrderUpdate {
  readonly clientOrderId: string;
  readonly venueOrderId?: string | null;
  readonly status: OrderStatus;
  readonly filledSize?: number;
  readonly averagePrice?: number | null;
  readonly rejectCode?: string | null;
  readonly rejectMessage?: string | null;
  /** Why it ended; the first one told stays, and none where it filled. */
  readonly endReason?: EndReason | null;
}

/** A fill to be recorded once, whatever is replayed (I4). */
export interface FillRecord {
  readonly fill: VenueFill;
  /** Null for a foreign fill (manual, or another bot's order). */
  readonly slot: Slot | null;
}

/** One funding settlement, as `ExchangeAccount.fetchFundingPayments` tells it. */
export interface FundingRecord {
  readonly billId: string;
  /** Received > 0, paid < 0; the exchange's decimal text. */
  readonly amount: string;
  readonly atMs: number;
}

/** One line of the bot's log. */
export interface BotEvent {
  readonly level: "info" | "warning" | "error";
  /** Stable snake_case code. */
  readonly code: string;
  /** A sentence a trader understands, with the next step. */
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The bot's figures of the moment. Null is unknown, never zero. */
export interface BotMetrics {
  readonly markPrice: number | null;
  readonly longSize: number;
  readonly longEntryPrice: number | null;
  readonly shortSize: number;
  readonly shortEntryPrice: number | null;
  readonly unrealizedPnl: number | null;
  readonly equity: number | null;
  readonly marginRatio: number | null;
  readonly openOrders: number;
  readonly lastSyncAtMs: number;
  /** The exchange's own figures; null where it gives none, or flat. */
  readonly longLiquidationPrice: number | null;
  readonly shortLiquidationPrice: number | null;
  readonly longBreakEvenPrice: number | null;
  readonly shortBreakEvenPrice: number | null;
}

/** What a full look at the exchange found, beside what the bot believed. */
export interface BotAudit {
  readonly syncedAtMs: number;
  /** What the bot acts on after the look, base. */
  readonly ourLongSize: number;
  readonly ourShortSize: number;
  readonly exchangeLongSize: number;
  readonly exchangeShortSize: number;
  /** Orders the bot believed to rest. */
  readonly expectedOrders: number;
  /** The bot's orders that the exchange showed. */
  readonly foundOrders: number;
}

/** Everything a runner needs to go on where the last one stopped. */
export interface RecoveredBot {
  readonly bot: BotRow;
  /** The strategy's durable state, or null when there is none. */
  readonly state: unknown;
  /** Unfinished orders, and of each slot the newest one. */
  readonly orders: readonly OrderRow[];
  /** When the newest recorded fill of this bot's key and symbol happened; null before any. */
  readonly lastFillAtMs: number | null;
  /**
   * When the newest recorded funding payment was settled; before any, when the
   * bot's first fill happened, for nothing was due earlier; null before both.
   */
  readonly lastFundingAtMs: number | null;
}

/** One bot's rows under one claim. */
export interface BotStore {
  /**
   * Everything a runner needs to go on, what this store has queued before the
   * call included.
   */
  recover(): Promise<RecoveredBot>;
  /**
   * Which of these orders of the exchange's are the bot's, however long they
   * are over.
   *
   * @returns Client order ids by venue order id; others' are left out.
   */
  findOrders(
    venueOrderIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** The row as it stands; cheap, called on every wake-up by NOTIFY. */
  loadBot(): Promise<BotRow>;
  /**
   * Commits the intents (status `pending`) and, in the same transaction, the
   * state they follow from. Resolves when durable: only then may they leave.
   * An id that exists already is left as it is.
   */
  recordIntents(
    orders: readonly Omit<
      OrderRow,
      "venueOrderId" | "filledSize" | "status" | "rejectCode" | "createdAtMs"
    >[],
    state: unknown,
  ): Promise<void>;
  /** Queues order changes for the batch writer; `flush` waits for them. */
  updateOrders(updates: readonly OrderUpdate[]): void;
  /** Queues fills; recorded at most 50 ms later. Known trade ids are skipped. */
  recordFills(fills: readonly FillRecord[]): void;
  /** Queues funding payments; known bill ids are skipped. */
  recordFunding(payments: readonly FundingRecord[]): void;
  /** Queues log lines. */
  addEvents(events: readonly BotEvent[]): void;
  /** Replaces the figures of the moment; the newest wins. */
  setMetrics(metrics: BotMetrics): void;
  /** Replaces what the last full look at the exchange found. */
  setAudit(audit: BotAudit): void;
  /** Durable state alone, when no order goes with it. */
  saveState(state: unknown): Promise<void>;
  /**
   * Writes what the engine reports of the bot.
   *
   * @returns False, nothing written: a stop that a newer intent has overtaken.
   * It may ask for more than what was carried out, and whoever reads `stopped`
   * beside it would believe that done.
   */
  setStatus(
    status: BotStatus,
    detail?: {
      readonly code?: string | null;
      readonly reason?: string | null;
      /** The desired_version this answers: the intent has been carried out. */
      readonly acknowledgedVersion?: number;
      readonly runningConfigVersion?: number;
    },
  ): Promise<boolean>;
  /** Waits until everything queued is durable. @throws {FencedError} */
  flush(): Promise<void>;
}
