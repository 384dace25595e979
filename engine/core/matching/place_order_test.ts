/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { OrderRequest, RefusalReason } from "./admission.ts";
import { formatMoney } from "./decimal.ts";
import { movePrice } from "./move_price.ts";
import {
  type Placement,
  type PlacementOptions,
  placeOrder,
} from "./place_order.ts";
import {
  accountOf,
  type Exchange,
  legKey,
  listingOf,
  type Order,
  takeChanges,
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

function refusalText(placement: Placement): string {
  return placement.kind === "refused" ? placement.reason : "accepted";
}

function place(
  exchange: Exchange,
  change: Partial<OrderRequest>,
  options: PlacementOptions = {},
): Order {
  const placement = placeOrder(exchange, UID, request(change), NOW_MS, options);
  assert.ok(placement.kind === "accepted", refusalText(placement));
  return placement.order;
}

function refusal(
  exchange: Exchange,
  change: Partial<OrderRequest>,
  options: PlacementOptions = {},
): RefusalReason | null {
  const placement = placeOrder(exchange, UID, request(change), NOW_MS, options);
  return placement.kind === "refused" ? placement.reason : null;
}

function legSize(exchange: Exchange, side: "long" | "short"): number {
  return accountOf(exchange, UID).legs.get(legKey(BNB.symbol, side))?.size ?? 0;
}

Deno.test("placeOrder() opens and closes both legs at market, as a taker", () => {
  const exchange = createTestExchange();
  const directions = [OPEN_LONG, OPEN_SHORT, CLOSE_LONG, CLOSE_SHORT];
  const sizes = directions.map((direction) => {
    const order = place(exchange, { ...direction, ...MARKET });
    assert.equal(order.state, "filled");
    return [legSize(exchange, "long"), legSize(exchange, "short")];
  });
  assert.deepEqual(sizes, [[5, 0], [5, 5], [0, 5], [0, 0]]);
  const { fills } = accountOf(exchange, UID);
  assert.deepEqual(fills.map((f) => f.liquidity), Array(4).fill("taker"));
  // 650.00 was reached from nowhere, so it is the ask; the bid is a tick below.
  assert.deepEqual(fills.map((f) => f.price), [65_000, 64_999, 64_999, 65_000]);
  assert.equal(formatMoney(fills[0]?.fee ?? 0n), "0.0195");
  assert.equal(formatMoney(fills[2]?.realizedPnl ?? 0n), "-0.0005");
});

Deno.test("placeOrder() rests a limit that does not cross, and takes one that does", () => {
  const exchange = createTestExchange();
  const resting = place(exchange, { price: 64_999 });
  assert.equal(resting.state, "live");
  const crossing = place(exchange, { price: 65_100 });
  assert.equal(crossing.state, "filled");
  assert.equal(accountOf(exchange, UID).fills[0]?.price, 65_000);
  assert.equal(listingOf(exchange, BNB.symbol).buys.best(), resting);
});

Deno.test("placeOrder() cancels a post-only order that would cross", () => {
  const exchange = createTestExchange();
  const order = place(exchange, { price: 65_000, timeInForce: "post_only" });
  assert.equal(order.state, "canceled");
  assert.equal(order.cancelReason, "post_only_would_cross");
  const states = takeChanges(exchange)
    .flatMap((c) => c.kind === "order" ? [c.order.state] : []);
  assert.deepEqual(states, ["live", "canceled"], "accepted first, then ended");
  const below = place(exchange, { price: 64_999, timeInForce: "post_only" });
  assert.equal(below.state, "live");
  const faulted = place(exchange, {
    price: 64_990,
    timeInForce: "post_only",
  }, { cancelPostOnly: true });
  assert.equal(faulted.state, "canceled");
});

Deno.test("placeOrder() ends what IOC and FOK cannot have at once", () => {
  const exchange = createTestExchange();
  assert.equal(place(exchange, { timeInForce: "ioc" }).state, "canceled");
  const move = { symbol: BNB.symbol, to: 65_001, atMs: NOW_MS };
  movePrice(exchange, { ...move, liquidity: 3 });
  const fok = place(exchange, { price: 65_100, timeInForce: "fok" });
  assert.deepEqual([fok.state, fok.filledSize], ["canceled", 0]);
  const ioc = place(exchange, { price: 65_100, timeInForce: "ioc" });
  assert.deepEqual([ioc.state, ioc.filledSize], ["canceled", 3]);
  movePrice(exchange, { ...move, to: 65_002, liquidity: 3 });
  const market = place(exchange, MARKET);
  assert.deepEqual([market.state, market.filledSize], ["canceled", 3]);
  movePrice(exchange, { ...move, to: 65_003, liquidity: 3 });
  const gtc = place(exchange, { price: 65_100 });
  assert.deepEqual([gtc.state, gtc.filledSize], ["partially_filled", 3]);
  movePrice(exchange, { ...move, to: 65_004 });
  assert.equal(gtc.state, "filled");
});

Deno.test("placeOrder() refuses what the rules forbid, each with its reason", () => {
  const exchange = createTestExchange({ balance: "100" });
  place(exchange, { clientOrderId: "taken" });
  const cases: readonly [Partial<OrderRequest>, RefusalReason][] = [
    [{ symbol: "NOPE" }, "unknown_symbol"],
    [{ positionSide: null }, "wrong_position_mode"],
    [{ clientOrderId: "taken" }, "duplicate_client_order_id"],
    [{ price: 0 }, "price_off_tick"],
    [{ price: -1 }, "price_off_tick"],
    [{ price: 68_251 }, "price_above_band"],
    [{ ...OPEN_SHORT, price: 61_749 }, "price_below_band"],
    [{ size: 0 }, "size_too_small"],
    [{ size: 1_000_001 }, "size_too_large"],
    [{ ...MARKET, size: 100_001 }, "size_too_large"],
    [{ price: 400, size: 1 }, "notional_too_small"],
    [CLOSE_LONG, "no_position"],
    [{ ...CLOSE_SHORT, ...MARKET }, "no_position"],
    [{ size: 305 }, "insufficient_margin"],
    [{ ...MARKET, size: 305 }, "insufficient_margin"],
  ];
  for (const [change, reason] of cases) {
    const before = accountOf(exchange, UID).live.size;
    assert.equal(refusal(exchange, change), reason, JSON.stringify(change));
    assert.equal(accountOf(exchange, UID).live.size, before);
  }
});

Deno.test("placeOrder() refuses a duplicate client order id also of a finished order", () => {
  const exchange = createTestExchange();
  place(exchange, { clientOrderId: "once", ...MARKET });
  assert.equal(
    refusal(exchange, { clientOrderId: "once" }),
    "duplicate_client_order_id",
  );
});

Deno.test("placeOrder() limits the live orders of a symbol", () => {
  const exchange = createTestExchange();
  for (let i = 0; i < BNB.maxOpenOrders; i++) place(exchange, {});
  assert.equal(refusal(exchange, {}), "too_many_orders");
});

Deno.test("placeOrder() lets a limit close what no other close has reserved", () => {
  const exchange = createTestExchange();
  place(exchange, { ...MARKET, size: 10 });
  place(exchange, { ...CLOSE_LONG, price: 65_500, size: 7 });
  const close = { ...CLOSE_LONG, price: 65_600 };
  assert.equal(refusal(exchange, { ...close, size: 4 }), "position_too_small");
  assert.equal(place(exchange, { ...close, size: 3 }).state, "live");
  assert.equal(
    refusal(exchange, { ...CLOSE_LONG, ...MARKET, size: 1 }),
    "no_position",
  );
});

Deno.test("placeOrder() closes at market only what is not covered, or refuses as Bitget did", () => {
  const exchange = createTestExchange();
  place(exchange, { ...MARKET, size: 10 });
  place(exchange, { ...CLOSE_LONG, price: 65_500, size: 7 });
  const close = { ...CLOSE_LONG, ...MARKET, size: 10 };
  assert.equal(
    refusal(exchange, close, { overlappingClose: "refuse" }),
    "position_too_small",
  );
  const order = place(exchange, close);
  assert.deepEqual([order.size, order.state], [3, "filled"]);
  assert.equal(legSize(exchange, "long"), 7);
});

Deno.test("placeOrder() in one-way mode reduces first, then turns the position", () => {
  const exchange = createTestExchange({ positionMode: "one_way" });
  const oneWay = { positionSide: null, ...MARKET } as const;
  place(exchange, { ...oneWay, orderSide: "buy", size: 5 });
  const turn = place(exchange, { ...oneWay, orderSide: "sell", size: 8 });
  assert.equal(turn.state, "filled");
  assert.deepEqual([legSize(exchange, "long"), legSize(exchange, "short")], [
    0,
    3,
  ]);
  const { fills, bills } = accountOf(exchange, UID);
  assert.equal(fills.length, 2, "one fill, two ledger lines");
  assert.deepEqual(bills.slice(-2).map((b) => b.kind), ["close", "open"]);
  const fees = bills.slice(-2).reduce((sum, bill) => sum + bill.fee, 0n);
  assert.equal(fees, fills[1]?.fee);
});

Deno.test("placeOrder() in one-way mode reduces only where told to", () => {
  const exchange = createTestExchange({ positionMode: "one_way" });
  const reduce = {
    positionSide: null,
    reduceOnly: true,
    orderSide: "sell",
  } as const;
  assert.equal(refusal(exchange, { ...reduce, price: 65_500 }), "no_position");
  place(exchange, { ...MARKET, positionSide: null, size: 5 });
  const older = place(exchange, { ...reduce, price: 65_500, size: 5 });
  const newer = place(exchange, { ...reduce, price: 65_600, size: 9 });
  assert.deepEqual([older.state, older.cancelReason], [
    "canceled",
    "position_gone",
  ]);
  assert.equal(newer.size, 5, "never beyond the position");
  const sell = { ...MARKET, positionSide: null, orderSide: "sell" } as const;
  place(exchange, { ...sell, size: 2 });
  movePrice(exchange, { symbol: BNB.symbol, to: 65_700, atMs: NOW_MS });
  assert.equal(legSize(exchange, "long"), 0);
  assert.equal(
    legSize(exchange, "short"),
    0,
    "a reduce-only order never turns",
  );
  assert.deepEqual([newer.state, newer.filledSize], ["canceled", 3]);
});
