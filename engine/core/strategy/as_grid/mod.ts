/** The AS grid: configuration, plan, state. @module */
export * from "./config.ts";
export * from "./input.ts";
export * from "./market_check.ts";
export * from "./plan.ts";
export * from "./preview.ts";
export * from "./prices.ts";
export * from "./state.ts";
export * from "./rebuild.ts";
