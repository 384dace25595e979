import { type Signal, useSignal } from "@preact/signals";

/** One thing a form or a button does, and how it went. */
export interface Task {
  readonly isBusy: Signal<boolean>;
  /** What the last run threw; null while it runs and after success. */
  readonly failure: Signal<unknown>;
  /** Runs it unless it runs already. True when it went well. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Returns a task: busy while it runs, its failure kept for the page to show. */
export function useTask(): Task {
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  async function run(work: () => Promise<void>): Promise<boolean> {
    if (isBusy.peek()) return false;
    isBusy.value = true;
    failure.value = null;
    try {
      await work();
      return true;
    } catch (error) {
      failure.value = error;
      return false;
    } finally {
      isBusy.value = false;
    }
  }
  return { isBusy, failure, run };
}
