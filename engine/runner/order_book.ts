/**
 * The bot's own orders in memory: rows, pushes, answers and fills meet here,
 * whatever order the news arrives in. What news makes of one order is in
 * `book_order.ts`.
 *
 * @module
 */
import {
  isFinished,
  type KnownOrder,
  type Market,
  type OrderReason,
  type OrderStatus,
  type PositionSide,
  roundToLot,
  slotKey,
  type VenueFill,
  type VenueOrder,
  type WorkingOrder,
} from "@core/mod.ts";
import type { OrderRow } from "@engine/store/port.ts";
import {
  type BookOrder,
  isNewer,
  type Movement,
  moveOrder,
  type News,
} from "./book_order.ts";
import { OwedStatements } from "./owed_statements.ts";

/** Finished orders kept for late news, beyond the newest of each slot. */
const FINISHED_KEPT = 64;

/** See the module's description. */
export class OrderBook {
  readonly #orders = new Map<string, BookOrder>();
  readonly #owed = new OwedStatements();
  readonly #byVenueId = new Map<string, string>();
  readonly #market: Market;

  constructor(market: Market) {
    this.#market = market;
  }

  /** Every order known, finished ones too. */
  get all(): readonly BookOrder[] {
    return [...this.#orders.values()];
  }

  /** Orders that may still trade. */
  get live(): readonly BookOrder[] {
    return this.all.filter((order) => !isFinished(order.status));
  }

  /** Orders whose final size is not known. */
  get untold(): readonly BookOrder[] {
    return this.all.filter((order) => !order.isEndTold);
  }

  /** Orders that the exchange must state before their leg is known. */
  get owed(): readonly string[] {
    return this.#owed.ids;
  }

  /** Since when the exchange owes a statement about a leg's orders; null: it does not. */
  owedSinceMs(side: PositionSide): number | null {
    return this.#owed.sinceMs(side);
  }

  /** What was not stated for so long is in what was. */
  forgiveOwed(untilMs: number): void {
    this.#owed.forgive(untilMs);
  }

  /** Live orders as a strategy sees them. */
  get working(): readonly WorkingOrder[] {
    return this.live;
  }

  get(clientOrderId: string): BookOrder | null {
    return this.#orders.get(clientOrderId) ?? null;
  }

  /** Finds an order by its client order id, else by the exchange's. */
  find(
    ids: {
      readonly clientOrderId: string | null;
      readonly venueOrderId: string;
    },
  ): BookOrder | null {
    const id = ids.clientOrderId ?? this.#byVenueId.get(ids.venueOrderId) ?? "";
    return this.get(id) ??
      this.get(this.#byVenueId.get(ids.venueOrderId) ?? "");
  }

  /**
   * Takes over an earlier runner's row. An unanswered request may have left
   * as late as just before `nowMs`.
   *
   * @param options.countedSize What of it is certain to have filled, base.
   * @param options.overAtMs When the exchange could not cancel it, epoch ms:
   * it is over, and whether it traded is still to be told. Null: it may live.
   */
  load(
    row: OrderRow,
    { nowMs, countedSize = 0, overAtMs = null }: {
      readonly nowMs: number;
      readonly countedSize?: number;
      readonly overAtMs?: number | null;
    },
  ): void {
    const isOver = overAtMs !== null && row.status === "unresolved";
    this.#put({
      ...row,
      status: isOver ? "canceled" : row.status,
      filledSize: Math.max(row.filledSize, countedSize),
      averagePrice: null,
      placedAtMs: row.createdAtMs,
      sentAtMs: row.status === "pending" || row.status === "unresolved"
        ? nowMs
        : row.createdAtMs,
      isMissing: false,
      isRecorded: true,
      mayBeRecorded: true,
      isCancelRequested: false,
      isOwnBirth: false,
      fillsSize: 0,
      fillsNotional: 0,
      statedAtMs: 0,
      isEndTold: isFinished(row.status),
      overAtMs: isOver ? overAtMs : null,
    });
  }

