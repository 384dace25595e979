/** What every canvas chart needs: its frame, its colours and its clock. @module */
import {
  createChart,
  CrosshairMode,
  type DeepPartial,
  type IChartApi,
  type Time,
  type TimeChartOptions,
  type UTCTimestamp,
} from "lightweight-charts";
import { t } from "../../i18n/mod.ts";
import { formatDayAndMinute } from "../format.ts";

/**
 * Makes a chart that is as large as its element.
 *
 * @param options What is this chart's own: its axis of time, what moves it.
 */
export function createFrame(
  element: HTMLElement,
  { timeScale, ...options }: Pick<
    DeepPartial<TimeChartOptions>,
    "timeScale" | "handleScroll" | "handleScale"
  >,
): IChartApi {
  return createChart(element, {
    ...options,
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
    timeScale: { ...timeScale, borderVisible: false, timeVisible: true },
  });
}

/** The canvas needs colours, not custom properties: a probe resolves them. */
export function resolveColors<Token extends string>(
  element: HTMLElement,
  tokens: readonly Token[],
): Readonly<Record<Token, string>> {
  const probe = element.ownerDocument.createElement("span");
  element.append(probe);
  const entries = tokens.map((token) => {
    probe.style.color = `var(${token})`;
    return [token, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries);
}

/** Epoch ms → the library's seconds. */
export function toTime(atMs: number): UTCTimestamp {
  return Math.floor(atMs / 1000) as UTCTimestamp;
}

/** The library's time → epoch ms. */
export function fromTime(time: Time): number {
  return typeof time === "number" ? time * 1000 : Date.now();
}
