import assert from "node:assert/strict";
import fc from "fast-check";
import { Gate } from "./gate.ts";
import { Limiter, PRIORITIES, SlidingWindow } from "./limiter.ts";
import { ManualClock } from "./manual_clock.ts";

Deno.test("SlidingWindow lets no more than its count pass in any window", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 10 }),
    fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
    (count, gapsMs) => {
      const window = new SlidingWindow({ count, windowMs: 1_000 });
      const passedAtMs: number[] = [];
      let nowMs = 1_000_000;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (window.readyAtMs() > nowMs) continue;
        window.take(nowMs);
        passedAtMs.push(nowMs);
      }
      for (const startMs of passedAtMs) {
        const within = passedAtMs.filter((atMs) =>
          atMs >= startMs && atMs < startMs + 1_000
        );
        assert.ok(within.length <= count);
      }
    },
  ));
});

Deno.test("SlidingWindow that idled lets its whole count pass at once", () => {
  const window = new SlidingWindow({ count: 10, windowMs: 1_000 });
  for (let i = 0; i < 10; i++) {
    assert.ok(window.readyAtMs() <= 0);
    window.take(0);
  }
  assert.ok(window.readyAtMs() >= 1_000);
});

Deno.test("Limiter grants by urgency, equals in the order they came", () => {
  const limiter = new Limiter<string>(10);
  const windows = [new SlidingWindow({ count: 1, windowMs: 1_000 })];
  assert.equal(limiter.tryPass(windows, 0), true);
  const tickets = ["read", "entry", "close", "entry", "cancel"] as const;
  tickets.forEach((priority, i) =>
    limiter.enqueue({
      ticket: `${priority}${i}`,
      priority,
      windows,
      expiresAtMs: Infinity,
    })
  );
  const order: string[] = [];
  for (let nowMs = 0; order.length < tickets.length; nowMs += 100) {
    order.push(...limiter.poll(nowMs).granted);
  }
  assert.deepEqual(order, ["cancel4", "close2", "entry1", "entry3", "read0"]);
  assert.deepEqual(PRIORITIES, ["cancel", "close", "entry", "read"]);
});

Deno.test("Limiter lets nobody overtake the queue of a window", () => {
  const limiter = new Limiter<string>(10);
  const window = new SlidingWindow({ count: 1, windowMs: 1_000 });
  const other = new SlidingWindow({ count: 1, windowMs: 1_000 });
  limiter.tryPass([window], 0);
  limiter.enqueue({
    ticket: "waits",
    priority: "read",
    windows: [window],
    expiresAtMs: Infinity,
  });
  assert.equal(limiter.tryPass([window], 5_000), false);
  assert.equal(limiter.tryPass([other], 5_000), true);
});

Deno.test("Limiter gives up on who waited too long, and turns away when full", () => {
  const limiter = new Limiter<string>(1);
  const windows = [new SlidingWindow({ count: 1, windowMs: 10_000 })];
  limiter.tryPass(windows, 0);
  const request = { priority: "entry", windows, expiresAtMs: 500 } as const;
  assert.equal(limiter.enqueue({ ...request, ticket: "a" }), true);
  assert.equal(limiter.enqueue({ ...request, ticket: "b" }), false);
  assert.equal(limiter.poll(100).wakeAtMs, 500);
  assert.deepEqual(limiter.poll(500).expired, ["a"]);
  assert.equal(limiter.poll(500).wakeAtMs, null);
});

Deno.test("Limiter grants nothing stale, even when its window is open by then", () => {
  const limiter = new Limiter<string>(1);
  const windows = [new SlidingWindow({ count: 1, windowMs: 1_000 })];
  limiter.tryPass(windows, 0);
  const request = { priority: "entry", windows, expiresAtMs: 3_000 } as const;
  limiter.enqueue({ ...request, ticket: "a" });
  assert.deepEqual(limiter.poll(60_000), {
    granted: [],
    expired: ["a"],
    wakeAtMs: null,
  });
});

Deno.test("Gate passes at once when idle, then one by one, and obeys a pause", async () => {
  const clock = new ManualClock(0);
  const gate = new Gate(clock);
  const window = new SlidingWindow({ count: 2, windowMs: 1_000 });
  const pass = () =>
    gate.pass([window], { priority: "entry", expiresAtMs: 60_000 });
  assert.equal(pass(), null);
  assert.equal(pass(), null);
  let passed = false;
  const third = pass()?.then(() => passed = true);
  clock.advance(900);
  await Promise.resolve();
  assert.equal(passed, false);
  clock.advance(200);
  await third;
  assert.equal(passed, true);
  window.pauseUntil(clock.nowMs() + 10_000);
  let resumed = false;
  const fourth = pass()?.then(() => resumed = true);
  clock.advance(9_000);
  await Promise.resolve();
  assert.equal(resumed, false);
  clock.advance(1_000);
  await fourth;
  gate.close();
});

Deno.test("Gate refuses who waits when it closes, and who waited too long", async () => {
  const clock = new ManualClock(0);
  const gate = new Gate(clock);
  const window = new SlidingWindow({ count: 1, windowMs: 60_000 });
  const pass = (waitMsMax: number) =>
    gate.pass([window], { priority: "read", expiresAtMs: waitMsMax });
  pass(1);
  const impatient = assert.rejects(async () => await pass(100), {
    code: "queue_timeout",
    kind: "retryable",
  });
  const patient = assert.rejects(async () => await pass(50_000), {
    code: "closed",
  });
  clock.advance(100);
  await impatient;
  gate.close();
  gate.close();
  await patient;
  assert.throws(() => pass(1), { code: "closed" });
});
