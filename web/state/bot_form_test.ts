/// <reference lib="deno.ns" />
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import { RangeGridConfigSchema } from "@core/strategy/range_grid/config.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { BotFormModel } from "./bot_form.ts";
import {
  isFieldOf,
  parseConfig,
  parseNumber,
  valuesOf,
} from "./bot_form_config.ts";
import { eachField } from "./bot_form_fields.ts";
import { riskSectionOf } from "./risk_form.ts";
import { BNB } from "./testing.ts";

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
    assert.deepEqual(parseConfig(values).result.data, full);
  }));
});

Deno.test("parseNumber() reads numbers as they are typed and pasted", () => {
  const cases: readonly (readonly [text: string, value: number])[] = [
    [" 0,4 ", 0.4],
    ["0.4", 0.4],
    ["0,005", 0.005],
    ["1,234.5", 1_234.5],
    ["1.234,5", 1_234.5],
    ["12,345,678", 12_345_678],
    ["1 234.5", 1_234.5],
    ["1\u202f234", 1_234],
    ["1'234", 1_234],
    ["１２３．５", 123.5],
    ["６５０。５", 650.5],
    ["\u22125", -5],
    ["1e-7", 1e-7],
    ["1e400", Infinity],
    [".5", 0.5],
    ["650.", 650],
  ];
  for (const [text, value] of cases) {
    assert.equal(parseNumber(text), value, text);
  }
  const none = ["", " ", "x", "1,2,3", "1.2.3", "1,23.4", "0x10", "Infinity"];
  for (const text of [...none, "1 2", "5 USDT", "--5", "1e", "٣"]) {
    assert.ok(Number.isNaN(parseNumber(text)), text);
  }
});

Deno.test("parseNumber() guesses no comma that could mean two numbers", () => {
  for (const text of ["1,234", "65,000", "-1,000", "６５，０００"]) {
    assert.ok(Number.isNaN(parseNumber(text)), text);
  }
  const form = newForm();
  form.texts.size.value = "1,234";
  assert.equal(
    form.problems.value.size,
    "This comma can mean two things: write 1234 or 1.234.",
  );
  assert.equal(form.config.value, null);
});

Deno.test("BotFormModel() refuses in every field what is no number for it", () => {
  for (const strategy of ["as_grid", "range_grid"] as const) {
    const form = strategy === "as_grid" ? newForm() : newRange();
    eachField((field) => {
      if (!isFieldOf(strategy, field) || field === "name") return;
      const text = form.texts[field];
      const before = text.value;
      for (const typed of ["0", "-1", "1e400", "abc", "NaN", "1,234"]) {
        text.value = typed;
        assert.ok(form.problems.value[field], `${field} ${typed}`);
        assert.equal(form.config.value, null, `${field} ${typed}`);
      }
      text.value = before;
    });
    assert.deepEqual(form.problems.value, {});
  }
});

function newRange() {
  const form = newForm();
  form.setStrategy("range_grid");
  form.setRange({ lower: 600.004, upper: 700 });
  return form;
}

Deno.test("BotFormModel() makes a range grid of its fields, on the market's tick", () => {
  const form = newRange();
  assert.deepEqual(form.problems.value, {});
  assert.deepEqual(
    form.config.value,
    RangeGridConfigSchema.parse({
      lowerPrice: 600,
      upperPrice: 700,
      levels: 20,
      investment: 100,
    }),
  );
  form.texts.trailingUpTo.value = "800";
  form.texts.stopLossPrice.value = "550,5";
  assert.equal(form.config.value?.trailingUpTo, 800);
  assert.equal(form.config.value?.stopLossPrice, 550.5);
});

Deno.test("BotFormModel() takes an untouched leverage along with the strategy", () => {
  const form = newForm();
  form.setStrategy("range_grid");
  assert.equal(form.texts.leverage.value, "5");
  form.texts.leverage.value = "7";
  form.setStrategy("as_grid");
  assert.equal(form.texts.leverage.value, "7");
});

Deno.test("BotFormModel() says at its field what is wrong with a range", () => {
  const cases: readonly (readonly [
    field: "upperPrice" | "levels" | "stopLossPrice" | "trailingDownTo",
    typed: string,
    words: RegExp,
  ])[] = [
    ["upperPrice", "500", /above the lower price/],
    ["upperPrice", "", /Enter a number/],
    ["levels", "1", /At least 2/],
    ["levels", "2.5", /whole number/],
    ["levels", "201", /At most 200/],
    ["levels", "190", /less than twice/],
    ["stopLossPrice", "620", /outside the range/],
    ["trailingDownTo", "620", /below the lower price/],
  ];
  for (const [field, typed, words] of cases) {
    const form = newRange();
    form.texts.upperPrice.value = "640";
    form.texts[field].value = typed;
    assert.match(form.problems.value[field] ?? "", words, `${field} ${typed}`);
    assert.equal(form.config.value, null, field);
  }
});

Deno.test("BotFormModel() warns that a grid waits while the price is outside", () => {
  const form = newRange();
  form.price.value = 800;
  assert.match(form.warnings.value.upperPrice ?? "", /outside the range/);
  assert.notEqual(form.config.value, null);
});

Deno.test("BotFormModel() switches a layer of the risk section", () => {
  const form = newRange();
  const isOn = form.risk.isOn.marginGuard;
  const limit = form.risk.texts["risk.marginGuard.entryLimit"];
  assert.ok(isOn !== undefined && limit !== undefined);
  assert.equal(limit.value, "50");
  limit.value = "99";
  assert.match(
    form.problems.value["risk.marginGuard.entryLimit"] ?? "",
    /At most 95/,
  );
  isOn.value = false;
  assert.deepEqual(form.problems.value, {});
  assert.equal(
    RangeGridConfigSchema.parse(form.config.value).risk.marginGuard,
    null,
  );
});

Deno.test("riskSectionOf() shows every part of both schemas", () => {
  for (
    const [strategy, schema] of [
      ["as_grid", AsGridConfigSchema],
      ["range_grid", RangeGridConfigSchema],
    ] as const
  ) {
    const { settings, layers } = riskSectionOf(strategy);
    const shown = [...settings, ...layers].map(({ name }) => name);
    const risk = schema.shape.risk.unwrap();
    assert.deepEqual(shown.toSorted(), Object.keys(risk.shape).toSorted());
    for (const layer of layers) assert.ok(layer.fields.length > 0, layer.name);
  }
});

Deno.test("fill() puts another configuration into the same form", () => {
  const form = newForm();
  const config = RangeGridConfigSchema.parse({
    lowerPrice: 500,
    upperPrice: 800,
    levels: 30,
    investment: 400,
    direction: "long",
    spacing: "geometric",
    takeProfitPrice: 900,
    risk: { marginGuard: null },
  });
  form.fill({ name: "Copy", strategy: "range_grid", config });
  assert.deepEqual(form.config.value, config);
  assert.equal(form.texts.name.value, "Copy");
});

Deno.test("BotFormModel() switches every layer on with the schema's defaults, and back again", () => {
  for (const strategy of ["as_grid", "range_grid"] as const) {
    const form = strategy === "as_grid" ? newForm() : newRange();
    const { layers } = riskSectionOf(strategy);
    for (const { name } of layers) {
      const isOn = form.risk.isOn[name];
      assert.ok(isOn !== undefined);
      isOn.value = true;
    }
    assert.deepEqual(form.problems.value, {}, strategy);
    const config = form.config.value ?? assert.fail(strategy);
    const again = newForm();
    again.fill({ name: "x", strategy, config });
    assert.deepEqual(again.config.value, config);
  }
});
