import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Granularity } from "../../data/venue_market.ts";
import { useApp } from "../../state/app_context.ts";
import type { MarketView } from "../../state/market_desk.ts";
import { decimalsOf } from "../format.ts";
import type { PriceChart } from "./price_chart.ts";
import { useSampled } from "../use_sampled.ts";

const DRAW_EVERY_MS = 250;

/**
 * A price chart in an element: the library is loaded, the chart made once, then
 * told the tick, the candles and the theme. Null until it is there.
 */
export function usePriceChart(
  view: MarketView,
  granularity: Signal<Granularity>,
): readonly [RefObject<HTMLDivElement | null>, Signal<PriceChart | null>] {
  const element = useRef<HTMLDivElement>(null);
  const chart = useSignal<PriceChart | null>(null);
  const { theme } = useApp();

  useEffect(() => {
    let isGone = false;
    void import("./price_chart.ts").then((library) => {
      if (isGone || element.current === null) return;
      chart.value = new library.PriceChart(element.current);
    });
    return () => {
      isGone = true;
      chart.peek()?.remove();
      chart.value = null;
    };
  }, []);
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
    if (drawn !== null) requestAnimationFrame(() => drawn.paint());
  });
  return [element, chart];
}
