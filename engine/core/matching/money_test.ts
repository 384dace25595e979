/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { setLeverage, setPositionMode, transfer } from "./accounts.ts";
import { amendOrder, cancelOrder, closeLegAtMarket } from "./change_order.ts";
import { formatMoney, toMoney, toRate } from "./decimal.ts";
import { figuresOf, isLiquidatable, liquidationPriceOf } from "./margin.ts";
import { movePrice } from "./move_price.ts";
import { placeOrder } from "./place_order.ts";
import { settleFunding } from "./settle_funding.ts";
import { accountOf, type Exchange, legKey, listingOf } from "./state.ts";
import {
  BNB,
  CLOSE_LONG,
  createTestExchange,
  MARKET,
  NOW_MS,
  OPEN_LONG,
  OPEN_SHORT,
  request,
  UID,
} from "./testing.ts";

function walk(exchange: Exchange, to: number): void {
  movePrice(exchange, { symbol: BNB.symbol, to, atMs: NOW_MS });
}

function market(
  exchange: Exchange,
  direction: Parameters<typeof request>[0],
  size: number,
): void {
  const order = request({ ...direction, ...MARKET, size });
  assert.equal(placeOrder(exchange, UID, order, NOW_MS).kind, "accepted");
}

Deno.test("bookFill() averages the cost and realizes in proportion", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ price: 64_000, size: 1 }), NOW_MS);
  placeOrder(exchange, UID, request({ price: 63_001, size: 2 }), NOW_MS);
  walk(exchange, 63_000);
  const close = { ...CLOSE_LONG, price: 64_500 };
  placeOrder(exchange, UID, request({ ...close, size: 1 }), NOW_MS);
  walk(exchange, 64_501);
  const [, , first] = accountOf(exchange, UID).fills;
  // cost 6.40 + 12.6002 = 19.0002 for 0.03; a third is 6.3334
  assert.equal(formatMoney(first?.realizedPnl ?? 0n), "0.1166");
  market(exchange, CLOSE_LONG, 2);
  const account = accountOf(exchange, UID);
  assert.equal(account.legs.size, 0);
  const realized = account.fills.reduce((sum, f) => sum + f.realizedPnl, 0n);
  assert.equal(formatMoney(realized), "0.3498");
  const [closed] = account.closedLegs;
  assert.equal(closed?.openedSize, 3);
  assert.equal(closed?.realizedPnl, realized);
});

Deno.test("figuresOf() counts equity, margins and what is free", () => {
  const exchange = createTestExchange({ leverage: 10 });
  market(exchange, OPEN_LONG, 10);
  placeOrder(exchange, UID, request({ price: 64_000, size: 10 }), NOW_MS);
  walk(exchange, 66_000);
  const figures = figuresOf(exchange, accountOf(exchange, UID));
  const texts = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, formatMoney(value)]),
  );
  assert.deepEqual(texts, {
    wallet: "999.961",
    unrealizedPnl: "1",
    equity: "1000.961",
    positionMargin: "6.5",
    orderMargin: "6.4",
    maintenanceMargin: "0.33",
    available: "988.061",
  });
});

Deno.test("liquidationPriceOf() is where isLiquidatable() turns true", () => {
  const exchange = createTestExchange({ balance: "100", leverage: 20 });
  market(exchange, OPEN_LONG, 200);
  market(exchange, OPEN_SHORT, 50);
  const account = accountOf(exchange, UID);
  const price = liquidationPriceOf(exchange, account, BNB.symbol) ?? 0;
  assert.ok(price > 50_000 && price < 65_000, String(price));
  const listing = listingOf(exchange, BNB.symbol);
  listing.lastPrice = price + 1;
  assert.equal(isLiquidatable(exchange, account), false);
  listing.lastPrice = price - 1;
  assert.equal(isLiquidatable(exchange, account), true);
});

Deno.test("liquidationPriceOf() is null where no price can liquidate", () => {
  const exchange = createTestExchange({ balance: "1000" });
  market(exchange, OPEN_LONG, 10);
  const account = accountOf(exchange, UID);
  assert.equal(liquidationPriceOf(exchange, account, BNB.symbol), null);
});

Deno.test("movePrice() liquidates: orders canceled, legs closed at the taker fee", () => {
  const exchange = createTestExchange({ balance: "100", leverage: 20 });
  market(exchange, OPEN_LONG, 200);
  placeOrder(exchange, UID, request({ price: 50_000, size: 1 }), NOW_MS);
  walk(exchange, 62_000);
  const account = accountOf(exchange, UID);
  assert.equal(account.legs.size, 1, "still covered");
  walk(exchange, 60_200);
  assert.equal(account.legs.size, 0);
  assert.equal(account.live.size, 0);
  assert.equal(account.finished.at(-2)?.cancelReason, "liquidation");
  const last = account.fills.at(-1);
  assert.equal(last?.source, "liquidation");
  assert.equal(last?.price, 60_200);
  assert.equal(formatMoney(last?.fee ?? 0n), "0.7224");
});

Deno.test("movePrice() covers a wallet that a gap took below zero", () => {
  const exchange = createTestExchange({ balance: "100", leverage: 20 });
  market(exchange, OPEN_LONG, 200);
  walk(exchange, 50_000);
  const account = accountOf(exchange, UID);
  assert.equal(account.wallet, 0n);
  const cover = account.bills.at(-1);
  assert.equal(cover?.kind, "bankruptcy_cover");
  assert.ok((cover?.amount ?? 0n) > 0n);
});

