import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

const TICK_MS = 1_000;
const now = signal(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Returns the time, epoch ms, once a second; one timer for all who ask. */
export function useNow(): ReadonlySignal<number> {
  useEffect(() => {
    if (watchers++ === 0) {
      // While nobody watched it stood.
      now.value = Date.now();
      timer = setInterval(() => (now.value = Date.now()), TICK_MS);
    }
    return () => {
      if (--watchers === 0) clearInterval(timer);
    };
  }, []);
  return now;
}
