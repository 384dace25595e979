/**
 * What a bot has gained or lost since it was started, from its own orders:
 * money in and out, and what it holds at the price of now. Counted where the
 * strategy's state is, so a restart neither forgets nor counts twice.
 *
 * Fees are the market's rates; what the exchange charged is in the fills.
 *
 * @module
 */
import { z } from "zod";
import { assert } from "../../model/assert.ts";
import type { Market } from "../../model/market.ts";
import { roundToLot } from "../../model/rounding.ts";
import { isOpening, orderSideOf } from "../../model/sides.ts";
import type { EndedOrder, WorkingOrder } from "../plan.ts";

/** How many ended orders are remembered: more cannot be in flight. */
const APPLIED_MAX = 32;

/** Parses a stored ledger. */
export const LedgerSchema = z.strictObject({
  /** Received − paid, fees and funding included, quote. */
  cash: z.number(),
  /** Held: long − short, base. */
  net: z.number(),
  /** Orders counted already, and how much of them. */
  applied: z.array(z.strictObject({ id: z.string(), size: z.number().min(0) }))
    .max(APPLIED_MAX),
  /** Funding is counted up to here, epoch ms. */
  fundingUntilMs: z.number(),
});

/** See the module's description. */
export type Ledger = z.infer<typeof LedgerSchema>;

/** Returns a ledger that begins now: what is held counts at this price. */
export function beginLedger(
  { net, price, nowMs }: {
    readonly net: number;
    readonly price: number;
    readonly nowMs: number;
  },
): Ledger {
  return { cash: -net * price, net, applied: [], fundingUntilMs: nowMs };
}

/** Returns the ledger after an order has ended; told again it changes nothing. */
export function countOrder(
  ledger: Ledger,
  { order, market, isTaker }: {
    readonly order: EndedOrder;
    readonly market: Market;
    readonly isTaker: boolean;
  },
): Ledger {
  const { clientOrderId: id, filledSize, averagePrice } = order;
  const before = ledger.applied.find((counted) => counted.id === id);
  const delta = roundToLot(filledSize - (before?.size ?? 0), market.lotSize);
  if (delta <= 0) return ledger;
  assert(averagePrice !== null, "Cannot count a fill without its price");
  const rate = isTaker ? market.takerFeeRate : market.makerFeeRate;
  const sign = signOf(order);
  return {
    ...ledger,
    cash: ledger.cash - sign * averagePrice * delta -
      averagePrice * delta * rate,
    net: roundToLot(ledger.net + sign * delta, market.lotSize),
    applied: [
      ...ledger.applied.filter((counted) => counted !== before),
      { id, size: filledSize },
    ].slice(-APPLIED_MAX),
  };
}

/** Returns the ledger after funding; what was counted before is skipped. */
export function countFunding(
  ledger: Ledger,
  { amount, atMs }: {
    /** Quote, received > 0. */
    readonly amount: number;
    readonly atMs: number;
  },
): Ledger {
  if (atMs <= ledger.fundingUntilMs) return ledger;
  return { ...ledger, cash: ledger.cash + amount, fundingUntilMs: atMs };
}

/** A ledger with what has filled of orders that still work. */
export interface OpenLedger {
  readonly cash: number;
  readonly net: number;
}

/** Returns the ledger with the fills of orders that have not ended yet. */
export function openLedger(
  ledger: Ledger,
  { working, price, market }: {
    readonly working: readonly WorkingOrder[];
    readonly price: number;
    readonly market: Market;
  },
): OpenLedger {
  let { cash, net } = ledger;
  for (const order of working) {
    if (order.filledSize === 0) continue;
    const sign = signOf(order);
    const value = (order.price ?? price) * order.filledSize;
    cash -= sign * value + value * market.makerFeeRate;
    net += sign * order.filledSize;
  }
  return { cash, net };
}

/** Returns what has been gained (> 0) or lost since the beginning, quote. */
export function profitAt({ cash, net }: OpenLedger, price: number): number {
  return cash + net * price;
}

function signOf(order: EndedOrder | WorkingOrder): 1 | -1 {
  return orderSideOf(order.positionSide, order.purpose) === "buy" ? 1 : -1;
}

/** Tells whether an order of this purpose takes the market in an AS grid. */
export function takesMarket({ purpose }: Pick<EndedOrder, "purpose">): boolean {
  return !isOpening(purpose) && purpose !== "take_profit";
}
