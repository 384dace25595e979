/// <reference lib="deno.ns" />
/** The exchange model and the backtest agree on July 2025, fill by fill. */
import assert from "node:assert/strict";
import { GridLeg, GridTerms } from "../backtest/as_grid_leg.ts";
import { runAsGrid } from "../backtest/as_grid_run.ts";
import { type CandleColumns, parseCandles } from "../backtest/columns.ts";
import type { BacktestFill } from "../backtest/report.ts";
import { AsGridConfigSchema } from "../strategy/as_grid/config.ts";
import { BNB as MARKET } from "../strategy/as_grid/testdata.ts";
import { formatMoney } from "./decimal.ts";
import { endOrder, restOrder } from "./execution.ts";
import { figuresOf } from "./margin.ts";
import { movePrice } from "./move_price.ts";
import { enterOrder } from "./place_order.ts";
import {
  accountOf,
  type Exchange,
  type Fill,
  legKey,
  listingOf,
  type Order,
} from "./state.ts";
import { BNB, createTestExchange, NOW_MS, request, UID } from "./testing.ts";

const JULY = `${import.meta.dirname}/../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";
const july = await Deno.readTextFile(JULY).then(parseCandles, (error) => {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
});
const CONFIG = AsGridConfigSchema.parse({ baseSize: 0.05, leverage: 20 });

/** A leg whose orders rest on the exchange model. */
class ModelLeg {
  readonly #exchange: Exchange;
  readonly #leg: GridLeg;
  readonly #terms: GridTerms;
  #resting: Order[] = [];

  constructor(exchange: Exchange, side: "long" | "short", terms: GridTerms) {
    this.#exchange = exchange;
    this.#terms = terms;
    this.#leg = new GridLeg(side, terms);
  }

  owns(fill: Fill): boolean {
    return fill.positionSide === this.#leg.side;
  }

  rest(price: number): void {
    this.#leg.rest(price);
    this.#place();
  }

  /** A flat leg's opening order follows the close. */
  follow(close: number): void {
    if (this.#leg.isFlat) this.rest(close);
  }

  replan(fill: Fill): void {
    const own = this.#size(this.#leg.side);
    const other = this.#size(this.#leg.side === "long" ? "short" : "long");
    if (own === 0) return this.rest(fill.price / 100);
    this.#leg.hang(fill.price / 100, own, other);
    this.#place();
  }

  #size(side: "long" | "short"): number {
    const { legs } = accountOf(this.#exchange, UID);
    return (legs.get(legKey(BNB.symbol, side))?.size ?? 0) / 100;
  }

  #place(): void {
    const exchange = this.#exchange;
    const listing = listingOf(exchange, BNB.symbol);
    const ending = {
      reason: "requested",
      isResting: true,
      atMs: NOW_MS,
    } as const;
    for (const order of this.#resting) {
      if (order.state === "live") endOrder(exchange, listing, order, ending);
    }
    const { side, addPrice, exitPrice, exitSize } = this.#leg;
    this.#resting = [
      { price: addPrice, size: this.#terms.baseSize, isClosing: false },
      { price: exitPrice, size: exitSize, isClosing: true },
    ].filter(({ price }) => Number.isFinite(price)).map((wanted) => {
      const size = Math.round(wanted.size * 100);
      const order = enterOrder(
        exchange,
        accountOf(exchange, UID),
        request({
          positionSide: side,
          isClosing: wanted.isClosing,
          orderSide: (side === "long") !== wanted.isClosing ? "buy" : "sell",
          price: Math.round(wanted.price * 100),
          size,
        }),
        { size, leverage: 20, source: "trader", atMs: NOW_MS },
      );
      restOrder(listing, order);
      return order;
    });
  }
}

function runModel(candles: CandleColumns): Exchange {
  const exchange = createTestExchange({ balance: "1000", leverage: 20 });
  const first = candles.open[0] ?? NaN;
  listingOf(exchange, BNB.symbol).lastPrice = Math.round(first * 100);
  const terms = new GridTerms(CONFIG, MARKET, first);
  const legs = (["long", "short"] as const)
    .map((side) => new ModelLeg(exchange, side, terms));
  for (const leg of legs) leg.rest(first);
  for (let i = 0; i < candles.length; i++) {
    const [o = 0, h = 0, l = 0, c = 0] = [
      candles.open[i],
      candles.high[i],
      candles.low[i],
      candles.close[i],
    ];
    for (const price of c >= o ? [o, l, h, c] : [o, h, l, c]) {
      movePrice(exchange, {
        symbol: BNB.symbol,
        to: Math.round(price * 100),
        atMs: NOW_MS + i,
        onFill: (fill) => legs.find((leg) => leg.owns(fill))?.replan(fill),
      });
    }
    for (const leg of legs) leg.follow(c);
    exchange.changes = [];
  }
  return exchange;
}

Deno.test({
  name: "movePrice() gives the golden case of backtest.md, fill by fill" +
    (july === null ? " (skipped: ../shared/klines is absent)" : ""),
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    const expected: BacktestFill[] = [];
    runAsGrid(july, {
      config: CONFIG,
      market: MARKET,
      cash: 1_000,
      model: "path",
      onFill: (fill) => expected.push(fill),
    });
    const exchange = runModel(july);
    const account = accountOf(exchange, UID);
    assert.deepEqual(
      account.fills.map((fill) => [
        fill.atMs - NOW_MS,
        fill.positionSide,
        fill.isClosing,
        fill.price,
        fill.size,
      ]),
      expected.map((fill) => [
        fill.candle,
        fill.positionSide,
        fill.purpose === "take_profit",
        Math.round(fill.price * 100),
        Math.round(fill.size * 100),
      ]),
    );
    assert.equal(account.fills.length, 1831);
    const figures = figuresOf(exchange, account);
    assert.equal(Number(formatMoney(figures.wallet)).toFixed(7), "967.8186867");
    assert.equal(Number(formatMoney(figures.equity)).toFixed(7), "965.6100148");
    const fees = account.fills.reduce((sum, fill) => sum + fill.fee, 0n);
    assert.equal(formatMoney(fees), "14.2479852");
  },
});
