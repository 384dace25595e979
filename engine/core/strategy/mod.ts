/** Strategies: what each wants to rest, given what is. @module */
export * from "./as_grid/mod.ts";
export * from "./plan.ts";
export * from "./range_grid/mod.ts";
export * from "./risk/config.ts";
export * from "./risk/margin_guard.ts";
export * from "./risk/stale_data.ts";
