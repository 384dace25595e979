/** How time passes for a supervisor: the machine's, or a simulation's. */
export interface Timers {
  /** Calls back once, so many ms later. @returns Takes it back. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own. */
export const SYSTEM_TIMERS: Timers = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many ms, or as soon as the signal is aborted. */
export function pauseOn(
  timers: Timers,
  ms: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal?.addEventListener("abort", done);
  });
}
