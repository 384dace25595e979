import assert from "node:assert/strict";
import type { Balance, LegPositions, Quote } from "@core/mod.ts";
import {
  type FiguresInput,
  marginRatioOf,
  metricsOf,
  unrealizedPnlOf,
} from "./account_figures.ts";
import { NO_LEG_PRICES } from "./leg_prices.ts";
import { Conditions } from "./conditions.ts";
import { Backoffs, REJECTION, VANISHED } from "./backoff.ts";
import { MARKET, SYMBOL } from "./testing/venue_words.ts";

const QUOTE: Quote = {
  symbol: SYMBOL,
  bestBid: 659.99,
  bestAsk: 660.01,
  lastPrice: 660,
  markPrice: 660,
  fundingRate: null,
  receivedAtMs: 0,
};
const BALANCE: Balance = {
  coin: "USDT",
  available: 900,
  equity: 1_000,
  unrealizedPnl: 0,
  marginRatio: null,
};

function legs(entryPrice: number | null): LegPositions {
  return {
    long: { size: 0.1, entryPrice, settled: true },
    short: { size: 0, entryPrice: null, settled: true },
  };
}

function figures(overrides: Partial<FiguresInput> = {}): FiguresInput {
  return {
    balance: BALANCE,
    othersPnl: 0,
    positions: legs(650),
    quote: QUOTE,
    market: MARKET,
    ...overrides,
  };
}

Deno.test("unrealizedPnlOf() is unknown, not zero, while a number is missing (I9)", () => {
  assert.equal(unrealizedPnlOf(legs(650), QUOTE), 1);
  assert.equal(unrealizedPnlOf(legs(null), QUOTE), null);
  assert.equal(unrealizedPnlOf(legs(650), null), null);
});

Deno.test("metricsOf() brings equity up to the mark price and leaves unknowns null", () => {
  const rest = { openOrders: 2, lastSyncAtMs: 5, legPrices: NO_LEG_PRICES };
  assert.equal(metricsOf({ ...figures(), ...rest }).equity, 1_001);
  const long = {
    liquidationPrice: 421.07,
    breakEvenPrice: 650.52,
    unrealizedPnl: 0.9,
  };
  const told = metricsOf({
    ...figures(),
    ...rest,
    legPrices: { ...NO_LEG_PRICES, long },
  });
  assert.deepEqual(
    [told.longLiquidationPrice, told.longBreakEvenPrice],
    [421.07, 650.52],
  );
  assert.equal(told.shortBreakEvenPrice, null);
  assert.equal(told.unrealizedPnl, 1, "at our own price, where there is one");
  const noPrice = { ...figures({ quote: null }), ...rest };
  assert.equal(metricsOf(noPrice).unrealizedPnl, null);
  assert.equal(
    metricsOf({ ...noPrice, legPrices: { ...NO_LEG_PRICES, long } })
      .unrealizedPnl,
    0.9,
  );
  const unknown = metricsOf({
    ...figures({ balance: null, quote: null }),
    ...rest,
  });
  assert.deepEqual(
    [unknown.equity, unknown.markPrice, unknown.marginRatio],
    [null, null, null],
  );
});

Deno.test("marginRatioOf() trusts the exchange, and at least what this symbol needs", () => {
  const own = 0.1 * 660 * 0.005 / 1_001;
  assert.equal(marginRatioOf(figures()), own);
  const told = { ...BALANCE, marginRatio: 0.4 };
  assert.equal(marginRatioOf(figures({ balance: told })), 0.4);
  assert.equal(marginRatioOf(figures({ balance: null })), null);
});

Deno.test("Conditions tell a condition when it appears and when it is over, not in between", () => {
  const conditions = new Conditions();
  const stale = {
    code: "price_stale",
    level: "warning",
    positionSide: null,
    message: "No price",
  } as const;
  assert.deepEqual(conditions.update([stale]).map((e) => e.code), [
    "price_stale",
  ]);
  assert.deepEqual(conditions.update([stale]), []);
  assert.deepEqual(conditions.update([]).map((e) => e.code), [
    "price_stale_over",
  ]);
});

Deno.test("Backoffs double by key and kind up to their limit, and forget when it works", () => {
  const backoffs = new Backoffs(() => 0);
  const fail = (key: string, limits = REJECTION) =>
    backoffs.fail(key, { limits, nowMs: 0 });
  assert.deepEqual([fail("a"), fail("a"), fail("a")], [
    60_000,
    120_000,
    240_000,
  ]);
  assert.equal(fail("b", VANISHED), 1_000);
  assert.equal(fail("b"), 60_000, "another kind begins anew");
  for (let i = 0; i < 30; i++) fail("a");
  assert.equal(fail("a"), 3_600_000);
  assert.equal(backoffs.rests("a", 3_599_999), true);
  backoffs.clear("a");
  assert.equal(backoffs.rests("a", 0), false);
  assert.equal(fail("a"), 60_000);
});
