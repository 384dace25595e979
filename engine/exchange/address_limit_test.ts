import assert from "node:assert/strict";
import { AddressLimit, PAUSE_MS_MAX } from "./address_limit.ts";
import type { Answer } from "./ccxt_bitget.ts";
import { ManualClock, runClock } from "./manual_clock.ts";
import { RestSession } from "./rest.ts";

const FINE: Answer = {
  status: 200,
  retryAfterMs: null,
  body: { code: "00000", data: [] },
};
const TOO_MANY: Answer = {
  status: 429,
  retryAfterMs: null,
  body: { code: "429", msg: "Too many requests" },
};
/** Two keys behind one address. */
function open(answers: Answer[], requestsPerMinute?: number) {
  const clock = new ManualClock(0);
  const ipWindow = new AddressLimit(requestsPerMinute);
  const sentAtMs: number[] = [];
  const session = () =>
    new RestSession({
      send: () => {
        sentAtMs.push(clock.nowMs());
        return Promise.resolve(answers.shift() ?? FINE);
      },
      clock,
      ipWindow,
      syncTime: () => Promise.resolve(),
    });
  return { clock, sentAtMs, first: session(), second: session() };
}

Deno.test("all keys of an address share its budget", async () => {
  const { clock, sentAtMs, first, second } = open([], 4);
  for (const session of [first, second, first, second]) {
    await session.request("openOrders", {});
  }
  assert.deepEqual(sentAtMs, [0, 0, 0, 0]);
  const fifth = second.request("order", {}).catch((error) => error.code);
  assert.equal(await runClock(clock, fifth, 1_000), "queue_timeout");
  clock.advance(60_000);
  await first.request("order", {});
  assert.equal(sentAtMs.length, 5);
});

Deno.test("a key that is throttled waits alone; others of its address go on", async () => {
  const { clock, sentAtMs, first, second } = open([TOO_MANY]);
  const throttled = first.request("openOrders", {});
  await Promise.resolve();
  await second.request("openOrders", {});
  assert.equal(clock.nowMs(), 0);
  await runClock(clock, throttled);
  assert.equal(sentAtMs.length, 3);
});

Deno.test("a 429 that names its pause is waited out as said", async () => {
  const { clock, sentAtMs, first } = open([
    { ...TOO_MANY, retryAfterMs: 7_000 },
  ]);
  await runClock(clock, first.request("openOrders", {}), 100);
  assert.equal(sentAtMs.length, 2);
  assert.ok((sentAtMs[1] ?? 0) >= 7_000, `${sentAtMs}`);
});

Deno.test("refusals that go on although waited out stop the whole address", async () => {
  const { clock, sentAtMs, first, second } = open([
    TOO_MANY,
    TOO_MANY,
    TOO_MANY,
  ]);
  const worn = first.request("openOrders", {}).catch((error) => error.reason);
  assert.equal(await runClock(clock, worn, 100), "throttled");
  const stoppedAtMs = sentAtMs[2] ?? 0;
  await runClock(clock, second.request("positions", {}), 100);
  assert.ok((sentAtMs[3] ?? 0) >= stoppedAtMs + 10_000, `${sentAtMs}`);
});

Deno.test("AddressLimit pauses longer each time, up to five minutes, and an answer ends it", () => {
  const limit = new AddressLimit();
  const pauses: number[] = [];
  let nowMs = 0;
  for (let i = 0; i < 7; i += 1) {
    pauses.push(limit.refused({ nowMs, retryAfterMs: null }));
    // Others were under way together: one refusal, not two.
    limit.refused({ nowMs, retryAfterMs: null });
    assert.equal(limit.room(nowMs), 0);
    nowMs = limit.readyAtMs();
  }
  assert.deepEqual(
    pauses,
    [10_000, 20_000, 40_000, 80_000, 160_000, PAUSE_MS_MAX, PAUSE_MS_MAX],
  );
  limit.answered();
  assert.equal(limit.refused({ nowMs, retryAfterMs: null }), 10_000);
});

Deno.test("AddressLimit pauses for as long as the exchange says", () => {
  const limit = new AddressLimit();
  limit.refused({ nowMs: 0, retryAfterMs: 900_000 });
  assert.equal(limit.room(899_999), 0);
  assert.ok(limit.room(900_000) > 0);
});

for (const status of [403, 418]) {
  Deno.test(`a front that turns the address away with ${status} stops all its keys at once`, async () => {
    const { clock, sentAtMs, first, second } = open([
      { status, retryAfterMs: null, body: undefined },
    ]);
    await assert.rejects(first.request("openOrders", {}));
    const next = second.request("positions", {});
    await runClock(clock, next, 100);
    assert.ok((sentAtMs[1] ?? 0) >= 10_000, `${sentAtMs}`);
  });
}

Deno.test("a refusal of Bitget itself with status 403 concerns the key alone", async () => {
  const { sentAtMs, first, second } = open([{
    status: 403,
    retryAfterMs: null,
    body: { code: "40014", msg: "Incorrect permissions" },
  }]);
  await assert.rejects(first.request("openOrders", {}), { code: "40014" });
  await second.request("openOrders", {});
  assert.deepEqual(sentAtMs, [0, 0]);
});
