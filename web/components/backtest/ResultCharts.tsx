import { FILL_MODELS, type FillModel } from "@core/backtest/report.ts";
import type { Market } from "@core/model/market.ts";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { BacktestBand } from "../../data/run_backtest.ts";
import { t } from "../../i18n/mod.ts";
import { ChartCredit } from "../chart/ChartParts.tsx";
import { ChartCanvas } from "./ChartCanvas.tsx";
import { Segments } from "../Field.tsx";
import {
  decimalsOf,
  formatMoney,
  formatPercent,
  formatSize,
} from "../format.ts";

/** Equity, drawdown, and the fills of one model on the candles. */
export function ResultCharts(
  { band, market }: {
    readonly band: BacktestBand;
    readonly market: Market | null;
  },
): JSX.Element {
  return (
    <>
      <Curves band={band} />
      <FillsOnCandles band={band} market={market} />
      <ChartCredit />
    </>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend small muted">
      {FILL_MODELS.map((model) => (
        <li key={model}>
          <span class={`legend__line legend__line--${model}`} aria-hidden />
          {t.backtest.models[model]}
        </li>
      ))}
    </ul>
  );
}

function Curves({ band }: { readonly band: BacktestBand }): JSX.Element {
  const curves = FILL_MODELS.map((model) => band.models[model].curve);
  const equities = curves.flatMap(({ equity }) => [...equity]);
  const worst = Math.max(...curves.map(({ drawdown }) => maxOf(drawdown)));
  const low = equities.reduce((a, b) => Math.min(a, b), Infinity);
  const high = equities.reduce((a, b) => Math.max(a, b), -Infinity);
  return (
    <>
      <section class="card" aria-labelledby="equity-curves">
        <div class="card__head card__head--wrap">
          <h2 class="card__title" id="equity-curves">
            {t.backtest.results.equity}
          </h2>
          <Legend />
        </div>
        <ChartCanvas
          label={t.backtest.results.equityWords(
            formatMoney(low),
            formatMoney(high),
          )}
          create={(charts, element) =>
            new charts.CurveChart(element, (value) => formatMoney(value))}
          draw={(chart) => {
            for (const model of FILL_MODELS) {
              const { atMs, equity } = band.models[model].curve;
              chart.setCurve(model, atMs, equity);
            }
          }}
          data={[band]}
        />
      </section>
      <section class="card" aria-labelledby="drawdown-curves">
        <div class="card__head card__head--wrap">
          <h2 class="card__title" id="drawdown-curves">
            {t.backtest.results.drawdown}
          </h2>
          <Legend />
        </div>
        <ChartCanvas
          label={t.backtest.results.drawdownWords(
            formatPercent(worst, { max: 2 }),
          )}
          create={(charts, element) =>
            new charts.CurveChart(
              element,
              (value) => formatPercent(value, { max: 2 }),
            )}
          draw={(chart) => {
            for (const model of FILL_MODELS) {
              const { atMs, drawdown } = band.models[model].curve;
              chart.setCurve(model, atMs, drawdown.map((value) => -value));
            }
          }}
          data={[band]}
        />
      </section>
    </>
  );
}

function maxOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function FillsOnCandles(
  { band, market }: {
    readonly band: BacktestBand;
    readonly market: Market | null;
  },
): JSX.Element {
  const shown = useSignal<FillModel>("pessimistic");
  const { fills } = band.models[shown.value];
  const tickSize = market?.tickSize ?? null;
  return (
    <section class="card" aria-labelledby="fills-chart">
      <div class="card__head card__head--wrap">
        <h2 class="card__title" id="fills-chart">
          {t.backtest.results.fillsOn}
        </h2>
        <Segments
          bare
          label={t.backtest.sweep.model}
          name="fills-model"
          value={shown.value}
          options={FILL_MODELS.map((model) => ({
            value: model,
            label: t.backtest.models[model],
          }))}
          onChange={(model) => (shown.value = model)}
        />
      </div>
      <ChartCanvas
        isTall
        label={t.backtest.results.fillsWords(
          formatSize(fills.length),
          t.backtest.models[shown.value],
        )}
        create={(charts, element) => new charts.FillsChart(element)}
        draw={(chart) => {
          if (tickSize !== null) {
            chart.setTick(tickSize, decimalsOf(tickSize));
          }
          chart.setBars(band.bars);
          chart.setFills(fills);
        }}
        data={[band, fills, tickSize]}
      />
    </section>
  );
}
