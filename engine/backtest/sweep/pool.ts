/**
 * Sweeps on all cores: the candles lie once in memory, shared by every thread.
 *
 * @module
 */
import type { CandleColumns } from "@core/candles/mod.ts";
import type { SweepResult, SweepSetting } from "@core/sweep/mod.ts";
import type { FromWorker, ToWorker } from "./worker_messages.ts";

/** Candles walked a message, about: long enough to be worth it. */
const CANDLES_A_BATCH = 2_000_000;
const BATCH_MAX = 256;

/** What to try. */
export interface PoolOrder {
  readonly candles: CandleColumns;
  readonly setting: SweepSetting;
  readonly indices: readonly number[];
  /** Threads, > 0. */
  readonly workers: number;
  /** Told of results as they come; the next batch waits for it. */
  readonly onResults: (results: readonly SweepResult[]) => Promise<void>;
}

/** Copies the columns into memory that threads can share. */
export function shareCandles(candles: CandleColumns): CandleColumns {
  const share = (column: Float64Array) => {
    const bytes = candles.length * Float64Array.BYTES_PER_ELEMENT;
    const shared = new Float64Array(new SharedArrayBuffer(bytes));
    shared.set(column);
    return shared;
  };
  return {
    length: candles.length,
    openTimeMs: share(candles.openTimeMs),
    open: share(candles.open),
    high: share(candles.high),
    low: share(candles.low),
    close: share(candles.close),
  };
}

/** Tries combinations; resolves when all are done. */
export async function sweepOnCores(order: PoolOrder): Promise<void> {
  const { indices, setting } = order;
  const candles = shareCandles(order.candles);
  const size = Math.min(
    BATCH_MAX,
    Math.max(1, Math.floor(CANDLES_A_BATCH / candles.length)),
  );
  const workers = Math.min(order.workers, Math.ceil(indices.length / size));
  let next = 0;
  const work = async (): Promise<void> => {
    using thread = new Thread();
    thread.tell({ kind: "begin", candles, setting });
    while (next < indices.length) {
      const batch = indices.slice(next, next + size);
      next += batch.length;
      await order.onResults(await thread.sweep(batch));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

/** A worker; ends with its scope. */
class Thread implements Disposable {
  readonly #worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });

  tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  sweep(indices: readonly number[]): Promise<readonly SweepResult[]> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) =>
        resolve(data.results);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`A worker failed: ${event.message}`));
      };
      this.tell({ kind: "sweep", indices });
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
