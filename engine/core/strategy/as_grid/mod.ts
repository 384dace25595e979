/** The AS grid: configuration, plan, state. @module */
export * from "./config.ts";
export * from "./market_check.ts";
