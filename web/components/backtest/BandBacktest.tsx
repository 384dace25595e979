import type { Strategy } from "@core/backtest/run_bot.ts";
import type { Market } from "@core/model/market.ts";
import { useModel, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { OutsideRow } from "../../data/row_reader.ts";
import { runBacktest } from "../../data/run_backtest.ts";
import type { VenueEndpoints } from "../../data/runtime_config.ts";
import { t } from "../../i18n/mod.ts";
import { type Band, BandModel } from "../../state/run.ts";
import { parseNumber } from "../../state/bot_form_fields.ts";
import { ambiguousWords } from "../../state/bot_form_words.ts";
import { BandCoverage } from "./BandCoverage.tsx";
import { BandTable } from "./BandTable.tsx";
import { failureWords, progressWords } from "./backtest_words.ts";
import { Button } from "../Button.tsx";
import { TextField } from "../Field.tsx";
import { Notice } from "../Notice.tsx";
import { RunAnnouncer } from "./RunAnnouncer.tsx";
import { RunProgress } from "./RunProgress.tsx";

const DAYS = 30;
const DAY_MS = 86_400_000;
const CASH_DEFAULT = 1_000;

/** What is tried. */
export interface BandBacktestProps {
  /** Public data of the exchange the bot would trade on; null: none. */
  readonly endpoints: VenueEndpoints | null;
  readonly market: Market | null;
  readonly strategy: Strategy;
  /** Null while something in the form is wrong. */
  readonly config: OutsideRow | null;
  /** Starting balance, quote, suggested; 1000 unless said. */
  readonly cash?: number;
}

/** What the settings of a form would have done in the last 30 days. */
export function BandBacktest(props: BandBacktestProps): JSX.Element {
  const { endpoints, market, strategy, config } = props;
  const model = useModel(BandModel);
  const cash = useSignal(String(props.cash ?? CASH_DEFAULT));
  const amount = parseNumber(cash.value);
  const isCashRight = Number.isFinite(amount) && amount > 0;
  const wanted = JSON.stringify([
    endpoints?.rest,
    market?.venueSymbol,
    strategy,
    config,
    amount,
  ]);
  useEffect(() => {
    model.wanted.value = wanted;
  }, [wanted]);
  // Who leaves the page waits for nothing.
  useEffect(() => () => model.cancel(), []);

  const canRun = endpoints !== null && market !== null && config !== null &&
    isCashRight;
  function run(): void {
    if (!canRun) return;
    const toMs = Date.now();
    const span = { fromMs: toMs - DAYS * DAY_MS, toMs };
    const what = { endpoints, market, strategy, config, cash: amount };
    model.wanted.value = wanted;
    void model.run((control) => runBacktest({ ...what, ...span }, control));
  }

  return (
    <section class="card" aria-labelledby="band-title">
      <div class="card__head">
        <h2 class="card__title" id="band-title">{t.backtest.band.title}</h2>
        {market !== null && (
          <span class="small muted">{t.preview.unit(market.quote)}</span>
        )}
      </div>
      <div class="card__body stack">
        <div class="band-run">
          <TextField
            label={t.backtest.cash}
            name="backtest-cash"
            inputMode="decimal"
            unit={market?.quote ?? "USDT"}
            value={cash}
            error={isCashRight
              ? null
              : ambiguousWords(cash.value) ?? t.backtest.cashWrong}
          />
          <Button
            busy={model.state.value === "running"}
            disabled={!canRun}
            onClick={run}
          >
            {model.result.value === null ? t.backtest.run : t.backtest.again}
          </Button>
        </div>
        <BandState model={model} hint={hintOf(props)} />
        <RunAnnouncer state={model.state.value} />
      </div>
      <BandResult model={model} />
    </section>
  );
}

function hintOf({ market, config }: BandBacktestProps): string {
  if (market === null) return t.backtest.chooseMarket;
  return config === null ? t.backtest.fixFirst : t.backtest.band.empty;
}

function BandState(
  { model, hint }: { readonly model: Band; readonly hint: string },
): JSX.Element | null {
  const state = model.state.value;
  const progress = model.progress.value;
  const hasBand = model.result.value !== null;
  const isStale = model.isStale.value;
  if (state === "running") {
    return (
      <RunProgress
        words={progressWords(progress)}
        done={progress?.done ?? null}
        total={progress?.total ?? 1}
        onCancel={() => model.cancel()}
      />
    );
  }
  if (state === "failed") {
    return <Notice kind="error">{failureWords(model.failure.value)}</Notice>;
  }
  if (isStale) return <Notice kind="warn">{t.backtest.stale}</Notice>;
  if (state === "canceled") {
    return <p class="small muted" role="status">{t.backtest.canceled}</p>;
  }
  return hasBand ? null : <p class="small muted">{hint}</p>;
}

function BandResult({ model }: { readonly model: Band }): JSX.Element | null {
  const band = model.result.value;
  const isOld = model.isStale.value || model.state.value === "running";
  if (band === null) return null;
  return (
    <div class={isOld ? "band-result is-old" : "band-result"}>
      <BandTable band={band} />
      <BandCoverage band={band} />
    </div>
  );
}
