/** Shows results to people: a table, a drawn equity curve, CSV files. @module */
import {
  type AnyReport,
  type CandleColumns,
  type RangeGridReport,
  type StrategyConfig,
  tradesOf,
} from "@core/backtest/mod.ts";
import { ENGINE_VERSION } from "@core/version.ts";
import { RowBytes } from "./row_bytes.ts";
import type { FillLog } from "./fill_log.ts";
import type { ModelRun } from "./run.ts";

const CURVE_WIDTH = 72;
const CURVE_HEIGHT = 10;
const BLOCKS = " ▁▂▃▄▅▆▇█";

const ROWS: readonly (readonly [string, (run: ModelRun) => string])[] = [
  ["final equity", ({ report }) => report.finalEquity.toFixed(4)],
  ["wallet", ({ report }) => report.wallet.toFixed(4)],
  ["return", ({ report }) => percent(report.return)],
  ["max drawdown", ({ report }) => percent(report.maxDrawdown)],
  ["realized", ({ report }) => report.realized.toFixed(4)],
  ["fees", ({ report }) => report.fees.toFixed(4)],
  ["funding", ({ report }) => report.funding?.toFixed(4) ?? "unknown"],
  ["fills", ({ report }) => `${report.fills}`],
  ["openings", ({ report }) => `${report.openings}`],
  ["entries", ({ report }) => `${report.entries}`],
  ["take-profits", ({ report }) => `${report.takeProfits}`],
  ["orders placed", ({ report }) => `${report.ordersPlaced}`],
  [
    "long, short at the end",
    ({ report }) => `${report.longSize}, ${report.shortSize}`,
  ],
  [
    "largest long, short",
    ({ report }) => `${report.maxLongSize}, ${report.maxShortSize}`,
  ],
  ["closes at market", ({ report }) => `${report.closes}`],
  ["round trips", ({ report }) => `${tradesOf(report)}`],
  ["time in the market", ({ report }) => percent(report.timeInMarket)],
  ["longest pause, candles", ({ report }) => `${report.longestPause}`],
  [
    "Sharpe, Sortino",
    ({ report }) =>
      `${report.sharpe?.toFixed(2) ?? "—"}, ${
        report.sortino?.toFixed(2) ?? "—"
      }`,
  ],
  ["grid pairs", gridCell((report) => `${report.gridPairs}`)],
  ["grid profit, net", gridCell((report) => report.gridProfit.toFixed(4))],
  ["unpaired PnL", gridCell((report) => report.unpairedPnl.toFixed(4))],
  ["ended by", gridCell((report) => report.endedBy ?? "—")],
  ["stopped by", ({ report }) => report.stoppedBy ?? ""],
  ["liquidated", ({ report }) => report.liquidated ? "YES" : "no"],
  [
    "ambiguous candles",
    ({ report, candles }) =>
      `${report.ambiguousCandles} (${
        percent(report.ambiguousCandles / candles)
      })`,
  ],
  ["candles per second", (run) => run.candlesPerSecond.toLocaleString("en")],
];

/** Only range grids have these: the rows are left out for others. */
function gridCell(
  cell: (report: RangeGridReport) => string,
): (run: ModelRun) => string {
  return ({ report }) => "gridPairs" in report ? cell(report) : "";
}

/** What a run is about, and what it takes for granted. */
export interface RunHead {
  readonly candles: CandleColumns;
  readonly dataHash: string;
  readonly bot: StrategyConfig;
  readonly cash: number;
  /** Null: unknown. */
  readonly funding: readonly unknown[] | null;
}

/** Returns what stands above the table: the run, its assumptions, its band. */
export function formatHead(
  { candles, dataHash, bot, cash, funding }: RunHead,
  runs: readonly ModelRun[],
): string {
  const returns = runs.map(({ report }) => report.return);
  const band = runs.length > 1
    ? [
      `return between ${percent(Math.min(...returns))} and ${
        percent(Math.max(...returns))
      }, by the fill model alone`,
    ]
    : [];
  return [
    `${candles.length} candles, funding ${
      funding === null ? "unknown" : "known"
    }, starting cash ${cash}, ${
      bot.isGuarded === false
        ? "no margin guard: the configuration names none"
        : "margin guard as configured"
    }`,
    `engine ${ENGINE_VERSION}, data ${dataHash}`,
    `${bot.strategy} ${JSON.stringify(bot.config)}`,
    ...band,
  ].join("\n");
}

