/** Desired orders against what the exchange shows. @module */
export * from "./known_order.ts";
export * from "./reconcile.ts";
