import assert from "node:assert/strict";
import { ConnectGate } from "./connect_gate.ts";
import { ManualClock } from "./manual_clock.ts";

Deno.test("ConnectGate spreads reconnects a second apart", () => {
  const gate = new ConnectGate({
    clock: new ManualClock(0),
    unlimited: false,
  });
  const delays = Array.from(
    { length: 5 },
    () => gate.reserve({ delayMs: 200, first: false }),
  );
  assert.deepEqual(delays, [200, 1_200, 2_200, 3_200, 4_200]);
});

Deno.test("ConnectGate lets first connections go faster, 300 in five minutes at most", () => {
  const gate = new ConnectGate({
    clock: new ManualClock(0),
    unlimited: false,
  });
  const delays = Array.from(
    { length: 301 },
    () => gate.reserve({ delayMs: 0, first: true }),
  );
  assert.equal(delays[1], 100);
  assert.equal(delays[299], 29_900);
  assert.ok((delays[300] ?? 0) >= 300_000);
});

Deno.test("ConnectGate holds nobody back where nobody counts", () => {
  const gate = new ConnectGate({ clock: new ManualClock(0), unlimited: true });
  for (let i = 0; i < 1_000; i++) {
    assert.equal(gate.reserve({ delayMs: 0, first: false }), 0);
  }
});

Deno.test("ConnectGate counts the sockets that are open, each once", () => {
  const gate = new ConnectGate({ clock: new ManualClock(0), unlimited: true });
  const first = gate.opened();
  const second = gate.opened();
  assert.equal(gate.open, 2);
  first();
  first();
  assert.equal(gate.open, 1);
  second();
  assert.equal(gate.open, 0);
});
