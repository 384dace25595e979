import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const JULY = `${ROOT}../shared/klines/BNBUSDT-1m-2025-07.csv`;
const hasJuly = await Deno.stat(JULY).then(() => true, () => false);
const CONFIG = '{"baseSize":0.05,"leverage":20}';

/** What issue and README promise of each model. */
const KEYS = [
  ..."finalEquity wallet return realized fees funding maxDrawdown".split(" "),
  ..."fills openings entries takeProfits ordersPlaced".split(" "),
  ..."longSize shortSize maxLongSize maxShortSize sharpe sortino".split(" "),
  ..."liquidated ambiguousCandles candlesPerSecond".split(" "),
];

async function backtest(...args: string[]) {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", MAIN, ...args],
    cwd: ROOT,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code: output.code,
    stdout: text(output.stdout),
    stderr: text(output.stderr),
  };
}

async function withFile(
  content: string,
  body: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, content);
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test({
  name: "backtest --json prints one object with the golden case",
  ignore: !hasJuly,
  async fn() {
    const flags = ["--candles", JULY, "--config", CONFIG, "--model", "path"];
    const { code, stdout } = await backtest(...flags, "--json");
    assert.equal(code, 0);
    const result = JSON.parse(stdout);
    assert.equal(result.candles, 44_640);
    assert.match(result.dataHash, /^[0-9a-f]{64}$/);
    assert.deepEqual(Object.keys(result.models), ["path"]);
    const { path } = result.models;
    assert.deepEqual(
      [path.fills, path.openings, path.entries, path.takeProfits],
      [1831, 326, 615, 890],
    );
    const near = (value: number, wanted: number) =>
      assert.ok(Math.abs(value - wanted) < 1e-6, `${value} ≠ ${wanted}`);
    near(path.finalEquity, 965.6100148);
    near(path.wallet, 967.818686675);
    near(path.fees, 14.2479852);
    near(path.maxDrawdown, 0.0382095666);
    assert.deepEqual([path.longSize, path.shortSize], [0.25, 0.05]);
    assert.ok(path.candlesPerSecond > 0);
    assert.deepEqual(Object.keys(path), KEYS);
    assert.deepEqual(Object.keys(result), [
      "candles",
      "dataHash",
      "engineVersion",
      "config",
      "models",
    ]);
  },
});

Deno.test("backtest takes funding, repeats, draws, and says what is unknown", async () => {
  const header = "open_time_ms,open,high,low,close,volume";
  const rows = Array.from({ length: 90 }, (_, i) => {
    const price = 650 + 5 * Math.sin(i / 5);
    return `${i * 60_000},${price},${price + 1},${price - 1},${price},1`;
  });
  await withFile([header, ...rows].join("\n"), async (path) => {
    const flags = ["--candles", path, "--config", CONFIG, "--repeat", "3"];
    const plain = await backtest(...flags);
    assert.match(plain.stdout, /90 candles, funding unknown/);
    assert.match(plain.stdout, /starting cash 1000, no margin guard/);
    assert.match(plain.stdout, /return between -?[\d.]+ % and -?[\d.]+ %/);
    assert.match(plain.stdout, /time in the market +[\d.]+ %/);
    assert.match(plain.stdout, /as_grid \{"takeProfitSpacing":0.004/);
    assert.match(plain.stdout, /equity, path\n +[\d.]+ .*[▁▂▃▄▅▆▇█]/);
    await withFile("at_ms,rate\n3000000,0.01\n", async (funding) => {
      const { stdout } = await backtest(
        ...flags,
        "--funding",
        funding,
        "--json",
      );
      const { models } = JSON.parse(stdout);
      assert.notEqual(models.path.funding, 0);
      assert.equal(typeof models.path.funding, "number");
    });
  });
});

Deno.test({
  name:
    "backtest --strategy range_grid keeps grid profit and unpaired PnL apart",
  ignore: !hasJuly,
  async fn() {
    const config =
      '{"lowerPrice":640,"upperPrice":860,"levels":100,"investment":2000}';
    const flags = ["--strategy", "range_grid", "--candles", JULY];
    const { code, stdout, stderr } = await backtest(
      ...flags,
      "--config",
      config,
      "--cash",
      "3000",
      "--json",
    );
    assert.equal(code, 0, stderr);
    const { models } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(models), [
      "pessimistic",
      "path",
      "optimistic",
    ]);
    for (const report of Object.values<Record<string, number>>(models)) {
      const { gridPairs = 0, gridProfit = 0, unpairedPnl = 0 } = report;
      assert.ok(gridPairs > 500 && gridProfit > 0);
      const sum = 3_000 + gridProfit + unpairedPnl;
      assert.ok(Math.abs(sum - (report.finalEquity ?? NaN)) < 1e-6);
    }
    const table = await backtest(...flags, "--config", config);
    assert.match(table.stdout, /grid profit, net/);
    const refused = await backtest(
      ...flags,
      "--config",
      '{"lowerPrice":649,"upperPrice":651,"levels":100,"investment":2000}',
    );
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /levels: .*fewer levels/);
  },
});

Deno.test("backtest writes equity and fills as CSV", async () => {
  const header = "open_time_ms,open,high,low,close,volume";
  const rows = [0, 1, 2].map((i) => `${i * 60_000},650,655,645,650,1`);
  await withFile([header, ...rows].join("\n"), async (path) => {
    const dir = await Deno.makeTempDir();
    const flags = ["--candles", path, "--config", CONFIG, "--csv", dir];
    const { code, stdout } = await backtest(...flags);
    assert.equal(code, 0);
    assert.match(stdout, /pessimistic\s+path\s+optimistic/);
    const equity = await Deno.readTextFile(`${dir}/equity-path.csv`);
    assert.equal(equity.trim().split("\n").length, 4);
    const fills = await Deno.readTextFile(`${dir}/fills-path.csv`);
    assert.match(fills, /\n0,(long|short),open,650,0\.05\n/);
    await Deno.remove(dir, { recursive: true });
  });
});

const REFUSED: readonly (readonly [string, string[], RegExp])[] = [
  ["no candles", ["--config", CONFIG], /without --candles/],
  [
    "a missing file",
    ["--candles", "/nowhere.csv", "--config", CONFIG],
    /no such file/,
  ],
  ["an unknown flag", ["--kandles", "x"], /--kandles/],
  [
    "an unknown model",
    ["--candles", "x", "--config", "{}", "--model", "best"],
    /--model best/,
  ],
  ["an unknown strategy", ["--strategy", "magic"], /--strategy magic/],
  ["no cash", ["--candles", "x", "--config", "{}", "--cash", "0"], /--cash 0/],
];

for (const [name, args, message] of REFUSED) {
  Deno.test(`backtest refuses ${name} with exit code 2`, async () => {
    const { code, stderr, stdout } = await backtest(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, "");
  });
}

Deno.test("backtest names the parameter that is out of range", async () => {
  const header = "open_time_ms,open,high,low,close,volume";
  await withFile(`${header}\n0,1,1,1,1,1\n`, async (path) => {
    const config = '{"baseSize":0.05,"gridSpacing":5}';
    const { code, stderr } = await backtest(
      "--candles",
      path,
      "--config",
      config,
    );
    assert.equal(code, 2);
    assert.match(stderr, /gridSpacing/);
  });
});
