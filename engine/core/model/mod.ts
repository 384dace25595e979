/** The words of the trade: orders, fills, positions, markets. @module */
export * from "./assert.ts";
export * from "./candle.ts";
export * from "./fill.ts";
export * from "./ids.ts";
export * from "./log.ts";
export * from "./market.ts";
export * from "./order.ts";
export * from "./pairs.ts";
export * from "./position.ts";
export * from "./rounding.ts";
export * from "./sides.ts";
