import assert from "node:assert/strict";
import type { Quote } from "@core/mod.ts";
import { createBitgetFeed } from "./feed.ts";
import { createTestLog, PAYLOADS, type TestLog } from "./fixtures.ts";
import { ManualClock, runClock } from "./manual_clock.ts";
import type { MarketFeed } from "./port.ts";
import { envelope, startStub, type StubServer } from "./stub_server.ts";
import { until } from "./until.ts";
import { venueUrls } from "./urls.ts";
import { createBitgetVenue } from "./venue.ts";

const [TICKER] = PAYLOADS.pushedTicker.data;

interface TestFeed extends AsyncDisposable {
  readonly feed: MarketFeed;
  readonly server: StubServer;
  readonly clock: ManualClock;
  readonly log: TestLog;
  readonly frames: readonly string[];
}

function open(): TestFeed {
  const frames: string[] = [];
  const server = startStub({
    onRequest: () => envelope([]),
    onFrame(text) {
      frames.push(text);
      if (text === "ping") return ["pong"];
      const { op, args }: { op: string; args: { instId: string }[] } = JSON
        .parse(text);
      return args.map((arg) =>
        JSON.stringify(
          arg.instId === "NOPEUSDT"
            ? { event: "error", code: 30001, msg: "doesn't exist", arg }
            : { event: op, arg },
        )
      );
    },
  });
  const clock = new ManualClock();
  const log = createTestLog();
  const venue = createBitgetVenue({
    venue: "paper",
    urls: venueUrls("paper", server.url),
    clock,
    random: () => 0.5,
    log,
  });
  const feed = createBitgetFeed({ venue, log });
  return {
    feed,
    server,
    clock,
    log,
    frames,
    async [Symbol.asyncDispose]() {
      await feed.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function tick(test: TestFeed, changes: Readonly<Record<string, string>> = {}) {
  const row = { ...TICKER, ...changes };
  test.server.sockets.at(-1)?.send(JSON.stringify({
    action: "snapshot",
    arg: { instType: "USDT-FUTURES", channel: "ticker", instId: row.instId },
    data: [row],
    ts: 1,
  }));
}

async function connect(test: TestFeed): Promise<void> {
  await runClock(
    test.clock,
    until(
      "the feed",
      () => test.log.lines.some(({ code }) => code === "feed_connected"),
    ),
  );
}

Deno.test("BitgetFeed watches all symbols of a turn over one socket and one message", async () => {
  await using test = open();
  const quotes: Quote[] = [];
  test.feed.watch("BTC/USDT:USDT", (quote) => quotes.push(quote));
  const remove = test.feed.watch("BTC/USDT:USDT", (quote) =>
    quotes.push(quote));
  test.feed.watch("ETH/USDT:USDT", (quote) => quotes.push(quote));
  assert.equal(test.feed.quote("BTC/USDT:USDT"), null);
  await connect(test);
  assert.equal(test.frames.length, 1);
  tick(test);
  await until("both listeners", () => quotes.length === 2);
  assert.equal(test.feed.quote("BTC/USDT:USDT")?.bestBid, 43476.3);
  assert.equal(quotes[0]?.receivedAtMs, test.clock.nowMs());
  remove();
  remove();
  tick(test);
  await until("the other listener", () => quotes.length === 3);
  assert.equal(test.server.sockets.length, 1);
});

Deno.test("BitgetFeed subscribes later symbols on the same socket, and unsubscribes the last watcher's", async () => {
  await using test = open();
  test.feed.watch("BTC/USDT:USDT", () => {});
  await connect(test);
  const remove = test.feed.watch("ETH/USDT:USDT", () => {});
  test.feed.watch("BNB/USDT:USDT", () => {});
  await runClock(
    test.clock,
    until("the subscription", () => test.frames.length === 2),
  );
  assert.match(test.frames[1] ?? "", /ETHUSDT.*BNBUSDT/);
  remove();
  await runClock(
    test.clock,
    until("the unsubscription", () => test.frames.length === 3),
  );
  assert.match(test.frames[2] ?? "", /unsubscribe.*ETHUSDT/);
  assert.equal(test.feed.quote("ETH/USDT:USDT"), null);
});

Deno.test("BitgetFeed keeps below ten messages a second however often symbols come and go", async () => {
  await using test = open();
  test.feed.watch("BTC/USDT:USDT", () => {});
  await connect(test);
  const beganAtMs = test.clock.nowMs();
  const removals: (() => void)[] = [];
  // A symbol comes every 10 ms and goes after 200: bots being claimed, ended.
  for (let i = 0; i < 300; i++) {
    removals.push(test.feed.watch(`C${i}/USDT:USDT`, () => {}));
    removals[i - 20]?.();
    await Promise.resolve();
    test.clock.advance(10);
  }
  await runClock(
    test.clock,
    until("the last one", () => test.frames.some((f) => f.includes("C299"))),
  );
  const seconds = Math.ceil((test.clock.nowMs() - beganAtMs) / 1_000);
  const sent = test.frames.length;
  assert.ok(sent > 10 && sent < 10 * seconds, `${sent} in ${seconds} s`);
  assert.equal(test.server.sockets.length, 1);
});

Deno.test("BitgetFeed goes on without a symbol the exchange does not know", async () => {
  await using test = open();
  test.feed.watch("NOPE/USDT:USDT", () => {});
  test.feed.watch("BTC/USDT:USDT", () => {});
  await connect(test);
  assert.ok(test.log.lines.some(({ code }) => code === "symbol_refused"));
  tick(test);
  await until("a quote", () => test.feed.quote("BTC/USDT:USDT") !== null);
  assert.throws(() => test.feed.watch("BTC/USDT", () => {}), {
    reason: "unknown_symbol",
  });
});

Deno.test("BitgetFeed does not take a row without a bid for a quote", async () => {
  await using test = open();
  test.feed.watch("BTC/USDT:USDT", () => {});
  await connect(test);
  tick(test, { bidPr: "" });
  tick(test, { lastPr: "7" });
  await until(
    "the good one",
    () => test.feed.quote("BTC/USDT:USDT")?.lastPrice === 7,
  );
  assert.equal(
    test.log.lines.filter(({ code }) => code === "quote_unreadable").length,
    1,
  );
});

Deno.test("BitgetFeed complains of a symbol that is silent for 30 s, and renews the socket", async () => {
  await using test = open();
  test.feed.watch("BTC/USDT:USDT", () => {});
  await connect(test);
  tick(test);
  await until("a quote", () => test.feed.quote("BTC/USDT:USDT") !== null);
  const silences = () =>
    test.log.lines.filter(({ code }) => code === "quote_silent");
  await runClock(
    test.clock,
    until(
      "the complaint and a new socket",
      () => silences().length === 1 && test.server.sockets.length === 2,
    ),
    100,
  );
  const [silence] = silences();
  assert.equal(silence?.level, "error");
  assert.ok(Number(silence?.fields.silentMs) >= 30_000);
  assert.ok(Number(silence?.fields.silentMs) < 36_000);
  await until(
    "the subscription",
    () =>
      test.frames.filter((frame) => frame.includes("subscribe")).length === 2,
  );
  tick(test, { lastPr: "9" });
  await until(
    "a new quote",
    () => test.feed.quote("BTC/USDT:USDT")?.lastPrice === 9,
  );
});
