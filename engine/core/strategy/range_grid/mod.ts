/** The range grid: configuration, plan, state. @module */
export * from "./apply_order.ts";
export * from "./config.ts";
export type { RangeGridInput, RangeGridPlan } from "./input.ts";
export * from "./market_check.ts";
export * from "./plan.ts";
export * from "./preview.ts";
export * from "./profit.ts";
export * from "./rebuild.ts";

export { isPriceAwaited } from "./settle.ts";
export * from "./state.ts";
