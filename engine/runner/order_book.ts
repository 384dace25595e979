/**
 * The bot's own orders in memory: rows, pushes, answers and fills meet here.
 * Filled size never falls and a finished order never reopens (I5), whatever
 * order the news arrives in.
 *
 * An order's filled size is known from two sources: cumulative figures the
 * exchange states, and the sum of its fills where all of them were seen, that
 * is for orders placed by this runner. The larger one counts, so the same
 * execution told twice counts once.
 *
 * @module
 */
import {
  type EndedOrder,
  isFinished,
  type KnownOrder,
  type Market,
  type OrderReason,
  type OrderStatus,
  type PositionSide,
  roundToLot,
  type Slot,
  slotKey,
  type VenueFill,
  type VenueOrder,
  type WorkingOrder,
} from "@core/mod.ts";
import type { OrderRow, OrderUpdate } from "@engine/store/port.ts";

/** Finished orders kept for late news, beyond the newest of each slot. */
const FINISHED_KEPT = 64;

/** One order and what we know of it beyond {@linkcode KnownOrder}. */
export interface BookOrder extends KnownOrder {
  readonly averagePrice: number | null;
  readonly reason: OrderReason;
  readonly placedAtMs: number;
  /** Its row is committed. */
  readonly isRecorded: boolean;
  /** Its row was on its way when the database did not answer: it may exist. */
  readonly mayBeRecorded: boolean;
  /** We asked for its cancellation. */
  readonly isCancelRequested: boolean;
  /** Placed by this runner, so that every fill of it is seen. */
  readonly isOwnBirth: boolean;
  /** Sum of the fills seen, base and quote. */
  readonly fillsSize: number;
  readonly fillsNotional: number;
  /** The exchange's clock at its newest statement about this order. */
  readonly statedAtMs: number;
  /** Its end has been told, with its final size. */
  readonly isEndTold: boolean;
  /** When we learnt that it is over, its final size unknown; null: it is not. */
  readonly overAtMs: number | null;
}

/** What a piece of news changed. */
export interface Movement {
  readonly order: BookOrder;
  /** By how much the filled size rose, base. */
  readonly filledDelta: number;
  /** Set once, when the order's end and final size are known. */
  readonly ended: EndedOrder | null;
  /** Set when the row changes. */
  readonly update: OrderUpdate | null;
}

/** A fill of another runner's order that no statement of it holds yet. */
interface Owed {
  readonly positionSide: PositionSide;
  /** The exchange's clock. */
  readonly filledAtMs: number;
  readonly sinceMs: number;
}

/** See the module's description. */
export class OrderBook {
  readonly #orders = new Map<string, BookOrder>();
  /** By client order id. */
  readonly #owed = new Map<string, Owed>();
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
    return [...this.#owed.keys()];
  }

  /** Since when the exchange owes a statement about a leg's orders; null: it does not. */
  owedSinceMs(side: PositionSide): number | null {
    let sinceMs: number | null = null;
    for (const owed of this.#owed.values()) {
      if (owed.positionSide !== side) continue;
      sinceMs = Math.min(sinceMs ?? Infinity, owed.sinceMs);
    }
    return sinceMs;
  }

