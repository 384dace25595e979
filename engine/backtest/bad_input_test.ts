/** What the programs say of input that cannot be used: line and field. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { parseFunding } from "./inputs.ts";
import { UsageError } from "./usage_error.ts";

const BACKTEST = fileURLToPath(new URL("./main.ts", import.meta.url));
const SWEEP = fileURLToPath(new URL("./sweep/main.ts", import.meta.url));
const HEADER = "open_time_ms,open,high,low,close,volume";
const CONFIG = '{"baseSize":0.05}';
const ROW = (minute: number, rest = "650,651,649,650,5") =>
  `${minute * 60_000},${rest}`;
const file = (...rows: string[]) => [HEADER, ...rows, ""].join("\n");

async function run(program: string, args: readonly string[]) {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...args],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

/** Runs a program on a file and returns what it says on stderr. */
async function complaint(
  candles: string,
  args: readonly string[],
  program = BACKTEST,
): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, candles);
    const result = await run(program, ["--candles", path, ...args]);
    assert.equal(result.code, 2, result.stderr);
    assert.equal(result.stdout, "");
    assert.doesNotMatch(result.stderr, /\bat file:|Uncaught/);
    return result.stderr;
  } finally {
    await Deno.remove(path);
  }
}

const FILES: readonly (readonly [name: string, string, RegExp])[] = [
  ["an empty file", "", /line 1, field open_time_ms: the header is ""/],
  [
    "a header alone",
    `${HEADER}\n`,
    /line 2, field open_time_ms: the file has no candle/,
  ],
  [
    "other columns",
    "time,price\n1,2\n",
    /line 1, field open_time_ms: the header is "time,price", wanted "open_time_ms/,
  ],
  [
    "too few columns",
    file(ROW(1), "120000,1"),
    /line 3, field high: 2 columns, wanted 6/,
  ],
  [
    "NaN",
    file(ROW(1), ROW(2, "650,NaN,649,650,5")),
    /line 3, field high: "NaN" is no number/,
  ],
  [
    "a gap",
    file(ROW(1), ROW(4)),
    /line 3, field open_time_ms: 2 candles are missing/,
  ],
  ["a duplicate", file(ROW(1), ROW(1)), /line 3, field open_time_ms: the same/],
  [
    "candles out of order",
    file(ROW(2), ROW(1)),
    /line 3, field open_time_ms: older/,
  ],
  [
    "a movement without volume",
    file(ROW(1), ROW(2, "650,651,649,650,0")),
    /line 3, field volume: zero, although the price moved/,
  ],
  [
    "a minute without volume",
    file(ROW(1), ROW(2, "650,650,650,650,0")),
    /line 3, field volume: zero; .* --quiet-minutes/,
  ],
  [
    "a negative volume",
    file(ROW(1, "650,651,649,650,-1")),
    /line 2, field volume: -1 is out of range/,
  ],
  [
    "a high below the low",
    file(ROW(1, "650,648,649,650,5")),
    /line 2, field high: .* contradict each other/,
  ],
];

for (const [name, text, message] of FILES) {
  Deno.test(`backtest names line and field of ${name}`, async () => {
    assert.match(await complaint(text, ["--config", CONFIG]), message);
  });
}

Deno.test("sweep names line and field of a gap", async () => {
  const args = ["--config", CONFIG, "--param", "gridSpacing=0.003,0.004"];
  const text = await complaint(file(ROW(1), ROW(4)), args, SWEEP);
  assert.match(text, /line 3, field open_time_ms: 2 candles are missing/);
});

const CONFIGS: readonly (readonly [string, string[], RegExp])[] = [
  ["a spacing", ['{"baseSize":1,"gridSpacing":5}'], /gridSpacing: /],
  ["a misspelt parameter", ['{"baseSize":1,"gridSpace":1}'], /gridSpace/],
  ["no size", ["{}"], /baseSize: Give either/],
  ["less than a lot", ['{"baseSize":0.001}'], /baseSize: One order would be 0/],
  ["a tick above the price", [CONFIG, "--tick", "700"], /--tick 700: .* 650/],
  ["a flag twice", [CONFIG, "--tick", "1", "--tick", "2"], /--tick: .* twice/],
  ["a list", ["[1]"], /no such file|wanted one JSON object/],
  ["broken JSON", ["{nothing"], /no JSON/],
  [
    "a range",
    [
      '{"lowerPrice":700,"upperPrice":600,"levels":10,"investment":100}',
      "--strategy",
      "range_grid",
    ],
    /upperPrice: The upper price must lie above the lower/,
  ],
  [
    "levels closer than their fees",
    [
      '{"lowerPrice":649,"upperPrice":651,"levels":100,"investment":1000}',
      "--strategy",
      "range_grid",
    ],
    /levels: /,
  ],
  ["a fee", [CONFIG, "--maker", "2"], /--maker 2: wanted a number/],
  ["a tick", [CONFIG, "--tick", "0"], /--tick 0: wanted a number above 0/],
  ["repetitions", [CONFIG, "--repeat", "1.5"], /--repeat 1.5: .*whole number/],
];

for (const [name, [config = "", ...args], message] of CONFIGS) {
  Deno.test(`backtest names the parameter: ${name}`, async () => {
    const text = await complaint(file(ROW(1)), ["--config", config, ...args]);
    assert.match(text, message);
  });
}

Deno.test("parseFunding() names line and field", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["time,rate\n", /line 1: the header/],
    ["at_ms,rate\n1,2,3\n", /line 2: 3 columns/],
    ["at_ms,rate\n1,0.1\nx,0.1\n", /line 3, field at_ms: "x" is no number/],
    ["at_ms,rate\n5,0.1\n5,0.1\n", /line 3, field at_ms: not after/],
    ["at_ms,rate\n5,\n", /line 2, field rate: "" is no rate/],
    ["at_ms,rate\n5,7\n", /line 2, field rate: "7" is no rate/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseFunding("f.csv", text), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      assert.match(error.message, /f\.csv/);
      return true;
    });
  }
  assert.deepEqual(parseFunding("f.csv", "at_ms,rate\n5,-0.0001\n"), [
    { atMs: 5, rate: -0.0001 },
  ]);
});
