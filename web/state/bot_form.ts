/**
 * What is typed into the bot form, and what is wrong with it. The rules are the
 * strategy's own: the schema and the market check are the ones the functions
 * and the engine use, so the form cannot be of another opinion.
 *
 * @module
 */
import type { Market } from "@core/model/market.ts";
import {
  computed,
  createModel,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { OutsideRow } from "../data/row_reader.ts";
import {
  leverageDefaultOf,
  marketIssuesOf,
  parseConfig,
  priceText,
  problemsOf,
  valuesOf,
  wordsOf,
} from "./bot_form_config.ts";
import {
  type BotFormChoices,
  type BotFormField,
  type BotFormStart,
  type BotFormValues,
  type Direction,
  eachField,
  type Legs,
  parseNumber,
  type SizeUnit,
  type Spacing,
  type Strategy,
} from "./bot_form_fields.ts";
import { allRiskFields, allRiskLayers } from "./risk_form.ts";

/** One signal a typed field. */
export type TextSignals = Readonly<Record<BotFormField, Signal<string>>>;

/** The risk section: a signal a setting (by path) and one a layer's switch. */
export interface RiskSignals {
  readonly texts: Readonly<Record<string, Signal<string>>>;
  readonly isOn: Readonly<Record<string, Signal<boolean>>>;
}

interface FormSignals {
  readonly texts: TextSignals;
  readonly choices: {
    readonly strategy: Signal<Strategy>;
    readonly sizeUnit: Signal<SizeUnit>;
    readonly legs: Signal<Legs>;
    readonly direction: Signal<Direction>;
    readonly spacing: Signal<Spacing>;
    readonly openingPosition: Signal<boolean>;
  };
  readonly risk: RiskSignals;
}

function signalsOf({ texts, choices, risk }: BotFormValues): FormSignals {
  return {
    texts: eachField((field) => signal(texts[field])),
    choices: {
      strategy: signal(choices.strategy),
      sizeUnit: signal(choices.sizeUnit),
      legs: signal(choices.legs),
      direction: signal(choices.direction),
      spacing: signal(choices.spacing),
      openingPosition: signal(choices.openingPosition),
    },
    risk: {
      texts: Object.fromEntries(
        allRiskFields().map(({ path, initial }) => [
          path,
          signal(risk.texts[path] ?? initial),
        ]),
      ),
      isOn: Object.fromEntries(
        allRiskLayers().map(({ name }) => [
          name,
          signal(risk.isOn[name] === true),
        ]),
      ),
    },
  };
}

function readChoices(choices: FormSignals["choices"]): BotFormChoices {
  return {
    strategy: choices.strategy.value,
    sizeUnit: choices.sizeUnit.value,
    legs: choices.legs.value,
    direction: choices.direction.value,
    spacing: choices.spacing.value,
    openingPosition: choices.openingPosition.value,
  };
}

function valuesIn<T>(
  signals: Readonly<Record<string, ReadonlySignal<T>>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(signals).map(([key, { value }]) => [key, value]),
  );
}

function readValues({ texts, choices, risk }: FormSignals): BotFormValues {
  return {
    texts: eachField((field) => texts[field].value),
    choices: readChoices(choices),
    risk: { texts: valuesIn(risk.texts), isOn: valuesIn(risk.isOn) },
  };
}

/** Puts values into the form's signals. */
function writeValues(signals: FormSignals, values: BotFormValues): void {
  const { choices } = signals;
  eachField((field) => (signals.texts[field].value = values.texts[field]));
  choices.strategy.value = values.choices.strategy;
  choices.sizeUnit.value = values.choices.sizeUnit;
  choices.legs.value = values.choices.legs;
  choices.direction.value = values.choices.direction;
  choices.spacing.value = values.choices.spacing;
  choices.openingPosition.value = values.choices.openingPosition;
  for (const [path, text] of Object.entries(signals.risk.texts)) {
    text.value = values.risk.texts[path] ?? text.peek();
  }
  for (const [name, isOn] of Object.entries(signals.risk.isOn)) {
    isOn.value = values.risk.isOn[name] === true;
  }
}

