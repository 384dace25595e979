import { FILL_MODELS, type FillModel } from "@core/backtest/report.ts";
import { countCombinations } from "@core/sweep/parameters.ts";
import { walkForward } from "@core/sweep/windows.ts";
import { useModel, useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isRow } from "../../data/row_reader.ts";
import {
  type BacktestControl,
  type BacktestRequest,
  loadBacktestData,
} from "../../data/run_backtest.ts";
import { runSweep } from "../../data/run_sweep.ts";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { parseNumber } from "../../state/bot_form_fields.ts";
import { createRunModel, type Run } from "../../state/run.ts";
import { type SweepForm, SweepFormModel } from "../../state/sweep_form.ts";
import {
  outcomeOf,
  type SweepCell,
  type SweepOutcome,
} from "../../state/sweep_outcome.ts";
import { failureWords, progressWords } from "./backtest_words.ts";
import { SignedPercent } from "./BandTable.tsx";
import { Button } from "../Button.tsx";
import { Segments } from "../Field.tsx";
import { HeatMap } from "./HeatMap.tsx";
import { Notice } from "../Notice.tsx";
import { RunAnnouncer } from "./RunAnnouncer.tsx";
import { RunProgress } from "./RunProgress.tsx";
import { parameterWords, signedPercent, valueWords } from "./sweep_words.ts";
import { SweepFields } from "./SweepFields.tsx";
import { SweepTable } from "./SweepTable.tsx";

const SweepModel = createRunModel<SweepOutcome>();
const FOLDS = 3;
const TRAIN_SHARE = 0.7;

/** What the sweep runs on: what the page itself would run. */
export interface SweepPanelProps {
  readonly form: BotForm;
  readonly isReady: boolean;
  /** Null while something is missing or wrong. */
  readonly ask: () => BacktestRequest | null;
  /** Puts values into the form. */
  readonly onTake: (outcome: SweepOutcome, cell: SweepCell) => void;
}

async function sweepOver(
  request: BacktestRequest,
  { sweep, parameters, model }: {
    readonly sweep: SweepForm;
    readonly parameters: SweepOutcome["parameters"];
    readonly model: FillModel;
  },
  control: BacktestControl,
): Promise<SweepOutcome> {
  const folds = sweep.split.peek() === "walk" ? FOLDS : 0;
  const minTrades = parseNumber(sweep.minTrades.peek());
  const data = await loadBacktestData(request, control);
  const setting = {
    strategy: request.strategy,
    config: isRow(request.config) ? request.config : {},
    market: request.market,
    cash: request.cash,
    parameters,
    windows: walkForward(data.columns.length, {
      folds,
      trainShare: TRAIN_SHARE,
    }),
    model,
    funding: data.funding,
  };
  const count = countCombinations(parameters);
  const indices = Array.from({ length: count }, (_, i) => i);
  const results = await runSweep({ data, setting, indices }, control);
  return outcomeOf(results, parameters, minTrades);
}

/** A sweep over two parameters: what to try, the map, the table. */
export function SweepPanel(
  { form, isReady, ask, onTake }: SweepPanelProps,
): JSX.Element {
  const sweep = useModel(SweepFormModel);
  const model = useModel(SweepModel);
  const fills = useSignal<FillModel>("pessimistic");
  useSignalEffect(() => {
    sweep.follow(form.strategy.value, form.config.value);
  });
  useEffect(() => () => model.cancel(), []);
  const parameters = sweep.parameters.value;

  function run(): void {
    const request = ask();
    if (request === null || parameters === null) return;
    const order = { sweep, parameters, model: fills.peek() };
    void model.run((control) => sweepOver(request, order, control));
  }

  return (
    <section class="card" aria-labelledby="sweep-title">
      <div class="card__head">
        <h2 class="card__title" id="sweep-title">{t.backtest.sweep.title}</h2>
      </div>
      <div class="card__body stack">
        <p class="small muted">{t.backtest.sweep.lead}</p>
        <SweepFields form={sweep} strategy={form.strategy.value} />
        <div class="sweep-run">
          <Segments
            label={t.backtest.sweep.model}
            name="sweep-model"
            value={fills.value}
            options={FILL_MODELS.map((value) => ({
              value,
              label: t.backtest.models[value],
            }))}
            onChange={(value) => (fills.value = value)}
          />
          <Button
            busy={model.state.value === "running"}
            disabled={!isReady || parameters === null}
            onClick={run}
          >
            {parameters === null
              ? t.backtest.sweep.runOne
              : t.backtest.sweep.run(countCombinations(parameters))}
          </Button>
        </div>
        <SweepState model={model} />
        <RunAnnouncer state={model.state.value} />
      </div>
      <SweepResultView model={model} onTake={onTake} />
    </section>
  );
}

