/**
 * The pure core: model, strategies, matching, reconciliation. No I/O, no
 * clock, no chance: the same code decides in the engine, the functions, the
 * paper exchange and the browser.
 *
 * `matching` and `strategy/as_grid/preview.ts` are imported by their own
 * paths: few need them, and the web bundle stays small.
 *
 * @module
 */
export * from "./model/mod.ts";
export * from "./reconcile/mod.ts";
export * from "./strategy/mod.ts";