/** What is typed in prices of the market. */
const PRICES = [
  "lowerPrice",
  "upperPrice",
  "triggerPrice",
  "stopLossPrice",
  "takeProfitPrice",
  "trailingUpTo",
  "trailingDownTo",
] as const satisfies readonly BotFormField[];

/** What can be done to the form. */
function methodsOf(
  { texts, choices }: FormSignals,
  { market, price }: {
    readonly market: Signal<Market | null>;
    readonly price: Signal<number | null>;
  },
) {
  const methods = {
    /** Changes the strategy; a leverage nobody has changed goes with it. */
    setStrategy(next: Strategy) {
      const before = choices.strategy.value;
      if (next === before) return;
      choices.strategy.value = next;
      if (texts.leverage.value === String(leverageDefaultOf(before))) {
        texts.leverage.value = String(leverageDefaultOf(next));
      }
    },
    /** Changes the unit of the size and converts what was typed. */
    setSizeUnit(unit: SizeUnit) {
      const size = parseNumber(texts.size.value);
      const at = price.value;
      if (unit === choices.sizeUnit.value) return;
      choices.sizeUnit.value = unit;
      if (at === null || !(size > 0)) return;
      const converted = unit === "base" ? size / at : size * at;
      texts.size.value = String(Number(converted.toPrecision(4)));
    },
    /** Puts the ends of the range somewhere, on the tick. */
    setRange(range: { readonly lower: number; readonly upper: number }) {
      texts.lowerPrice.value = priceText(range.lower, market.value);
      texts.upperPrice.value = priceText(range.upper, market.value);
    },
    /** Forgets prices, and amounts of a coin: the next market has others. */
    leaveMarket() {
      methods.setSizeUnit("quote");
      for (const field of PRICES) texts[field].value = "";
    },
  };
  return methods;
}

/** The form of a new or an existing bot; see the header of this file. */
export const BotFormModel = createModel((start: BotFormStart) => {
  const signals = signalsOf(valuesOf(start));
  const wasSubmitted = signal(false);
  const market = signal<Market | null>(null);
  const price = signal<number | null>(null);

  const values = computed(() => readValues(signals));
  const parsed = computed(() => parseConfig(values.value));
  const marketIssues = computed(() => {
    const rules = market.value;
    const at = price.value;
    const known = parsed.value;
    return rules === null || at === null
      ? []
      : marketIssuesOf(known, rules, at);
  });
  const problems = computed(() =>
    problemsOf({
      values: values.value,
      parsed: parsed.value,
      issues: marketIssues.value.filter(({ level }) => level === "error"),
    })
  );
  return {
    texts: signals.texts,
    ...signals.choices,
    risk: signals.risk,
    wasSubmitted,
    /** Where the bot trades, once the venue has said it. */
    market,
    price,
    problems,
    /** The schema's answer: what is drawn needs no market. */
    parsed,
    /** Things to think about that refuse nothing. */
    warnings: computed(() =>
      wordsOf(marketIssues.value.filter(({ level }) => level === "warning"))
    ),
    /** What would be sent; null while something is wrong with it. */
    config: computed<OutsideRow | null>(() => {
      const wrong = Object.entries(problems.value)
        .some(([key, words]) => key !== "name" && words !== undefined);
      const { data } = parsed.value.result;
      return data === undefined || wrong ? null : { ...data };
    }),
    /** Fills the form anew, as if it had been opened with this. */
    fill(next: BotFormStart) {
      writeValues(signals, valuesOf(next));
    },
    ...methodsOf(signals, { market, price }),
  };
});
/** An instance of {@linkcode BotFormModel}. */
export type BotForm = InstanceType<typeof BotFormModel>;
