/**
 * Backtests and sweeps for the app: candles from the exchange's public data,
 * the engine's own core in workers, progress, and a cancel that ends the work
 * at once.
 *
 * @module
 */
import type { Bars } from "@core/backtest/curve.ts";
import type { FundingRate } from "@core/backtest/mod.ts";
import { FILL_MODELS, type FillModel } from "@core/backtest/report.ts";
import type { Strategy } from "@core/backtest/run_bot.ts";
import type { CandleColumns } from "@core/candles/columns.ts";
import type { CandleGap } from "@core/candles/venue_rows.ts";
import type { Market } from "@core/model/market.ts";
import { ENGINE_VERSION } from "@core/version.ts";
import type { ModelOutcome } from "../workers/backtest_messages.ts";
import { BacktestError } from "./backtest_error.ts";
import { BacktestWorker } from "./backtest_worker_client.ts";
import { CandleStore } from "./candle_store.ts";
import { loadFunding } from "./funding_rates.ts";
import type { VenueEndpoints } from "./runtime_config.ts";

/** What is tried on which minutes. */
export interface BacktestRequest {
  /** The exchange the bot would trade on. */
  readonly endpoints: VenueEndpoints;
  readonly market: Market;
  readonly strategy: Strategy;
  /** As the form gives it; parsed by the strategy's own schema. */
  readonly config: unknown;
  /** Starting balance, quote, > 0. */
  readonly cash: number;
  /** Minutes that open in [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
}

/** How far a run is. */
export interface BacktestProgress {
  readonly stage: "candles" | "run";
  readonly done: number;
  readonly total: number;
}

/** Which minutes a result is about. */
export interface Coverage {
  readonly fromMs: number;
  readonly toMs: number;
  readonly minutes: number;
  /** Minutes asked for. Fewer: the exchange does not go back further. */
  readonly wanted: number;
  /** Missing before `fromMs`; null: none. */
  readonly gap: CandleGap | null;
}

/** The three fill models side by side. */
export interface BacktestBand {
  readonly models: Readonly<Record<FillModel, ModelOutcome>>;
  readonly coverage: Coverage;
  readonly bars: Bars;
  readonly cash: number;
  readonly strategy: Strategy;
  readonly config: unknown;
  readonly engineVersion: string;
  /** SHA-256 of the minutes. */
  readonly dataHash: string;
}

/** What may be told and asked while something runs. */
export interface BacktestControl {
  readonly onProgress?: (progress: BacktestProgress) => void;
  readonly signal: AbortSignal;
}

/** One for the app: what was loaded once is not loaded again. */
const store = new CandleStore();

/** Minutes and funding of a request. */
export interface BacktestData {
  readonly columns: CandleColumns;
  /** Null: unknown. */
  readonly funding: readonly FundingRate[] | null;
  readonly coverage: Coverage;
}

/**
 * Loads what a backtest walks through.
 *
 * @throws {BacktestError} `no_candles`; {@linkcode VenueError} when the
 *   exchange does not answer; the signal's reason once it is aborted.
 */
export async function loadBacktestData(
  request: Pick<BacktestRequest, "endpoints" | "market" | "fromMs" | "toMs">,
  { onProgress, signal }: BacktestControl,
): Promise<BacktestData> {
  const { endpoints, market, fromMs, toMs } = request;
  const source = { endpoints, venueSymbol: market.venueSymbol };
  const { columns, gap, wanted } = await store.load(source, { fromMs, toMs }, {
    signal,
    nowMs: Date.now(),
    onMinutes: (done, total) => onProgress?.({ stage: "candles", done, total }),
  });
  const first = columns.openTimeMs[0];
  const last = columns.openTimeMs.at(-1);
  if (first === undefined || last === undefined) {
    throw new BacktestError("no_candles", "The exchange has no candles there");
  }
  const span = { fromMs: first, toMs: last + 60_000 };
  // Funding that cannot be read is unknown, and the result says so.
  const funding = await loadFunding(source, span, {
    intervalHours: market.fundingIntervalHours,
    signal,
  }).catch(() => null);
  signal.throwIfAborted();
  const minutes = columns.length;
  return { columns, funding, coverage: { ...span, minutes, wanted, gap } };
}

/**
 * Runs a configuration under all three fill models.
 *
 * @throws {BacktestError} Where there is nothing to run, and
 *   {@linkcode VenueError} when the exchange does not answer; the signal's
 *   reason once it is aborted.
 */
export async function runBacktest(
  request: BacktestRequest,
  control: BacktestControl,
): Promise<BacktestBand> {
  const data = await loadBacktestData(request, control);
  const { strategy, config, market, cash } = request;
  using worker = new BacktestWorker(data.columns, control.signal);
  const outcomes: ModelOutcome[] = [];
  const total = FILL_MODELS.length;
  control.onProgress?.({ stage: "run", done: 0, total });
  const { bars, dataHash } = await worker.run(
    {
      strategy,
      config,
      market,
      cash,
      models: FILL_MODELS,
      funding: data.funding,
    },
    (outcome) => {
      outcomes.push(outcome);
      control.onProgress?.({ stage: "run", done: outcomes.length, total });
    },
  );
  const [pessimistic, path, optimistic] = FILL_MODELS.map((model) =>
    outcomes.find((outcome) => outcome.model === model)
  );
  if (!pessimistic || !path || !optimistic) {
    throw new BacktestError("worker", "A fill model has no result");
  }
  return {
    models: { pessimistic, path, optimistic },
    coverage: data.coverage,
    bars,
    cash,
    strategy,
    config,
    engineVersion: ENGINE_VERSION,
    dataHash,
  };
}
