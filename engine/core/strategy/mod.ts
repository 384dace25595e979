/** Strategies: what each wants to rest, given what is. @module */
export * from "./as_grid/mod.ts";
export * from "./kind.ts";
export * from "./plan.ts";
export * from "./range_grid/mod.ts";
export * from "./risk/config.ts";
export type { RiskFacts } from "./risk/facts.ts";
export { countFunding } from "./risk/ledger.ts";
export * from "./risk/margin_guard.ts";
export type { QuietPrices } from "./risk/quiet.ts";
export * from "./risk/stale_data.ts";
