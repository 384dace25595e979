/** One bot's life. @module */
export { createRunner } from "./runner.ts";
export type { Runner, RunnerDeps, RunnerEnd } from "./types.ts";
