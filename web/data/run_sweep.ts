/** Sweeps in the browser: as many workers as help and fit. @module */
import type { SweepResult, SweepSetting } from "@core/sweep/evaluate.ts";
import { BacktestWorker } from "./backtest_worker_client.ts";
import type { BacktestControl, BacktestData } from "./run_backtest.ts";

const WORKERS_MAX = 4;
/** Each worker has its own copy of the candles; together at most this. */
const COPIES_BYTES_MAX = 48 * 1_048_576;
const BYTES_A_CANDLE = 40;
/** Combinations a message: short enough to see progress. */
const BATCH = 4;

/** What to try. */
export interface SweepRequest {
  readonly data: BacktestData;
  readonly setting: SweepSetting;
  /** Numbers of the combinations, in any order. */
  readonly indices: readonly number[];
}

/**
 * Tries combinations on all cores.
 *
 * @param control.onProgress Counts combinations.
 * @throws {BacktestError} When a worker fails; the signal's reason once it is
 *   aborted.
 */
export async function runSweep(
  { data, setting, indices }: SweepRequest,
  { onProgress, signal }: BacktestControl,
): Promise<readonly SweepResult[]> {
  const fitting = COPIES_BYTES_MAX / (data.columns.length * BYTES_A_CANDLE);
  const count = Math.max(
    1,
    Math.min(WORKERS_MAX, navigator.hardwareConcurrency, Math.floor(fitting)),
  );
  const results: SweepResult[] = [];
  let next = 0;
  // One that fails ends the others as well.
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const work = async (): Promise<void> => {
    using worker = new BacktestWorker(data.columns, stop);
    worker.prepare(setting);
    while (next < indices.length) {
      const batch = indices.slice(next, next + BATCH);
      next += batch.length;
      results.push(...await worker.sweep(batch));
      onProgress?.({
        stage: "run",
        done: results.length,
        total: indices.length,
      });
    }
  };
  try {
    await Promise.all(Array.from({ length: count }, work));
  } catch (error) {
    failure.abort(error);
    throw error;
  }
  return results.sort((a, b) => a.index - b.index);
}
