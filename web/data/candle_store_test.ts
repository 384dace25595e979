/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { CandleStore } from "./candle_store.ts";
import { loadFunding } from "./funding_rates.ts";
import { VenueError } from "./venue_market.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse("2026-11-22T12:00:10Z");
const THIS_MINUTE = NOW - NOW % MINUTE;

/** Bitget's public data, as far as it is asked here. */
class Venue implements AsyncDisposable {
  requests = 0;
  stumbles = 0;
  /** Minutes there are. */
  isThere: (atMs: number) => boolean = () => true;
  fundingFromMs = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => this.#answer(new URL(request.url)),
    );
  }

  get source() {
    const rest = `http://127.0.0.1:${this.#server.addr.port}`;
    return { endpoints: { rest, ws: "" }, venueSymbol: "BNBUSDT" };
  }

  #answer({ pathname, searchParams }: URL): Response {
    this.requests++;
    if (this.stumbles-- > 0) return new Response("", { status: 500 });
    const data = pathname.endsWith("fund-rate")
      ? this.#funding(Number(searchParams.get("pageNo")))
      : this.#candles(searchParams);
    return Response.json({ code: "00000", msg: "success", data });
  }

  #candles(query: URLSearchParams): unknown {
    const rows: string[][] = [];
    const end = Number(query.get("endTime"));
    let at = Math.ceil(Number(query.get("startTime")) / MINUTE) * MINUTE;
    for (; at < end; at += MINUTE) {
      if (this.isThere(at)) {
        rows.push([`${at}`, "10", "12", "9", "11", "5", "50"]);
      }
    }
    return rows.slice(-Number(query.get("limit")));
  }

  #funding(page: number): unknown {
    const newest = NOW - NOW % (8 * HOUR);
    return Array.from(
      { length: 100 },
      (_, i) => newest - (page * 100 - 100 + i) * 8 * HOUR,
    )
      .filter((atMs) => atMs >= this.fundingFromMs)
      .map((atMs) => ({ fundingTime: `${atMs}`, fundingRate: "0.0001" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function optionsOf(signal = new AbortController().signal) {
  return { signal, nowMs: NOW };
}

const spanOf = (minutes: number) => ({
  fromMs: THIS_MINUTE - minutes * MINUTE,
  toMs: NOW,
});

Deno.test("CandleStore loads closed minutes once, and says how far it is", async () => {
  await using venue = new Venue();
  const store = new CandleStore();
  const seen: [number, number][] = [];
  const first = await store.load(venue.source, spanOf(3_000), {
    ...optionsOf(),
    onMinutes: (done, total) => seen.push([done, total]),
  });
  assert.equal(first.columns.length, 3_000);
  assert.equal(first.columns.openTimeMs.at(-1), THIS_MINUTE - MINUTE);
  assert.deepEqual([first.wanted, first.gap], [3_000, null]);
  assert.deepEqual(seen.at(-1), [3_000, 3_000]);
  const { requests } = venue;
  const again = await store.load(venue.source, spanOf(3_000), optionsOf());
  assert.deepEqual(again.columns, first.columns);
  // Only the chunk that is still growing is asked for again.
  assert.equal(venue.requests, requests + 1);
});

Deno.test("CandleStore gives what a young market has", async () => {
  await using venue = new Venue();
  const firstMs = THIS_MINUTE - 500 * MINUTE;
  venue.isThere = (atMs) => atMs >= firstMs;
  const span = spanOf(30 * 1_440);
  const loaded = await new CandleStore().load(venue.source, span, optionsOf());
  assert.equal(loaded.columns.length, 500);
  assert.equal(loaded.columns.openTimeMs[0], firstMs);
  assert.equal(loaded.wanted, 30 * 1_440);
  // It stops asking once it is known that there is nothing older.
  assert.ok(venue.requests <= 12, `${venue.requests} requests`);
});

Deno.test("CandleStore gives the minutes after a gap, and says where it was", async () => {
  await using venue = new Venue();
  const gapMs = THIS_MINUTE - 700 * MINUTE;
  venue.isThere = (atMs) => atMs < gapMs || atMs >= gapMs + 3 * MINUTE;
  const loaded = await new CandleStore()
    .load(venue.source, spanOf(2_000), optionsOf());
  assert.equal(loaded.columns.length, 697);
  assert.deepEqual(loaded.gap, { fromMs: gapMs, minutes: 3 });
});

Deno.test("CandleStore tries again, and stops at once when it is told to", async () => {
  await using venue = new Venue();
  venue.stumbles = 1;
  const store = new CandleStore();
  const loaded = await store.load(venue.source, spanOf(60), optionsOf());
  assert.equal(loaded.columns.length, 60);
  const stop = new AbortController();
  const reason = new Error("enough");
  const loading = store.load(venue.source, spanOf(90_000), {
    ...optionsOf(stop.signal),
    onMinutes: () => stop.abort(reason),
  });
  await assert.rejects(loading, reason);
});

Deno.test("loadFunding() is null where it is not known for all of the time", async () => {
  await using venue = new Venue();
  const { signal } = new AbortController();
  const span = { fromMs: NOW - 40 * 24 * HOUR, toMs: NOW };
  const options = { intervalHours: 8, signal };
  const rates = await loadFunding(venue.source, span, options);
  assert.equal(rates?.length, 120);
  assert.ok(
    rates.every(({ atMs }, i) => i === 0 || atMs > (rates[i - 1]?.atMs ?? NaN)),
  );
  venue.fundingFromMs = NOW - 39 * 24 * HOUR;
  assert.equal(await loadFunding(venue.source, span, options), null);
  venue.stumbles = 1;
  await assert.rejects(loadFunding(venue.source, span, options), VenueError);
});
