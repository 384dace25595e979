/**
 * The canvas charts of a backtest: three curves, and candles with the fills of
 * one model. Imperative, because the library is; loaded with the first result.
 *
 * @module
 */
import type { Bars } from "@core/backtest/curve.ts";
import type { FillModel } from "@core/backtest/report.ts";
import {
  CandlestickSeries,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  TickMarkType,
  type Time,
} from "lightweight-charts";
import type { FillColumns } from "../../workers/backtest_messages.ts";
import { createFrame, fromTime, resolveColors, toTime } from "./chart_frame.ts";
import { formatDay, formatMinute } from "../format.ts";

const TOKENS = [
  "--text",
  "--text-muted",
  "--chart-grid",
  "--chart-up",
  "--chart-down",
  "--up",
  "--down",
  "--accent",
  "--warn",
] as const;
type Token = (typeof TOKENS)[number];
/** Of the width, right of the newest point. */
const ROOM_RIGHT = 0.03;
/** Finer than what the axis says: a tenth of a percent has a line, too. */
const STEP_MIN = 1e-4;

type Colors = Readonly<Record<Token, string>>;

/** A model is told by line and colour, and by its words in the legend. */
const MODEL_LINES = {
  pessimistic: { token: "--accent", style: LineStyle.Solid, width: 2 },
  path: { token: "--text-muted", style: LineStyle.Solid, width: 1 },
  optimistic: { token: "--warn", style: LineStyle.Dashed, width: 1 },
} as const satisfies Record<
  FillModel,
  { token: Token; style: LineStyle; width: 1 | 2 }
>;

function createResultFrame(element: HTMLElement): IChartApi {
  return createFrame(element, {
    timeScale: {
      // All of it is shown, also after the page has changed its width.
      lockVisibleTimeRangeOnResize: true,
      minBarSpacing: 0.01,
      tickMarkFormatter: (time: Time, type: TickMarkType) =>
        type === TickMarkType.Time || type === TickMarkType.TimeWithSeconds
          ? formatMinute(fromTime(time))
          : formatDay(fromTime(time)),
    },
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false },
  });
}

/** Shows all of it, and beside the last point room for its time. */
function showAll(chart: IChartApi, count: number): void {
  chart.timeScale().setVisibleLogicalRange({
    from: -0.5,
    to: count * (1 + ROOM_RIGHT),
  });
}

function paintFrame(chart: IChartApi, element: HTMLElement): Colors {
  const colors = resolveColors(element, TOKENS);
  chart.applyOptions({
    layout: {
      background: { color: "transparent" },
      textColor: colors["--text-muted"],
      fontFamily: getComputedStyle(element).fontFamily,
    },
    grid: {
      vertLines: { visible: false },
      horzLines: { color: colors["--chart-grid"] },
    },
  });
  return colors;
}

/** One line a fill model. */
export class CurveChart {
  readonly #element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #format: (value: number) => string;
  readonly #lines = new Map<FillModel, ISeriesApi<"Line">>();

  /** @param format Of the values on the axis. */
  constructor(element: HTMLElement, format: (value: number) => string) {
    this.#element = element;
    this.#chart = createResultFrame(element);
    this.#format = format;
    this.paint();
  }

  /** Draws a model's values. */
  setCurve(model: FillModel, atMs: Float64Array, values: Float64Array): void {
    const line = this.#lines.get(model) ?? this.#addLine(model);
    line.setData(
      Array.from(values, (value, i) => ({ time: toTime(atMs[i] ?? 0), value })),
    );
    showAll(this.#chart, values.length);
  }

  /** Takes the colours of the theme in use. */
  paint(): void {
    const colors = paintFrame(this.#chart, this.#element);
    for (const [model, line] of this.#lines) {
      line.applyOptions({ color: colors[MODEL_LINES[model].token] });
    }
  }

  remove(): void {
    this.#chart.remove();
  }

  #addLine(model: FillModel): ISeriesApi<"Line"> {
    const { token, style, width } = MODEL_LINES[model];
    const line = this.#chart.addSeries(LineSeries, {
      color: resolveColors(this.#element, TOKENS)[token],
      lineStyle: style,
      lineWidth: width,
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: {
        type: "custom",
        minMove: STEP_MIN,
        formatter: this.#format,
      },
    });
    this.#lines.set(model, line);
    return line;
  }
}

/** Candles with a marker where something filled. */
export class FillsChart {
  readonly #element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<"Candlestick">;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  #fills: FillColumns | null = null;
  #intervalMs = 60_000;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#chart = createResultFrame(element);
    this.#series = this.#chart.addSeries(CandlestickSeries, {
      priceLineVisible: false,
      lastValueVisible: false,
      borderVisible: false,
    });
    this.#markers = createSeriesMarkers(this.#series, []);
    this.paint();
  }

  /** Sets the tick, so that the axis has its places. */
  setTick(tickSize: number, decimals: number): void {
    this.#series.applyOptions({
      priceFormat: { type: "price", minMove: tickSize, precision: decimals },
    });
  }

  setBars(bars: Bars): void {
    this.#intervalMs = bars.intervalMs;
    const value = (column: Float64Array, i: number) => column[i] ?? NaN;
    this.#series.setData(Array.from(bars.openTimeMs, (atMs, i) => ({
      time: toTime(atMs),
      open: value(bars.open, i),
      high: value(bars.high, i),
      low: value(bars.low, i),
      close: value(bars.close, i),
    })));
    showAll(this.#chart, bars.openTimeMs.length);
  }

  /** Marks fills at their bars, one marker a bar and direction. */
  setFills(fills: FillColumns): void {
    this.#fills = fills;
    const colors = resolveColors(this.#element, TOKENS);
    const groups = new Map<string, { at: number; isBuy: boolean }>();
    for (let i = 0; i < fills.length; i++) {
      const at = Math.floor((fills.atMs[i] ?? 0) / this.#intervalMs) *
        this.#intervalMs;
      const isBuy = fills.isBuy[i] === 1;
      const key = `${at} ${isBuy}`;
      groups.set(key, { at, isBuy });
    }
    this.#markers.setMarkers(
      [...groups.values()].sort((a, b) => a.at - b.at).map((
        { at, isBuy },
      ): SeriesMarker<Time> => ({
        time: toTime(at),
        position: isBuy ? "belowBar" : "aboveBar",
        shape: isBuy ? "arrowUp" : "arrowDown",
        color: colors[isBuy ? "--up" : "--down"],
        size: 0.6,
      })),
    );
  }

  /** Takes the colours of the theme in use. */
  paint(): void {
    const colors = paintFrame(this.#chart, this.#element);
    this.#series.applyOptions({
      upColor: colors["--chart-up"],
      downColor: colors["--chart-down"],
      wickUpColor: colors["--chart-up"],
      wickDownColor: colors["--chart-down"],
    });
    if (this.#fills !== null) this.setFills(this.#fills);
  }

  remove(): void {
    this.#chart.remove();
  }
}
