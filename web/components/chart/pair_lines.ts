/**
 * Closed pairs on the chart: a line from where it was entered to where it was
 * left, and what it earned after both fees. A primitive of the chart library.
 *
 * @module
 */
import type {
  IChartApi,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";
import type { PairLine } from "../../state/pair_lines.ts";
import { formatSignedMoney } from "../format.ts";
import { placeLabels } from "./pair_labels.ts";

/** The colours the lines are drawn in. */
export interface PairColors {
  readonly gain: string;
  readonly loss: string;
  /** Behind the labels. */
  readonly ground: string;
  readonly font: string;
}

interface Segment {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly net: number | null;
}

type Target = Parameters<IPrimitivePaneRenderer["draw"]>[0];

/** Draws pairs; see the header of this file. */
export class PairLines implements ISeriesPrimitive<Time> {
  #chart: IChartApi | null = null;
  #series: ISeriesApi<"Candlestick"> | null = null;
  #requestUpdate: () => void = () => {};
  #lines: readonly PairLine[] = [];
  #toTime: (atMs: number) => Time = () => 0 as Time & number;
  #colors: PairColors | null = null;
  readonly #view: IPrimitivePaneView;

  constructor() {
    const renderer = { draw: (target: Target) => this.#draw(target) };
    this.#view = { zOrder: () => "top", renderer: () => renderer };
  }

  /** Called by the library. */
  attached(param: SeriesAttachedParameter<Time, "Candlestick">): void {
    this.#chart = param.chart as IChartApi;
    this.#series = param.series;
    this.#requestUpdate = param.requestUpdate;
  }

  /** Called by the library. */
  detached(): void {
    this.#chart = null;
    this.#series = null;
  }

  /** Called by the library. */
  paneViews(): readonly IPrimitivePaneView[] {
    return [this.#view];
  }

  /**
   * Shows pairs.
   *
   * @param toTime The candle an instant lies in.
   */
  set(lines: readonly PairLine[], toTime: (atMs: number) => Time): void {
    this.#lines = lines;
    this.#toTime = toTime;
    this.#requestUpdate();
  }

  /** Takes the colours of the theme in use. */
  paint(colors: PairColors): void {
    this.#colors = colors;
    this.#requestUpdate();
  }

  #segments(): Segment[] {
    const scale = this.#chart?.timeScale();
    const series = this.#series;
    if (scale === undefined || series === null) return [];
    return this.#lines.flatMap((line) => {
      const x1 = scale.timeToCoordinate(this.#toTime(line.entryAtMs));
      const x2 = scale.timeToCoordinate(this.#toTime(line.exitAtMs));
      const y1 = series.priceToCoordinate(line.entryPrice);
      const y2 = series.priceToCoordinate(line.exitPrice);
      return x1 === null || x2 === null || y1 === null || y2 === null
        ? []
        : [{ x1, y1, x2, y2, net: line.net }];
    });
  }

  #draw(target: Target): void {
    const colors = this.#colors;
    if (colors === null) return;
    target.useMediaCoordinateSpace(({ context }) => {
      const segments = this.#segments();
      context.lineWidth = 1.5;
      context.font = `600 10px ${colors.font}`;
      context.textBaseline = "middle";
      for (const { x1, y1, x2, y2, net } of segments) {
        context.strokeStyle = net !== null && net < 0
          ? colors.loss
          : colors.gain;
        context.beginPath();
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
        context.stroke();
      }
      const width = this.#chart?.timeScale().width() ?? Infinity;
      drawLabels(context, segments, { colors, width });
    });
  }
}

function drawLabels(
  context: CanvasRenderingContext2D,
  segments: readonly Segment[],
  { colors, width: paneWidth }: {
    readonly colors: PairColors;
    readonly width: number;
  },
): void {
  const wishes = segments.flatMap(({ x2, y2, net }) => {
    if (net === null) return [];
    const words = formatSignedMoney(net, "fine");
    const { width } = context.measureText(words);
    return [{ x: x2, y: y2, words, width, net }];
  });
  for (const label of placeLabels(wishes, paneWidth)) {
    const { left, right, top, bottom, textX, wish } = label;
    context.fillStyle = colors.ground;
    context.globalAlpha = 0.85;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
    context.fillStyle = wish.net < 0 ? colors.loss : colors.gain;
    context.fillText(wish.words, textX, wish.y);
  }
}
