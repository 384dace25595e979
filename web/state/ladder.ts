/**
 * The ladder: a bot's orders from the highest price to the lowest, the market
 * price among them, and above them what the exchange refused. Pure.
 *
 * @module
 */
import type { Order } from "../data/rows.ts";
import type { StopPolicy } from "../data/rows.ts";
import type { IdleLevel } from "./idle_levels.ts";

/** Whether an order opens or closes, and whether the exchange has it. */
export type OrderTone = "entry" | "exit" | "waiting" | "blocked";

/** A row of the ladder. */
export type LadderRow =
  | {
    readonly kind: "order";
    readonly order: Order;
    readonly distance: number | null;
  }
  | {
    readonly kind: "idle";
    readonly idle: IdleLevel;
    readonly distance: number | null;
  }
  | { readonly kind: "price"; readonly price: number };

/** Returns how an order looks, in the table and on the chart. */
export function toneOf(order: Order): OrderTone {
  if (order.status === "rejected") return "blocked";
  if (order.status === "open" || order.status === "partially_filled") {
    return isExit(order) ? "exit" : "entry";
  }
  return "waiting";
}

/** Tells whether an order closes what is held. */
function isExit({ purpose }: Pick<Order, "purpose">): boolean {
  return purpose !== "open" && purpose !== "entry";
}

function slotOf(order: Order): string {
  return `${order.positionSide} ${order.purpose} ${order.level}`;
}

/**
 * Returns the orders the exchange refused and nothing has replaced since: one
 * a slot, newest first. A post-only order refused because it would have traded
 * at once is tried again by itself and is no trouble.
 *
 * @param recent The newest orders of any status, newest first.
 */
export function blockedOf(
  open: readonly Order[],
  recent: readonly Order[],
): readonly Order[] {
  const seen = new Set(open.map(slotOf));
  const blocked: Order[] = [];
  for (const order of recent) {
    const slot = slotOf(order);
    if (seen.has(slot)) continue;
    seen.add(slot);
    if (
      order.status === "rejected" && order.endReason !== "post_only_refused"
    ) blocked.push(order);
  }
  return blocked;
}

function heightOf(row: LadderRow): number {
  if (row.kind === "price") return row.price;
  return row.kind === "idle" ? row.idle.price : row.order.price ?? Infinity;
}

/**
 * Returns the ladder, highest first; market orders stand on top.
 *
 * @param idle Levels without an order.
 */
export function ladderOf(
  orders: readonly Order[],
  price: number | null,
  idle: readonly IdleLevel[] = [],
): readonly LadderRow[] {
  const away = (at: number | null) =>
    at === null || price === null ? null : at / price - 1;
  const inBook = orders
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
    .map((order): LadderRow => ({
      kind: "order",
      order,
      distance: away(order.price),
    }));
  const waiting = idle.map((one): LadderRow => ({
    kind: "idle",
    idle: one,
    distance: away(one.price),
  }));
  const rows = [...inBook, ...waiting].toSorted((a, b) =>
    heightOf(a) === heightOf(b) ? 0 : heightOf(b) - heightOf(a)
  );
  if (price === null || rows.length === 0) return rows;
  const at = rows.findIndex((row) => heightOf(row) < price);
  return rows.toSpliced(at === -1 ? rows.length : at, 0, {
    kind: "price",
    price,
  });
}

/**
 * Returns the part of a long ladder around the price, as many rows on each
 * side; all of it where no price is known or it is short.
 */
export function aroundPrice(
  rows: readonly LadderRow[],
  each: number,
): readonly LadderRow[] {
  const at = rows.findIndex(({ kind }) => kind === "price");
  if (at === -1 || rows.length <= 2 * each + 1) return rows;
  return rows.slice(Math.max(0, at - each), at + each + 1);
}

/** What a stop does to what is in the market. Null is unknown. */
export interface StopEffect {
  readonly canceled: number | null;
  readonly kept: number | null;
  readonly closed: number | null;
  /** Positions that stay open. */
  readonly left: number | null;
}

/** Returns what each way to stop would do now, in counts. */
export function stopEffectOf(
  policy: StopPolicy,
  { orders, positions }: {
    readonly orders: readonly Order[] | null;
    readonly positions: number | null;
  },
): StopEffect {
  const all = orders?.length ?? null;
  const exits = orders === null
    ? null
    : orders.filter(({ purpose }) => purpose === "take_profit").length;
  if (policy === "keep_take_profits") {
    return {
      canceled: all === null || exits === null ? null : all - exits,
      kept: exits,
      closed: 0,
      left: positions,
    };
  }
  return policy === "cancel_orders"
    ? { canceled: all, kept: 0, closed: 0, left: positions }
    : { canceled: all, kept: 0, closed: positions, left: 0 };
}
