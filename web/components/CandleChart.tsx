import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { GRANULARITIES } from "../data/venue_market.ts";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import type { BotDesk } from "../state/bot_desk.ts";
import type { MarketDesk } from "../state/market_desk.ts";
import { Button } from "./Button.tsx";
import { Segments } from "./Field.tsx";
import { decimalsOf } from "./format.ts";
import type { PriceChart } from "./price_chart.ts";

/** The card with the live chart: candles, resting orders, fills. */
export function CandleChart(
  { symbol, market, desk }: {
    readonly symbol: string;
    readonly market: MarketDesk;
    readonly desk: BotDesk;
  },
): JSX.Element {
  const granularity = market.granularity.value;
  const state = market.view.history.value;
  const feed = market.view.feed.value;
  const orders = desk.lists.openOrders.value.length;
  const fills = desk.lists.fills.value.length;
  return (
    <section class="card chart" aria-label={t.chart.title(symbol)}>
      <div class="card__head">
        <span class={`link-state feed feed--${feed}`} role="status">
          <span class="dot" aria-hidden="true" />
          {t.chart.feed[feed]}
        </span>
        <Segments
          bare
          label={t.chart.interval}
          name="interval"
          value={granularity.wire}
          options={GRANULARITIES.map(({ wire }) => ({
            value: wire,
            label: t.chart.intervals[wire] ?? wire,
          }))}
          onChange={(wire) => {
            const next = GRANULARITIES.find((one) => one.wire === wire);
            if (next !== undefined) market.choose(next);
          }}
        />
      </div>
      <div
        class="chart__frame"
        role="img"
        aria-label={t.chart.summary(orders, fills)}
      >
        <ChartCanvas market={market} desk={desk} />
        {state === "loading" && (
          <span class="chart__wait">
            <span class="spinner" aria-hidden="true" />
          </span>
        )}
      </div>
      {state === "failed" && (
        <div class="chart__failed" role="alert">
          <p>
            <strong>{t.chart.failed}</strong> {t.chart.failedText}
          </p>
          <Button onClick={() => market.restart()}>{t.common.retry}</Button>
        </div>
      )}
      <p class="chart__credit">
        <a
          href="https://www.tradingview.com/"
          target="_blank"
          rel="noreferrer"
        >
          {t.chart.credit}
        </a>
      </p>
    </section>
  );
}

/** The canvas: made once, then told what changed. */
function ChartCanvas(
  { market, desk }: { readonly market: MarketDesk; readonly desk: BotDesk },
): JSX.Element {
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
    };
  }, []);

  useSignalEffect(() => {
    const rules = market.view.market.value;
    if (rules === null) return;
    chart.value?.setTick(rules.tickSize, decimalsOf(rules.tickSize));
  });
  useSignalEffect(() => {
    const candles = market.view.candles.value;
    const { intervalMs } = market.granularity.value;
    chart.value?.setCandles(candles, intervalMs);
  });
  useSignalEffect(() => {
    const orders = desk.lists.openOrders.value;
    chart.value?.setOrders(orders);
  });
  useSignalEffect(() => {
    const fills = desk.lists.fills.value;
    chart.value?.setFills(fills);
  });
  useSignalEffect(() => {
    // Read for the subscription: the colours themselves are in the tokens.
    void [theme.choice.value, theme.isDeviceDark.value];
    const drawn = chart.value;
    if (drawn !== null) requestAnimationFrame(() => drawn.paint());
  });

  return <div class="chart__canvas" ref={element} />;
}
