/**
 * The AS grid's durable state, and how it changes when orders end. Everything
 * else of a leg is read off the exchange; this is what the exchange cannot
 * tell: the anchor, the frozen take-profit of a paused leg, the cycle counter.
 *
 * @module
 */
import { z } from "zod";
import { assert } from "../../model/assert.ts";
import { type Market, smallestSize } from "../../model/market.ts";
import { roundToLot } from "../../model/rounding.ts";
import { isOpening, type PositionSide } from "../../model/sides.ts";
import type { EndedOrder } from "../plan.ts";
import { countOrder, takesMarket } from "../risk/ledger.ts";
import { ReductionSchema } from "../risk/reduce.ts";
import { RiskStateSchema } from "../risk/state.ts";
import type { AsGridConfig } from "./config.ts";
import { resolveBaseSize } from "./market_check.ts";

/** How many completed orders a leg remembers: more cannot be in flight. */
const APPLIED_ORDERS_MAX = 8;

const LegSchema = z.strictObject({
  /** Price of the leg's last completely filled order; null while flat. */
  anchor: z.number().positive().nullable(),
  /** Of a paused leg: P0 and r, frozen when it became paused. */
  lock: z.strictObject({
    price: z.number().positive(),
    ratio: z.number().min(1),
  }).nullable(),
  /** Counts the leg's completed orders. */
  cycle: z.int().min(0),
  /** Filled by opening orders of this cycle that ended incomplete, base. */
  openedSize: z.number().min(0),
  /** Client order ids counted already: what is replayed counts once. */
  appliedOrders: z.array(z.string()).max(APPLIED_ORDERS_MAX),
  /** The anchor was lost: no entries until the leg has been flat once. */
  entriesBlocked: z.boolean(),
});

/** Parses a stored state; another version or shape counts as lost. */
export const AsGridStateSchema = z.strictObject({
  version: z.literal(1),
  /** What `baseSize` was resolved from, to notice a changed configuration. */
  sizedFrom: z.strictObject({
    baseSize: z.number().nullable(),
    baseNotional: z.number().nullable(),
  }),
  /** Size of one order, base: resolved once, so that it never drifts. */
  baseSize: z.number().positive(),
  legs: z.strictObject({ long: LegSchema, short: LegSchema }),
  /** The margin guard keeps entries off. */
  entriesOff: z.boolean(),
  /** The margin guard's reduction under way. */
  reduction: ReductionSchema.extend({
    positionSide: z.enum(["long", "short"]),
  }).nullable(),
  /** No further reduction before this moment. */
  reductionRestsUntilMs: z.number(),
  /** What the risk layers remember; absent while none is on. */
  risk: RiskStateSchema.optional(),
});

/** The AS grid's durable state. */
export type AsGridState = z.infer<typeof AsGridStateSchema>;

/** One leg of {@linkcode AsGridState}. */
export type AsGridLeg = AsGridState["legs"]["long"];

/** A leg that has never traded. */
export const FLAT_LEG: AsGridLeg = {
  anchor: null,
  lock: null,
  cycle: 0,
  openedSize: 0,
  appliedOrders: [],
  entriesBlocked: false,
};

/** Returns the state of a bot that has never traded. */
export function createAsGridState(
  config: AsGridConfig,
  market: Market,
  referencePrice: number,
): AsGridState {
  return {
    version: 1,
    sizedFrom: sizingOf(config),
    baseSize: resolveBaseSize(config, market, referencePrice),
    legs: { long: FLAT_LEG, short: FLAT_LEG },
    entriesOff: false,
    reduction: null,
    reductionRestsUntilMs: 0,
  };
}

function sizingOf(config: AsGridConfig): AsGridState["sizedFrom"] {
  return {
    baseSize: config.baseSize ?? null,
    baseNotional: config.baseNotional ?? null,
  };
}

/**
 * Returns the state under a changed configuration: the size of an order is
 * resolved anew when the trader changed it, and only then.
 */
export function adoptAsGridConfig(
  state: AsGridState,
  { config, market, referencePrice }: {
    readonly config: AsGridConfig;
    readonly market: Market;
    readonly referencePrice: number;
  },
): AsGridState {
  const sizedFrom = sizingOf(config);
  if (
    sizedFrom.baseSize === state.sizedFrom.baseSize &&
    sizedFrom.baseNotional === state.sizedFrom.baseNotional
  ) return state;
  return {
    ...state,
    sizedFrom,
    baseSize: resolveBaseSize(config, market, referencePrice),
  };
}

