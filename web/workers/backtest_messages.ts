/**
 * What the page and its backtest worker tell each other. Columns are handed
 * over, not copied.
 *
 * @module
 */
import type { Bars, EquityCurve } from "@core/backtest/curve.ts";
import type { FundingRate } from "@core/backtest/as_grid_run.ts";
import type { AnyReport, Strategy } from "@core/backtest/run_bot.ts";
import type { FillModel } from "@core/backtest/report.ts";
import type { CandleColumns } from "@core/candles/columns.ts";
import type { Market } from "@core/model/market.ts";
import type { SweepResult, SweepSetting } from "@core/sweep/evaluate.ts";

/** The fills of a run as columns of equal length, oldest first. */
export interface FillColumns {
  readonly length: number;
  /** Opening time of the candle it filled in. */
  readonly atMs: Float64Array;
  readonly price: Float64Array;
  /** Base. */
  readonly size: Float64Array;
  /** 1: bought. */
  readonly isBuy: Uint8Array;
}

/** What one fill model came to, ready to be drawn. */
export interface ModelOutcome {
  readonly model: FillModel;
  readonly report: AnyReport;
  readonly curve: EquityCurve;
  readonly fills: FillColumns;
}

/** One run. */
export interface RunOrder {
  readonly strategy: Strategy;
  readonly config: unknown;
  readonly market: Market;
  readonly cash: number;
  readonly models: readonly FillModel[];
  /** Null: unknown. */
  readonly funding: readonly FundingRate[] | null;
}

/** To the worker; `candles` comes first. */
export type ToWorker =
  | { readonly kind: "candles"; readonly candles: CandleColumns }
  | { readonly kind: "run"; readonly order: RunOrder }
  | { readonly kind: "sweep_setting"; readonly setting: SweepSetting }
  | { readonly kind: "sweep"; readonly indices: readonly number[] };

/** From the worker. */
export type FromWorker =
  | { readonly kind: "model"; readonly outcome: ModelOutcome }
  | {
    readonly kind: "done";
    readonly bars: Bars;
    /** SHA-256 of the columns, hexadecimal. */
    readonly dataHash: string;
  }
  | { readonly kind: "swept"; readonly results: readonly SweepResult[] }
  /** The configuration cannot run. */
  | {
    readonly kind: "refused";
    readonly field: string;
    readonly message: string;
  };
