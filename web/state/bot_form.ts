/**
 * What is typed into the bot form, and what is wrong with it. The rules are the
 * strategy's own: the schema and the market check are the ones the functions
 * and the engine use, so the form cannot be of another opinion.
 *
 * @module
 */
import type { Market } from "@core/model/market.ts";
import { checkConfigAgainstMarket } from "@core/strategy/as_grid/market_check.ts";
import { computed, createModel, type Signal, signal } from "@preact/signals";
import type { OutsideRow } from "../data/row_reader.ts";
import {
  type BotFormField,
  type BotFormStart,
  type BotFormTexts,
  type Legs,
  parseConfig,
  parseNumber,
  problemsOf,
  type SizeUnit,
  valuesOf,
  wordsOf,
} from "./bot_form_config.ts";

/** One signal a typed field. */
export type TextSignals = Readonly<Record<BotFormField, Signal<string>>>;

function signalsOf(texts: BotFormTexts): TextSignals {
  return {
    name: signal(texts.name),
    takeProfitSpacing: signal(texts.takeProfitSpacing),
    gridSpacing: signal(texts.gridSpacing),
    size: signal(texts.size),
    leverage: signal(texts.leverage),
    takeProfitBoostMultiplier: signal(texts.takeProfitBoostMultiplier),
    maxEntryMultiplier: signal(texts.maxEntryMultiplier),
    openRequoteSeconds: signal(texts.openRequoteSeconds),
    staleDataSeconds: signal(texts.staleDataSeconds),
    entryLimit: signal(texts.entryLimit),
    reduceLimit: signal(texts.reduceLimit),
  };
}

function readTexts(texts: TextSignals): BotFormTexts {
  return {
    name: texts.name.value,
    takeProfitSpacing: texts.takeProfitSpacing.value,
    gridSpacing: texts.gridSpacing.value,
    size: texts.size.value,
    leverage: texts.leverage.value,
    takeProfitBoostMultiplier: texts.takeProfitBoostMultiplier.value,
    maxEntryMultiplier: texts.maxEntryMultiplier.value,
    openRequoteSeconds: texts.openRequoteSeconds.value,
    staleDataSeconds: texts.staleDataSeconds.value,
    entryLimit: texts.entryLimit.value,
    reduceLimit: texts.reduceLimit.value,
  };
}

/** The form of a new or an existing bot; see the header of this file. */
export const BotFormModel = createModel((start: BotFormStart) => {
  const initial = valuesOf(start);
  const texts = signalsOf(initial.texts);
  const sizeUnit = signal<SizeUnit>(initial.sizeUnit);
  const legs = signal<Legs>(initial.legs);
  const isGuarded = signal(initial.isGuarded);
  const wasSubmitted = signal(false);
  const market = signal<Market | null>(null);
  const price = signal<number | null>(null);

  const parsed = computed(() =>
    parseConfig({
      texts: readTexts(texts),
      sizeUnit: sizeUnit.value,
      legs: legs.value,
      isGuarded: isGuarded.value,
    })
  );
  const marketIssues = computed(() =>
    parsed.value.success && market.value !== null && price.value !== null
      ? checkConfigAgainstMarket(parsed.value.data, market.value, price.value)
      : []
  );
  const problems = computed(() =>
    problemsOf({
      name: texts.name.value,
      parsed: parsed.value,
      issues: marketIssues.value.filter(({ level }) => level === "error"),
    })
  );
  return {
    texts,
    sizeUnit,
    legs,
    isGuarded,
    wasSubmitted,
    /** Where the bot trades, once the venue has said it. */
    market,
    price,
    problems,
    /** Things to think about that refuse nothing. */
    warnings: computed(() =>
      wordsOf(marketIssues.value.filter(({ level }) => level === "warning"))
    ),
    /** What would be sent; null while something is wrong with it. */
    config: computed<OutsideRow | null>(() => {
      const wrong = Object.keys(problems.value).filter((key) => key !== "name");
      return parsed.value.success && wrong.length === 0
        ? { ...parsed.value.data }
        : null;
    }),
    /** Changes the unit of the size and converts what was typed. */
    setSizeUnit(unit: SizeUnit) {
      const size = parseNumber(texts.size.value);
      const at = price.value;
      if (unit === sizeUnit.value) return;
      sizeUnit.value = unit;
      if (at === null || !(size > 0)) return;
      const converted = unit === "base" ? size / at : size * at;
      texts.size.value = String(Number(converted.toPrecision(4)));
    },
  };
});
/** An instance of {@linkcode BotFormModel}. */
export type BotForm = InstanceType<typeof BotFormModel>;
