import type { CandleColumns } from "@core/candles/columns.ts";
import type { SweepResult, SweepSetting } from "@core/sweep/evaluate.ts";
import type {
  FromWorker,
  ModelOutcome,
  RunOrder,
  ToWorker,
} from "../workers/backtest_messages.ts";
import { BacktestError } from "./backtest_error.ts";

type Done = Extract<FromWorker, { readonly kind: "done" }>;

/**
 * One worker with its own copy of the candles. Ends with its scope, or at once
 * when the signal is aborted: whoever waits then gets the signal's reason.
 */
export class BacktestWorker implements Disposable {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;
  #onAnswer: (answer: FromWorker) => void = () => {};
  #onFailure: (reason: unknown) => void = () => {};

  constructor(candles: CandleColumns, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#signal = signal;
    this.#worker = new Worker(
      new URL("../workers/backtest_worker.ts", import.meta.url),
      { type: "module" },
    );
    this.#worker.onmessage = ({ data }) => this.#onAnswer(data);
    this.#worker.onerror = (event) =>
      this.#onFailure(
        new BacktestError("worker", event.message ?? "No worker"),
      );
    signal.addEventListener("abort", this.#abort);
    const columns = copy(candles);
    this.#tell({ kind: "candles", candles: columns }, [
      columns.openTimeMs.buffer,
      columns.open.buffer,
      columns.high.buffer,
      columns.low.buffer,
      columns.close.buffer,
    ]);
  }

  /** Runs all models. @throws {BacktestError} */
  run(
    order: RunOrder,
    onOutcome: (outcome: ModelOutcome) => void,
  ): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.#onFailure = reject;
      this.#onAnswer = (answer) => {
        if (answer.kind === "model") onOutcome(answer.outcome);
        else if (answer.kind === "done") resolve(answer);
        else if (answer.kind === "refused") {
          reject(new BacktestError("config", answer.message));
        }
      };
      this.#tell({ kind: "run", order });
    });
  }

  /** Says what the combinations of a sweep share. */
  prepare(setting: SweepSetting): void {
    this.#tell({ kind: "sweep_setting", setting });
  }

  /** Tries combinations. @throws {BacktestError} */
  sweep(indices: readonly number[]): Promise<readonly SweepResult[]> {
    return new Promise((resolve, reject) => {
      this.#onFailure = reject;
      this.#onAnswer = (answer) => {
        if (answer.kind === "swept") resolve(answer.results);
      };
      this.#tell({ kind: "sweep", indices });
    });
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#worker.terminate();
  }

  readonly #abort = () => {
    this.#worker.terminate();
    this.#onFailure(this.#signal.reason);
  };

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

/** The columns' own parts of memory only: a slice shares a larger one. */
function copy(candles: CandleColumns): CandleColumns {
  return {
    length: candles.length,
    openTimeMs: candles.openTimeMs.slice(),
    open: candles.open.slice(),
    high: candles.high.slice(),
    low: candles.low.slice(),
    close: candles.close.slice(),
  };
}
