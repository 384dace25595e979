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
    this.#worker.onerror = (event) => {
      // It is told to whoever waits: no second time to the page.
      event.preventDefault();
      const message = event.message ?? "No worker";
      this.#onFailure(new BacktestError("worker", message));
    };
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

  /**
   * Runs all models.
   *
   * @throws {BacktestError} `config` where it is refused, `worker` where the
   *   worker breaks; the signal's reason once it is aborted.
   */
  async run(
    order: RunOrder,
    onOutcome: (outcome: ModelOutcome) => void,
  ): Promise<Done> {
    return await this.#ask({ kind: "run", order }, (answer) => {
      if (answer.kind === "model") onOutcome(answer.outcome);
      return answer.kind === "done" ? answer : null;
    });
  }

  /** Says what the combinations of a sweep share. */
  prepare(setting: SweepSetting): void {
    this.#tell({ kind: "sweep_setting", setting });
  }

  /** Tries combinations. @throws As {@linkcode BacktestWorker.run}. */
  async sweep(indices: readonly number[]): Promise<readonly SweepResult[]> {
    return await this.#ask(
      { kind: "sweep", indices },
      (answer) => answer.kind === "swept" ? answer.results : null,
    );
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#worker.terminate();
  }

  readonly #abort = () => {
    this.#worker.terminate();
    this.#onFailure(this.#signal.reason);
  };

  /** @param take Returns null while more answers come. */
  #ask<T>(
    message: ToWorker,
    take: (answer: FromWorker) => T | null,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      // An ended worker would answer never.
      this.#signal.throwIfAborted();
      this.#onFailure = reject;
      this.#onAnswer = (answer) => {
        if (answer.kind === "refused") {
          return reject(new BacktestError("config", answer.message));
        }
        const taken = take(answer);
        if (taken !== null) resolve(taken);
      };
      this.#tell(message);
    });
  }

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