  /** Adds an order about to be recorded and placed, or one found. */
  add(
    order: KnownOrder & { readonly reason: OrderReason },
    { nowMs, isOwnBirth }: {
      readonly nowMs: number;
      readonly isOwnBirth: boolean;
    },
  ): void {
    this.#put({
      ...order,
      averagePrice: null,
      placedAtMs: nowMs,
      isRecorded: false,
      mayBeRecorded: false,
      isCancelRequested: false,
      isOwnBirth,
      fillsSize: 0,
      fillsNotional: 0,
      statedAtMs: 0,
      isEndTold: false,
      overAtMs: null,
    });
    this.#prune();
  }

  /** Changes what we know of our own doing. */
  note(
    clientOrderId: string,
    change: Partial<
      Pick<
        BookOrder,
        | "sentAtMs"
        | "isMissing"
        | "isRecorded"
        | "mayBeRecorded"
        | "isCancelRequested"
        | "placedAtMs"
        | "isEndTold"
        | "overAtMs"
      >
    >,
  ): void {
    const order = this.#orders.get(clientOrderId);
    if (order !== undefined) this.#put({ ...order, ...change });
  }

  /** The exchange states an order of ours. Null: it is none of the bot's. */
  applyVenueOrder(stated: VenueOrder): Movement | null {
    const order = this.find(stated);
    if (order === null) return null;
    return this.#move(order, {
      status: stated.status,
      filledSize: stated.filledSize,
      averagePrice: stated.averagePrice,
      venueOrderId: stated.venueOrderId,
      statedAtMs: stated.updatedAtMs,
      isStated: true,
    });
  }

  /** A fill not seen before. Null: it is none of the bot's. */
  applyFill(fill: VenueFill, nowMs: number): Movement | null {
    const order = this.find(fill);
    if (order === null) return null;
    this.#owed.owe(order, fill, nowMs);
    const size = Number(fill.size);
    const counted = {
      ...order,
      fillsSize: roundToLot(order.fillsSize + size, this.#market.lotSize),
      fillsNotional: order.fillsNotional + size * Number(fill.price),
    };
    this.#put(counted);
    return this.#move(counted, {
      status: order.status,
      filledSize: order.isOwnBirth ? counted.fillsSize : order.filledSize,
      averagePrice: null,
      venueOrderId: fill.venueOrderId,
      statedAtMs: order.statedAtMs,
      isStated: false,
    });
  }

  /**
   * The answer to a request of ours. A cancellation's answer does not say how
   * much had been filled: its end is told when the exchange states the order.
   */
  applyStatus(
    clientOrderId: string,
    status: OrderStatus,
    venueOrderId: string | null = null,
  ): Movement | null {
    const order = this.#orders.get(clientOrderId);
    if (order === undefined) return null;
    return this.#move(order, {
      status,
      filledSize: order.filledSize,
      averagePrice: null,
      venueOrderId,
      statedAtMs: order.statedAtMs,
      isStated: false,
    });
  }

  #move(before: BookOrder, news: News): Movement {
    const movement = moveOrder(before, news, this.#market.lotSize);
    this.#put(movement.order);
    this.#owed.pay(movement.order);
    return movement;
  }

  #put(order: BookOrder): void {
    this.#orders.set(order.clientOrderId, order);
    if (order.venueOrderId !== null) {
      this.#byVenueId.set(order.venueOrderId, order.clientOrderId);
    }
  }

  #prune(): void {
    const newest = new Map<string, BookOrder>();
    const finished: BookOrder[] = [];
    for (const order of this.#orders.values()) {
      if (!isFinished(order.status)) continue;
      // Its row is open until its end is told, and nobody else would ask.
      if (order.status === "canceled" && !order.isEndTold) continue;
      finished.push(order);
      const key = slotKey(order);
      const other = newest.get(key);
      if (other === undefined || isNewer(order, other)) newest.set(key, order);
    }
    for (const order of finished.slice(0, -FINISHED_KEPT)) {
      if (newest.get(slotKey(order)) === order) continue;
      this.#orders.delete(order.clientOrderId);
      if (order.venueOrderId !== null) {
        this.#byVenueId.delete(order.venueOrderId);
      }
    }
  }
}
