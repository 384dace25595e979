import { useModel, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { Form } from "../components/AuthCard.tsx";
import { BandCoverage } from "../components/backtest/BandCoverage.tsx";
import { BandTable } from "../components/backtest/BandTable.tsx";
import {
  failureWords,
  progressWords,
} from "../components/backtest/backtest_words.ts";
import {
  StrategyChoice,
  StrategyFields,
} from "../components/create/BotFormView.tsx";
import { Button } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { SelectField, TextField } from "../components/Field.tsx";
import { MarketPicker } from "../components/create/MarketPicker.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { ResultCharts } from "../components/backtest/ResultCharts.tsx";
import { RunAnnouncer } from "../components/backtest/RunAnnouncer.tsx";
import { RunProgress } from "../components/backtest/RunProgress.tsx";
import { SpanFields } from "../components/backtest/SpanFields.tsx";
import { SweepPanel } from "../components/backtest/SweepPanel.tsx";
import { keepBotDraft } from "../data/bot_draft.ts";
import { type BacktestRequest, runBacktest } from "../data/run_backtest.ts";
import { t } from "../i18n/mod.ts";
import { endpointsOf, useApp } from "../state/app_context.ts";
import {
  type BacktestSetup,
  BacktestSetupModel,
} from "../state/backtest_setup.ts";
import { ambiguousWords } from "../state/bot_form_words.ts";
import { type Band, BandModel } from "../state/run.ts";

/** Any strategy on any market's past: band, curves, fills, sweep. */
export function Backtest(): JSX.Element {
  const { config } = useApp();
  const setup = useModel(() =>
    new BacktestSetupModel(config.venues.paper !== null)
  );
  const model = useModel(BandModel);
  const endpoints = endpointsOf(config, setup.venueOf());
  useEffect(() => {
    void setup.place.open(endpoints);
    return setup.place.watch();
  }, [endpoints]);
  useEffect(() => () => model.cancel(), []);
  useSignalEffect(() => {
    model.wanted.value = setup.key.value;
  });

  // Asked for when something is run: "until now" is then, not now.
  const ask = () => requestOf(setup, endpoints);
  function run(): void {
    setup.form.wasSubmitted.value = true;
    const request = ask();
    if (request === null) return;
    model.wanted.value = setup.key.peek();
    void model.run((control) => runBacktest(request, control));
  }
  return (
    <Page title={t.backtest.title} width="wide">
      <PageHead title={t.backtest.title} lead={t.backtest.lead} />
      <div class="backtest">
        <Setup
          setup={setup}
          isRunning={model.state.value === "running"}
          onRun={run}
        />
        <div class="stack">
          <Results setup={setup} model={model} />
          <SweepPanel
            form={setup.form}
            isReady={ask() !== null}
            ask={ask}
            onTake={(outcome, cell) =>
              setup.take(outcome.parameters, cell.values)}
          />
        </div>
      </div>
    </Page>
  );
}

/** What would be run; null while something is missing or wrong. */
function requestOf(
  setup: BacktestSetup,
  endpoints: BacktestRequest["endpoints"] | null,
): BacktestRequest | null {
  const config = setup.form.config.value;
  const market = setup.form.market.value;
  const cash = setup.cashAmount.value;
  const problem = setup.span.problem.value;
  const span = setup.span.span(Date.now());
  if (
    endpoints === null || market === null || config === null ||
    cash === null || problem !== null || span === null
  ) return null;
  const strategy = setup.form.strategy.value;
  return { endpoints, market, strategy, config, cash, ...span };
}

function Setup(
  { setup, isRunning, onRun }: {
    readonly setup: BacktestSetup;
    readonly isRunning: boolean;
    readonly onRun: () => void;
  },
): JSX.Element {
  const { config } = useApp();
  const { form, place } = setup;
  const isWrong = form.wasSubmitted.value && form.config.value === null;
  const market = form.market.value;
  return (
    <div class="card card__body">
      <Form onSubmit={onRun} label={t.backtest.form.setup}>
        <div class="field-pair">
          {config.venues.paper !== null && (
            <SelectField
              label={t.backtest.form.venue}
              name="venue"
              value={setup.venue}
              options={[
                { value: "paper", label: t.venues.paper },
                { value: "bitget", label: t.venues.bitget },
              ]}
            />
          )}
          <MarketPicker
            place={place}
            hint={place.state.value === "failed"
              ? t.backtest.failed.venue
              : undefined}
            error={null}
          />
        </div>
        <SpanFields span={setup.span} />
        <TextField
          label={t.backtest.cash}
          name="cash"
          inputMode="decimal"
          unit={market?.quote ?? "USDT"}
          value={setup.cash}
          error={setup.cashAmount.value === null
            ? ambiguousWords(setup.cash.value) ?? t.backtest.cashWrong
            : null}
        />
        <hr class="rule" />
        <StrategyChoice form={form} />
        <StrategyFields form={form} />
        {isWrong && <Notice kind="error">{t.form.checkFields}</Notice>}
        <div class="form__end">
          <Button
            kind="primary"
            type="submit"
            busy={isRunning}
            disabled={market === null}
          >
            {t.backtest.run}
          </Button>
        </div>
      </Form>
    </div>
  );
}

function Results(
  { setup, model }: {
    readonly setup: BacktestSetup;
    readonly model: Band;
  },
): JSX.Element {
  const band = model.result.value;
  const isOld = model.isStale.value || model.state.value === "running";
  return (
    <>
      <ResultState model={model} />
      <RunAnnouncer state={model.state.value} />
      {band !== null && (
        <div class={isOld ? "stack band-result is-old" : "stack band-result"}>
          <section class="card" aria-labelledby="band-title">
            <div class="card__head">
              <h2 class="card__title" id="band-title">
                {t.backtest.table.label}
              </h2>
              <ToBot setup={setup} model={model} />
            </div>
            <BandTable band={band} isLong />
            <BandCoverage band={band} />
          </section>
          <ResultCharts band={band} market={setup.form.market.value} />
        </div>
      )}
    </>
  );
}

/** Only what was tried becomes a bot: nothing typed since. */
function ToBot(
  { setup, model }: {
    readonly setup: BacktestSetup;
    readonly model: Band;
  },
): JSX.Element | null {
  const { route } = useLocation();
  const config = setup.form.config.value;
  const band = model.result.value;
  if (band === null || config === null || model.isStale.value) return null;
  return (
    <Button
      icon="bots"
      onClick={() => {
        keepBotDraft({
          symbol: setup.place.symbol.peek(),
          strategy: band.strategy,
          config,
        });
        route("/bots/new");
      }}
    >
      {t.backtest.results.toBot}
    </Button>
  );
}

function ResultState({ model }: { readonly model: Band }): JSX.Element | null {
  const state = model.state.value;
  const progress = model.progress.value;
  const hasResult = model.result.value !== null;
  const isStale = model.isStale.value;
  if (state === "running") {
    return (
      <div class="card card__body">
        <RunProgress
          words={progressWords(progress)}
          done={progress?.done ?? null}
          total={progress?.total ?? 1}
          onCancel={() => model.cancel()}
        />
      </div>
    );
  }
  if (state === "failed") {
    return <Notice kind="error">{failureWords(model.failure.value)}</Notice>;
  }
  if (isStale) return <Notice kind="warn">{t.backtest.stale}</Notice>;
  if (hasResult) return null;
  if (state === "canceled") {
    return <Notice>{t.backtest.canceled}</Notice>;
  }
  return (
    <div class="card">
      <EmptyState
        icon="clock"
        title={t.backtest.results.empty}
        text={t.backtest.results.emptyText}
      />
    </div>
  );
}
