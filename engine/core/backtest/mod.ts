/** Backtests: candles × strategy × fill model → report. @module */
export * from "./as_grid_run.ts";
export * from "./columns.ts";
export * from "./range_grid_run.ts";
export * from "./report.ts";
export * from "./run_bot.ts";
export * from "./curve.ts";
