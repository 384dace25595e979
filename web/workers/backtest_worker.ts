/**
 * The engine's own core in a worker of the browser: runs backtests and parts
 * of sweeps. It is ended to cancel it; it holds nothing worth keeping.
 *
 * @module
 */
import { joinBars, thinEquity } from "@core/backtest/curve.ts";
import type { FillModel } from "@core/backtest/report.ts";
import {
  type AnyFill,
  ConfigError,
  parseBot,
  runBot,
  type StrategyConfig,
} from "@core/backtest/run_bot.ts";
import type { CandleColumns } from "@core/candles/columns.ts";
import { evaluate, type SweepSetting } from "@core/sweep/evaluate.ts";
import type {
  FillColumns,
  FromWorker,
  ModelOutcome,
  RunOrder,
  ToWorker,
} from "./backtest_messages.ts";

const CURVE_POINTS_MAX = 1_500;
/** As many as can be told apart. */
const BARS_MAX = 400;

/** A dedicated worker's global, as far as it is used here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

let candles: CandleColumns | null = null;
let setting: SweepSetting | null = null;

scope.onmessage = ({ data }) => {
  try {
    receive(data);
  } catch (error) {
    // Anything else reaches the page as the worker's error event.
    if (!(error instanceof ConfigError)) throw error;
    const { field, message } = error;
    scope.postMessage({ kind: "refused", field, message });
  }
};

function receive(message: ToWorker): void {
  if (message.kind === "candles") candles = message.candles;
  else if (message.kind === "sweep_setting") setting = message.setting;
  else if (candles === null) throw new Error("Cannot run without candles");
  else if (message.kind === "run") runAll(candles, message.order);
  else sweep(candles, message.indices);
}

function runAll(columns: CandleColumns, order: RunOrder): void {
  const price = columns.open[0] ?? NaN;
  const at = { market: order.market, price };
  const bot = parseBot(order.strategy, order.config, at);
  for (const model of order.models) {
    const outcome = runOne(columns, { bot, order, model });
    const { curve, fills } = outcome;
    scope.postMessage({ kind: "model", outcome }, [
      ...[curve.atMs, curve.equity, curve.drawdown].map((one) => one.buffer),
      ...[fills.atMs, fills.price, fills.size].map((one) => one.buffer),
      fills.isBuy.buffer,
    ]);
  }
  const bars = joinBars(columns, BARS_MAX);
  hashOf(columns).then(
    (dataHash) => scope.postMessage({ kind: "done", bars, dataHash }),
    // Over plain http a browser has no hashes. A promise's error would reach
    // nobody, and the page would wait for ever.
    reportError,
  );
}

function runOne(
  columns: CandleColumns,
  { bot, order, model }: {
    readonly bot: StrategyConfig;
    readonly order: RunOrder;
    readonly model: FillModel;
  },
): ModelOutcome {
  const { market, cash, funding } = order;
  const equity = new Float64Array(columns.length);
  const heard: AnyFill[] = [];
  const report = runBot(columns, bot, {
    market,
    cash,
    model,
    funding,
    equity,
    onFill: (fill) => heard.push(fill),
  });
  const pointsMax = CURVE_POINTS_MAX;
  return {
    model,
    report,
    curve: thinEquity(columns, equity, { cash, pointsMax }),
    fills: columnsOf(columns, heard),
  };
}

function columnsOf(
  columns: CandleColumns,
  fills: readonly AnyFill[],
): FillColumns {
  const isEntry = ({ purpose }: AnyFill) =>
    purpose === "open" || purpose === "entry";
  const isBuy = (fill: AnyFill) =>
    (fill.positionSide === "long") === isEntry(fill);
  return {
    length: fills.length,
    atMs: Float64Array.from(
      fills,
      ({ candle }) => columns.openTimeMs[candle] ?? NaN,
    ),
    price: Float64Array.from(fills, ({ price }) => price),
    size: Float64Array.from(fills, ({ size }) => size),
    isBuy: Uint8Array.from(fills, (fill) => isBuy(fill) ? 1 : 0),
  };
}

/** One column after the other, so that nothing large is joined. */
async function hashOf(columns: CandleColumns): Promise<string> {
  const { openTimeMs, open, high, low, close } = columns;
  const digests: string[] = [];
  for (const column of [openTimeMs, open, high, low, close]) {
    digests.push(await sha256(Uint8Array.from(bytesOf(column))));
  }
  return await sha256(new TextEncoder().encode(digests.join("\n")));
}

function bytesOf(column: Float64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sweep(columns: CandleColumns, indices: readonly number[]): void {
  const shared = setting;
  if (shared === null) throw new Error("Cannot sweep without a setting");
  const results = indices.map((index) => evaluate(columns, shared, index));
  scope.postMessage({ kind: "swept", results });
}
