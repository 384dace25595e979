/** A backtest's progress and failures in words. @module */
import { CandleRowError } from "@core/candles/venue_rows.ts";
import { SweepError } from "@core/sweep/parameters.ts";
import { BacktestError } from "../../data/backtest_error.ts";
import type { BacktestProgress } from "../../data/run_backtest.ts";
import { VenueError } from "../../data/venue_market.ts";
import { t } from "../../i18n/mod.ts";
import { formatSize } from "../format.ts";

/** Returns what a run is doing. */
export function progressWords(progress: BacktestProgress | null): string {
  if (progress === null) return t.common.working;
  const { stage, done, total } = progress;
  return stage === "candles"
    ? t.backtest.loadingMinutes(formatSize(done), formatSize(total))
    : t.backtest.running(done, total);
}

/** Returns why there is no result. */
export function failureWords(failure: unknown): string {
  const { failed } = t.backtest;
  if (failure instanceof VenueError) return failed.venue;
  if (failure instanceof CandleRowError) return failed.data(failure.message);
  if (failure instanceof SweepError) return failed.tooShort;
  if (!(failure instanceof BacktestError)) return failed.other;
  if (failure.code === "config") return failed.config(failure.message);
  return failure.code === "no_candles" ? failed.noCandles : failed.worker;
}
