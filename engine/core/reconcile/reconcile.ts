/**
 * What is to be done so that what rests becomes what should rest. Pure; the
 * runner carries the actions out, in this order: cancels, take-profits,
 * entries.
 *
 * Invariants:
 * 1. At most one order of a slot may be live: a replacement is only placed
 *    together with the cancellation of what it replaces, and only if that
 *    succeeds (`replaces`). A slot whose order is unresolved stays blocked.
 * 2. An id is sent again only as it was: same price, same size.
 * 3. An id is given up only when it can no longer arrive.
 * 4. Orders of others are never mentioned.
 * 5. Two orders that enlarge a leg are never live together on one level: a
 *    strategy with one level opens once, a grid once an interval.
 *
 * @module
 */
import { formatClientOrderId } from "../model/ids.ts";
import {
  type DesiredOrder,
  type Slot,
  slotKey,
  type VenueOrder,
} from "../model/order.ts";
import { isOpening, type PositionSide } from "../model/sides.ts";
import {
  adoptable,
  isLive,
  isUnresolved,
  type KnownOrder,
  NEVER_ARRIVES_AFTER_MS,
} from "./known_order.ts";

/** Everything the difference depends on. */
export interface ReconcileInput {
  /** See `botTag()`. */
  readonly botTag: string;
  readonly desired: readonly DesiredOrder[];
  /** Legs whose orders stay exactly as they are. */
  readonly heldLegs: readonly PositionSide[];
  /** The bot's unfinished orders, and of each slot the newest one. */
  readonly orders: readonly KnownOrder[];
  /** All open orders as the exchange shows them; null when not asked just now. */
  readonly venueOrders: readonly VenueOrder[] | null;
  /** When the request for `venueOrders` left, epoch ms. */
  readonly venueAskedAtMs: number;
  /** Until when nothing is placed there, by {@linkcode backoffKey}; epoch ms. */
  readonly backoffs: ReadonlyMap<string, number>;
  readonly nowMs: number;
  /** For how long an order may still arrive, ms; 35 s where nothing is said. */
  readonly arrivesWithinMs?: number;
}

/** An order to be placed, named. */
export interface PlannedOrder extends DesiredOrder {
  readonly clientOrderId: string;
  readonly revision: number;
  /** Its row exists: it is sent again exactly as it was. */
  readonly isResend: boolean;
  /** May only leave when these have been canceled. */
  readonly replaces: readonly string[];
}

/** What is to be done. */
export interface Actions {
  readonly cancels: readonly KnownOrder[];
  /** Those that shrink positions first. */
  readonly places: readonly PlannedOrder[];
  /** Ours on the exchange, without a row. */
  readonly adopts: readonly KnownOrder[];
  /** Ids whose fate is to be asked. */
  readonly lookUps: readonly string[];
  /** Ids that never left or can no longer arrive: over, never filled. */
  readonly gone: readonly string[];
  /** When waiting alone changes something, epoch ms; null when it does not. */
  readonly againAtMs: number | null;
}

/** Rejections back off by leg and direction: a refused entry stops no take-profit. */
export function backoffKey(slot: Slot): string {
  return `${slot.positionSide}:${isOpening(slot.purpose) ? "open" : "close"}`;
}

/** Returns the actions that lead from `orders` to `desired`. */
export function reconcile(input: ReconcileInput): Actions {
  const known = new Set(input.orders.map((order) => order.clientOrderId));
  const adopts = (input.venueOrders ?? [])
    .map((order) => adoptable(order, input.botTag))
    .filter((order) => order !== null && !known.has(order.clientOrderId))
    .filter((order) => order !== null);
  const orders = [...input.orders, ...adopts];
  const draft = new Draft(input, orders);
  for (const order of orders) draft.inspect(order);
  for (const slot of slotsOf(input, orders)) draft.settleSlot(slot);
  for (const desired of input.desired) draft.fillSlot(desired);
  return { ...draft.finish(), adopts };
}

function slotsOf(
  input: ReconcileInput,
  orders: readonly KnownOrder[],
): readonly string[] {
  const keys = orders.filter((order) =>
    isLive(order) && !input.heldLegs.includes(order.positionSide)
  ).map(slotKey);
  return [...new Set(keys)];
}

/** Tells whether a resting order may stay for what is desired. */
export function isKept(order: KnownOrder, desired: DesiredOrder): boolean {
  if (Math.abs(order.size - desired.size) > 1e-9) return false;
  if (order.price === null || desired.price === null) {
    return order.price === desired.price;
  }
  return Math.abs(order.price - desired.price) <= desired.priceTolerance + 1e-9;
}

class Draft {
  readonly #input: ReconcileInput;
  readonly #orders: readonly KnownOrder[];
  readonly #onVenue: ReadonlySet<string> | null;
  readonly #desired = new Map<string, DesiredOrder>();
  readonly #bySlot: ReadonlyMap<string, readonly KnownOrder[]>;
  readonly #cancels = new Map<string, KnownOrder>();
  readonly #resends = new Map<string, KnownOrder>();
  readonly #places: PlannedOrder[] = [];
  readonly #lookUps = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #kept = new Set<string>();
  #againAtMs: number | null = null;

  constructor(input: ReconcileInput, orders: readonly KnownOrder[]) {
    this.#input = input;
    this.#orders = orders;
    this.#bySlot = Map.groupBy(orders, slotKey);
    this.#onVenue = input.venueOrders === null
      ? null
      : new Set(input.venueOrders.map((order) => order.clientOrderId ?? ""));
    for (const order of input.desired) {
      this.#desired.set(slotKey(order), order);
    }
  }

