/**
 * Safety rules taken away, one at a time: each must be missed. A simulation
 * that passes whatever is taken away proves nothing. The rules are taken away
 * at the engine's borders (its store, its exchange, its fence, its clock), so
 * that the code that runs is the engine's own.
 *
 * @module
 */
import { MemoryBot, MemoryBotStore } from "@engine/store/memory_bot_store.ts";
import {
  PositionBook,
  REST_BEHIND_MS_MAX,
} from "@engine/runner/position_book.ts";
import { Lease } from "@engine/supervisor/lease.ts";
import type { BotRow } from "@engine/store/port.ts";
import { SimBotStore } from "./sim_store.ts";

/** The rules that are taken away. */
export const MUTATIONS = [
  /** Writes are not refused under an old epoch. */
  "no_epoch_check",
  /** Orders leave whether the lease holds or not. */
  "no_lease_check",
  /** Orders leave before their intents are durable. */
  "intent_after_wire",
  /** An order that was not answered is sent again at once, under a new id. */
  "resend_with_new_id",
  /** An id depends on chance. */
  "random_ids",
  /** A lost answer counts as a refusal. */
  "timeout_is_rejection",
  /** An error on the way counts as "order not found". */
  "error_is_not_found",
  /** A reconnect goes unnoticed, and fills are never fetched. */
  "no_resync",
  /** The engine's clock is set with the wall clock. */
  "clock_is_set",
  /** What a fill cost counts as nothing. */
  "fees_are_zero",
  /** What a fill cost and is not told yet counts as nothing. */
  "unknown_fee_is_zero",
  /** Whatever the exchange shows of positions is believed at once. */
  "positions_are_believed",
  /** A take-profit closes more than the position. */
  "tp_beyond_position",
  /** A cancellation takes every order of the market along. */
  "cancels_all",
  /** A fill told again is recorded again. */
  "fills_count_twice",
  /** Whatever is written of an order last is its state. */
  "last_write_wins",
  /** The largest position is four times what was configured. */
  "limit_is_ignored",
] as const;

/** One of {@linkcode MUTATIONS}. */
export type Mutation = (typeof MUTATIONS)[number];

/** Takes rules out of the engine's own classes. @returns Puts them back. */
export function patchClasses(mutation: Mutation | null): () => void {
  switch (mutation) {
    case "positions_are_believed": {
      const { adopt } = PositionBook.prototype;
      PositionBook.prototype.adopt = function (positions, nowMs) {
        adopt.call(this, positions, nowMs - 10 * REST_BEHIND_MS_MAX);
        adopt.call(this, positions, nowMs);
      };
      return () => void (PositionBook.prototype.adopt = adopt);
    }
    case "no_lease_check": {
      const isValid = Object.getOwnPropertyDescriptor(
        Lease.prototype,
        "isValid",
      );
      Object.defineProperty(Lease.prototype, "isValid", {
        configurable: true,
        get: () => true,
      });
      return () => {
        if (isValid === undefined) return;
        Object.defineProperty(Lease.prototype, "isValid", isValid);
      };
    }
    case "fills_count_twice": {
      const { addFill } = MemoryBot.prototype;
      MemoryBot.prototype.addFill = function (record) {
        const id = record.fill.venueTradeId;
        if (this.fills.has(id)) this.fills.set(`${id} again`, record);
        else addFill.call(this, record);
      };
      return () => void (MemoryBot.prototype.addFill = addFill);
    }
    default:
      return () => {};
  }
}

/** Returns the row with a limit that nobody configured. */
export function withoutLimit(row: BotRow): BotRow {
  const config = row.config as Readonly<Record<string, unknown>>;
  const { maxEntryMultiplier, investment } = config;
  return {
    ...row,
    config: {
      ...config,
      ...(typeof maxEntryMultiplier === "number" &&
        { maxEntryMultiplier: 4 * maxEntryMultiplier }),
      ...(typeof investment === "number" && { investment: 4 * investment }),
    },
  };
}

/** Returns rows that take the writes of this epoch for good, whoever came later. */
export function unfencedRows(
  bot: MemoryBot,
  epoch: number,
  nowMs: () => number,
): MemoryBotStore {
  const blind = new Proxy(bot, {
    get: (target, key) => {
      if (key === "row") return { ...target.row, claimEpoch: epoch };
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => {
      const { claimEpoch } = target.row;
      return key === "row"
        ? Reflect.set(target, key, { ...value, claimEpoch })
        : Reflect.set(target, key, value);
    },
  });
  return new MemoryBotStore(blind, epoch, nowMs);
}

/** Rows whose intents are on their way when it says that they are durable. */
export class HastyBotStore extends SimBotStore {
  override recordIntents(
    ...args: Parameters<SimBotStore["recordIntents"]>
  ): Promise<void> {
    super.recordIntents(...args).catch(() => {});
    return Promise.resolve();
  }
}

/** Rows where what is written last stands, whatever was known. */
export class ForgetfulBotStore extends SimBotStore {
  protected override write(
    rows: MemoryBot,
    updates: Parameters<SimBotStore["updateOrders"]>[0],
  ): void {
    for (const { clientOrderId, status, filledSize } of updates) {
      const order = rows.orders.get(clientOrderId);
      if (order === undefined) continue;
      rows.orders.set(clientOrderId, {
        ...order,
        status,
        filledSize: filledSize ?? order.filledSize,
      });
    }
  }
}
