import { useModel, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { VenueEndpoints } from "../../data/runtime_config.ts";
import { GRANULARITIES, toVenueSymbol } from "../../data/venue_market.ts";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import type { BotPlace } from "../../state/bot_place.ts";
import { MarketDeskModel } from "../../state/market_desk.ts";
import { moveLine } from "../../state/move_line.ts";
import { formLines } from "../chart/chart_lines.ts";
import {
  ChartCredit,
  ChartFailed,
  ChartMissing,
  IntervalChoice,
} from "../chart/ChartParts.tsx";
import { usePriceChart } from "../chart/use_price_chart.ts";

/** Another market is another chart. */
export function GridChart(
  { form, place, endpoints }: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly endpoints: VenueEndpoints | null;
  },
): JSX.Element | null {
  const symbol = place.symbol.value;
  const market = form.market.value;
  if (endpoints === null || market === null) return null;
  return (
    <LiveGridChart
      key={`${endpoints.rest} ${symbol}`}
      form={form}
      place={place}
      endpoints={endpoints}
      symbol={symbol}
    />
  );
}

/** The candles of the market with the grid that is in the form across them. */
function LiveGridChart(
  { form, place, endpoints, symbol }: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly endpoints: VenueEndpoints;
    readonly symbol: string;
  },
): JSX.Element {
  const market = useModel(() =>
    new MarketDeskModel(endpoints, toVenueSymbol(symbol), GRANULARITIES[2])
  );
  const { element, chart, hasFailed } = usePriceChart(
    market.view,
    market.granularity,
  );
  useEffect(() => {
    market.start();
    return () => market.stop();
  }, []);
  useSignalEffect(() => {
    const price = market.view.price.value;
    if (price !== null) place.hearPrice(price);
  });
  useSignalEffect(() => {
    const lines = formLines(form);
    chart.value?.setLines(lines);
  });
  useSignalEffect(() =>
    chart.value?.onDrag((id, price) => moveLine(form, id, price))
  );
  return (
    <section class="card chart" aria-label={t.form.chart.title}>
      <div class="card__head">
        <span class="small muted">{t.form.chart.hint}</span>
        <IntervalChoice market={market} name="grid-interval" />
      </div>
      <div
        class="chart__frame chart__frame--form"
        role="img"
        aria-label={`${t.chart.title(symbol)}, ${
          t.form.chart.lines(formLines(form).length)
        }`}
      >
        <div class="chart__canvas" ref={element} data-grid-chart />
        {hasFailed.value && <ChartMissing />}
      </div>
      <ChartFailed market={market} />
      <ChartCredit />
    </section>
  );
}
