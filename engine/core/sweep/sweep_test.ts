/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { evaluate, type SweepSetting } from "./evaluate.ts";
import {
  combinationAt,
  configAt,
  countCombinations,
  drawCombinations,
  randomFrom,
  spreadValues,
  SweepError,
} from "./parameters.ts";
import { rank, walkOutcome } from "./rank.ts";
import { walkForward } from "./windows.ts";

/** A saw of minutes around 650: every grid trades on it. */
const LENGTH = 2_000;
const CANDLES = (() => {
  const price = (i: number) => 650 + 6 * Math.sin(i / 9) + i / 500;
  const column = (value: (i: number) => number) =>
    Float64Array.from({ length: LENGTH }, (_, i) => value(i));
  return {
    length: LENGTH,
    openTimeMs: column((i) => i * 60_000),
    open: column(price),
    high: column((i) => Math.max(price(i), price(i + 1)) + 0.2),
    low: column((i) => Math.min(price(i), price(i + 1)) - 0.2),
    close: column((i) => price(i + 1)),
  };
})();
const PARAMETERS = [
  { path: "takeProfitSpacing", values: [0.002, 0.004, 0.08] },
  { path: "maxEntryMultiplier", values: [4, 10] },
];

function settingOf(change: Partial<SweepSetting> = {}): SweepSetting {
  return {
    strategy: "as_grid",
    config: { baseSize: 0.05, leverage: 20 },
    parameters: PARAMETERS,
    windows: walkForward(LENGTH, { folds: 3, trainShare: 0.6 }),
    market: BNB,
    cash: 1_000,
    model: "pessimistic",
    funding: null,
    ...change,
  };
}

function sweep(setting: SweepSetting) {
  const count = countCombinations(setting.parameters);
  return Array.from(
    { length: count },
    (_, index) => evaluate(CANDLES, setting, index),
  );
}

Deno.test("combinationAt() numbers every combination once", () => {
  fc.assert(fc.property(
    fc.array(
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 }),
      { minLength: 1, maxLength: 4 },
    ),
    (lists) => {
      const parameters = lists.map((values, i) => ({ path: `p${i}`, values }));
      const count = countCombinations(parameters);
      const seen = new Set(Array.from(
        { length: count },
        (_, i) => combinationAt(parameters, i).join(),
      ));
      assert.equal(seen.size, count);
    },
  ));
});

Deno.test("drawCombinations() draws each at most once, the same for a seed", () => {
  fc.assert(fc.property(fc.nat(200), fc.nat(), (count, seed) => {
    const parameters = [
      { path: "a", values: spreadValues({ from: 1, to: 30, step: 1 }) },
      { path: "b", values: [1, 2, 3, 4] },
    ];
    const drawn = drawCombinations(parameters, count, randomFrom(seed));
    assert.equal(drawn.length, Math.min(120, count));
    assert.equal(new Set(drawn).size, drawn.length);
    assert.ok(drawn.every((index) => index >= 0 && index < 120));
    assert.deepEqual(
      drawCombinations(parameters, count, randomFrom(seed)),
      drawn,
    );
  }));
});

Deno.test("spreadValues() ends within the range and without binary noise", () => {
  assert.deepEqual(
    spreadValues({ from: 0.001, to: 0.004, step: 0.001 }),
    [0.001, 0.002, 0.003, 0.004],
  );
  assert.deepEqual(spreadValues({ from: 5, to: 5, step: 1 }), [5]);
  for (const step of [0, -1, NaN]) {
    assert.throws(() => spreadValues({ from: 1, to: 2, step }), SweepError);
  }
  assert.throws(() => spreadValues({ from: 0, to: 1, step: 1e-9 }), /10000/);
});

Deno.test("configAt() changes inner parameters and leaves the rest", () => {
  const config = { baseSize: 1, risk: { staleDataSeconds: 5 } };
  const parameters = [{ path: "risk.marginGuard.entryLimit", values: [0.4] }];
  assert.deepEqual(configAt(config, parameters, 0), {
    baseSize: 1,
    risk: { staleDataSeconds: 5, marginGuard: { entryLimit: 0.4 } },
  });
});

Deno.test("walkForward() tests after each train, without overlap or hole", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1_000, max: 100_000 }),
    fc.integer({ min: 1, max: 6 }),
    fc.double({ min: 0.3, max: 0.8, noNaN: true }),
    (length, folds, trainShare) => {
      const windows = walkForward(length, { folds, trainShare });
      assert.equal(windows.length, folds);
      let end = windows[0]?.test?.from;
      for (const { train, test } of windows) {
        assert.ok(test !== null && train.from >= 0);
        assert.equal(train.to, test.from);
        assert.equal(test.from, end);
        end = test.to;
      }
      assert.equal(end, length);
    },
  ));
  assert.throws(
    () => walkForward(200, { folds: 5, trainShare: 0.7 }),
    /fewer than 60/,
  );
  assert.throws(() => walkForward(9_999, { folds: 1, trainShare: 1 }), /share/);
});

Deno.test("rank() puts what hardly traded, was refused or liquidated last", () => {
  const results = sweep(settingOf());
  const options = { goal: "return", minTrades: 5 } as const;
  const ranked = rank(results, options);
  // maxEntryMultiplier 4 lies below the take-profit boost; 8 % never fills.
  const [first] = ranked;
  assert.equal(first?.disqualified, null);
  assert.ok(ranked.slice(0, 2).every((one) => one.disqualified === null));
  assert.ok(ranked.slice(2).every((one) => one.disqualified !== null));
  const idle = ranked.find(({ index }) => index === 5);
  assert.equal(idle?.disqualified, "few_trades");
  assert.match(
    ranked.find(({ index }) => index === 0)?.refused ?? "",
    /maxEntryMultiplier/,
  );
  assert.ok((first?.testScore ?? 0) >= (ranked[1]?.testScore ?? 0));
});

Deno.test("rank() does not depend on the order in which results arrive", () => {
  const results = sweep(settingOf());
  const options = { goal: "return_over_drawdown", minTrades: 1 } as const;
  const order = (list: typeof results) =>
    rank(list, options).map(({ index }) => index);
  assert.deepEqual(order(results.toReversed()), order(results));
});

Deno.test("walkOutcome() chooses on the past and tells what came after", () => {
  const results = sweep(settingOf());
  const options = { goal: "return", minTrades: 1 } as const;
  const outcome = walkOutcome(results, options);
  assert.equal(outcome.length, 3);
  for (const [fold, { chosen, train, test }] of outcome.entries()) {
    const best = Math.max(...results.flatMap((result) => {
      const figures = result.train[fold];
      return figures === undefined || figures.trades < 1
        ? []
        : [figures.return];
    }));
    assert.equal(train?.return, best);
    assert.deepEqual(
      test,
      results.find(({ index }) => index === chosen)?.test[fold],
    );
  }
});

Deno.test("evaluate() without a split has no test figures", () => {
  const windows = walkForward(LENGTH, { folds: 0, trainShare: 0.7 });
  const result = evaluate(CANDLES, settingOf({ windows }), 1);
  assert.deepEqual([result.train.length, result.test.length], [1, 0]);
  const [best] = rank([result], { goal: "return", minTrades: 1 });
  assert.equal(best?.trainScore, result.train[0]?.return);
  assert.equal(best?.disqualified, null);
});
