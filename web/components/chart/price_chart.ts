/**
 * The canvas chart of prices: candles, lines across it, one marker a candle and
 * direction with fills in it, pairs joined from entry to exit. Imperative,
 * because the library is; it is loaded only when a chart is looked at.
 *
 * @module
 */
import type { Candle } from "@core/model/candle.ts";
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createSeriesMarkers,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import type { Fill } from "../../data/rows.ts";
import { pairLinesOf } from "../../state/pair_lines.ts";
import { createFrame, fromTime, resolveColors, toTime } from "./chart_frame.ts";
import { movedCandles } from "./candle_move.ts";
import type { ChartLine } from "./chart_lines.ts";
import { formatMinute } from "../format.ts";
import { dragLines } from "./line_drag.ts";
import { PairLines } from "./pair_lines.ts";

/** Lines without a label, or further away, do not squeeze the candles. */
const LINES_WITHIN = 0.03;
/** The ends of a grid do, unless they would make the candles a line. */
const FRAME_WITHIN = 0.6;
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
  "--warn",
  "--surface",
] as const;
const STYLES = {
  solid: LineStyle.Solid,
  dashed: LineStyle.Dashed,
  dotted: LineStyle.Dotted,
  sparse: LineStyle.SparseDotted,
} as const satisfies Record<ChartLine["style"], LineStyle>;

type Colors = Readonly<Record<(typeof TOKENS)[number], string>>;

/** A finger moves the chart sideways and the page up and down. */
const SCROLL = {
  mouseWheel: true,
  pressedMouseMove: true,
  horzTouchDrag: true,
  vertTouchDrag: false,
} as const;

/** A chart in an element; `remove()` when it goes. */
export class PriceChart {
  readonly #element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #series: ISeriesApi<"Candlestick">;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  readonly #pairs = new PairLines();
  readonly #lines = new Map<string, { drawn: IPriceLine; line: ChartLine }>();
  #colors: Colors;
  #candles: readonly Candle[] = [];
  #fills: readonly Fill[] = [];
  #intervalMs = 60_000;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#colors = resolveColors(element, TOKENS);
    this.#chart = createFrame(element, {
      timeScale: {
        rightOffset: ROOM_RIGHT,
        tickMarkFormatter: (time: Time) => formatMinute(fromTime(time)),
      },
      handleScroll: SCROLL,
    });
    this.#series = this.#chart.addSeries(CandlestickSeries, {
      priceLineVisible: true,
      priceLineStyle: LineStyle.Dotted,
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) =>
        this.#withLines(original()),
    });
    this.#markers = createSeriesMarkers(this.#series, []);
    this.#series.attachPrimitive(this.#pairs);
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
    this.#pairs.paint({
      gain: colors["--up"],
      loss: colors["--down"],
      ground: colors["--surface"],
      font: getComputedStyle(this.#element).fontFamily,
    });
    this.setLines([...this.#lines.values()].map(({ line }) => line), true);
    this.setFills(this.#fills);
  }

  /** Sets the tick, so that the axis has its places. */
  setTick(tickSize: number, decimals: number): void {
    this.#series.applyOptions({
      priceFormat: { type: "price", minMove: tickSize, precision: decimals },
    });
  }

  /** Shows the candles; those that have moved are drawn alone. */
  setCandles(candles: readonly Candle[], intervalMs: number): void {
    const before = this.#candles;
    this.#candles = candles;
    const grown = candles.length - before.length;
    const moved = intervalMs === this.#intervalMs
      ? movedCandles(before, candles)
      : null;
    this.#intervalMs = intervalMs;
    if (moved === null) {
      this.#series.setData(candles.map(toBar));
      if (before.length === 0) this.showNewest();
    } else for (const candle of moved) this.#series.update(toBar(candle));
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

  /** Shows lines; those that are drawn already are moved, not made anew. */
  setLines(lines: readonly ChartLine[], isRepaint = false): void {
    const wanted = new Map(lines.map((line) => [line.id, line]));
    for (const [id, { drawn }] of this.#lines) {
      if (wanted.has(id)) continue;
      this.#series.removePriceLine(drawn);
      this.#lines.delete(id);
    }
    for (const [id, line] of wanted) {
      const known = this.#lines.get(id);
      if (known !== undefined && !isRepaint && isSame(known.line, line)) {
        continue;
      }
      const options = {
        price: line.price,
        color: this.#colors[line.color],
        lineWidth: line.width ?? 1,
        lineStyle: STYLES[line.style],
        axisLabelVisible: line.hasLabel,
        title: line.title,
      } as const;
      known?.drawn.applyOptions(options);
      const drawn = known?.drawn ?? this.#series.createPriceLine(options);
      this.#lines.set(id, { drawn, line });
    }
  }

  /** Lets movable lines be dragged; the function returned ends it. */
  onDrag(onMove: (id: string, price: number) => void): () => void {
    return dragLines({
      element: this.#element,
      lines: () =>
        [...this.#lines.values()].flatMap(({ line }) => {
          const y = this.#series.priceToCoordinate(line.price);
          return line.isMovable === true && y !== null
            ? [{ id: line.id, y }]
            : [];
        }),
      priceAt: (y) => this.#series.coordinateToPrice(y),
      hold: (isHeld) => {
        this.#chart.applyOptions({
          handleScroll: isHeld ? false : SCROLL,
          handleScale: !isHeld,
        });
        // Under the pointer nothing may move but the line.
        this.#chart.priceScale("right").applyOptions({ autoScale: !isHeld });
      },
    }, onMove);
  }

  /** Marks fills at their candles. */
  setFills(fills: readonly Fill[]): void {
    this.#fills = fills;
    const first = this.#candles[0]?.openTimeMs ?? Infinity;
    const groups = new Map<string, { at: number; isBuy: boolean; n: number }>();
    for (const fill of fills) {
      const at = this.#candleOf(fill.filledAtMs);
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
    const pairs = pairLinesOf(fills).filter((pair) => pair.entryAtMs >= first);
    this.#pairs.set(pairs, (atMs) => toTime(this.#candleOf(atMs)));
  }

  #candleOf(atMs: number): number {
    return Math.floor(atMs / this.#intervalMs) * this.#intervalMs;
  }

  /** Takes the chart out of its element. */
  remove(): void {
    this.#chart.remove();
  }

  /** Makes room for lines near the price, and for those that frame the grid. */
  #withLines(info: AutoscaleInfo | null): AutoscaleInfo | null {
    const close = this.#candles.at(-1)?.close;
    if (info === null || info.priceRange === null || close === undefined) {
      return info;
    }
    const prices = [...this.#lines.values()]
      .filter(({ line }) =>
        (line.hasLabel || line.isFrame === true) &&
        Math.abs(line.price / close - 1) <=
          (line.isFrame === true ? FRAME_WITHIN : LINES_WITHIN)
      )
      .map(({ line }) => line.price);
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

function isSame(a: ChartLine, b: ChartLine): boolean {
  return a.price === b.price && a.color === b.color && a.style === b.style &&
    a.title === b.title && a.hasLabel === b.hasLabel && a.width === b.width;
}

function toBar(candle: Candle) {
  const { open, high, low, close } = candle;
  return { time: toTime(candle.openTimeMs), open, high, low, close };
}
