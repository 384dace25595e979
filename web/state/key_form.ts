import { computed, createModel, signal } from "@preact/signals";
import type { KeyRequest } from "../data/functions_api.ts";
import type { ExchangeKey, Venue } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";

/** The fields a trader types into. */
export const KEY_FIELDS = [
  "label",
  "apiKey",
  "apiSecret",
  "passphrase",
] as const;
/** One of {@linkcode KEY_FIELDS}. */
export type KeyField = (typeof KEY_FIELDS)[number];

function problemOf(name: KeyField, value: string): string | null {
  if (value.trim() === "") {
    return name === "label" ? t.connect.labelMissing : t.connect.missing;
  }
  const mayHoldBlanks = name === "label";
  return !mayHoldBlanks && /\s/.test(value.trim()) ? t.connect.malformed : null;
}

/**
 * What is typed into the key form, and what is wrong with it.
 *
 * @param replaced The key whose place the new one takes; null: a new account.
 */
export const KeyFormModel = createModel((replaced: ExchangeKey | null) => {
  const values = {
    label: signal(replaced?.label ?? t.connect.labelDefault),
    apiKey: signal(""),
    apiSecret: signal(""),
    passphrase: signal(""),
  };
  const venue = signal<Venue>(replaced?.venue ?? "bitget");
  const wasSubmitted = signal(false);
  const problems = computed<Readonly<Record<KeyField, string | null>>>(() => ({
    label: problemOf("label", values.label.value),
    apiKey: problemOf("apiKey", values.apiKey.value),
    apiSecret: problemOf("apiSecret", values.apiSecret.value),
    passphrase: problemOf("passphrase", values.passphrase.value),
  }));
  return {
    values,
    venue,
    wasSubmitted,
    problems,
    /** Marks the form as submitted; the request, or null when a field is wrong. */
    submit(): KeyRequest | null {
      wasSubmitted.value = true;
      if (Object.values(problems.value).some((p) => p !== null)) return null;
      return {
        label: values.label.value.trim(),
        venue: venue.value,
        apiKey: values.apiKey.value.trim(),
        apiSecret: values.apiSecret.value.trim(),
        passphrase: values.passphrase.value.trim(),
        ...(replaced === null ? {} : { replaces: replaced.id }),
      };
    },
  };
});
