/** What the sweep and its workers tell each other. @module */
import type { CandleColumns } from "@core/candles/mod.ts";
import type { SweepResult, SweepSetting } from "@core/sweep/mod.ts";

/** To a worker: the setting first, its candles in shared memory. */
export type ToWorker =
  | {
    readonly kind: "begin";
    readonly candles: CandleColumns;
    readonly setting: SweepSetting;
  }
  | { readonly kind: "sweep"; readonly indices: readonly number[] };

/** From a worker. */
export interface FromWorker {
  readonly results: readonly SweepResult[];
}
