/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { AsGridConfigSchema } from "./config.ts";
import { checkConfigAgainstMarket, resolveBaseSize } from "./market_check.ts";
import { BNB } from "./testdata.ts";

Deno.test("AsGridConfigSchema fills in the defaults of as-grid.md", () => {
  assert.deepEqual(AsGridConfigSchema.parse({ baseSize: 0.05 }), {
    takeProfitSpacing: 0.004,
    gridSpacing: 0.006,
    baseSize: 0.05,
    leverage: 10,
    takeProfitBoostMultiplier: 5,
    maxEntryMultiplier: 20,
    legs: "both",
    openRequoteSeconds: 10,
    risk: {
      staleDataSeconds: 5,
      marginGuard: { entryLimit: 0.5, reduceLimit: 0.8 },
      bothLegsHeavy: null,
      trailingTakeProfit: null,
      hardStop: null,
      maxLoss: null,
      accountMaxLoss: null,
      fundingBias: null,
      inventorySkew: null,
      volatilitySpacing: null,
    },
  });
});

Deno.test("AsGridConfigSchema keeps the margin guard off when it is null", () => {
  const config = AsGridConfigSchema.parse({
    baseSize: 0.05,
    risk: { marginGuard: null },
  });
  assert.equal(config.risk.marginGuard, null);
});

Deno.test("AsGridConfigSchema refuses what as-grid.md refuses", () => {
  const cases: readonly [string, Record<string, unknown>][] = [
    ["no size", {}],
    ["both sizes", { baseSize: 0.05, baseNotional: 30 }],
    ["zero size", { baseSize: 0 }],
    ["not finite", { baseSize: Infinity }],
    ["text", { baseSize: "0.05" }],
    ["tp too small", { baseSize: 1, takeProfitSpacing: 0.0004 }],
    ["tp too large", { baseSize: 1, takeProfitSpacing: 0.11 }],
    ["gs too small", { baseSize: 1, gridSpacing: 0.0004 }],
    ["gs too large", { baseSize: 1, gridSpacing: 0.21 }],
    ["leverage 0", { baseSize: 1, leverage: 0 }],
    ["leverage 1.5", { baseSize: 1, leverage: 1.5 }],
    ["boost 51", {
      baseSize: 1,
      takeProfitBoostMultiplier: 51,
      maxEntryMultiplier: 60,
    }],
    ["max = boost", {
      baseSize: 1,
      takeProfitBoostMultiplier: 20,
      maxEntryMultiplier: 20,
    }],
    ["max 201", { baseSize: 1, maxEntryMultiplier: 201 }],
    ["requote 0", { baseSize: 1, openRequoteSeconds: 0 }],
    ["requote 301", { baseSize: 1, openRequoteSeconds: 301 }],
    ["legs", { baseSize: 1, legs: "up" }],
    ["misspelt key", { baseSize: 1, gridSpacings: 0.01 }],
    ["guard order", {
      baseSize: 1,
      risk: { marginGuard: { entryLimit: 0.8, reduceLimit: 0.7 } },
    }],
  ];
  for (const [name, config] of cases) {
    assert.equal(AsGridConfigSchema.safeParse(config).success, false, name);
  }
});

Deno.test("resolveBaseSize() floors the base notional to the lot", () => {
  const config = AsGridConfigSchema.parse({ baseNotional: 35 });
  assert.equal(resolveBaseSize(config, BNB, 650), 0.05);
});

Deno.test("checkConfigAgainstMarket() accepts the worked example", () => {
  const config = AsGridConfigSchema.parse({ baseSize: 0.05 });
  assert.deepEqual(checkConfigAgainstMarket(config, BNB, 650), []);
});

Deno.test("checkConfigAgainstMarket() names each error by its code and field", () => {
  const cases = [
    [
      { baseSize: 0.05, takeProfitSpacing: 0.0005 },
      {
        makerFeeRate: 0.00025,
      },
      "spacing_below_fees",
      "takeProfitSpacing",
    ],
    [{ baseSize: 0.004 }, {}, "size_below_minimum", "baseSize"],
    [
      { baseSize: 0.01 },
      { minNotional: 7 },
      "size_below_minimum",
      "baseSize",
    ],
    [{ baseNotional: 5 }, {}, "size_below_minimum", "baseNotional"],
    [{ baseSize: 0.05, leverage: 76 }, {}, "leverage_out_of_range", "leverage"],
    [{ baseSize: 60 }, { maxOrderSize: 100 }, "size_above_maximum", "baseSize"],
  ] as const;
  for (const [input, market, code, field] of cases) {
    const config = AsGridConfigSchema.parse(input);
    const issues = checkConfigAgainstMarket(config, { ...BNB, ...market }, 650);
    assert.deepEqual(
      issues.map((issue) => [issue.level, issue.code, issue.field]),
      [["error", code, field]],
    );
  }
});

Deno.test("checkConfigAgainstMarket() warns when the spacing hardly covers its costs", () => {
  const config = AsGridConfigSchema.parse({
    baseSize: 0.05,
    takeProfitSpacing: 0.0008,
  });
  assert.deepEqual(
    checkConfigAgainstMarket(config, BNB, 650).map((i) => [i.level, i.code]),
    [["warning", "spacing_near_costs"]],
  );
});

Deno.test("checkConfigAgainstMarket() looks at the smallest and narrowest that overlays may come to", () => {
  const codes = (config: Record<string, unknown>) =>
    checkConfigAgainstMarket(
      AsGridConfigSchema.parse({ baseSize: 0.01, ...config }),
      BNB,
      650,
    ).map(({ code, level }) => `${level} ${code}`);
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ risk: { fundingBias: {} } }), [
    "error size_below_minimum",
  ]);
  const narrow = { takeProfitSpacing: 0.0012 };
  assert.deepEqual(codes(narrow), []);
  assert.deepEqual(
    codes({ ...narrow, risk: { volatilitySpacing: { min: 0.3 } } }),
    ["error spacing_below_fees"],
  );
});
