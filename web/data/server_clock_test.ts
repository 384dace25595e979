/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { serverNow, setServerClock } from "./server_clock.ts";

const HOUR_MS = 3_600_000;

function isNear(ms: number, wantedMs: number): boolean {
  return Math.abs(ms - wantedMs) < 5_000;
}

Deno.test("serverNow() is the server's time where the device's is wrong", () => {
  for (const wrongMs of [HOUR_MS, -HOUR_MS]) {
    const serverMs = Date.now() + wrongMs;
    setServerClock(new Date(serverMs).toUTCString(), Date.now());
    assert.ok(isNear(serverNow(), serverMs), `off by ${wrongMs} ms`);
  }
  // An answer on its way for twenty seconds says what the time was half-way.
  setServerClock(new Date().toUTCString(), Date.now() - 20_000);
  assert.ok(isNear(serverNow(), Date.now()));
  setServerClock(null, Date.now());
  assert.ok(isNear(serverNow(), Date.now()));
});
