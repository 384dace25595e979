/**
 * Which parameters a sweep walks and how far, as typed; and what is wrong with
 * it. The unit is the one of the bot form: spacings are percentages.
 *
 * @module
 */
import { spreadValues, type SweepParameter } from "@core/sweep/parameters.ts";
import { computed, createModel, type Signal, signal } from "@preact/signals";
import { isRow, type OutsideRow } from "../data/row_reader.ts";
import { t } from "../i18n/mod.ts";
import { clean, parseNumber, type Strategy } from "./bot_form_fields.ts";
import { ambiguousWords } from "./bot_form_words.ts";

/** What can be swept, by the form's own names. */
export const SWEPT = {
  "as_grid": [
    "takeProfitSpacing",
    "gridSpacing",
    "size",
    "leverage",
    "takeProfitBoostMultiplier",
    "maxEntryMultiplier",
  ],
  "range_grid": [
    "levels",
    "lowerPrice",
    "upperPrice",
    "investment",
    "leverage",
  ],
} as const satisfies Record<Strategy, readonly string[]>;
/** A name of {@linkcode SWEPT}. */
export type SweptField = (typeof SWEPT)[Strategy][number];

const PERCENTAGES: readonly SweptField[] = ["takeProfitSpacing", "gridSpacing"];
const WHOLE: readonly SweptField[] = ["levels", "leverage"];
/** Steps of an axis: more cells than this squared nobody reads. */
const STEPS_MAX = 15;
const STEPS_DEFAULT = 6;

/** Tells whether a field is typed as a percentage. */
export function isPercentage(field: SweptField): boolean {
  return PERCENTAGES.includes(field);
}

/** The path of a field in a configuration. */
function pathOf(field: SweptField, config: OutsideRow): string {
  if (field !== "size") return field;
  return config.baseSize === undefined ? "baseNotional" : "baseSize";
}

/** The value a configuration has, in the form's unit; NaN where it has none. */
function valueIn(config: OutsideRow, field: SweptField): number {
  const value = config[pathOf(field, config)];
  if (typeof value !== "number") return NaN;
  return isPercentage(field) ? clean(value * 100) : value;
}

function rounded(field: SweptField, value: number): number {
  return WHOLE.includes(field)
    ? Math.max(1, Math.round(value))
    : Number(value.toPrecision(4));
}

/** The typed texts of one axis. */
export interface SweepAxis {
  readonly field: Signal<SweptField>;
  readonly from: Signal<string>;
  readonly to: Signal<string>;
  readonly steps: Signal<string>;
}

/** What is wrong with an axis, in words. */
export interface AxisProblems {
  readonly range: string | null;
  readonly steps: string | null;
}

function axisOf(field: SweptField): SweepAxis {
  return {
    field: signal(field),
    from: signal(""),
    to: signal(""),
    steps: signal(String(STEPS_DEFAULT)),
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function problemsOf(axis: SweepAxis): AxisProblems {
  const steps = parseNumber(axis.steps.value);
  const from = parseNumber(axis.from.value);
  const to = parseNumber(axis.to.value);
  const isRange = Number.isFinite(from) && Number.isFinite(to) && from < to;
  const areSteps = isCount(steps) && steps >= 2 && steps <= STEPS_MAX;
  return {
    range: isRange
      ? null
      : ambiguousWords(axis.from.value) ?? ambiguousWords(axis.to.value) ??
        t.backtest.sweep.rangeWrong,
    steps: areSteps ? null : t.backtest.sweep.stepsWrong(STEPS_MAX),
  };
}

function valuesOf(axis: SweepAxis): readonly number[] {
  const from = parseNumber(axis.from.value);
  const to = parseNumber(axis.to.value);
  const steps = parseNumber(axis.steps.value);
  const field = axis.field.value;
  const step = (to - from) / (steps - 1);
  const values = spreadValues({ from, to: to + step / 2, step })
    .map((value) => rounded(field, value))
    .map((value) => isPercentage(field) ? clean(value / 100) : value);
  return [...new Set(values)];
}

/** Around what the form says: from half of it to double. */
function center(axis: SweepAxis, config: OutsideRow): void {
  const field = axis.field.value;
  const value = valueIn(config, field);
  if (!(value > 0)) return;
  const isPrice = field === "lowerPrice" || field === "upperPrice";
  const [low, high] = isPrice ? [0.95, 1.05] : [0.5, 2];
  axis.from.value = String(rounded(field, value * low));
  axis.to.value = String(rounded(field, value * high));
}

/** The form of a sweep over two parameters. */
export const SweepFormModel = createModel(() => {
  const across = axisOf("takeProfitSpacing");
  const down = axisOf("gridSpacing");
  const split = signal<"none" | "walk">("walk");
  const minTrades = signal("10");
  const config = signal<OutsideRow | null>(null);
  const problems = computed(() => ({
    across: problemsOf(across),
    down: problemsOf(down),
    same: across.field.value === down.field.value
      ? t.backtest.sweep.sameTwice
      : null,
    minTrades: isCount(parseNumber(minTrades.value))
      ? null
      : t.backtest.sweep.minTradesWrong,
  }));
  return {
    across,
    down,
    split,
    minTrades,
    problems,
    /** Null while something is wrong. */
    parameters: computed<readonly [SweepParameter, SweepParameter] | null>(
      () => {
        const row = config.value;
        const { same, minTrades: least, ...axes } = problems.value;
        const areRight = same === null && least === null &&
          Object.values(axes).every((axis) =>
            axis.range === null && axis.steps === null
          );
        if (row === null || !areRight) return null;
        const parameter = (axis: SweepAxis) => ({
          path: pathOf(axis.field.value, row),
          values: valuesOf(axis),
        });
        return [parameter(down), parameter(across)];
      },
    ),
    /** Takes up what the bot form says; another strategy has other fields. */
    follow(strategy: Strategy, next: OutsideRow | null) {
      config.value = isRow(next) ? next : null;
      const fields: readonly SweptField[] = SWEPT[strategy];
      const [first, second] = fields;
      if (!fields.includes(across.field.value) && first !== undefined) {
        across.field.value = first;
        across.from.value = "";
      }
      if (!fields.includes(down.field.value) && second !== undefined) {
        down.field.value = second;
        down.from.value = "";
      }
      if (next === null) return;
      for (const axis of [across, down]) {
        if (axis.from.value === "") center(axis, next);
      }
    },
    /** Chooses a field for an axis. */
    choose(axis: SweepAxis, field: SweptField) {
      axis.field.value = field;
      if (config.value !== null) center(axis, config.value);
    },
  };
});
/** An instance of {@linkcode SweepFormModel}. */
export type SweepForm = InstanceType<typeof SweepFormModel>;