/** The sizes at which a leg's behaviour changes, base. */
export interface Thresholds {
  /** L: the take-profit doubles above it. */
  readonly boost: number;
  /** T: the leg stops adding above it. */
  readonly maxEntry: number;
}

/** Returns L and T, without binary noise. */
export function thresholdsOf(
  state: AsGridState,
  config: AsGridConfig,
): Thresholds {
  const clean = (size: number) => Number(size.toPrecision(12));
  return {
    boost: clean(state.baseSize * config.takeProfitBoostMultiplier),
    maxEntry: clean(state.baseSize * config.maxEntryMultiplier),
  };
}

/** Tells whether a leg's position is the bot's own. */
export function ownsAsGridLeg(
  state: AsGridState,
  positionSide: PositionSide,
): boolean {
  const { anchor, openedSize } = state.legs[positionSide];
  return anchor !== null || openedSize > 0;
}

/** Returns the state with one leg replaced. */
export function withLeg(
  state: AsGridState,
  positionSide: PositionSide,
  leg: AsGridLeg,
): AsGridState {
  return { ...state, legs: { ...state.legs, [positionSide]: leg } };
}

/**
 * Returns the state after an order of the bot has ended. Only a completely
 * filled order moves the anchor and raises the cycle; a leg's paused lock is
 * the plan's business, which sees the positions.
 */
export function applyEndedOrder(
  state: AsGridState,
  { order, market }: {
    readonly order: EndedOrder;
    readonly market: Market;
  },
): AsGridState {
  return anchored(withMoney(state, order, market), { order, market });
}

/** Every fill is money, whatever it does to its leg. */
function withMoney(
  state: AsGridState,
  order: EndedOrder,
  market: Market,
): AsGridState {
  const { risk } = state;
  if (risk === undefined || risk.ledger === null) return state;
  const isTaker = takesMarket(order);
  const ledger = countOrder(risk.ledger, { order, market, isTaker });
  return ledger === risk.ledger
    ? state
    : { ...state, risk: { ...risk, ledger } };
}

function anchored(
  state: AsGridState,
  { order, market }: { readonly order: EndedOrder; readonly market: Market },
): AsGridState {
  const leg = state.legs[order.positionSide];
  if (leg.appliedOrders.includes(order.clientOrderId)) return state;
  if (order.status === "filled") {
    return withLeg(state, order.positionSide, completed(leg, order));
  }
  // An entry that filled in part while it was canceled after its take-profit
  // closed the leg opens the leg anew: nobody else would close what it bought.
  const isOfNow = order.purpose === "open"
    ? order.cycle === leg.cycle
    : order.purpose === "entry" && order.cycle >= leg.cycle - 1;
  const isPartOfOpening = isOfNow && order.filledSize > 0 &&
    leg.anchor === null;
  if (!isPartOfOpening) return state;
  const openedSize = roundToLot(
    leg.openedSize + order.filledSize,
    market.lotSize,
  );
  const price = order.averagePrice ?? 0;
  assert(price > 0, "Cannot count an opening fill without its price");
  const rest = state.baseSize - openedSize;
  return withLeg(
    state,
    order.positionSide,
    rest < smallestSize(market, price)
      ? completed(leg, order)
      : { ...leg, openedSize, appliedOrders: remember(leg, order) },
  );
}

function completed(leg: AsGridLeg, order: EndedOrder): AsGridLeg {
  const anchor = order.averagePrice ?? 0;
  assert(
    anchor > 0,
    `Cannot anchor ${order.positionSide} leg: a filled ${order.purpose} order has no average price`,
  );
  // A blocked leg is freed by its own opening: then the anchor is known again.
  const entriesBlocked = leg.entriesBlocked && !isOpening(order.purpose);
  return {
    ...leg,
    anchor,
    cycle: leg.cycle + 1,
    openedSize: 0,
    appliedOrders: remember(leg, order),
    entriesBlocked,
  };
}

function remember(leg: AsGridLeg, order: EndedOrder): string[] {
  return [...leg.appliedOrders, order.clientOrderId].slice(-APPLIED_ORDERS_MAX);
}