function SweepState(
  { model }: { readonly model: Run<SweepOutcome> },
): JSX.Element | null {
  const state = model.state.value;
  const progress = model.progress.value;
  if (state === "running") {
    const words = progress?.stage === "run"
      ? t.backtest.sweep.progress(progress.done, progress.total)
      : progressWords(progress);
    return (
      <RunProgress
        words={words}
        done={progress?.done ?? null}
        total={progress?.total ?? 1}
        onCancel={() => model.cancel()}
      />
    );
  }
  if (state === "failed") {
    return <Notice kind="error">{failureWords(model.failure.value)}</Notice>;
  }
  if (state === "canceled") {
    return <p class="small muted" role="status">{t.backtest.canceled}</p>;
  }
  return model.result.value === null
    ? <p class="small muted">{t.backtest.sweep.empty}</p>
    : null;
}

function SweepResultView(
  { model, onTake }: {
    readonly model: Run<SweepOutcome>;
    readonly onTake: SweepPanelProps["onTake"];
  },
): JSX.Element | null {
  const view = useSignal<"map" | "table">("map");
  const isWider = useSignal(false);
  const outcome = model.result.value;
  if (outcome === null) return null;
  const take = (cell: SweepCell) => {
    if (cell.refused === null) onTake(outcome, cell);
  };
  const isOld = model.state.value === "running";
  const hasFaded = outcome.cells.some((cell) => cell.disqualified !== null);
  return (
    <div class={isOld ? "sweep-result is-old" : "sweep-result"}>
      <div class="sweep-result__head">
        <Best outcome={outcome} />
        <Segments
          bare
          label={t.backtest.sweep.view}
          name="sweep-view"
          value={view.value}
          options={[
            { value: "map", label: t.backtest.sweep.asMap },
            { value: "table", label: t.backtest.sweep.asTable },
          ]}
          onChange={(next) => (view.value = next)}
        />
      </div>
      {view.value === "map"
        ? (
          <HeatMap
            key={outcome.cells.length}
            outcome={outcome}
            onTake={take}
            onOverflow={(next) => (isWider.value = next)}
          />
        )
        : <SweepTable outcome={outcome} onTake={take} />}
      {view.value === "map" && (
        <p class="small muted">
          {isWider.value && `${t.backtest.sweep.swipe} `}
          <span class="only-keys">{t.backtest.sweep.keys}</span>
          <span class="only-touch">{t.backtest.sweep.tap}</span>
        </p>
      )}
      {view.value === "map" && hasFaded && (
        <p class="small muted">{t.backtest.sweep.faded}</p>
      )}
    </div>
  );
}

function Best({ outcome }: { readonly outcome: SweepOutcome }): JSX.Element {
  const [best] = outcome.ranked;
  const { sweep } = t.backtest;
  if (best === undefined || best.disqualified !== null) {
    return <p>{sweep.noBest}</p>;
  }
  const values = outcome.parameters.map(({ path }, i) =>
    `${parameterWords(path)} ${valueWords(path, best.values[i] ?? NaN)}`
  ).join(", ");
  return (
    <div>
      <p>
        {sweep.best}: <strong>{values}</strong>{" "}
        <SignedPercent value={best.return} />{" "}
        <span class="muted">
          {outcome.isOutOfSample ? sweep.outOfSample : sweep.inSample}
        </span>
      </p>
      {outcome.walkReturn !== null && (
        <p class="small muted">
          {sweep.walk(signedPercent(outcome.walkReturn))}
        </p>
      )}
    </div>
  );
}
