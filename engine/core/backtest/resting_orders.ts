/**
 * What rests in a run by the plan: which order a walk passes first, what a
 * plan puts in the place of a leg's orders, and the entries that wait for
 * margin.
 *
 * @module
 */
import { type DesiredOrder, slotKey } from "../model/order.ts";
import {
  isOpening,
  orderSideOf,
  POSITION_SIDES,
  type PositionSide,
} from "../model/sides.ts";
import type { RestingOrder } from "./plan_rules.ts";

/** See the module's description. */
export class RestingOrders {
  /** Orders that could not be margined. */
  #starved: readonly RestingOrder[] = [];
  #orders: readonly RestingOrder[] = [];

  get all(): readonly RestingOrder[] {
    return this.#orders;
  }

  /** Entries that the account could not margin. */
  get hungry(): readonly RestingOrder[] {
    return this.#starved.filter((order) => order.purpose === "entry");
  }

  /** Legs of which something rests. */
  get legs(): readonly PositionSide[] {
    return POSITION_SIDES.filter((side) =>
      this.#orders.some((order) => order.positionSide === side)
    );
  }

  has(order: RestingOrder): boolean {
    return this.#orders.some((other) => isSame(order, other));
  }

  remove(order: RestingOrder): void {
    this.#orders = this.#orders.filter((other) => !isSame(order, other));
  }

  /** The first order that a walk passes, up or down. */
  firstPassed(
    falls: boolean,
    passes: (order: RestingOrder) => boolean,
  ): RestingOrder | null {
    let best: RestingOrder | null = null;
    for (const order of this.#orders) {
      if (isBuy(order) !== falls || !passes(order)) continue;
      if (best === null || nearness(order, best) < 0) best = order;
      else if (nearness(order, best) === 0 && isOpening(best.purpose)) {
        best = order; // A take-profit before an entry at the same price.
      }
    }
    return best;
  }

  /**
   * Replaces what rests on some legs by what is planned for them.
   *
   * @param canRest Whether the account can margin an order.
   * @returns How many orders are new.
   */
  replace(
    legs: readonly PositionSide[],
    planned: readonly RestingOrder[],
    canRest: (order: RestingOrder) => boolean,
  ): number {
    const isTheirs = ({ positionSide }: DesiredOrder) =>
      legs.includes(positionSide);
    const starved = planned.filter((order) => !canRest(order));
    const placed = planned.filter((order) => !starved.includes(order));
    const count = placed.filter((order) => !this.has(order)).length;
    this.#starved = [
      ...this.#starved.filter((order) => !isTheirs(order)),
      ...starved,
    ];
    this.#orders = [
      ...this.#orders.filter((order) => !isTheirs(order)),
      ...placed,
    ];
    return count;
  }

  /**
   * Tries again some that could not be margined.
   *
   * @returns How many rest now.
   */
  feed(
    hungry: readonly RestingOrder[],
    canRest: (order: RestingOrder) => boolean,
  ): number {
    const fed = hungry.filter((order) =>
      this.#starved.includes(order) && canRest(order)
    );
    if (fed.length === 0) return 0;
    this.#starved = this.#starved.filter((order) => !fed.includes(order));
    this.#orders = [...this.#orders, ...fed];
    return fed.length;
  }
}

/** Whether an order buys, whichever leg it is of. */
export function isBuy(order: DesiredOrder): boolean {
  return orderSideOf(order.positionSide, order.purpose) === "buy";
}

/** < 0: the first is reached before the second. */
export function nearness(a: RestingOrder, b: RestingOrder): number {
  return isBuy(a) ? b.price - a.price : a.price - b.price;
}

function isSame(a: RestingOrder, b: RestingOrder): boolean {
  return a.price === b.price && a.cycle === b.cycle &&
    slotKey(a) === slotKey(b);
}