/** What `--json` tells of a run beside these is told only where it is news. */
const OPTIONAL = ["closes", "stoppedBy"] as const;

/** Returns a run as `--json` prints it. */
export function jsonOf({ report, candlesPerSecond }: ModelRun): unknown {
  const { longestPause: _pause, timeInMarket: _time, ...rest } = report;
  const told: Partial<AnyReport> = { ...rest };
  for (const key of OPTIONAL) if (!rest[key]) delete told[key];
  return { ...told, candlesPerSecond };
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(3)} %`;
}

/** Returns the models side by side, one figure a line. */
export function formatTable(runs: readonly ModelRun[]): string {
  const table = [
    ["", ...runs.map((run) => run.model)],
    ...ROWS.map(([name, cell]) => [name, ...runs.map(cell)])
      .filter((row) => row.slice(1).some((cell) => cell !== "")),
  ];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  return table.map((row) =>
    row.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[0] ?? 0)
        : cell.padStart((widths[column] ?? 0) + 2)
    ).join("")
  ).join("\n");
}

/** Returns the equity curve as text, highest values at the top. */
export function drawCurve(equity: Float64Array): string {
  const width = Math.min(CURVE_WIDTH, equity.length);
  const points = Array.from({ length: width }, (_, i) => {
    const at = Math.round(i * (equity.length - 1) / Math.max(1, width - 1));
    return equity[at] ?? NaN;
  });
  const low = Math.min(...points);
  const high = Math.max(...points);
  const span = high - low || 1;
  const steps = CURVE_HEIGHT * 8;
  const heights = points.map((point) =>
    Math.max(1, Math.round((point - low) / span * steps))
  );
  const lines = Array.from({ length: CURVE_HEIGHT }, (_, row) => {
    const base = (CURVE_HEIGHT - 1 - row) * 8;
    const cells = heights.map((height) =>
      BLOCKS[Math.max(0, Math.min(8, height - base))]
    ).join("");
    const label = row === 0 ? high : row === CURVE_HEIGHT - 1 ? low : null;
    return `${(label?.toFixed(2) ?? "").padStart(12)} ${cells}`;
  });
  return lines.join("\n");
}

/** Rows written at once. */
const ROWS_A_PART = 256;
/** As bytes they take little, and each write costs a promise. */
const EQUITY_ROWS_A_PART = 4_096;

/** Returns rows as CSV, part by part. */
function* csvOf(
  header: string,
  length: number,
  row: (i: number) => string,
): Generator<string> {
  yield `${header}\n`;
  for (let from = 0; from < length; from += ROWS_A_PART) {
    const count = Math.min(ROWS_A_PART, length - from);
    yield Array.from({ length: count }, (_, i) => `${row(from + i)}\n`).join(
      "",
    );
  }
}

/**
 * Returns the equity at each close as CSV, part by part: bytes, because a
 * year's numbers as texts would fill memory with garbage.
 */
export function* equityCsv(
  candles: CandleColumns,
  equity: Float64Array,
): Generator<Uint8Array> {
  const rows = new RowBytes(EQUITY_ROWS_A_PART);
  rows.text("open_time_ms,equity");
  rows.end();
  for (let i = 0; i < candles.length; i++) {
    rows.number(candles.openTimeMs[i] ?? NaN);
    rows.text(",");
    rows.number(equity[i] ?? NaN);
    rows.end();
    if (rows.count === EQUITY_ROWS_A_PART) yield rows.take();
  }
  yield rows.take();
}

/** Returns the fills as CSV, part by part. */
export function fillsCsv(
  candles: CandleColumns,
  fills: FillLog,
): Iterable<string> {
  return csvOf(
    "open_time_ms,position_side,purpose,price,size",
    fills.length,
    (i) => {
      const { candle, positionSide, purpose, price, size } = fills.at(i);
      const atMs = candles.openTimeMs[candle];
      return [atMs, positionSide, purpose, price, size].join(",");
    },
  );
}
