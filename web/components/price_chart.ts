/**
 * The canvas chart behind CandleChart: candles, one line a resting order, one
 * marker a candle and direction with fills in it. Imperative, because the
 * library is; it is loaded only when a chart is looked at.
 *
 * @module
 */
import type { Candle } from "@core/model/candle.ts";
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import type { Fill, Order } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { fromTime, resolveColors, toTime } from "./chart_frame.ts";
import { formatDayAndMinute, formatMinute } from "./format.ts";

/** Orders further away than this fraction do not squeeze the candles. */
const LINES_WITHIN = 0.03;
/** Width of a candle at first, pixels: it decides how many are shown. */
const CANDLE_WIDTH = 9;
/** Empty candles right of the newest: the lines' labels stand there. */
const ROOM_RIGHT = 11;

const TOKENS = [
  "--text-muted",
  "--line",
  "--chart-grid",
  "--chart-up",
  "--chart-down",
  "--up",
  "--down",
  "--accent",
] as const;
type Colors = Readonly<Record<(typeof TOKENS)[number], string>>;

/** A chart in an element; `remove()` when it goes. */
export class PriceChart {
  readonly #element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<"Candlestick">;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  readonly #lines = new Map<string, { line: IPriceLine; order: Order }>();
  #colors: Colors;
  #candles: readonly Candle[] = [];
  #fills: readonly Fill[] = [];
  #intervalMs = 60_000;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#colors = resolveColors(element, TOKENS);
    this.#chart = createChart(element, {
      autoSize: true,
      // The credit and its link stand below the chart, in our own words: the
      // library's logo brings an inline style, which our policy refuses.
      layout: { attributionLogo: false, fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      localization: {
        locale: t.locale,
        timeFormatter: (time: Time) => formatDayAndMinute(fromTime(time)),
      },
      rightPriceScale: { borderVisible: false },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        rightOffset: ROOM_RIGHT,
        tickMarkFormatter: (time: Time) => formatMinute(fromTime(time)),
      },
      handleScroll: { vertTouchDrag: false },
    });
    this.#series = this.#chart.addSeries(CandlestickSeries, {
      priceLineVisible: true,
      priceLineStyle: LineStyle.Dotted,
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) =>
        this.#withLines(original()),
    });
    this.#markers = createSeriesMarkers(this.#series, []);
    this.paint();
  }

  /** Takes the colours of the theme in use. */
  paint(): void {
    const colors = resolveColors(this.#element, TOKENS);
    this.#colors = colors;
    this.#chart.applyOptions({
      layout: {
        background: { color: "transparent" },
        textColor: colors["--text-muted"],
        fontFamily: getComputedStyle(this.#element).fontFamily,
      },
      grid: {
        vertLines: { visible: false },
        horzLines: { color: colors["--chart-grid"] },
      },
    });
    this.#series.applyOptions({
      upColor: colors["--chart-up"],
      downColor: colors["--chart-down"],
      borderVisible: false,
      wickUpColor: colors["--chart-up"],
      wickDownColor: colors["--chart-down"],
      priceLineColor: colors["--text-muted"],
    });
    this.setOrders([...this.#lines.values()].map(({ order }) => order), true);
    this.setFills(this.#fills);
  }

  /** Sets the tick, so that the axis has its places. */
  setTick(tickSize: number, decimals: number): void {
    this.#series.applyOptions({
      priceFormat: { type: "price", minMove: tickSize, precision: decimals },
    });
  }

  /** Shows the candles; a moving last one is drawn alone. */
  setCandles(candles: readonly Candle[], intervalMs: number): void {
    const before = this.#candles;
    this.#candles = candles;
    const grown = candles.length - before.length;
    const last = candles.at(-1);
    const isMove = intervalMs === this.#intervalMs && last !== undefined &&
      before.length > 1 && candles[0] === before[0] &&
      (grown === 0 || grown === 1);
    this.#intervalMs = intervalMs;
    if (isMove) this.#series.update(toBar(last));
    else {
      this.#series.setData(candles.map(toBar));
      if (before.length === 0) this.showNewest();
    }
    if (grown !== 0) this.setFills(this.#fills);
  }

  /** Scrolls to the newest candle. */
  showNewest(): void {
    const count = this.#candles.length;
    const shown = Math.max(20, this.#element.clientWidth / CANDLE_WIDTH);
    this.#chart.timeScale().setVisibleLogicalRange({
      from: count - shown,
      to: count - 1 + ROOM_RIGHT,
    });
  }

  /** Shows resting orders as lines. */
  setOrders(orders: readonly Order[], isRepaint = false): void {
    const wanted = new Map(
      orders.filter((order) => order.price !== null)
        .map((order) => [order.id, order]),
    );
    for (const [id, { line }] of this.#lines) {
      if (!isRepaint && wanted.has(id)) continue;
      this.#series.removePriceLine(line);
      this.#lines.delete(id);
    }
    for (const [id, order] of wanted) {
      if (this.#lines.has(id) || order.price === null) continue;
      const isExit = order.purpose !== "open" && order.purpose !== "entry";
      const line = this.#series.createPriceLine({
        price: order.price,
        color: this.#colors[isExit ? "--up" : "--accent"],
        lineWidth: 1,
        lineStyle: isExit ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: true,
        title: t.chart.lineTitles[order.positionSide][order.purpose],
      });
      this.#lines.set(id, { line, order });
    }
  }

  /** Marks fills at their candles. */
  setFills(fills: readonly Fill[]): void {
    this.#fills = fills;
    const first = this.#candles[0]?.openTimeMs ?? Infinity;
    const groups = new Map<string, { at: number; isBuy: boolean; n: number }>();
    for (const fill of fills) {
      const at = Math.floor(fill.filledAtMs / this.#intervalMs) *
        this.#intervalMs;
      if (at < first) continue;
      const isBuy = fill.orderSide === "buy";
      const key = `${at} ${isBuy}`;
      groups.set(key, { at, isBuy, n: (groups.get(key)?.n ?? 0) + 1 });
    }
    const markers = [...groups.values()].sort((a, b) => a.at - b.at)
      .map((group): SeriesMarker<Time> => ({
        time: toTime(group.at),
        position: group.isBuy ? "belowBar" : "aboveBar",
        shape: group.isBuy ? "arrowUp" : "arrowDown",
        color: this.#colors[group.isBuy ? "--up" : "--down"],
        size: 1,
        ...(group.n > 1 && { text: String(group.n) }),
      }));
    this.#markers.setMarkers(markers);
  }

  /** Takes the chart out of its element. */
  remove(): void {
    this.#chart.remove();
  }

  /** Makes room for the lines of orders near the price. */
  #withLines(info: AutoscaleInfo | null): AutoscaleInfo | null {
    const close = this.#candles.at(-1)?.close;
    if (info === null || info.priceRange === null || close === undefined) {
      return info;
    }
    const prices = [...this.#lines.values()]
      .flatMap(({ order: { price } }) => price === null ? [] : [price])
      .filter((price) => Math.abs(price / close - 1) <= LINES_WITHIN);
    const { minValue, maxValue } = info.priceRange;
    return {
      ...info,
      priceRange: {
        minValue: Math.min(minValue, ...prices),
        maxValue: Math.max(maxValue, ...prices),
      },
    };
  }
}

function toBar(candle: Candle) {
  const { open, high, low, close } = candle;
  return { time: toTime(candle.openTimeMs), open, high, low, close };
}
