/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { setLeverage } from "./accounts.ts";
import { amendOrder, closeLegAtMarket } from "./change_order.ts";
import { toMoney } from "./decimal.ts";
import { type Instrument, notionalOf } from "./instrument.ts";
import { figuresOf, isLiquidatable, liquidationPriceOf } from "./margin.ts";
import { movePrice } from "./move_price.ts";
import { placeOrder } from "./place_order.ts";
import {
  accountOf,
  type Exchange,
  legKey,
  listingOf,
  listInstrument,
  type Order,
} from "./state.ts";
import {
  BNB,
  CLOSE_LONG,
  CLOSE_SHORT,
  createTestExchange,
  MARKET,
  NOW_MS,
  OPEN_LONG,
  OPEN_SHORT,
  request,
  UID,
} from "./testing.ts";

type Change = Parameters<typeof request>[0];

/** The order's state, or why it was refused. */
function place(exchange: Exchange, change: Change): string {
  const placement = placeOrder(exchange, UID, request(change), NOW_MS);
  return placement.kind === "refused"
    ? placement.reason
    : placement.order.state;
}

function rest(exchange: Exchange, change: Change): Order {
  const placement = placeOrder(exchange, UID, request(change), NOW_MS);
  assert.ok(placement.kind === "accepted");
  assert.equal(placement.order.state, "live");
  return placement.order;
}

function walk(exchange: Exchange, to: number, liquidity?: number): void {
  const move = { symbol: BNB.symbol, to, atMs: NOW_MS };
  movePrice(exchange, liquidity === undefined ? move : { ...move, liquidity });
}

/** Lists a second market, its price at 650.00 too. */
function listOther(
  exchange: Exchange,
  change: Partial<Instrument> = {},
): string {
  const symbol = "ETHUSDT";
  listInstrument(exchange, { ...BNB, symbol, base: "ETH", ...change });
  movePrice(exchange, { symbol, to: 65_000, atMs: NOW_MS });
  return symbol;
}

const legOf = (exchange: Exchange, side: "long" | "short") =>
  accountOf(exchange, UID).legs.get(legKey(BNB.symbol, side));

Deno.test("movePrice() rising fills first what the last step left behind", () => {
  const exchange = createTestExchange();
  const bought = rest(exchange, { price: 64_900, size: 10 });
  const sold = rest(exchange, { ...OPEN_SHORT, price: 65_100, size: 10 });
  walk(exchange, 64_800, 4);
  walk(exchange, 65_200, 8);
  assert.deepEqual([bought.filledSize, sold.filledSize], [10, 2]);
  walk(exchange, 65_200, 3);
  assert.equal(sold.filledSize, 5, "standing still goes on as well");
});

Deno.test("movePrice() never lets the price stand behind where it came from", () => {
  const exchange = createTestExchange();
  rest(exchange, { price: 64_900, size: 10 });
  walk(exchange, 64_800, 4);
  const seen: number[] = [];
  movePrice(exchange, {
    symbol: BNB.symbol,
    to: 64_700,
    atMs: NOW_MS,
    onFill: () => seen.push(listingOf(exchange, BNB.symbol).lastPrice),
  });
  assert.deepEqual(seen, [64_800], "the order's 649.00 lies behind");
});

Deno.test("movePrice() trades whole lots of what liquidity there is", () => {
  const exchange = createTestExchange();
  const symbol = listOther(exchange, { sizeStep: 5 });
  const order = rest(exchange, { symbol, price: 64_900, size: 20 });
  movePrice(exchange, { symbol, to: 64_800, atMs: NOW_MS, liquidity: 13 });
  assert.equal(order.filledSize, 10);
});

Deno.test("fillOrder() ends reduce-only orders once their position is gone", () => {
  const exchange = createTestExchange({ positionMode: "one_way" });
  const oneWay = { positionSide: null } as const;
  place(exchange, { ...OPEN_LONG, ...oneWay, ...MARKET, size: 10 });
  const low = { ...CLOSE_LONG, ...oneWay, isClosing: false, reduceOnly: true };
  const resting = rest(exchange, { ...low, price: 66_000, size: 4 });
  // Itself reduce-only, it takes the whole position: it ends filled.
  assert.equal(place(exchange, { ...low, price: 64_990, size: 10 }), "filled");
  assert.equal(resting.state, "canceled");
  assert.equal(resting.cancelReason, "position_gone");
});

