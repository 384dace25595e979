import type { z } from "zod";
import { formatPercent, formatSize } from "../components/format.ts";
import { t } from "../i18n/mod.ts";
import type { BotFormField } from "./bot_form_config.ts";

const PERCENTAGES: readonly BotFormField[] = [
  "takeProfitSpacing",
  "gridSpacing",
  "entryLimit",
  "reduceLimit",
];

/** A limit in the unit of its field. */
function limitWords(field: BotFormField, limit: number | bigint): string {
  const value = Number(limit);
  return PERCENTAGES.includes(field) ? formatPercent(value) : formatSize(value);
}

/** Returns the schema's issue in words, with the limits in the field's unit. */
export function issueWords(
  field: BotFormField,
  issue: z.core.$ZodIssue,
): string {
  if (issue.code === "too_small") {
    return issue.inclusive === false
      ? t.form.aboveZero
      : t.form.tooSmall(limitWords(field, issue.minimum));
  }
  if (issue.code === "too_big") {
    return t.form.tooLarge(limitWords(field, issue.maximum));
  }
  if (issue.code === "custom") {
    return field === "reduceLimit"
      ? t.form.reduceAboveEntry
      : t.form.maxEntryAboveBoost;
  }
  const isFraction = issue.code === "invalid_type" && issue.expected === "int";
  return isFraction ? t.form.notWhole : t.form.notNumber;
}