Deno.test("settleFunding() takes from longs and gives to shorts at a rate above zero", () => {
  const exchange = createTestExchange();
  market(exchange, OPEN_LONG, 10);
  market(exchange, OPEN_SHORT, 4);
  const before = accountOf(exchange, UID).wallet;
  settleFunding(exchange, {
    symbol: BNB.symbol,
    rate: toRate("0.0001"),
    atMs: NOW_MS,
  });
  const account = accountOf(exchange, UID);
  assert.equal(formatMoney(account.wallet - before), "-0.0039");
  assert.deepEqual(
    account.bills.slice(-2).map((bill) => formatMoney(bill.amount)),
    ["-0.0065", "0.0026"],
  );
  const long = account.legs.get(legKey(BNB.symbol, "long"));
  assert.equal(formatMoney(long?.funding ?? 0n), "-0.0065");
});

Deno.test("setLeverage() keeps to the contract's range and the account's margin", () => {
  const exchange = createTestExchange({ balance: "100", leverage: 20 });
  const set = (leverage: number, symbol = BNB.symbol) => {
    const result = setLeverage(exchange, UID, { symbol, leverage });
    return result.kind === "refused" ? result.reason : "done";
  };
  assert.equal(set(0), "leverage_out_of_range");
  assert.equal(set(76), "leverage_out_of_range");
  assert.equal(set(1.5), "leverage_out_of_range");
  assert.equal(set(5, "NOPE"), "unknown_symbol");
  assert.equal(set(10), "done");
  market(exchange, OPEN_LONG, 100);
  assert.equal(set(5), "leverage_unaffordable");
  assert.equal(set(10), "done");
  assert.equal(set(20), "done");
});

Deno.test("setPositionMode() is locked while anything is open", () => {
  const exchange = createTestExchange();
  const placement = placeOrder(exchange, UID, request(), NOW_MS);
  const set = (mode: "hedge" | "one_way") =>
    setPositionMode(exchange, UID, mode).kind;
  assert.equal(set("one_way"), "refused");
  assert.equal(set("hedge"), "done", "no change, no objection");
  assert.equal(placement.kind, "accepted");
  const { orderId } = placement.order;
  cancelOrder(exchange, UID, { orderId, symbol: BNB.symbol }, NOW_MS);
  assert.equal(set("one_way"), "done");
});

Deno.test("cancelOrder() tells an unknown order from a finished one", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ clientOrderId: "a" }), NOW_MS);
  const cancel = (clientOrderId: string, symbol = BNB.symbol) => {
    const named = { clientOrderId, symbol };
    const result = cancelOrder(exchange, UID, named, NOW_MS);
    return result.kind === "refused" ? result.reason : result.kind;
  };
  assert.equal(cancel("b"), "order_not_found");
  assert.equal(cancel("a", "BTCUSDT"), "order_not_found");
  assert.equal(cancel("a"), "canceled");
  assert.equal(cancel("a"), "order_finished");
});

Deno.test("amendOrder() replaces as a whole or not at all", () => {
  const exchange = createTestExchange({ balance: "10", leverage: 1 });
  placeOrder(
    exchange,
    UID,
    request({ clientOrderId: "a", price: 60_000, size: 1 }),
    NOW_MS,
  );
  const amend = (change: { readonly price?: number; readonly size?: number }) =>
    amendOrder(exchange, UID, {
      symbol: BNB.symbol,
      clientOrderId: "a",
      newClientOrderId: "b",
      price: 60_000,
      size: 1,
      ...change,
    }, NOW_MS);
  const account = accountOf(exchange, UID);
  const reason = (result: ReturnType<typeof amend>) =>
    result.kind === "refused" ? result.reason : result.kind;
  assert.equal(reason(amend({})), "nothing_to_change");
  assert.equal(reason(amend({ size: 2 })), "insufficient_margin");
  assert.equal(account.live.size, 1, "the old order stands");
  assert.equal(reason(amend({ price: 60_001 })), "accepted");
  assert.deepEqual([...account.live.values()].map((o) => o.clientOrderId), [
    "b",
  ]);
  assert.equal(account.finished.at(-1)?.cancelReason, "amended");
});

Deno.test("closeLegAtMarket() cancels what would close the leg and closes all of it", () => {
  const exchange = createTestExchange();
  market(exchange, OPEN_LONG, 10);
  const close = request({ ...CLOSE_LONG, price: 66_000, size: 10 });
  placeOrder(exchange, UID, close, NOW_MS);
  const closing = {
    symbol: BNB.symbol,
    positionSide: "long",
    clientOrderId: "flash",
  } as const;
  assert.equal(
    closeLegAtMarket(exchange, UID, closing, NOW_MS).kind,
    "accepted",
  );
  const account = accountOf(exchange, UID);
  assert.equal(account.legs.size, 0);
  assert.equal(account.live.size, 0);
  assert.equal(
    closeLegAtMarket(exchange, UID, closing, NOW_MS).kind,
    "refused",
  );
});

Deno.test("transfer() moves the wallet with a ledger line", () => {
  const exchange = createTestExchange();
  transfer(exchange, UID, toMoney("-250.5"), NOW_MS);
  assert.equal(formatMoney(accountOf(exchange, UID).wallet), "749.5");
});
