/** The exchange model: matching, fees, margin, liquidation, funding. @module */
export * from "./accounting.ts";
export * from "./accounts.ts";
export * from "./admission.ts";
export * from "./change_order.ts";
export * from "./decimal.ts";
export * from "./instrument.ts";
export * from "./liquidate.ts";
export * from "./margin.ts";
export * from "./move_price.ts";
export * from "./place_order.ts";
export * from "./restore.ts";
export * from "./settle_funding.ts";
export {
  type Account,
  accountOf,
  type Bill,
  type BillKind,
  type CancelReason,
  type Change,
  type ClosedLeg,
  continueIdsAfter,
  createExchange,
  DEFAULT_LEVERAGE,
  type Exchange,
  type Fill,
  HISTORY_LENGTH_MAX,
  type Leg,
  legKey,
  leverageOf,
  type Listing,
  listingOf,
  listInstrument,
  nextId,
  type Order,
  type OrderState,
  type PositionMode,
  remember,
  takeChanges,
  type TimeInForce,
} from "./state.ts";
export { OrderQueue } from "./order_queue.ts";
export { restOrder } from "./execution.ts";
