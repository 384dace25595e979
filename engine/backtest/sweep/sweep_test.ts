import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { RankedResult } from "@core/sweep/mod.ts";
import { UsageError } from "../usage_error.ts";
import { drawHeatMap, heatMapHtml, heatMapOf } from "./heat_map.ts";
import { Journal } from "./journal.ts";
import { parseParameter, parseSweepOptions } from "./options.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

async function sweep(...args: string[]) {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", MAIN, ...args],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

async function withDirectory(
  body: (path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body((name) => `${directory}/${name}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Two days that swing: grids trade on them. */
function candleCsv(minutes = 2_880): string {
  const price = (i: number) =>
    (650 + 8 * Math.sin(i / 40) + 2 * Math.sin(i / 7)).toFixed(2);
  const rows = Array.from({ length: minutes }, (_, i) => {
    const [open, close] = [price(i), price(i + 1)];
    const high = Math.max(Number(open), Number(close));
    const low = Math.min(Number(open), Number(close));
    return `${i * 60_000},${open},${high},${low},${close},5`;
  });
  return `open_time_ms,open,high,low,close,volume\n${rows.join("\n")}\n`;
}

const CONFIG = '{"baseSize":0.05,"leverage":20}';
const PARAMETERS = [
  "--param",
  "takeProfitSpacing=0.001:0.003:0.001",
  "--param",
  "gridSpacing=0.002,0.004",
];

Deno.test("sweep ranks, writes its files, is killed and goes on", async () => {
  await withDirectory(async (path) => {
    await Deno.writeTextFile(path("x.csv"), candleCsv());
    const flags = ["--candles", path("x.csv"), "--config", CONFIG];
    const all = [...flags, ...PARAMETERS, "--min-trades", "2"];
    const first = await sweep(...all, "--out", path("out"), "--json");
    assert.equal(first.code, 0, first.stderr);
    const { results, walkForward, ...head } = JSON.parse(first.stdout);
    assert.equal(head.combinations, 6);
    assert.match(head.dataHash, /^[0-9a-f]{64}$/);
    assert.equal(typeof head.engineVersion, "string");
    assert.equal(walkForward.length, 4);
    assert.equal(results.length, 6);
    assert.deepEqual(Object.keys(results[0].values), [
      "takeProfitSpacing",
      "gridSpacing",
    ]);
    const scores = results.map((one: RankedResult) => one.testScore);
    assert.deepEqual(scores, scores.toSorted((a: number, b: number) => b - a));

    const csv = await Deno.readTextFile(path("out/results.csv"));
    assert.equal(csv.trim().split("\n").length, 7);
    const html = await Deno.readTextFile(path("out/heat-map.html"));
    assert.equal(html.match(/<td style/g)?.length, 6);

    // Torn in its last line: two results are there, the rest is tried again.
    const journal = await Deno.readTextFile(path("out/journal.jsonl"));
    const lines = journal.split("\n");
    await Deno.writeTextFile(
      path("out/journal.jsonl"),
      lines.slice(0, 3).join("\n") + "\n" + lines[3]?.slice(0, 20),
    );
    const again = await sweep(...all, "--out", path("out"), "--json");
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout, first.stdout);
    const sorted = (text: string) => text.trim().split("\n").slice(1).sort();
    assert.deepEqual(
      sorted(await Deno.readTextFile(path("out/journal.jsonl"))),
      sorted(journal),
    );

    const other = await sweep(...all, "--out", path("out"), "--cash", "500");
    assert.equal(other.code, 2);
    assert.match(other.stderr, /it is about another cash/);
    await Deno.writeTextFile(path("x.csv"), candleCsv(2_881));
    const data = await sweep(...all, "--out", path("out"));
    assert.match(data.stderr, /it is about another candles/);
  });
});

Deno.test("sweep draws samples by its seed and shows them in the terminal", async () => {
  await withDirectory(async (path) => {
    await Deno.writeTextFile(path("x.csv"), candleCsv());
    const flags = [
      "--candles",
      path("x.csv"),
      "--config",
      '{"lowerPrice":630,"upperPrice":670,"investment":500}',
      "--strategy",
      "range_grid",
      "--param",
      "levels=5:25:1",
      "--param",
      "leverage=1:10:1",
      "--samples",
      "8",
      "--folds",
      "0",
      "--model",
      "path",
    ];
    const one = await sweep(...flags, "--seed", "4");
    assert.equal(one.code, 0, one.stderr);
    assert.match(one.stdout, /^8 combinations, 2880 candles/);
    assert.match(one.stdout, /ranked in sample/);
    assert.match(one.stdout, /levels ↓ {2}leverage →/);
    const table = (text: string) => text.split("\n").slice(1).join("\n");
    const two = await sweep(...flags, "--seed", "4", "--workers", "1");
    assert.equal(table(two.stdout), table(one.stdout));
    const three = await sweep(...flags, "--seed", "5");
    assert.notEqual(table(three.stdout), table(one.stdout));
  });
});

Deno.test("sweep refuses a parameter no strategy has, and too few candles", async () => {
  await withDirectory(async (path) => {
    await Deno.writeTextFile(path("x.csv"), candleCsv(300));
    const flags = ["--candles", path("x.csv"), "--config", CONFIG];
    const few = await sweep(...flags, ...PARAMETERS);
    assert.equal(few.code, 2);
    assert.match(few.stderr, /Cannot split 300 candles into 4 folds/);
    const misspelt = ["--param", "gridSpaceing=0.001,0.002", "--folds", "0"];
    const refused = await sweep(...flags, ...misspelt);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /any of 2 combinations: .*gridSpaceing/);
  });
});

const REFUSED: readonly (readonly [string[], RegExp])[] = [
  [[], /without --candles/],
  [["--candles", "x", "--config", "{}"], /without --param/],
  [["--candles", "x", "--param", "a=1,2"], /without --config/],
];

Deno.test("parseSweepOptions() names the flag that is wrong", () => {
  const base = ["--candles", "x", "--config", "{}"];
  const more: readonly (readonly [string, RegExp])[] = [
    ["a", /wanted NAME=/],
    ["a=1:2", /FROM:TO:STEP/],
    ["a=1,x", /1,x has what is no number/],
    ["a=2:1:1", /from ≤ to/],
    ["a=1:2:0", /step > 0/],
  ];
  const cases = [
    ...REFUSED,
    ...more.map(([param, message]) =>
      [[...base, "--param", param], message] as const
    ),
    [[...base, "--param", "a=1", "--param", "a=2"], /given twice/] as const,
    [[...base, "--param", "a=1", "--folds", "1.5"], /--folds 1.5/] as const,
    [[...base, "--param", "a=1", "--train", "1"], /--train 1/] as const,
    [[...base, "--param", "a=1", "--by", "luck"], /--by luck/] as const,
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseSweepOptions(args), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.deepEqual(parseParameter("risk.marginGuard.entryLimit=0.3:0.5:0.1"), {
    path: "risk.marginGuard.entryLimit",
    values: [0.3, 0.4, 0.5],
  });
});

function resultOf(index: number, testScore: number): RankedResult {
  const figures = {
    return: testScore,
    maxDrawdown: 0.01,
    sharpe: null,
    fees: 1,
    trades: 20,
    liquidated: false,
  };
  return {
    index,
    refused: null,
    train: [figures],
    test: [figures],
    trainScore: testScore,
    testScore,
    trades: 20,
    disqualified: index === 3 ? "few_trades" : null,
  };
}

Deno.test("heatMapOf() shows the best of each pair, with a star what may not win", () => {
  const parameters = [
    { path: "a", values: [1, 2] },
    { path: "b", values: [7] },
    { path: "c", values: [5, 6] },
  ];
  const ranked = [resultOf(0, 0.02), resultOf(1, -0.01), resultOf(3, 0.05)];
  const map = heatMapOf(parameters, ranked);
  assert.ok(map !== null);
  assert.deepEqual(drawHeatMap(map, false).split("\n").slice(1), [
    "        5      6",
    "  1  2.00  -1.00",
    "  2     —  5.00*",
  ]);
  assert.ok(drawHeatMap(map, true).includes("\x1b[48;2;"));
  const html = heatMapHtml(map, { title: "a < b", note: "n" });
  assert.match(html, /<h1>a &lt; b<\/h1>/);
  assert.equal(heatMapOf([{ path: "a", values: [1] }], ranked), null);
});

Deno.test("Journal refuses what it cannot read", async () => {
  await withDirectory(async (path) => {
    await Deno.writeTextFile(path("j.jsonl"), '{"a":1}\nnothing\n');
    await assert.rejects(Journal.open(path("j.jsonl"), { a: 1 }), /line 2/);
    await assert.rejects(Journal.open(path("j.jsonl"), { a: 2 }), /another a/);
  });
});
