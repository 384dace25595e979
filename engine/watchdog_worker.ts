/**
 * Ends the process when its main loop has not answered for too long. Runs in
 * a worker, on a thread of its own.
 *
 * It counts its own ticks instead of reading a clock: a machine that slept has
 * not stalled.
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

const TICK_MS = 500;

let ticksMax = Infinity;
let ticks = 0;

self.onmessage = (event: MessageEvent<unknown>) => {
  ticks = 0;
  if (typeof event.data === "number") {
    ticksMax = Math.ceil(event.data / TICK_MS);
    self.postMessage("watching");
    // Deno.exit() would end this worker only.
    setInterval(() => {
      ticks += 1;
      if (ticks > ticksMax) Deno.kill(Deno.pid, "SIGKILL");
    }, TICK_MS);
  }
};