Deno.test("placeOrder() in one-way mode keeps older reduce-only orders that fit beside the new", () => {
  const exchange = createTestExchange({ positionMode: "one_way" });
  const oneWay = { positionSide: null } as const;
  place(exchange, { ...OPEN_LONG, ...oneWay, ...MARKET, size: 10 });
  const sell = {
    orderSide: "sell",
    ...oneWay,
    isClosing: false,
    reduceOnly: true,
  } as const;
  const first = rest(exchange, { ...sell, price: 66_000, size: 4 });
  const second = rest(exchange, { ...sell, price: 66_100, size: 6 });
  assert.equal(first.state, "live", "4 + 6 is all there is");
  rest(exchange, { ...sell, price: 66_200, size: 1 });
  assert.deepEqual([first.state, second.state], ["canceled", "live"]);
});

Deno.test("placeOrder() gives FOK what is exactly enough", () => {
  const exchange = createTestExchange();
  walk(exchange, 65_001, 5);
  const fok = { price: 65_100, timeInForce: "fok" } as const;
  assert.equal(place(exchange, { ...fok, size: 5 }), "filled");
});

Deno.test("placeOrder() takes prices up to the end of the band", () => {
  const exchange = createTestExchange();
  assert.equal(place(exchange, { price: 68_251 }), "price_above_band");
  assert.equal(place(exchange, { price: 68_250 }), "filled");
  assert.equal(
    place(exchange, { ...OPEN_SHORT, price: 61_749 }),
    "price_below_band",
  );
  assert.equal(place(exchange, { ...OPEN_SHORT, price: 61_750 }), "filled");
});

Deno.test("placeOrder() closes less than the smallest opening", () => {
  const exchange = createTestExchange();
  const symbol = listOther(exchange, { minSize: 3 });
  place(exchange, { symbol, ...OPEN_LONG, ...MARKET, size: 4 });
  assert.equal(
    place(exchange, { symbol, ...OPEN_LONG, ...MARKET, size: 1 }),
    "size_too_small",
  );
  assert.equal(
    place(exchange, { symbol, ...CLOSE_LONG, ...MARKET, size: 1 }),
    "filled",
  );
});

Deno.test("placeOrder() wants margin and the taker's fee, to the last digit", () => {
  // 0.10 at 649.00: margin 64.9 ÷ 20 = 3.245, fee 64.9 × 0.0006 = 0.03894.
  const need = "3.28394";
  const order = { price: 64_900, size: 10 };
  assert.equal(place(createTestExchange({ balance: need }), order), "live");
  const short = createTestExchange({ balance: "3.283939" });
  assert.equal(place(short, order), "insufficient_margin");
});

Deno.test("placeOrder() counts what closes are free by leg, and what has filled of them", () => {
  const exchange = createTestExchange();
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 10 });
  place(exchange, { ...OPEN_SHORT, ...MARKET, size: 10 });
  const close = rest(exchange, { ...CLOSE_LONG, price: 65_100, size: 10 });
  rest(exchange, { ...CLOSE_SHORT, price: 64_000, size: 10 });
  walk(exchange, 65_200, 4);
  assert.equal(close.filledSize, 4);
  // 6 are held, 6 are reserved; with the 4 that filled counted, 0 would be.
  const more = { ...CLOSE_LONG, price: 66_000, size: 1 };
  assert.equal(place(exchange, more), "position_too_small");
  listingOf(exchange, BNB.symbol).liquidity = null;
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 1 });
  assert.equal(place(exchange, more), "live");
});

Deno.test("placeOrder() counts the orders of a symbol by themselves", () => {
  const exchange = createTestExchange({ balance: "100000" });
  const symbol = listOther(exchange);
  for (let i = 0; i < BNB.maxOpenOrders; i++) rest(exchange, {});
  assert.equal(place(exchange, {}), "too_many_orders");
  assert.equal(place(exchange, { symbol }), "live");
});

Deno.test("amendOrder() keeps what has filled, and needs no room of its own", () => {
  const exchange = createTestExchange({ balance: "100000" });
  const order = rest(exchange, { clientOrderId: "a", size: 10 });
  for (let i = 1; i < BNB.maxOpenOrders; i++) {
    rest(exchange, { price: 64_000 });
  }
  walk(exchange, 64_800, 4);
  assert.equal(order.filledSize, 4);
  const amended = amendOrder(exchange, UID, {
    symbol: BNB.symbol,
    clientOrderId: "a",
    newClientOrderId: "b",
    price: 64_700,
    size: 12,
  }, NOW_MS);
  assert.ok(amended.kind === "accepted");
  assert.equal(amended.order.size, 8, "of 12 in all, 4 were filled");
});

