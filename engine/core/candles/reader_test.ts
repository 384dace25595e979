/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { CandleError, CandleReader, parseCandles } from "./reader.ts";
import { CANDLE_HEADER } from "./rules.ts";

const row = (minute: number, rest = "10,12,9,11,5") =>
  `${60_000 * minute},${rest}`;
const file = (...rows: string[]) => [CANDLE_HEADER, ...rows, ""].join("\n");

Deno.test("parseCandles() reads columns, with Windows line ends too", () => {
  const candles = parseCandles(file(row(1), row(2)).replaceAll("\n", "\r\n"));
  assert.equal(candles.length, 2);
  assert.deepEqual([...candles.openTimeMs], [60_000, 120_000]);
  assert.deepEqual([...candles.high], [12, 12]);
});

const REFUSED: readonly (readonly [
  name: string,
  text: string,
  line: number,
  field: string | null,
])[] = [
  ["an empty file", "", 1, "open_time_ms"],
  ["another header", "time,open\n1,2", 1, "open_time_ms"],
  ["a header alone", CANDLE_HEADER, 2, "open_time_ms"],
  [
    "columns in another order",
    `${CANDLE_HEADER.replace("high,low", "low,high")}\n`,
    1,
    "high",
  ],
  ["a column too many", `${CANDLE_HEADER},trades\n`, 1, "volume"],
  ["a value too many", file(`${row(1)},7`), 2, "volume"],
  ["hexadecimal", file(row(1, "0x0a,12,9,11,5")), 2, "open"],
  ["microseconds", file(row(30_000_000_000)), 2, "open_time_ms"],
  ["part of a millisecond", file(`0.5,10,12,9,11,5`), 2, "open_time_ms"],
  ["too few columns", file(row(1), "120000,1,2"), 3, "low"],
  ["text for a number", file(row(1, "10,x,9,11,5")), 2, "high"],
  ["NaN", file(row(1, "10,12,NaN,11,5")), 2, "low"],
  ["an empty cell", file(row(1, "10,12,9,,5")), 2, "close"],
  ["a price of zero", file(row(1, "0,12,0,11,5")), 2, "open"],
  ["a negative volume", file(row(1, "10,12,9,11,-1")), 2, "volume"],
  ["a high below the close", file(row(1, "10,10.5,9,11,5")), 2, "high"],
  ["a gap", file(row(1), row(4)), 3, "open_time_ms"],
  ["a duplicate", file(row(1), row(1)), 3, "open_time_ms"],
  ["a candle out of order", file(row(3), row(2)), 3, "open_time_ms"],
];

for (const [name, text, line, field] of REFUSED) {
  Deno.test(`parseCandles() refuses ${name}, naming line and field`, () => {
    assert.throws(() => parseCandles(text), (error) => {
      assert.ok(error instanceof CandleError);
      assert.deepEqual([error.line, error.field], [line, field]);
      return true;
    });
  });
}

Deno.test("CandleReader accepts a quiet minute, or refuses it where it is told to", () => {
  const text = file(row(1), row(2, "10,10,10,10,0"));
  assert.equal(parseCandles(text).length, 2);
  const reader = new CandleReader({ refusesQuiet: true });
  assert.throws(
    () => reader.push(Uint8Array.from(text, (c) => c.charCodeAt(0))),
    /line 3, field volume: zero; .* --quiet-minutes/,
  );
});

Deno.test("parseCandles() says so where times are in seconds", () => {
  const rows = [`1751328000,10,12,9,11,5`, `1751328060,10,12,9,11,5`];
  assert.throws(
    () => parseCandles(file(...rows)),
    /line 3, field open_time_ms: .* the times are in seconds/,
  );
});
