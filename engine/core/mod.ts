/**
 * The pure core: model, strategies, matching, reconciliation. No I/O, no
 * clock, no chance: the same code decides in the engine, the functions, the
 * paper exchange and the browser.
 *
 * @module
 */
export * from "./model/mod.ts";
export * from "./strategy/mod.ts";
