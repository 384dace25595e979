/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseBotDraft } from "../data/bot_draft.ts";
import { BacktestSpanModel } from "./backtest_span.ts";
import { type SweepForm, SweepFormModel } from "./sweep_form.ts";
import { outcomeOf } from "./sweep_outcome.ts";

const AS_GRID = {
  takeProfitSpacing: 0.004,
  gridSpacing: 0.006,
  baseNotional: 50,
};
const RANGE = { lowerPrice: 600, upperPrice: 700, levels: 40, leverage: 5 };
const DAY = 86_400_000;

/** Read anew: what was asserted of it once is no type of it. */
function parametersOf(form: SweepForm) {
  return form.parameters.value;
}

Deno.test("the sweep's form starts around what the bot's form says", () => {
  const form = new SweepFormModel();
  assert.equal(parametersOf(form), null);
  form.follow("as_grid", AS_GRID);
  assert.deepEqual([form.across.from.value, form.across.to.value], [
    "0.2",
    "0.8",
  ]);
  const [down, across] = parametersOf(form) ?? [];
  assert.equal(down?.path, "gridSpacing");
  assert.deepEqual(across, {
    path: "takeProfitSpacing",
    values: [0.002, 0.0032, 0.0044, 0.0056, 0.0068, 0.008],
  });
  form.choose(form.across, "size");
  assert.equal(parametersOf(form)?.[1].path, "baseNotional");
});

Deno.test("the sweep's form goes along with the strategy, in whole grids", () => {
  const form = new SweepFormModel();
  form.follow("as_grid", AS_GRID);
  form.follow("range_grid", RANGE);
  assert.deepEqual([form.across.field.value, form.down.field.value], [
    "levels",
    "lowerPrice",
  ]);
  form.across.to.value = "43";
  const [, across] = parametersOf(form) ?? [];
  assert.deepEqual(across?.values, [20, 25, 29, 34, 38, 43]);
});

Deno.test("the sweep's form says what is wrong", () => {
  const form = new SweepFormModel();
  form.follow("as_grid", AS_GRID);
  form.down.to.value = "0.1";
  form.across.steps.value = "99";
  form.minTrades.value = "ten";
  assert.notEqual(form.problems.value.minTrades, null);
  const { across, down } = form.problems.value;
  assert.deepEqual([down.range === null, across.steps === null], [
    false,
    false,
  ]);
  assert.equal(parametersOf(form), null);
  form.choose(form.down, "takeProfitSpacing");
  assert.notEqual(form.problems.value.same, null);
});

Deno.test("outcomeOf() ranks by the time after, and shows every cell", () => {
  const figures = (value: number, trades = 20) => ({
    return: value,
    maxDrawdown: 0.1,
    sharpe: null,
    fees: 1,
    trades,
    liquidated: false,
  });
  const result = (index: number, train: number, test: number, trades = 20) => ({
    index,
    refused: null,
    train: [figures(train, trades)],
    test: [figures(test, trades)],
  });
  const parameters = [
    { path: "gridSpacing", values: [1, 2] },
    { path: "takeProfitSpacing", values: [3, 4] },
  ] as const;
  const outcome = outcomeOf(
    [result(0, 0.9, -0.1), result(1, 0.1, 0.3), result(2, 0.2, 0.2), {
      ...result(3, 9, 9, 1),
    }],
    parameters,
    10,
  );
  assert.deepEqual(outcome.ranked.map(({ index }) => index), [1, 2, 0, 3]);
  assert.deepEqual(outcome.cells.map(({ index }) => index), [0, 1, 2, 3]);
  assert.deepEqual(outcome.cells[3]?.values, [2, 4]);
  // The best of the past was number 0: this is what came after it.
  assert.equal(outcome.walkReturn, -0.1);
  assert.equal(outcome.ranked[3]?.disqualified, "few_trades");
});

Deno.test("BacktestSpanModel takes whole UTC days, at most a year", () => {
  const now = Date.parse("2026-11-22T10:00Z");
  const span = new BacktestSpanModel(now);
  assert.deepEqual(span.span(now), { fromMs: now - 30 * DAY, toMs: now });
  span.choice.value = "custom";
  span.from.value = "2026-11-01";
  span.to.value = "2026-11-02";
  assert.deepEqual(span.span(now), {
    fromMs: Date.parse("2026-11-01T00:00Z"),
    toMs: Date.parse("2026-11-03T00:00Z"),
  });
  span.to.value = "2026-10-01";
  assert.equal(span.span(now), null);
  span.from.value = "2020-10-01";
  assert.notEqual(span.problem.value, null);
  span.from.value = "";
  assert.equal(span.span(now), null);
});

Deno.test("parseBotDraft() takes only what can be a bot", () => {
  const draft = { symbol: "BNB/USDT:USDT", strategy: "as_grid", config: {} };
  assert.deepEqual(parseBotDraft(JSON.stringify(draft)), draft);
  for (const text of ["", "null", "[]", '{"symbol":1}', "{nothing"]) {
    assert.equal(parseBotDraft(text), null, text);
  }
  const other = JSON.stringify({ ...draft, strategy: "martingale" });
  assert.equal(parseBotDraft(other), null);
});
