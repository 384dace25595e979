import assert from "node:assert/strict";
import { type Bar, barOpenMs, CandleSeries } from "./candles.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 0, 1);

function query(
  series: CandleSeries,
  granularity: string,
  limit = 1_000,
): Bar[] {
  return series.query({ granularity, startMs: 0, endMs: Infinity, limit });
}

Deno.test("CandleSeries builds minutes from ticks, without gaps", () => {
  const series = new CandleSeries();
  const closed = [[10, 0], [12, 20_000], [9, 59_999], [11, 190_000]].map(
    ([price = 0, ms = 0]) =>
      series.addTick({ price, volume: 1, atMs: T0 + ms }).length,
  );
  assert.deepEqual(closed, [0, 0, 0, 3]);
  const rows = query(series, "1m").map((bar) => [
    (bar.openTimeMs - T0) / MINUTE,
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
  ]);
  assert.deepEqual(rows, [
    [0, 10, 12, 9, 9, 3],
    [1, 9, 9, 9, 9, 0],
    [2, 9, 9, 9, 9, 0],
    [3, 11, 11, 11, 11, 1],
  ]);
});

Deno.test("CandleSeries adds minutes up to longer bars", () => {
  const series = new CandleSeries();
  for (let i = 0; i < 130; i++) {
    series.addTick({ price: 100 + i, volume: 1, atMs: T0 + i * MINUTE });
  }
  const hours = query(series, "1H");
  assert.deepEqual(
    hours.map((bar) => [bar.openTimeMs - T0, bar.open, bar.close, bar.volume]),
    [
      [0, 100, 159, 60],
      [60 * MINUTE, 160, 219, 60],
      [120 * MINUTE, 220, 229, 10],
    ],
  );
  assert.equal(query(series, "5m", 3).length, 3);
  assert.equal(query(series, "5m", 3)[0]?.openTimeMs, T0 + 115 * MINUTE);
});

Deno.test("CandleSeries answers a window: start included, end not, newest kept", () => {
  const series = new CandleSeries();
  for (let i = 0; i < 10; i++) {
    series.addTick({ price: 1, volume: 1, atMs: T0 + i * MINUTE });
  }
  const minutes = (
    options: { startMs: number; endMs: number; limit: number },
  ) =>
    series.query({ granularity: "1m", ...options })
      .map((bar) => (bar.openTimeMs - T0) / MINUTE);
  const startMs = T0 + 2 * MINUTE;
  const endMs = T0 + 6 * MINUTE;
  assert.deepEqual(minutes({ startMs, endMs, limit: 100 }), [2, 3, 4, 5]);
  assert.deepEqual(minutes({ startMs, endMs, limit: 2 }), [4, 5]);
});

Deno.test("barOpenMs() starts days at midnight UTC+8, or UTC where the name says so", () => {
  const noon = Date.UTC(2026, 0, 7, 12);
  const at = (name: string) => new Date(barOpenMs(name, noon)).toISOString();
  assert.equal(at("1D"), "2026-01-06T16:00:00.000Z");
  assert.equal(at("1Dutc"), "2026-01-07T00:00:00.000Z");
  assert.equal(at("1Wutc"), "2026-01-05T00:00:00.000Z");
  assert.equal(at("1Mutc"), "2026-01-01T00:00:00.000Z");
  assert.equal(at("1M"), "2025-12-31T16:00:00.000Z");
  assert.equal(at("4H"), "2026-01-07T12:00:00.000Z");
});

/** A past whose closes count down to 100; `made` tells how far it was asked for. */
function countedPast() {
  let made = 0;
  function* older(): Generator<Bar> {
    for (;;) {
      made++;
      const price = 100 - made;
      yield {
        openTimeMs: T0 - made * MINUTE,
        open: price,
        high: price + 1,
        low: price,
        close: price + 1,
        volume: 1,
        quoteVolume: price,
      };
    }
  }
  return { older: older(), made: () => made };
}

Deno.test("CandleSeries makes up the past as far as somebody looks", () => {
  const series = new CandleSeries();
  const past = countedPast();
  series.setPast(past.older);
  series.addTick({ price: 100, volume: 1, atMs: T0 });
  assert.equal(query(series, "1m", 1).length, 1);
  assert.equal(past.made(), 1, "one before tells that the bar is whole");

  const bars = query(series, "1m", 5);
  assert.deepEqual(bars.map(({ open }) => open), [96, 97, 98, 99, 100]);
  assert.equal(past.made(), 5);
  assert.deepEqual(query(series, "1m", 5), bars, "the same again");
  const since = series.since(T0 - 2 * MINUTE);
  assert.deepEqual(since.map(({ open }) => open), [98, 99, 100]);
  assert.deepEqual(series.kept().map(({ open }) => open), [100]);

  const days = query(series, "1Dutc");
  const made = past.made();
  assert.equal(made, 31 * 1_440 - 1, "a month, not for ever");
  assert.deepEqual(query(series, "1Dutc"), days);
  assert.equal(past.made(), made);
});

Deno.test("CandleSeries forgets a past that would not join any more", () => {
  const series = new CandleSeries();
  series.addTick({ price: 100, volume: 1, atMs: T0 });
  series.setPast(countedPast().older);
  assert.equal(query(series, "1m", 3).length, 3);
  series.addTick({ price: 100, volume: 1, atMs: T0 + 20_160 * MINUTE });
  assert.ok(series.isFull);
  const [oldest] = query(series, "1m", 30_000);
  assert.equal(oldest?.openTimeMs, T0 + MINUTE);
});
