import assert from "node:assert/strict";
import { CsvSource, parseCandles, symbolOfFile } from "./csv.ts";
import { openSources } from "./parse.ts";

const HEADER = "open_time_ms,open,high,low,close,volume";

function source(
  closes: readonly number[],
  atEnd: "mirror" | "stop" = "mirror",
): CsvSource {
  const rows = closes.map((close, i) =>
    `${i * 60_000},${closes[i - 1] ?? close},${
      Math.max(close, closes[i - 1] ?? 0)
    },${Math.min(close, closes[i - 1] ?? close)},${close},1`
  );
  const candles = parseCandles([HEADER, ...rows].join("\n"));
  return new CsvSource("BNBUSDT", candles, { historyMinutes: 1_000, atEnd });
}

Deno.test("parseCandles() reads the file's form and names a bad line", () => {
  const [candle] = parseCandles(`${HEADER}\n1,2,4,1,3,5.5\n2,3,3,3,3,0\n`);
  assert.deepEqual(candle, {
    openTimeMs: 1,
    open: 2,
    high: 4,
    low: 1,
    close: 3,
    volume: 5.5,
  });
  const table: readonly (readonly [string, RegExp])[] = [
    ["2,2,4,1,3", /line 3: 5 columns, wanted 6/],
    ["2,2,4,1,3,5,6", /line 3: 7 columns/],
    ["2,2,4,1,x,5", /line 3, field close: is no number \(it is "x"\)/],
    ["2,2,4,NaN,3,5", /line 3, field low: is no number/],
    ["2,2,4,1,3,", /line 3, field volume: is no number/],
    ["2,2,1,1,3,5", /line 3, field high: .*contradict/],
    ["2,2,4,-1,3,5", /line 3, field low: -1 is out of range/],
    ["1,2,4,1,3,5", /line 3, field open_time_ms: is not later/],
    ["\n3,2,4,1,3,5", /line 3: the line is blank/],
  ];
  for (const [line, message] of table) {
    const text = `${HEADER}\n1,2,4,1,3,5\n${line}`;
    assert.throws(() => parseCandles(text), { name: "CandleError", message });
  }
  assert.throws(() => parseCandles("time,price\n1,2"), /line 1: must be/);
  assert.throws(() => parseCandles(HEADER), /at least 2/);
});

Deno.test("parseCandles() takes what spreadsheets write, and gaps", () => {
  const rows = ["1,2,4,1,3,5.5", "2,3,3,3,3,0", "600000,3,3,3,3,0"];
  const text = `\ufeff${[HEADER, ...rows].join("\r\n")}\r\n\r\n`;
  assert.equal(parseCandles(text).length, 3);
});

Deno.test("symbolOfFile() reads the name's beginning", () => {
  assert.equal(symbolOfFile("../a/BNBUSDT-1m-2025-07.csv"), "BNBUSDT");
  assert.throws(() => symbolOfFile("candles.csv"), /symbol/);
});

Deno.test("openSources() refuses two files of one symbol", async () => {
  const files = ["a/BNBUSDT-1m-2025-06.csv", "a/BNBUSDT-1m-2025-07.csv"];
  await assert.rejects(
    openSources({ kind: "csv", files }, { symbols: null, atEnd: "mirror" }),
    { name: "SyntaxError", message: /two files of BNBUSDT/ },
  );
});

Deno.test("CsvSource keeps at most a tenth of the file as history", () => {
  const closes = Array.from({ length: 50 }, (_, i) => 100 + i);
  assert.equal(source(closes).history.length, 5);
  assert.equal(source(closes).next().close, 105);
});

Deno.test("CsvSource walks back and forth at the ends, without a jump", () => {
  const csv = source([10, 11, 12]);
  const played = Array.from({ length: 9 }, () => csv.next());
  assert.deepEqual(played.map((c) => c.close), [
    10,
    11,
    12,
    11,
    10,
    10,
    10,
    11,
    12,
  ]);
  played.slice(1).forEach((candle, i) =>
    assert.equal(candle.open, played[i]?.close)
  );
});

Deno.test("CsvSource stands still after the end when told to", () => {
  const csv = source([10, 11], "stop");
  const played = Array.from({ length: 4 }, () => csv.next());
  assert.deepEqual(played.map((c) => c.close), [10, 11, 11, 11]);
  assert.equal(played[3]?.volume, 0);
});

Deno.test("CsvSource takes up its place, also on the way back", () => {
  const [a, b] = [source([10, 11, 12, 13]), source([10, 11, 12, 13])];
  for (let i = 0; i < 6; i++) a.next();
  assert.ok(b.restore(JSON.parse(JSON.stringify(a.save()))));
  assert.equal(b.next().close, a.next().close);
  assert.equal(b.restore({ kind: "synthetic" }), false);
});
