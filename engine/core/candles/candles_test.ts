/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { CandleBuffer } from "./buffer.ts";
import { readDecimal } from "./decimal_bytes.ts";
import { loadPage } from "./load_page.ts";
import { candlePages, closedSpan, minutesIn, pageQuery } from "./pages.ts";
import { CandleReader, parseCandles } from "./reader.ts";
import { CANDLE_HEADER } from "./rules.ts";
import { appendRows, type CandleRow } from "./venue_rows.ts";

const MINUTE = 60_000;
const NOW = 1_750_000_020_000;

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

Deno.test("readDecimal() reads what Number() would of a decimal", () => {
  fc.assert(fc.property(
    fc.oneof(
      fc.double().map(String),
      fc.tuple(fc.integer(), fc.nat(9)).map(([n, d]) =>
        (n / 10 ** d).toFixed(d)
      ),
      fc.constantFrom(
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1e3",
        " 7",
        "NaN",
        "0x1f",
        "--1",
      ),
      fc.string({ maxLength: 8 }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
    ),
    (text) => {
      const bytes = bytesOf(text);
      // Hexadecimal, octal, binary and "Infinity" are no decimals.
      const isNone = text.trim() === "" || /[xobi]/i.test(text);
      const expected = isNone ? NaN : Number(text);
      assert.ok(
        Object.is(readDecimal(bytes, 0, bytes.length), expected),
        JSON.stringify(text),
      );
    },
  ));
});

Deno.test("CandleReader reads the same however the bytes are cut", () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) =>
      `${i * MINUTE},650.1${i},${651 + i / 7},649.${i},650.5,${
        i === 7 ? 1e21 : i + 0.25
      }`,
  );
  const text = [CANDLE_HEADER, ...rows, ""].join("\r\n");
  const bytes = bytesOf(text);
  const whole = parseCandles(text);
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 30 }),
    (cuts) => {
      const reader = new CandleReader({ capacity: 3 });
      let from = 0;
      for (const to of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        reader.push(bytes.slice(from, to));
        from = to;
      }
      assert.deepEqual(reader.finish(), whole);
    },
  ));
});

Deno.test("CandleReader refuses a blank line, a movement without trades, an endless line", () => {
  const head = `${CANDLE_HEADER}\n0,10,12,9,11,5\n`;
  const refused = (text: string) =>
    assert.throws.bind(null, () => parseCandles(text));
  refused(`${head}\n60000,10,12,9,11,5\n`)(/line 3: the line is blank/);
  refused(`${head}60000,10,12,9,11,0\n`)(/line 3, field volume: zero/);
  refused(`${CANDLE_HEADER}\n${"9".repeat(5_000)}`)(/line 2: .*longer/);
  assert.equal(parseCandles(`${head}\n\n`).length, 1);
});

/** An exchange that has every minute from one on, and its limits. */
class Exchange {
  asked = 0;
  constructor(
    readonly options: {
      readonly firstMs: number;
      readonly limits: Readonly<Record<string, number>>;
      readonly isInclusive: boolean;
      readonly missing?: number;
    },
  ) {}

  ask = (page: Parameters<typeof pageQuery>[0]): Promise<unknown> => {
    this.asked++;
    const { firstMs, limits, isInclusive, missing } = this.options;
    const { startTime = "", endTime = "", limit = "" } = pageQuery(page, "X");
    const rows: unknown[] = [];
    const from = Math.ceil(Math.max(firstMs, Number(startTime)) / MINUTE);
    for (let i = from; i * MINUTE <= Number(endTime); i++) {
      const at = i * MINUTE;
      if (at === Number(endTime) && !isInclusive) break;
      if (at !== missing) rows.push([`${at}`, "1", "1", "1", "1", "0", "0"]);
    }
    const most = Math.min(Number(limit), limits[page.endpoint] ?? 0);
    return Promise.resolve(rows.slice(-most));
  };
}

Deno.test("candlePages() and loadPage() bring every minute once, whatever the limits", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 0, max: 45 * 1_440 }),
      fc.constantFrom(100, 200, 1_000),
      fc.constantFrom(500, 1_000),
      fc.boolean(),
      async (minutes, age, oldLimit, recentLimit, isInclusive) => {
        const span = closedSpan({
          fromMs: NOW - (age + minutes) * MINUTE,
          toMs: NOW - age * MINUTE,
        }, NOW);
        const exchange = new Exchange({
          firstMs: 0,
          limits: { "candles": recentLimit, "history-candles": oldLimit },
          isInclusive,
        });
        const buffer = new CandleBuffer();
        for (const page of candlePages(span, NOW)) {
          const rows = await loadPage(exchange.ask, page);
          assert.equal(appendRows(buffer, rows, page.fromMs), null);
        }
        assert.equal(buffer.length, minutesIn(span));
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("loadPage() stops asking where the exchange has nothing older", async () => {
  const firstMs = NOW - 100 * MINUTE - NOW % MINUTE;
  const exchange = new Exchange({
    firstMs,
    limits: { "candles": 1_000, "history-candles": 200 },
    isInclusive: false,
  });
  const span = closedSpan({ fromMs: NOW - 900 * MINUTE, toMs: NOW }, NOW);
  const [page] = candlePages(span, NOW);
  assert.ok(page !== undefined);
  const rows = await loadPage(exchange.ask, page);
  assert.deepEqual([rows.length, rows[0]?.[0]], [100, firstMs]);
  assert.equal(exchange.asked, 2);
});

Deno.test("appendRows() stops at a gap and says how many minutes it has", () => {
  const row = (at: number): CandleRow => [at, 1, 1, 1, 1, 0];
  const buffer = new CandleBuffer();
  const rows = [row(0), row(MINUTE), row(5 * MINUTE)];
  assert.deepEqual(appendRows(buffer, rows, 0), {
    fromMs: 2 * MINUTE,
    minutes: 3,
  });
  assert.equal(buffer.length, 2);
  assert.equal(buffer.lastOpenTimeMs, MINUTE);
});

Deno.test("loadPage() names the field of a row that is no candle", async () => {
  const page = { endpoint: "candles", fromMs: 0, toMs: 5 * MINUTE } as const;
  const answer = (data: unknown) => () => Promise.resolve(data);
  await assert.rejects(
    loadPage(answer([["0", "1", "1", "2", "1", "0"]]), page),
    /field low/,
  );
  await assert.rejects(
    loadPage(answer([["0", "1", "", "1", "1", "0"]]), page),
    /field high: is no number/,
  );
  await assert.rejects(
    loadPage(answer([["30000", "1", "1", "1", "1", "0"]]), page),
    /no whole minute/,
  );
  await assert.rejects(loadPage(answer({}), page), /no list/);
});
