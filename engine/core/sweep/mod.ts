/** Sweeps: many combinations of parameters over the same candles. @module */
export * from "./evaluate.ts";
export * from "./parameters.ts";
export * from "./rank.ts";
export * from "./windows.ts";
