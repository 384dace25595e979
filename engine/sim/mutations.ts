/**
 * Safety rules taken away, one at a time: each must be missed. A simulation
 * that passes whatever is taken away proves nothing. The rules are taken away
 * at the engine's borders (its store, its exchange, its fence, its clock), so
 * that the code that runs is the engine's own.
 *
 * @module
 */
import { formatClientOrderId, parseClientOrderId } from "@core/mod.ts";
import type {
  ExchangeAccount,
  NewOrder,
  PlaceOutcome,
} from "@engine/exchange/port.ts";
import {
  type MemoryBot,
  MemoryBotStore,
} from "@engine/store/memory_bot_store.ts";
import type { Random } from "./random.ts";
import {
  PositionBook,
  REST_BEHIND_MS_MAX,
} from "@engine/runner/position_book.ts";
import { TradeIds } from "@engine/runner/trade_ids.ts";
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
  /** A fill told again counts again. */
  "fills_count_twice",
  /** Whatever is written of an order last is its state. */
  "last_write_wins",
  /** The largest position is four times what was configured. */
  "limit_is_ignored",
] as const;

/** One of {@linkcode MUTATIONS}. */
export type Mutation = (typeof MUTATIONS)[number];

/** Returns an account whose caller is betrayed in the way the mutation says. */
export function mutateAccount(
  account: ExchangeAccount,
  mutation: Mutation | null,
  random: Random,
): ExchangeAccount {
  switch (mutation) {
    case "resend_with_new_id":
      return override(account, {
        placeOrders: (orders) => placeAgain(account, orders),
      });
    case "random_ids":
      return override(account, {
        placeOrders: (orders) => placeRandomly(account, orders, random),
      });
    case "timeout_is_rejection":
      return override(account, {
        placeOrders: async (orders) =>
          (await account.placeOrders(orders)).map((outcome) =>
            outcome.kind === "unresolved"
              ? { ...outcome, kind: "rejected" }
              : outcome
          ),
      });
    case "error_is_not_found":
      return override(account, {
        fetchOrder: async (symbol, id) => {
          try {
            return await account.fetchOrder(symbol, id);
          } catch {
            return null;
          }
        },
        cancelOrders: async (symbol, requests) =>
          (await account.cancelOrders(symbol, requests)).map((outcome) =>
            outcome.kind === "unresolved"
              ? { kind: "gone", clientOrderId: outcome.clientOrderId }
              : outcome
          ),
      });
    case "no_resync":
      return override(account, {
        listen: (listener) =>
          account.listen((event) => {
            const isNews = event.kind !== "connected" &&
              event.kind !== "disconnected";
            if (isNews) listener(event);
          }),
        fetchFills: () => Promise.resolve([]),
      });
    case "unknown_fee_is_zero":
      return override(account, {
        listen: (listener) =>
          account.listen((event) =>
            listener(
              event.kind === "fill"
                ? {
                  ...event,
                  fill: { ...event.fill, fee: event.fill.fee ?? "0" },
                }
                : event,
            )
          ),
      });
    case "tp_beyond_position":
      return override(account, {
        placeOrders: (orders) =>
          account.placeOrders(
            orders.map((order) =>
              order.purpose === "take_profit"
                ? { ...order, size: order.size + 1 }
                : order
            ),
          ),
      });
    case "cancels_all":
      return override(account, {
        cancelOrders: async (symbol, requests) => {
          const others = await account.fetchOpenOrders(symbol);
          await account.cancelOrders(
            symbol,
            others.map(({ clientOrderId, venueOrderId }) => ({
              clientOrderId: clientOrderId ?? "",
              venueOrderId,
            })),
          );
          return await account.cancelOrders(symbol, requests);
        },
      });
    case "fees_are_zero":
      return override(account, {
        fetchFills: async (symbol, sinceMs) =>
          (await account.fetchFills(symbol, sinceMs))
            .map((fill) => ({ ...fill, fee: "0" })),
      });
    default:
      return account;
  }
}

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
    case "fills_count_twice": {
      const { add } = TradeIds.prototype;
      TradeIds.prototype.add = () => "new";
      return () => void (TradeIds.prototype.add = add);
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

function override(
  account: ExchangeAccount,
  methods: Partial<ExchangeAccount>,
): ExchangeAccount {
  const descriptors = Object.entries(methods)
    .map(([name, value]) => [name, { value }] as const);
  return Object.create(account, Object.fromEntries(descriptors));
}

async function placeAgain(
  account: ExchangeAccount,
  orders: readonly NewOrder[],
): Promise<PlaceOutcome[]> {
  const outcomes = await account.placeOrders(orders);
  const again = orders.filter((_, i) => outcomes[i]?.kind === "unresolved");
  if (again.length === 0) return outcomes;
  const second = await account.placeOrders(
    again.map((order) => renamed(order, 1_000)),
  );
  return outcomes.map((outcome) => {
    const i = again.findIndex((o) => o.clientOrderId === outcome.clientOrderId);
    const other = second[i];
    return other === undefined
      ? outcome
      : { ...other, clientOrderId: outcome.clientOrderId };
  });
}

async function placeRandomly(
  account: ExchangeAccount,
  orders: readonly NewOrder[],
  random: Random,
): Promise<PlaceOutcome[]> {
  const outcomes = await account.placeOrders(
    orders.map((order) => renamed(order, random.integer(1_000, 1_000_000))),
  );
  return outcomes.map((outcome, i) => ({
    ...outcome,
    clientOrderId: orders[i]?.clientOrderId ?? outcome.clientOrderId,
  }));
}

function renamed(order: NewOrder, revisionShift: number): NewOrder {
  const parts = parseClientOrderId(order.clientOrderId);
  if (parts === null) return order;
  const revision = parts.revision + revisionShift;
  return {
    ...order,
    clientOrderId: formatClientOrderId({ ...parts, revision }),
  };
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
