/// <reference lib="deno.ns" />
import type { Market } from "@core/model/market.ts";
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { BotFormModel } from "./bot_form.ts";
import { parseConfig, parseNumber, valuesOf } from "./bot_form_config.ts";

const BNB: Market = {
  symbol: "BNB/USDT:USDT",
  venueSymbol: "BNBUSDT",
  base: "BNB",
  quote: "USDT",
  tickSize: 0.01,
  lotSize: 0.01,
  minSize: 0.01,
  minNotional: 5,
  minLeverage: 1,
  maxLeverage: 75,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  maxOpenOrders: 200,
  maxOrderSize: null,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};

function newForm() {
  const form = new BotFormModel({ name: "Test", config: {} });
  form.market.value = BNB;
  form.price.value = 650;
  return form;
}

Deno.test("BotFormModel() begins with the strategy's defaults and nothing wrong", () => {
  const form = newForm();
  assert.deepEqual(form.problems.value, {});
  assert.deepEqual(
    form.config.value,
    AsGridConfigSchema.parse({ baseNotional: 50 }),
  );
});

Deno.test("BotFormModel() says the schema's limits in the field's unit", () => {
  const form = newForm();
  form.texts.gridSpacing.value = "33";
  assert.equal(form.problems.value.gridSpacing, "At most 20\u202f%.");
  form.texts.gridSpacing.value = "abc";
  assert.equal(form.problems.value.gridSpacing, "Enter a number.");
  form.texts.gridSpacing.value = "0,6";
  assert.equal(form.problems.value.gridSpacing, undefined);
  form.texts.leverage.value = "2.5";
  assert.equal(form.problems.value.leverage, "Enter a whole number.");
  form.texts.leverage.value = "10";
  form.texts.maxEntryMultiplier.value = "4";
  assert.match(form.problems.value.maxEntryMultiplier ?? "", /above the size/);
  assert.equal(form.config.value, null);
});

Deno.test("BotFormModel() says what the market has against it", () => {
  const form = newForm();
  form.texts.size.value = "1";
  assert.match(form.problems.value.size ?? "", /below the market's minimum/);
  form.texts.size.value = "50";
  form.texts.leverage.value = "100";
  assert.match(form.problems.value.leverage ?? "", /1 to 75/);
  form.texts.leverage.value = "10";
  form.texts.takeProfitSpacing.value = "0.08";
  assert.match(form.warnings.value.takeProfitSpacing ?? "", /hardly covers/);
  assert.notEqual(form.config.value, null);
});

Deno.test("BotFormModel() converts the size with its unit", () => {
  const form = newForm();
  form.texts.size.value = "65";
  form.setSizeUnit("base");
  assert.equal(form.texts.size.value, "0.1");
  assert.equal(form.config.value?.baseSize, 0.1);
  form.setSizeUnit("quote");
  assert.equal(form.texts.size.value, "65");
});

Deno.test("BotFormModel() needs a name to be sent, not to be previewed", () => {
  const form = newForm();
  form.texts.name.value = "  ";
  assert.equal(form.problems.value.name, "Give the bot a name.");
  assert.notEqual(form.config.value, null);
});

Deno.test("valuesOf() and parseConfig() bring every configuration back unchanged", () => {
  const bps = (min: number, max: number) =>
    fc.integer({ min, max }).map((n) => n / 100_000);
  const config = fc.record({
    takeProfitSpacing: bps(50, 10_000),
    gridSpacing: bps(50, 20_000),
    leverage: fc.integer({ min: 1, max: 500 }),
    takeProfitBoostMultiplier: fc.integer({ min: 1, max: 50 }),
    maxEntryMultiplier: fc.integer({ min: 51, max: 200 }),
    legs: fc.constantFrom("both", "long", "short"),
    openRequoteSeconds: fc.integer({ min: 1, max: 300 }),
  });
  const size = fc.oneof(
    fc.record({ baseSize: fc.integer({ min: 1 }).map((n) => n / 1000) }),
    fc.record({ baseNotional: fc.integer({ min: 1, max: 1e6 }) }),
  );
  const guard = fc.constantFrom(null, { entryLimit: 0.35, reduceLimit: 0.7 });
  fc.assert(fc.property(config, size, guard, (some, sized, marginGuard) => {
    const full = AsGridConfigSchema.parse({
      ...some,
      ...sized,
      risk: { marginGuard },
    });
    const values = valuesOf({ name: "x", config: full });
    assert.deepEqual(parseConfig(values).data, full);
  }));
});

Deno.test("parseNumber() reads decimal points and commas, and nothing else", () => {
  assert.equal(parseNumber(" 0,4 "), 0.4);
  assert.equal(parseNumber("0.4"), 0.4);
  for (const text of ["", " ", "1.000,5", "x"]) {
    assert.ok(Number.isNaN(parseNumber(text)), text);
  }
});
