import { useModel } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { parseBotPreview } from "../../data/bot_preview.ts";
import type { VenueEndpoints } from "../../data/runtime_config.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { STRATEGIES } from "../../state/bot_form_fields.ts";
import type { BotPlace } from "../../state/bot_place.ts";
import { type Preview, PreviewModel } from "../../state/preview.ts";
import { apiWords } from "../api_words.ts";
import { Form } from "../AuthCard.tsx";
import { BandBacktest } from "../backtest/BandBacktest.tsx";
import { Button } from "../Button.tsx";
import { Segments, TextField } from "../Field.tsx";
import { GridChart } from "./GridChart.tsx";
import { DetailFields, GridFields } from "./GridFields.tsx";
import { Notice } from "../Notice.tsx";
import { PresetPicker } from "./PresetPicker.tsx";
import { PreviewPanel } from "./PreviewPanel.tsx";
import { ConditionFields, RangeFields } from "./RangeFields.tsx";
import { RiskFields } from "./RiskFields.tsx";
import type { Task } from "../use_task.ts";

/** A price that moved less than this is previewed as it was. */
const PRICE_STEP = 0.003;

/** Asks for the preview whenever what it depends on has changed. */
function usePreview(
  { form, place, keyId }: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly keyId: string;
  },
): Preview {
  const { api } = useApp();
  const preview = useModel(PreviewModel);
  const price = form.price.value;
  const question = {
    exchangeKeyId: keyId,
    symbol: place.symbol.value,
    strategy: form.strategy.value,
    config: form.config.value,
  };
  const height = price === null
    ? null
    : Math.round(Math.log(price) / PRICE_STEP);
  useEffect(() => {
    const { config, symbol } = question;
    if (config === null || symbol === "") return preview.clear();
    const request = { ...question, config };
    preview.ask(async () => parseBotPreview(await api.previewBot(request)));
  }, [JSON.stringify(question), height]);
  useEffect(() => () => preview.clear(), []);
  return preview;
}

/**
 * The form of a bot beside the grid on the chart, its preview and what it would
 * have done; new and existing bots differ above it.
 */
export function BotFormView(
  props: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly keyId: string;
    readonly endpoints: VenueEndpoints | null;
    readonly task: Task;
    readonly label: string;
    readonly submit: string;
    readonly note?: string;
    readonly onSubmit: () => void;
    /** Account, market, strategy. */
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const { form, place, task, endpoints } = props;
  const preview = usePreview(props);
  const failure = task.failure.value;
  return (
    <div class="bot-form">
      <Form onSubmit={props.onSubmit} label={props.label}>
        <div class="card card__body form bot-form__where">
          {props.children}
          <PresetPicker form={form} place={place} />
        </div>
        <div class="card card__body form bot-form__fields">
          <TextField
            label={t.form.name}
            name="name"
            maxLength={80}
            value={form.texts.name}
            error={form.wasSubmitted.value
              ? form.problems.value.name ?? null
              : null}
          />
          <StrategyFields form={form} />
          {failure !== null && <Notice kind="error">{apiWords(failure)}
          </Notice>}
          {form.wasSubmitted.value && form.config.value === null && (
            <Notice kind="error">{t.form.checkFields}</Notice>
          )}
          <div class="form__end">
            {props.note && <p class="small muted">{props.note}</p>}
            <Button kind="primary" type="submit" busy={task.isBusy.value}>
              {props.submit}
            </Button>
          </div>
        </div>
      </Form>
      <aside class="bot-form__aside">
        <div class="bot-form__chart">
          <GridChart form={form} place={place} endpoints={endpoints} />
        </div>
        <div class="bot-form__preview">
          <PreviewPanel form={form} model={preview} />
        </div>
        <div class="bot-form__band">
          <BandBacktest
            endpoints={endpoints}
            market={form.market.value}
            strategy={form.strategy.value}
            config={form.config.value}
          />
        </div>
      </aside>
    </div>
  );
}

/** The fields of the strategy that is chosen. */
export function StrategyFields(
  { form }: { readonly form: BotForm },
): JSX.Element {
  const isRange = form.strategy.value === "range_grid";
  return (
    <>
      {isRange ? <RangeFields form={form} /> : <GridFields form={form} />}
      {isRange && <ConditionFields form={form} />}
      <RiskFields form={form} />
      <DetailFields form={form} />
    </>
  );
}

/** Which strategy a new bot has. */
export function StrategyChoice(
  { form }: { readonly form: BotForm },
): JSX.Element {
  const strategy = form.strategy.value;
  return (
    <div class="field">
      <Segments
        label={t.form.strategy}
        name="strategy"
        value={strategy}
        options={STRATEGIES.map((value) => ({
          value,
          label: t.form.strategies[value],
        }))}
        onChange={(next) => form.setStrategy(next)}
      />
      <p class="field__hint">{t.form.strategyHints[strategy]}</p>
    </div>
  );
}
