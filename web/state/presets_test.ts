/// <reference lib="deno.ns" />
import { checkConfigAgainstMarket } from "@core/strategy/as_grid/market_check.ts";
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { BotFormModel } from "./bot_form.ts";
import {
  applyPreset,
  dailyVolatilityOf,
  presetOf,
  PRESETS,
} from "./presets.ts";
import { BNB } from "./testing.ts";

const HOUR_MS = 3_600_000;

function hours(closes: readonly number[]) {
  return closes.map((close, i) => ({
    openTimeMs: i * HOUR_MS,
    open: close,
    high: close,
    low: close,
    close,
    volume: 1,
  }));
}

Deno.test("dailyVolatilityOf() is the deviation scaled to a day", () => {
  const closes = Array.from(
    { length: 169 },
    (_, i) => i % 2 === 0 ? 100 : 101,
  );
  const daily = dailyVolatilityOf(hours(closes), HOUR_MS) ?? NaN;
  assert.ok(Math.abs(daily - Math.log(1.01) * Math.sqrt(24)) < 2e-4);
});

Deno.test("dailyVolatilityOf() says nothing of too few hours, or of none that move", () => {
  assert.equal(dailyVolatilityOf([], HOUR_MS), null);
  assert.equal(dailyVolatilityOf(hours([1, 2, 3]), HOUR_MS), null);
  assert.equal(dailyVolatilityOf(hours(Array(100).fill(5)), HOUR_MS), null);
});

Deno.test("presetOf() proposes what form and market take, whatever moves", () => {
  const terms = fc.record({
    dailyVolatility: fc.double({ min: 0.0005, max: 0.5, noNaN: true }),
    price: fc.double({ min: 50, max: 5_000, noNaN: true }),
    investment: fc.integer({ min: 100, max: 100_000 }),
  });
  fc.assert(fc.property(
    terms,
    fc.constantFrom(...PRESETS),
    fc.constantFrom("as_grid", "range_grid"),
    (some, preset, strategy) => {
      const form = new BotFormModel({ name: "x", config: {}, strategy });
      form.market.value = BNB;
      form.price.value = some.price;
      form.texts.investment.value = String(some.investment);
      form.texts.size.value = "200";
      applyPreset(form, presetOf(preset, { ...some, market: BNB }));
      assert.deepEqual(form.problems.value, {}, JSON.stringify(some));
    },
  ));
});

Deno.test("presetOf() widens from active to conservative", () => {
  const input = {
    dailyVolatility: 0.03,
    price: 650,
    market: BNB,
    investment: 1_000,
  };
  const [wide, middle, narrow] = PRESETS.map((one) => presetOf(one, input));
  assert.ok(wide && middle && narrow);
  assert.ok(wide.gridSpacing > middle.gridSpacing);
  assert.ok(middle.gridSpacing > narrow.gridSpacing);
  assert.ok(wide.halfRange > middle.halfRange);
  assert.ok(wide.rangeLeverage < narrow.rangeLeverage);
  const config = AsGridConfigSchema.parse({
    baseNotional: 50,
    takeProfitSpacing: narrow.takeProfitSpacing,
    gridSpacing: narrow.gridSpacing,
  });
  assert.deepEqual(checkConfigAgainstMarket(config, BNB, 650), []);
});
