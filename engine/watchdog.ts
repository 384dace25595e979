/**
 * A stalled event loop keeps its database session and so its locks for ever,
 * while its bots are unattended. A worker watches the loop and ends the whole
 * process (SIGKILL: whatever stalls would stall a signal handler too).
 *
 * @module
 */

/** Silence of the main loop that ends the process, ms. */
export const WATCHDOG_MS = 10_000;
const BEAT_MS = 1_000;

/**
 * Starts the watchdog and waits until it watches; disposing ends it.
 *
 * @throws {Error} When the worker cannot run (it needs read access to its own
 * file): an engine without a watchdog must not hold locks.
 */
export async function startWatchdog(
  silenceMsMax: number = WATCHDOG_MS,
): Promise<Disposable> {
  const worker = new Worker(import.meta.resolve("./watchdog_worker.ts"), {
    type: "module",
    name: "watchdog",
  });
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot start the watchdog: ${event.message}`));
    };
    worker.postMessage(silenceMsMax);
  });
  const timer = setInterval(() => worker.postMessage("beat"), BEAT_MS);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      worker.terminate();
    },
  };
}
