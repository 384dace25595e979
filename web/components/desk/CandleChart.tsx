import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import type { BotMetrics } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import type { BotDesk } from "../../state/bot_desk.ts";
import type { MarketDesk } from "../../state/market_desk.ts";
import { levelLines, orderLines } from "../chart/chart_lines.ts";
import {
  ChartCredit,
  ChartFailed,
  ChartMissing,
  IntervalChoice,
} from "../chart/ChartParts.tsx";
import { usePriceChart } from "../chart/use_price_chart.ts";

/** The card with the live chart: candles, resting orders, fills. */
export function CandleChart(
  { symbol, market, desk, metrics }: {
    readonly symbol: string;
    readonly market: MarketDesk;
    readonly desk: BotDesk;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element {
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
        <IntervalChoice market={market} name="interval" />
      </div>
      <div
        class="chart__frame"
        role="img"
        aria-label={t.chart.summary(orders, fills)}
      >
        <ChartCanvas market={market} desk={desk} metrics={metrics} />
        {state === "loading" && (
          <span class="chart__wait">
            <span class="spinner" aria-hidden="true" />
          </span>
        )}
      </div>
      <ChartFailed market={market} />
      <ChartCredit>
        <ChartLegend metrics={metrics} />
      </ChartCredit>
    </section>
  );
}

/** What the lines mean: their names stand on the lines as well. */
function ChartLegend(
  { metrics }: { readonly metrics: BotMetrics | null },
): JSX.Element {
  const { legend } = t.chart;
  const levels = levelLines(metrics).map(({ id }) => id);
  const shown = (["even", "liquidation"] as const).filter((level) =>
    levels.some((id) => id.startsWith(level))
  );
  return (
    <span class="chart__legend">
      {(["entry", "exit", "waiting", ...shown] as const).map((tone) => (
        <span key={tone} data-tone={tone}>
          <span class="tone" aria-hidden="true" />
          {legend[tone]}
        </span>
      ))}
    </span>
  );
}

/** The canvas: made once, then told what changed. */
function ChartCanvas(
  { market, desk, metrics }: {
    readonly market: MarketDesk;
    readonly desk: BotDesk;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element {
  const { element, chart, hasFailed } = usePriceChart(
    market.view,
    market.granularity,
  );
  const figures = useSignal(metrics);
  figures.value = metrics;

  useSignalEffect(() => {
    const orders = desk.lists.openOrders.value;
    const known = figures.value;
    const mark = known?.markPrice ?? null;
    chart.value?.setLines([...orderLines(orders, mark), ...levelLines(known)]);
  });
  useSignalEffect(() => {
    const fills = desk.lists.fills.value;
    chart.value?.setFills(fills);
  });

  return (
    <>
      <div class="chart__canvas" ref={element} />
      {hasFailed.value && <ChartMissing />}
    </>
  );
}
