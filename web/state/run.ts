import {
  computed,
  createModel,
  type ModelConstructor,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type {
  BacktestBand,
  BacktestControl,
  BacktestProgress,
} from "../data/run_backtest.ts";

/** How far a run is. `none`: there is no result and none is made. */
export type RunState = "none" | "running" | "ready" | "failed" | "canceled";

/** A run that is asked for, watched and canceled. */
export interface Run<T> {
  readonly state: ReadonlySignal<RunState>;
  readonly progress: ReadonlySignal<BacktestProgress | null>;
  /** The last one; it stays while the next is made. */
  readonly result: ReadonlySignal<T | null>;
  readonly failure: ReadonlySignal<unknown>;
  /** What would be run now, in a form that can be compared. */
  readonly wanted: Signal<string>;
  /** The result was made of something else than is wanted now. */
  readonly isStale: ReadonlySignal<boolean>;
  /** Runs it; one that runs already is canceled. */
  run(work: (control: BacktestControl) => Promise<T>): Promise<void>;
  /** Ends what runs, at once. */
  cancel(): void;
}

/** Makes the model of one kind of run. */
export function createRunModel<T>(): ModelConstructor<Run<T>> {
  return createModel((): Run<T> => {
    const state = signal<RunState>("none");
    const progress = signal<BacktestProgress | null>(null);
    const result = signal<T | null>(null);
    const failure = signal<unknown>(null);
    const madeOf = signal("");
    const wanted = signal("");
    let running: AbortController | null = null;

    function end(next: RunState, error: unknown = null): void {
      running = null;
      failure.value = error;
      state.value = next;
    }
    async function run(
      work: (control: BacktestControl) => Promise<T>,
    ): Promise<void> {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      const made = wanted.peek();
      state.value = "running";
      progress.value = null;
      const onProgress = (next: BacktestProgress) => {
        if (running === mine) progress.value = next;
      };
      try {
        const value = await work({ signal: mine.signal, onProgress });
        if (running !== mine) return;
        result.value = value;
        madeOf.value = made;
        end("ready");
      } catch (error) {
        if (running !== mine) return;
        if (mine.signal.aborted) end("canceled");
        else end("failed", error);
      }
    }
    return {
      state,
      progress,
      result,
      failure,
      wanted,
      isStale: computed(() =>
        result.value !== null && madeOf.value !== wanted.value
      ),
      run,
      cancel: () => running?.abort(),
    };
  });
}

/** A backtest under all three fill models. */
export const BandModel = createRunModel<BacktestBand>();
/** An instance of {@linkcode BandModel}. */
export type Band = Run<BacktestBand>;
