import type { z } from "zod";
import { formatPercent, formatSize } from "../components/format.ts";
import { t } from "../i18n/mod.ts";
import { type BotFormChoices, isAmbiguousNumber } from "./bot_form_fields.ts";
import { allRiskFields } from "./risk_form.ts";

const PERCENTAGES: readonly string[] = ["takeProfitSpacing", "gridSpacing"];

function isPercentage(field: string): boolean {
  return PERCENTAGES.includes(field) ||
    allRiskFields().some(({ path, isPercent }) => isPercent && path === field);
}

/** A limit in the unit of its field. */
function limitWords(field: string, limit: number | bigint): string {
  const value = Number(limit);
  return isPercentage(field) ? formatPercent(value) : formatSize(value);
}

/** What the schema says about several fields together. */
function ruleWords(
  field: string,
  message: string,
  { direction }: BotFormChoices,
): string {
  const { rules } = t.form;
  if (field === "maxEntryMultiplier") return t.form.maxEntryAboveBoost;
  const ofRisk = t.risk.rules[field];
  if (ofRisk !== undefined) return ofRisk;
  if (field === "upperPrice") return rules.upperAboveLower;
  if (field === "triggerPrice") return rules.triggerInside;
  if (field === "stopLossPrice") return rules.stopLoss[direction];
  if (field === "takeProfitPrice") {
    return /different sides/.test(message)
      ? rules.differentSides
      : rules.takeProfit[direction];
  }
  if (field === "trailingUpTo") {
    return direction === "short" ? rules.shortTrailsDown : rules.aboveUpper;
  }
  if (field === "trailingDownTo") {
    return direction === "long" ? rules.longTrailsUp : rules.belowLower;
  }
  return `${message}.`;
}

/** What to say to a number that could be two; null: it is one, or none. */
export function ambiguousWords(text: string): string | null {
  return isAmbiguousNumber(text) ? t.form.ambiguousComma : null;
}

/** Returns the schema's issue in words, with the limits in the field's unit. */
export function issueWords(
  field: string,
  issue: z.core.$ZodIssue,
  choices: BotFormChoices,
): string {
  if (issue.code === "too_small") {
    return issue.inclusive === false
      ? t.form.aboveZero
      : t.form.tooSmall(limitWords(field, issue.minimum));
  }
  if (issue.code === "too_big") {
    return t.form.tooLarge(limitWords(field, issue.maximum));
  }
  if (issue.code === "custom") return ruleWords(field, issue.message, choices);
  const isFraction = issue.code === "invalid_type" && issue.expected === "int";
  return isFraction ? t.form.notWhole : t.form.notNumber;
}
