import { useModel } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { ApiError } from "../../data/functions_api.ts";
import type { ExchangeKey } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import {
  KEY_FIELDS,
  type KeyField,
  KeyFormModel,
} from "../../state/key_form.ts";
import { apiWords } from "../api_words.ts";
import { Form } from "../AuthCard.tsx";
import { Button } from "../Button.tsx";
import { Segments, TextField } from "../Field.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** Refusals that name no field, and the field they are about all the same. */
const FIELD_OF_CODE: Readonly<Record<string, KeyField>> = {
  "key_malformed": "apiKey",
  "key_invalid": "apiKey",
  "key_ip_refused": "apiKey",
  "key_can_withdraw": "apiKey",
  "key_cannot_trade": "apiKey",
  "key_other_account": "apiKey",
  "uid_taken": "apiKey",
  "passphrase_invalid": "passphrase",
};

function fieldOf(failure: unknown): KeyField | null {
  if (!(failure instanceof ApiError)) return null;
  const named = failure.field ?? FIELD_OF_CODE[failure.code];
  return KEY_FIELDS.find((field) => field === named) ?? null;
}

/** The form of a Bitget key. What the check with Bitget says stands at its field. */
export function KeyForm(
  { replaced }: {
    /** The key whose place it takes; null: a new account. */
    readonly replaced: ExchangeKey | null;
  },
): JSX.Element {
  const { api } = useApp();
  const { trader } = useTrader();
  const { route } = useLocation();
  const model = useModel(() => new KeyFormModel(replaced));
  const task = useTask();
  const failure = task.failure.value;
  const failedField = fieldOf(failure);
  const problems = model.problems.value;
  const wasSubmitted = model.wasSubmitted.value;

  function errorOf(name: KeyField): string | null {
    if (wasSubmitted && problems[name] !== null) return problems[name];
    return failedField === name ? apiWords(failure) : null;
  }

  async function submit(): Promise<void> {
    const request = model.submit();
    if (request === null) return;
    const isDone = await task.run(async () => {
      await api.connectKey(request);
      await trader.reload();
    });
    if (isDone) route("/keys");
  }

  return (
    <Form
      onSubmit={() => void submit()}
      label={replaced === null
        ? t.connect.title
        : t.connect.replaceTitle(replaced.label)}
    >
      {failure !== null && failedField === null && (
        <Notice kind="error">{apiWords(failure)}</Notice>
      )}
      {replaced === null && (
        <Segments
          label={t.connect.venue}
          name="venue"
          value={model.venue.value}
          options={[
            { value: "bitget", label: t.connect.venueReal },
            { value: "bitget_demo", label: t.connect.venueDemo },
          ]}
          onChange={(value) => (model.venue.value = value)}
        />
      )}
      <KeyFields model={model} errorOf={errorOf} />
      <Notice>{t.connect.sealed}</Notice>
      <Button kind="primary" type="submit" wide busy={task.isBusy.value}>
        {replaced === null ? t.connect.submit : t.connect.replaceSubmit}
      </Button>
    </Form>
  );
}

function KeyFields(
  { model: { values }, errorOf }: {
    readonly model: InstanceType<typeof KeyFormModel>;
    readonly errorOf: (name: KeyField) => string | null;
  },
): JSX.Element {
  return (
    <>
      <TextField
        label={t.connect.label}
        name="label"
        maxLength={80}
        hint={t.connect.labelHint}
        value={values.label}
        error={errorOf("label")}
      />
      <TextField
        label={t.connect.apiKey}
        name="api-key"
        value={values.apiKey}
        error={errorOf("apiKey")}
      />
      <TextField
        label={t.connect.apiSecret}
        name="api-secret"
        type="password"
        value={values.apiSecret}
        error={errorOf("apiSecret")}
      />
      <TextField
        label={t.connect.passphrase}
        name="api-passphrase"
        type="password"
        hint={t.connect.passphraseHint}
        value={values.passphrase}
        error={errorOf("passphrase")}
      />
    </>
  );
}
