import { type ReadonlySignal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { serverNow } from "../data/server_clock.ts";

const TICK_MS = 1_000;
const now = signal(serverNow());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Returns the server's time, epoch ms, once a second; one timer for all who ask. */
export function useNow(): ReadonlySignal<number> {
  useEffect(() => {
    if (watchers++ === 0) {
      // While nobody watched it stood.
      now.value = serverNow();
      timer = setInterval(() => (now.value = serverNow()), TICK_MS);
    }
    return () => {
      if (--watchers === 0) clearInterval(timer);
    };
  }, []);
  return now;
}
