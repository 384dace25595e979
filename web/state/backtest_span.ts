/** Which days a backtest walks through, as chosen; and what is wrong. @module */
import { computed, createModel, signal } from "@preact/signals";
import { t } from "../i18n/mod.ts";

const DAY_MS = 86_400_000;
/** A year and a day. */
const DAYS_MAX = 367;

/** The spans offered. */
export const SPANS = ["7", "30", "90", "custom"] as const;
/** One of {@linkcode SPANS}. */
export type Span = (typeof SPANS)[number];

/** `2026-11-22` of an instant, UTC. */
export function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Start of a UTC day; NaN where it is none. */
function dayStart(text: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00Z`) : NaN;
}

/** See the header of this file. */
export const BacktestSpanModel = createModel((nowMs: number) => {
  const choice = signal<Span>("30");
  const from = signal(dayText(nowMs - 14 * DAY_MS));
  const to = signal(dayText(nowMs));
  const problem = computed(() => {
    if (choice.value !== "custom") return null;
    const first = dayStart(from.value);
    const last = dayStart(to.value);
    if (!(last >= first)) return t.backtest.form.datesWrong;
    return (last - first) / DAY_MS + 1 > DAYS_MAX
      ? t.backtest.form.tooLong(DAYS_MAX)
      : null;
  });
  return {
    choice,
    from,
    to,
    problem,
    /** Minutes from, until; null while the days are wrong. */
    span(atMs: number): { fromMs: number; toMs: number } | null {
      if (problem.value !== null) return null;
      if (choice.value !== "custom") {
        return { fromMs: atMs - Number(choice.value) * DAY_MS, toMs: atMs };
      }
      return {
        fromMs: dayStart(from.value),
        toMs: dayStart(to.value) + DAY_MS,
      };
    },
  };
});
/** An instance of {@linkcode BacktestSpanModel}. */
export type BacktestSpan = InstanceType<typeof BacktestSpanModel>;