Deno.test("closeLegAtMarket() leaves the other leg's orders alone", () => {
  const exchange = createTestExchange();
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 10 });
  place(exchange, { ...OPEN_SHORT, ...MARKET, size: 10 });
  const other = rest(exchange, { ...CLOSE_SHORT, price: 64_000, size: 10 });
  closeLegAtMarket(exchange, UID, {
    symbol: BNB.symbol,
    positionSide: "long",
    clientOrderId: "flash",
  }, NOW_MS);
  assert.equal(legOf(exchange, "long"), undefined);
  assert.equal(other.state, "live");
});

Deno.test("setLeverage() takes back what the account cannot bear, and lets it go up always", () => {
  const exchange = createTestExchange({ balance: "100", leverage: 20 });
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 200 });
  const set = (leverage: number) =>
    setLeverage(exchange, UID, { symbol: BNB.symbol, leverage }).kind;
  assert.equal(set(5), "refused");
  assert.equal(accountOf(exchange, UID).leverage.get(BNB.symbol), 20);
  // Under water on margin, a higher leverage is the way out.
  walk(exchange, 63_000);
  const { available } = figuresOf(exchange, accountOf(exchange, UID));
  assert.ok(available < 0n);
  assert.equal(set(21), "done");
});

Deno.test("figuresOf() holds margin for what of an order is left", () => {
  const exchange = createTestExchange({ leverage: 10 });
  rest(exchange, { size: 10 });
  walk(exchange, 64_899, 4);
  const { orderMargin } = figuresOf(exchange, accountOf(exchange, UID));
  assert.equal(orderMargin, toMoney("3.894"), "0.06 at 649 ÷ 10");
});

Deno.test("figuresOf() in one-way mode holds no margin for what closes", () => {
  const exchange = createTestExchange({
    positionMode: "one_way",
    leverage: 10,
  });
  const oneWay = { positionSide: null, isClosing: false } as const;
  place(exchange, { orderSide: "buy", ...oneWay, ...MARKET, size: 10 });
  rest(exchange, { orderSide: "sell", ...oneWay, price: 66_000, size: 12 });
  const { orderMargin } = figuresOf(exchange, accountOf(exchange, UID));
  assert.equal(orderMargin, toMoney("1.32"), "0.02 at 660 ÷ 10");
});

Deno.test("isLiquidatable() is true where equity just equals the maintenance margin", () => {
  const exchange = createTestExchange();
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 100 });
  const account = accountOf(exchange, UID);
  const { equity, maintenanceMargin } = figuresOf(exchange, account);
  account.wallet -= equity - maintenanceMargin;
  assert.equal(isLiquidatable(exchange, account), true);
  account.wallet += 1n;
  assert.equal(isLiquidatable(exchange, account), false);
});

Deno.test("liquidationPriceOf() counts what other markets need", () => {
  const exchange = createTestExchange({ balance: "50" });
  const symbol = listOther(exchange);
  accountOf(exchange, UID).leverage.set(symbol, 20);
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 50 });
  place(exchange, { symbol, ...OPEN_LONG, ...MARKET, size: 50 });
  const account = accountOf(exchange, UID);
  const at = liquidationPriceOf(exchange, account, BNB.symbol);
  assert.ok(at !== null);
  const listing = listingOf(exchange, BNB.symbol);
  const isOver = (price: number) => {
    listing.lastPrice = price;
    return isLiquidatable(exchange, account);
  };
  assert.deepEqual([isOver(at + 1), isOver(at - 1)], [false, true]);
});

Deno.test("bookFill() counts a leg's opening fees over all its fills", () => {
  const exchange = createTestExchange();
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 10 });
  place(exchange, { ...OPEN_LONG, ...MARKET, size: 10 });
  const { fills } = accountOf(exchange, UID);
  const fees = fills.reduce((sum, fill) => sum + fill.fee, 0n);
  assert.equal(legOf(exchange, "long")?.openFee, fees);
});

Deno.test("notionalOf() is exact beyond what a double holds", () => {
  const wide = { ...BNB, priceScale: 6, sizeScale: 6 };
  const terms = { price: 123_456_789_123, size: 987_654_321_987 };
  assert.equal(
    notionalOf(wide, terms),
    123_456_789_123n * 987_654_321_987n,
  );
});
