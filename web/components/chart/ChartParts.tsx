/** What stands around every live price chart. @module */
import type { ComponentChildren, JSX } from "preact";
import { GRANULARITIES } from "../../data/venue_market.ts";
import { t } from "../../i18n/mod.ts";
import type { MarketDesk } from "../../state/market_desk.ts";
import { Button } from "../Button.tsx";
import { Segments } from "../Field.tsx";

/** Chooses the length of the candles. */
export function IntervalChoice(
  { market, name }: { readonly market: MarketDesk; readonly name: string },
): JSX.Element {
  return (
    <Segments
      bare
      label={t.chart.interval}
      name={name}
      value={market.granularity.value.wire}
      options={GRANULARITIES.map(({ wire }) => ({
        value: wire,
        label: t.chart.intervals[wire] ?? wire,
      }))}
      onChange={(wire) => {
        const next = GRANULARITIES.find((one) => one.wire === wire);
        if (next !== undefined) market.choose(next);
      }}
    />
  );
}

/** Says that there are no candles, where there are none. */
export function ChartFailed(
  { market }: { readonly market: MarketDesk },
): JSX.Element | null {
  if (market.view.history.value !== "failed") return null;
  return (
    <div class="chart__failed" role="alert">
      <p>
        <strong>{t.chart.failed}</strong> {t.chart.failedText}
      </p>
      <Button onClick={() => market.restart()}>{t.common.retry}</Button>
    </div>
  );
}

/** Stands where the drawing would, while its library does not come. */
export function ChartMissing(): JSX.Element {
  return <p class="chart__missing small muted">{t.chart.missing}</p>;
}

/** Below the chart: what its lines mean, and whose library draws it. */
export function ChartCredit(
  { children }: { readonly children?: ComponentChildren },
): JSX.Element {
  return (
    <p class="chart__credit">
      {children ?? <span />}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        {t.chart.credit}
      </a>
    </p>
  );
}
