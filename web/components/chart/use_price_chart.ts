import {
  type ReadonlySignal,
  type Signal,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Granularity } from "../../data/venue_market.ts";
import { useApp } from "../../state/app_context.ts";
import type { MarketView } from "../../state/market_desk.ts";
import { decimalsOf } from "../format.ts";
import type { PriceChart } from "./price_chart.ts";
import { useChunk } from "./use_chunk.ts";
import { useSampled } from "../use_sampled.ts";

const DRAW_EVERY_MS = 250;

/** A chart, and the element it is drawn into. */
export interface LiveChart {
  readonly element: RefObject<HTMLDivElement | null>;
  /** Null until its library is there. */
  readonly chart: ReadonlySignal<PriceChart | null>;
  /** Its library did not come. */
  readonly hasFailed: ReadonlySignal<boolean>;
}

/**
 * A price chart in an element: the library is loaded, the chart made once, then
 * told the tick, the candles and the theme.
 */
export function usePriceChart(
  view: MarketView,
  granularity: Signal<Granularity>,
): LiveChart {
  const element = useRef<HTMLDivElement>(null);
  const chart = useSignal<PriceChart | null>(null);
  const { theme } = useApp();

  const { module, hasFailed } = useChunk(() => import("./price_chart.ts"));
  const library = module.value;

  useEffect(() => {
    if (library === null || element.current === null) return;
    const drawn = new library.PriceChart(element.current);
    chart.value = drawn;
    return () => {
      drawn.remove();
      chart.value = null;
    };
  }, [library]);
  useSignalEffect(() => {
    const rules = view.market.value;
    const drawn = chart.value;
    if (rules !== null) {
      drawn?.setTick(rules.tickSize, decimalsOf(rules.tickSize));
    }
  });
  // A market ticks faster than anybody looks: a canvas is drawn now and then.
  const candles = useSampled(view.candles, DRAW_EVERY_MS);
  useSignalEffect(() => {
    const shown = candles.value;
    const { intervalMs } = granularity.value;
    chart.value?.setCandles(shown, intervalMs);
  });
  useSignalEffect(() => {
    // Read for the subscription: the colours themselves are in the tokens.
    void [theme.choice.value, theme.isDeviceDark.value];
    const drawn = chart.value;
    if (drawn === null) return;
    const frame = requestAnimationFrame(() => drawn.paint());
    return () => cancelAnimationFrame(frame);
  });
  return { element, chart, hasFailed };
}