  /** Asks after what is unresolved or should rest and does not. */
  inspect(order: KnownOrder): void {
    if (!isLive(order)) return;
    if (isUnresolved(order)) {
      if (!order.isMissing) {
        this.#lookUps.add(order.clientOrderId);
        return;
      }
      const arrivesUntilMs = (order.sentAtMs ?? 0) +
        (this.#input.arrivesWithinMs ?? NEVER_ARRIVES_AFTER_MS);
      if (this.#input.nowMs >= arrivesUntilMs) {
        this.#gone.add(order.clientOrderId);
      } else {
        this.#again(arrivesUntilMs);
      }
      return;
    }
    const isAbsent = order.status !== "pending" && this.#onVenue !== null &&
      !this.#onVenue.has(order.clientOrderId) &&
      (order.sentAtMs ?? 0) < this.#input.venueAskedAtMs;
    if (isAbsent) this.#lookUps.add(order.clientOrderId);
  }

  /** Keeps one order of a slot at most, cancels the others. */
  settleSlot(key: string): void {
    const desired = this.#desired.get(key);
    for (const order of this.#bySlot.get(key) ?? []) {
      if (!isLive(order) || this.#isOver(order)) continue;
      const fits = desired !== undefined && isKept(order, desired) &&
        !this.#kept.has(key);
      if (isUnresolved(order)) {
        this.#kept.add(key); // Blocked, whatever is desired.
        if (fits && order.isMissing && isSame(order, desired)) {
          this.#resends.set(key, order);
        }
      } else if (order.status === "pending") {
        // Never left: leaves now, or never.
        if (fits && isSame(order, desired)) {
          this.#kept.add(key);
          this.#resends.set(key, order);
        } else this.#gone.add(order.clientOrderId);
      } else if (fits) {
        this.#kept.add(key);
      } else if (!this.#lookUps.has(order.clientOrderId)) {
        this.#cancels.set(order.clientOrderId, order);
      }
    }
  }

  /** Places what is desired where the slot is free. */
  fillSlot(desired: DesiredOrder): void {
    const { heldLegs, backoffs, nowMs } = this.#input;
    if (heldLegs.includes(desired.positionSide)) return;
    const untilMs = backoffs.get(backoffKey(desired)) ?? 0;
    const key = slotKey(desired);
    const resend = this.#resends.get(key);
    if (this.#kept.has(key) && resend === undefined) return;
    if (nowMs < untilMs) return this.#again(untilMs);
    const replaces: string[] = [];
    for (const order of this.#orders) {
      const isInTheWay = isLive(order) && !this.#isOver(order) &&
        order !== resend && order.positionSide === desired.positionSide &&
        (slotKey(order) === key ||
          (order.level === desired.level && isOpening(order.purpose) &&
            isOpening(desired.purpose)));
      if (!isInTheWay) continue;
      if (!this.#cancels.has(order.clientOrderId)) return;
      replaces.push(order.clientOrderId);
    }
    // A take-profit also waits for the cancellation of the leg's other closes:
    // together they might exceed the position.
    for (const order of this.#cancels.values()) {
      if (
        order.positionSide === desired.positionSide &&
        isOpening(order.purpose) === isOpening(desired.purpose) &&
        !replaces.includes(order.clientOrderId)
      ) replaces.push(order.clientOrderId);
    }
    this.#places.push(this.#name(desired, resend, replaces));
  }

  finish(): Omit<Actions, "adopts"> {
    return {
      cancels: [...this.#cancels.values()],
      places: this.#places.toSorted((a, b) =>
        Number(isOpening(a.purpose)) - Number(isOpening(b.purpose))
      ),
      lookUps: [...this.#lookUps],
      gone: [...this.#gone],
      againAtMs: this.#againAtMs,
    };
  }

  #isOver(order: KnownOrder): boolean {
    return this.#gone.has(order.clientOrderId);
  }

  #name(
    desired: DesiredOrder,
    resend: KnownOrder | undefined,
    replaces: readonly string[],
  ): PlannedOrder {
    if (resend !== undefined) {
      const { clientOrderId, cycle, revision } = resend;
      return {
        ...desired,
        price: resend.price,
        size: resend.size,
        postOnly: resend.postOnly,
        clientOrderId,
        cycle,
        revision,
        isResend: true,
        replaces,
      };
    }
    const used = this.#bySlot.get(slotKey(desired)) ?? [];
    const cycle = Math.max(desired.cycle, ...used.map((order) => order.cycle));
    const revision = 1 + Math.max(
      -1,
      ...used.filter((order) => order.cycle === cycle)
        .map((order) => order.revision),
    );
    const { botTag } = this.#input;
    return {
      ...desired,
      cycle,
      revision,
      clientOrderId: formatClientOrderId({
        ...desired,
        botTag,
        cycle,
        revision,
      }),
      isResend: false,
      replaces,
    };
  }

  #again(atMs: number): void {
    this.#againAtMs = Math.min(this.#againAtMs ?? Infinity, atMs);
  }
}

function isSame(order: KnownOrder, desired: DesiredOrder): boolean {
  return order.postOnly === desired.postOnly &&
    Math.abs(order.size - desired.size) <= 1e-9 &&
    (order.price === desired.price ||
      (order.price !== null && desired.price !== null &&
        Math.abs(order.price - desired.price) <= desired.priceTolerance));
}
