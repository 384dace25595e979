/** Orders and a round of reconciliation, for tests of this room. @module */
import { botTag } from "../model/ids.ts";
import type { DesiredOrder, VenueOrder } from "../model/order.ts";
import { isOpening, orderSideOf } from "../model/sides.ts";
import type { KnownOrder } from "./known_order.ts";
import {
  type Actions,
  type PlannedOrder,
  reconcile,
  type ReconcileInput,
} from "./reconcile.ts";

/** Whose orders they are. */
export const TAG = botTag("0198c0de-0000-7000-8000-000000000001");

/** An entry wanted at 646. */
export function desire(overrides: Partial<DesiredOrder> = {}): DesiredOrder {
  return {
    positionSide: "long",
    purpose: "entry",
    level: 0,
    price: 646,
    size: 0.05,
    postOnly: false,
    cycle: 4,
    priceTolerance: 0.5,
    reason: { rule: "entry", inputs: {} },
    ...overrides,
  };
}

/** The order that fulfils it, resting. */
export function know(overrides: Partial<KnownOrder> = {}): KnownOrder {
  return {
    positionSide: "long",
    purpose: "entry",
    level: 0,
    clientOrderId: `t${TAG}-le0-4-0`,
    venueOrderId: "1",
    cycle: 4,
    revision: 0,
    price: 646,
    size: 0.05,
    filledSize: 0,
    postOnly: false,
    status: "open",
    sentAtMs: 1_000,
    isMissing: false,
    ...overrides,
  };
}

/** The order as the exchange shows it. */
export function show(order: KnownOrder | PlannedOrder): VenueOrder {
  return {
    symbol: "BNB/USDT:USDT",
    venueOrderId: "1",
    clientOrderId: order.clientOrderId,
    positionSide: order.positionSide,
    orderSide: orderSideOf(order.positionSide, order.purpose),
    reduceOnly: !isOpening(order.purpose),
    price: order.price,
    size: order.size,
    filledSize: 0,
    averagePrice: null,
    status: "open",
    createdAtMs: 1_000,
    updatedAtMs: 1_000,
  };
}

/** Reconciles at 10 s, nothing wanted and nothing known unless said. */
export function run(overrides: Partial<ReconcileInput> = {}): Actions {
  return reconcile({
    botTag: TAG,
    desired: [],
    heldLegs: [],
    orders: [],
    venueOrders: null,
    venueAskedAtMs: 0,
    backoffs: new Map(),
    nowMs: 10_000,
    ...overrides,
  });
}
