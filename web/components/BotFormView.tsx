import { useModel, useSignalEffect } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { parseBotPreview } from "../data/bot_preview.ts";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import type { BotForm } from "../state/bot_form.ts";
import { STRATEGIES } from "../state/bot_form_fields.ts";
import type { BotPlace } from "../state/bot_place.ts";
import { PreviewModel } from "../state/preview.ts";
import { apiWords } from "./api_words.ts";
import { Form } from "./AuthCard.tsx";
import { Button } from "./Button.tsx";
import { Segments, TextField } from "./Field.tsx";
import { DetailFields, GridFields } from "./GridFields.tsx";
import { Notice } from "./Notice.tsx";
import { PreviewPanel } from "./PreviewPanel.tsx";
import { ConditionFields, RangeFields } from "./RangeFields.tsx";
import { RiskFields } from "./RiskFields.tsx";
import type { Task } from "./use_task.ts";

/** The form of a bot with its preview; new and existing bots differ above it. */
export function BotFormView(
  props: {
    readonly form: BotForm;
    readonly place: BotPlace;
    readonly keyId: string;
    readonly task: Task;
    readonly label: string;
    readonly submit: string;
    readonly note?: string;
    readonly onSubmit: () => void;
    /** Account and market. */
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const { api } = useApp();
  const { form, place, keyId, task } = props;
  const preview = useModel(PreviewModel);
  const failure = task.failure.value;

  useSignalEffect(() => {
    const config = form.config.value;
    const symbol = place.symbol.value;
    if (config === null || symbol === "") return preview.clear();
    const request = {
      exchangeKeyId: keyId,
      symbol,
      strategy: form.strategy.value,
      config,
    } as const;
    preview.ask(async () => parseBotPreview(await api.previewBot(request)));
  });

  return (
    <div class="columns columns--form">
      <div class="card card__body">
        <Form onSubmit={props.onSubmit} label={props.label}>
          {props.children}
          <TextField
            label={t.form.name}
            name="name"
            maxLength={80}
            value={form.texts.name}
            error={form.wasSubmitted.value
              ? form.problems.value.name ?? null
              : null}
          />
          <hr class="rule" />
          <StrategyFields form={form} />
          {failure !== null && <Notice kind="error">{apiWords(failure)}
          </Notice>}
          <div class="form__end">
            {props.note && <p class="small muted">{props.note}</p>}
            <Button kind="primary" type="submit" busy={task.isBusy.value}>
              {props.submit}
            </Button>
          </div>
        </Form>
      </div>
      <aside class="sticky">
        <PreviewPanel form={form} model={preview} />
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
