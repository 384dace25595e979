import { assert } from "../model/assert.ts";
import type { OrderSide } from "../model/sides.ts";
import type { Order } from "./state.ts";

/**
 * The resting orders of one side, best first: buys from the highest price
 * down, sells from the lowest up; at one price closing orders before opening
 * ones, then the older before the newer. A sorted array: grids rest few orders
 * each, and the tail, where the best stands, is cheap to change.
 */
export class OrderQueue {
  /** Worst first, so that the best is popped from the end. */
  readonly #orders: Order[] = [];
  readonly #sign: 1 | -1;

  constructor(side: OrderSide) {
    this.#sign = side === "buy" ? 1 : -1;
  }

  /** Resting orders. */
  get length(): number {
    return this.#orders.length;
  }

  /** Returns the order that trades next, or null. */
  best(): Order | null {
    return this.#orders.at(-1) ?? null;
  }

  /** Returns the resting orders, best first. */
  *[Symbol.iterator](): Generator<Order> {
    for (let i = this.#orders.length - 1; i >= 0; i--) {
      const order = this.#orders[i];
      if (order !== undefined) yield order;
    }
  }

  add(order: Order): void {
    this.#orders.splice(this.#indexOf(order), 0, order);
  }

  remove(order: Order): void {
    const index = this.#indexOf(order);
    assert(
      this.#orders[index] === order,
      `Order ${order.orderId} does not rest here`,
    );
    this.#orders.splice(index, 1);
  }

  /** First index whose order is not worse than this one. */
  #indexOf(order: Order): number {
    let low = 0;
    let high = this.#orders.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#orders[middle];
      assert(other !== undefined, "Index within the queue");
      if (this.#compare(other, order) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Negative when `a` trades after `b`. */
  #compare(a: Order, b: Order): number {
    if (a.price !== b.price) return this.#sign * (a.price - b.price);
    const shrinksA = a.isClosing || a.reduceOnly;
    const shrinksB = b.isClosing || b.reduceOnly;
    if (shrinksA !== shrinksB) return shrinksA ? 1 : -1;
    if (a.orderId === b.orderId) return 0;
    return a.orderId < b.orderId ? 1 : -1;
  }
}
