import assert from "node:assert/strict";
import { createTestLog, PAYLOADS, TIER } from "./fixtures.ts";
import { ManualClock, runClock } from "./manual_clock.ts";
import type { Venue } from "./port.ts";
import { envelope, startStub, type StubServer } from "./stub_server.ts";
import { venueUrls } from "./urls.ts";
import { createBitgetVenue } from "./venue.ts";

const CREDENTIALS = { apiKey: "key", apiSecret: "secret", passphrase: "pass" };
const SYMBOL = "BTC/USDT:USDT";

function open(venue: Venue, server: StubServer, clock: ManualClock) {
  return createBitgetVenue({
    venue,
    urls: venueUrls("paper", server.url),
    clock,
    random: () => 0.5,
    log: createTestLog(),
  });
}

for (const name of ["bitget", "bitget_demo", "paper"] as const) {
  const isReal = name !== "paper";

  Deno.test(`createBitgetVenue() counts what its keys send and open by address on ${name}: ${isReal}`, async () => {
    let asked = 0;
    await using server = startStub({
      onRequest: () => {
        asked += 1;
        return asked === 1
          ? new Response("Forbidden", { status: 403 })
          : envelope([]);
      },
    });
    const clock = new ManualClock();
    const venue = open(name, server, clock);
    const [first, second] = [1, 2].map(() => venue.openSession(CREDENTIALS));
    assert.ok(first !== undefined && second !== undefined);
    await assert.rejects(first.request("openOrders", {}));
    const turnedAwayAtMs = clock.nowMs();
    await runClock(clock, second.request("openOrders", {}), 100);
    const waitedMs = clock.nowMs() - turnedAwayAtMs;
    assert.equal(waitedMs >= 10_000, isReal, `${waitedMs} ms`);
    const reserve = () => venue.connects.reserve({ delayMs: 0, first: false });
    assert.deepEqual([reserve(), reserve()], [0, isReal ? 1_000 : 0]);
  });
}

Deno.test("fetchMarket() asks once an hour, sooner where the market's rules are in doubt", async () => {
  await using server = startStub({
    onRequest: ({ path }) =>
      envelope([path.endsWith("/contracts") ? PAYLOADS.contract : TIER]),
  });
  const clock = new ManualClock();
  const venue = open("paper", server, clock);
  const asked = () =>
    server.requests.filter(({ path }) => path.endsWith("/contracts")).length;
  await Promise.all([venue.fetchMarket(SYMBOL), venue.fetchMarket(SYMBOL)]);
  assert.equal(asked(), 1, "one question for both");
  clock.advance(3_000_000);
  await venue.fetchMarket(SYMBOL);
  assert.equal(asked(), 1);
  await venue.fetchMarket(SYMBOL, { isDoubted: true });
  assert.equal(asked(), 2);
  clock.advance(5_000);
  await venue.fetchMarket(SYMBOL, { isDoubted: true });
  assert.equal(asked(), 2, "not with each refusal");
  clock.advance(3_600_000);
  await venue.fetchMarket(SYMBOL);
  assert.equal(asked(), 3);
});
