/**
 * What the backtest page is about to try: where, when, with how much, and the
 * very form a new bot has.
 *
 * @module
 */
import type { SweepParameter } from "@core/sweep/parameters.ts";
import { computed, createModel, effect, signal } from "@preact/signals";
import type { Venue } from "../data/rows.ts";
import { isRow } from "../data/row_reader.ts";
import { BacktestSpanModel } from "./backtest_span.ts";
import { BotFormModel } from "./bot_form.ts";
import { parseNumber } from "./bot_form_fields.ts";
import { BotPlaceModel } from "./bot_place.ts";

const SYMBOL_DEFAULT = "BNB/USDT:USDT";
const CASH_DEFAULT = 1_000;
/** A range grid nobody has drawn yet lies this far around the price. */
const RANGE_FRACTION = 0.1;

/** See the header of this file. */
export const BacktestSetupModel = createModel((hasPaper: boolean) => {
  const form = new BotFormModel({ name: "backtest", config: {} });
  const place = new BotPlaceModel(form, SYMBOL_DEFAULT);
  const span = new BacktestSpanModel(Date.now());
  const venue = signal<string>(hasPaper ? "paper" : "bitget");
  const cash = signal(String(CASH_DEFAULT));
  effect(() => {
    const price = form.price.value;
    const isEmpty = form.texts.lowerPrice.value === "" &&
      form.texts.upperPrice.value === "";
    if (form.strategy.value !== "range_grid" || price === null || !isEmpty) {
      return;
    }
    form.setRange({
      lower: price * (1 - RANGE_FRACTION),
      upper: price * (1 + RANGE_FRACTION),
    });
  });
  return {
    form,
    place,
    span,
    venue,
    cash,
    /** Null: it is no amount. */
    cashAmount: computed(() => {
      const amount = parseNumber(cash.value);
      return Number.isFinite(amount) && amount > 0 ? amount : null;
    }),
    /** Everything a result depends on, to be compared. */
    key: computed(() =>
      JSON.stringify([
        venue.value,
        place.symbol.value,
        form.strategy.value,
        form.config.value,
        cash.value,
        span.choice.value,
        span.choice.value === "custom" && [span.from.value, span.to.value],
      ])
    ),
    venueOf: (): Venue => venue.value === "paper" ? "paper" : "bitget",
    /** Puts a combination's values into the form. */
    take(
      parameters: readonly SweepParameter[],
      values: readonly number[],
    ) {
      const config = form.config.peek();
      if (!isRow(config)) return;
      const changed = Object.fromEntries(
        parameters.map(({ path }, i) => [path, values[i]]),
      );
      form.fill({
        name: form.texts.name.peek(),
        strategy: form.strategy.peek(),
        config: { ...config, ...changed },
      });
    },
  };
});
/** An instance of {@linkcode BacktestSetupModel}. */
export type BacktestSetup = InstanceType<typeof BacktestSetupModel>;