  /** What was not stated for so long is in what was. */
  forgiveOwed(untilMs: number): void {
    for (const [id, { sinceMs }] of this.#owed) {
      if (sinceMs <= untilMs) this.#owed.delete(id);
    }
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
    this.#owe(order, fill, nowMs);
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

  #move(
    before: BookOrder,
    news: {
      readonly status: OrderStatus;
      readonly filledSize: number;
      readonly averagePrice: number | null;
      readonly venueOrderId: string | null;
      readonly statedAtMs: number;
      readonly isStated: boolean;
    },
  ): Movement {
    const filledSize = Math.max(
      before.filledSize,
      Math.min(before.size, roundToLot(news.filledSize, this.#market.lotSize)),
    );
    const isFull = filledSize >= before.size;
    const status = nextStatus(before.status, {
      status: isFull ? "filled" : news.status,
      hasFills: filledSize > 0,
    });
    const averagePrice = clean(news.averagePrice) ?? averageOf(before) ??
      before.averagePrice ?? (filledSize > 0 ? before.price : null);
    const isTurned = isFinished(status) && status !== before.status;
    const isFinal = status === "filled" ||
      (news.isStated && isFinished(news.status));
    const tellsEnd = isFinished(status) && isFinal &&
      (!before.isEndTold || (isTurned && status === "filled"));
    const order: BookOrder = {
      ...before,
      isEndTold: before.isEndTold || tellsEnd,
      status,
      filledSize,
      averagePrice,
      venueOrderId: news.venueOrderId ?? before.venueOrderId,
      statedAtMs: Math.max(before.statedAtMs, news.statedAtMs),
      isMissing: status === "unresolved" && before.isMissing,
    };
    this.#put(order);
    this.#payOwed(order);
    const filledDelta = roundToLot(
      filledSize - before.filledSize,
      this.#market.lotSize,
    );
    const isChanged = tellsEnd || filledDelta > 0 || status !== before.status ||
      order.venueOrderId !== before.venueOrderId;
    return {
      order,
      filledDelta,
      ended: tellsEnd ? toEnded(order) : null,
      update: isChanged
        ? {
          clientOrderId: order.clientOrderId,
          venueOrderId: order.venueOrderId,
          status,
          filledSize,
          averagePrice,
        }
        : null,
    };
  }

  /** Of another runner's order not every fill is seen: only sums count. */
  #owe(order: BookOrder, { filledAtMs }: VenueFill, nowMs: number): void {
    const { isOwnBirth, isEndTold, statedAtMs, positionSide } = order;
    if (isOwnBirth || isEndTold || filledAtMs <= statedAtMs) return;
    const before = this.#owed.get(order.clientOrderId);
    this.#owed.set(order.clientOrderId, {
      positionSide,
      filledAtMs: Math.max(filledAtMs, before?.filledAtMs ?? 0),
      sinceMs: before?.sinceMs ?? nowMs,
    });
  }

  #payOwed(order: BookOrder): void {
    const owed = this.#owed.get(order.clientOrderId);
    if (owed === undefined) return;
    if (order.statedAtMs >= owed.filledAtMs || order.isEndTold) {
      this.#owed.delete(order.clientOrderId);
    }
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

/** Returns the slot of an order, and nothing more of it. */
export function slotOf({ positionSide, purpose, level }: Slot): Slot {
  return { positionSide, purpose, level };
}

/** The mean price of all fills seen, when they are all there are. */
function averageOf(order: BookOrder): number | null {
  if (!order.isOwnBirth || order.fillsSize <= 0) return null;
  return clean(order.fillsNotional / order.fillsSize);
}

/** A mean without binary noise. */
function clean(price: number | null): number | null {
  return price === null ? null : Number(price.toPrecision(12));
}

function isNewer(a: KnownOrder, b: KnownOrder): boolean {
  return a.cycle !== b.cycle ? a.cycle > b.cycle : a.revision > b.revision;
}

function toEnded(order: BookOrder): EndedOrder | null {
  const { status } = order;
  if (status !== "filled" && status !== "canceled" && status !== "rejected") {
    return null;
  }
  return {
    ...slotOf(order),
    clientOrderId: order.clientOrderId,
    cycle: order.cycle,
    size: order.size,
    filledSize: order.filledSize,
    averagePrice: order.averagePrice,
    status,
  };
}

/** The same rules as the store's statement (I5). */
function nextStatus(
  current: OrderStatus,
  news: { readonly status: OrderStatus; readonly hasFills: boolean },
): OrderStatus {
  const next = news.status;
  if (current === "canceled") return next === "filled" ? "filled" : current;
  if (isFinished(current) || next === current) return current;
  if (isFinished(next)) return next;
  const isResting = current === "open" || current === "partially_filled";
  if (next === "submitted" && isResting) return current;
  return next === "open" && news.hasFills ? "partially_filled" : next;
}
