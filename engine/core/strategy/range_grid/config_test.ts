/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BNB } from "../as_grid/testdata.ts";
import { type RangeGridConfigInput, RangeGridConfigSchema } from "./config.ts";
import { linesFrom, resolveGridSize, slotLevel } from "./lines.ts";
import { checkRangeGridConfig } from "./market_check.ts";
import { EXAMPLE } from "./testing.ts";

const parse = (change: Partial<RangeGridConfigInput>) =>
  RangeGridConfigSchema.safeParse({ ...EXAMPLE, ...change });

Deno.test("RangeGridConfigSchema fills in defaults and refuses unknown keys", () => {
  const config = RangeGridConfigSchema.parse(EXAMPLE);
  assert.equal(config.direction, "neutral");
  assert.equal(config.openingPosition, true);
  assert.equal(config.stopLossPrice, null);
  assert.equal(config.risk.marginGuard?.entryLimit, 0.5);
  assert.equal(
    RangeGridConfigSchema.safeParse({ ...EXAMPLE, lowerprice: 1 }).success,
    false,
  );
});

const REFUSED: readonly (readonly [string, Partial<RangeGridConfigInput>])[] = [
  ["upperPrice", { upperPrice: 640 }],
  ["levels", { levels: 1 }],
  ["levels", { levels: 201 }],
  ["lowerPrice", { lowerPrice: 0 }],
  ["investment", { investment: NaN }],
  ["triggerPrice", { triggerPrice: 661 }],
  ["stopLossPrice", { stopLossPrice: 650 }],
  ["stopLossPrice", { direction: "long", stopLossPrice: 670 }],
  ["stopLossPrice", { direction: "short", stopLossPrice: 630 }],
  ["takeProfitPrice", { direction: "long", takeProfitPrice: 630 }],
  ["takeProfitPrice", { direction: "short", takeProfitPrice: 670 }],
  ["takeProfitPrice", { stopLossPrice: 630, takeProfitPrice: 620 }],
  ["trailingUpTo", { trailingUpTo: 660 }],
  ["trailingUpTo", { direction: "short", trailingUpTo: 700 }],
  ["trailingDownTo", { trailingDownTo: 640 }],
  ["trailingDownTo", { direction: "long", trailingDownTo: 600 }],
];

for (const [field, change] of REFUSED) {
  Deno.test(`RangeGridConfigSchema refuses ${JSON.stringify(change)}, naming ${field}`, () => {
    const { error } = parse(change);
    assert.equal(error?.issues[0]?.path.join("."), field);
  });
}

Deno.test("RangeGridConfigSchema accepts exits on the sides they belong to", () => {
  for (
    const change of [
      { direction: "long", stopLossPrice: 630, takeProfitPrice: 670 },
      { direction: "short", stopLossPrice: 670, takeProfitPrice: 630 },
      { direction: "neutral", stopLossPrice: 670, takeProfitPrice: 630 },
    ] as const
  ) assert.equal(parse(change).success, true);
});

Deno.test("linesFrom() lies arithmetic or geometric lines on the tick", () => {
  const arithmetic = RangeGridConfigSchema.parse(EXAMPLE);
  assert.deepEqual(linesFrom(arithmetic, 0, 0.01).slice(0, 3), [640, 642, 644]);
  assert.equal(linesFrom(arithmetic, 3, 0.01).at(-1), 666);
  const geometric = RangeGridConfigSchema.parse({
    ...EXAMPLE,
    lowerPrice: 100,
    upperPrice: 400,
    levels: 2,
    spacing: "geometric",
  });
  assert.deepEqual(linesFrom(geometric, 0, 0.01), [100, 200, 400]);
  assert.deepEqual(linesFrom(geometric, -1, 0.01), [50, 100, 200]);
  assert.deepEqual([-1, 0, 9, 10, -11].map((k) => slotLevel(k, 10)), [
    9,
    0,
    9,
    0,
    9,
  ]);
});

Deno.test("resolveGridSize() spreads the budget over all intervals, floored", () => {
  const size = (investment: number) =>
    resolveGridSize(
      RangeGridConfigSchema.parse({ ...EXAMPLE, investment }),
      BNB,
    );
  assert.equal(size(66), 0.05);
  assert.equal(size(65.1), 0.05);
  assert.equal(size(65.09), 0.04);
  assert.equal(size(12), 0);
});

const ISSUES: readonly (readonly [
  string,
  Partial<RangeGridConfigInput>,
  readonly string[],
])[] = [
  ["nothing", {}, []],
  ["a step of twice the round trip", { levels: 36 }, []],
  ["a step below twice the round trip", { levels: 39, investment: 660 }, [
    "spacing_below_fees",
  ]],
  ["a range that gets too narrow where it trails to", {
    levels: 36,
    investment: 660,
    trailingUpTo: 700,
  }, ["spacing_below_fees"]],
  ["too little money", { investment: 12 }, ["size_below_minimum"]],
  ["too much money", { investment: 1e9 }, ["size_above_maximum"]],
  ["too much leverage", { leverage: 76 }, ["leverage_out_of_range"]],
  ["a price outside the range", { upperPrice: 649, lowerPrice: 630 }, [
    "price_outside_range",
  ]],
];

for (const [name, change, codes] of ISSUES) {
  Deno.test(`checkRangeGridConfig() says what it has against ${name}`, () => {
    const config = RangeGridConfigSchema.parse({ ...EXAMPLE, ...change });
    const issues = checkRangeGridConfig(config, BNB, 650);
    assert.deepEqual(issues.map((issue) => issue.code), codes);
  });
}

Deno.test("checkRangeGridConfig() warns of more intervals than orders may rest", () => {
  const config = RangeGridConfigSchema.parse(EXAMPLE);
  const [issue] = checkRangeGridConfig(
    config,
    { ...BNB, maxOpenOrders: 10 },
    650,
  );
  assert.deepEqual([issue?.code, issue?.level], [
    "levels_above_order_limit",
    "warning",
  ]);
});
