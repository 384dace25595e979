import assert from "node:assert/strict";
import type { Position, VenueOrder } from "@core/mod.ts";
import type { OrderRow } from "@engine/store/port.ts";
import { LedgerKeeper, resumePositions, splitState } from "./ledger.ts";
import { OrderBook } from "./order_book.ts";
import { PositionBook } from "./position_book.ts";
import { MARKET } from "./testing/venue_words.ts";

const SYMBOL = MARKET.symbol;

function row(change: Partial<OrderRow>): OrderRow {
  return {
    clientOrderId: "t00vgv5xhr0cu8-le0-1-0",
    venueOrderId: "7",
    symbol: SYMBOL,
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    level: 0,
    cycle: 1,
    revision: 0,
    price: 640,
    size: 0.05,
    filledSize: 0,
    postOnly: false,
    status: "open",
    rejectCode: null,
    reason: { rule: "entry", inputs: {} },
    createdAtMs: 0,
    ...change,
  };
}

function stated(change: Partial<VenueOrder>): VenueOrder {
  return {
    symbol: SYMBOL,
    venueOrderId: "7",
    clientOrderId: "t00vgv5xhr0cu8-le0-1-0",
    positionSide: "long",
    orderSide: "buy",
    reduceOnly: false,
    price: 640,
    size: 0.05,
    filledSize: 0.05,
    averagePrice: 640,
    status: "filled",
    createdAtMs: 0,
    updatedAtMs: 5_000,
    ...change,
  };
}

function held(size: number): Position[] {
  return [{
    symbol: SYMBOL,
    positionSide: "long",
    size,
    entryPrice: 650,
    unrealizedPnl: null,
    liquidationPrice: null,
    breakEvenPrice: null,
    leverage: null,
  }];
}

/** Opens what one runner left, as the next one does. */
function open(
  stored: unknown,
  rows: readonly OrderRow[],
): { orders: OrderBook; positions: PositionBook; keeper: LedgerKeeper } {
  const { ledger } = splitState(stored);
  const orders = new OrderBook(MARKET);
  for (const one of rows) {
    orders.load(one, {
      nowMs: 0,
      countedSize: ledger?.folded[one.clientOrderId] ?? 0,
      overAtMs: ledger?.over[one.clientOrderId] ?? null,
    });
  }
  const positions = new PositionBook(
    MARKET.lotSize,
    (side) => orders.owedSinceMs(side),
  );
  if (ledger !== null) resumePositions(positions, { ledger, rows, nowMs: 0 });
  return { orders, positions, keeper: new LedgerKeeper(orders, positions, 0) };
}

Deno.test("LedgerKeeper leaves the state alone until the exchange was asked once", () => {
  const { keeper, positions } = open(null, []);
  const state = { version: 1 };
  assert.equal(keeper.stateWith(state), state);
  positions.adopt(held(0.1), 0);
  const whole = keeper.stateWith(state);
  assert.deepEqual(splitState(whole), {
    state,
    ledger: { long: 0.1, short: 0, othersUntilMs: 0, folded: {}, over: {} },
  });
  assert.equal(keeper.stateWith(state), whole, "the same while it says so");
});

Deno.test("LedgerKeeper carries a leg over: the base, and what unfinished rows have filled", () => {
  const first = open(null, [row({ filledSize: 0.02 })]);
  first.positions.adopt(held(0.07), 0);
  const stored = first.keeper.stateWith(null);
  assert.equal(splitState(stored).ledger?.long, 0.05);
  const next = open(stored, [row({ filledSize: 0.03 })]);
  assert.equal(next.positions.certainSize("long"), 0.08);
  next.positions.adopt(held(0.08), 10);
  assert.equal(next.positions.legs.long.settled, true, "two sources agree");
});

Deno.test("LedgerKeeper counts an order once that is folded and whose row is not finished", () => {
  const first = open(null, [row({})]);
  first.positions.adopt(held(0.05), 0);
  const movement = first.orders.applyVenueOrder(stated({}));
  assert.ok(movement !== null);
  first.positions.move("long", { delta: 0.05, nowMs: 1, bornAtMs: null });
  first.keeper.fold(movement.order);
  first.positions.adopt(held(0.1), 200_000);
  const stored = first.keeper.stateWith(null);
  const next = open(stored, [row({})]);
  assert.equal(next.positions.certainSize("long"), 0.1);
  const again = next.orders.applyVenueOrder(stated({}));
  assert.equal(again?.filledDelta, 0);
});

Deno.test("LedgerKeeper hands a doubt on: the next runner waits, too", () => {
  const first = open(null, []);
  first.positions.adopt(held(0.05), 0);
  first.positions.move("long", { delta: 0.05, nowMs: 1_000, bornAtMs: null });
  const stored = first.keeper.stateWith(null);
  assert.equal(splitState(stored).ledger?.long, null);
  const next = open(stored, []);
  next.positions.adopt(held(0.05), 10);
  assert.equal(next.positions.legs.long.settled, false);
  next.positions.adopt(held(0.1), 70_000);
  assert.deepEqual(next.positions.legs.long, {
    size: 0.1,
    entryPrice: 650,
    settled: true,
  });
});

Deno.test("LedgerKeeper hands on that an order nobody knows of is over: its slot is free, its end untold", () => {
  const lost = row({ status: "unresolved", filledSize: 0 });
  const first = open(null, [lost]);
  const before = first.keeper.stateWith(null);
  first.positions.adopt(held(0.05), 0);
  assert.equal(open(before, [lost]).orders.live.length, 1, "it may live");
  first.orders.applyStatus(lost.clientOrderId, "canceled");
  first.orders.note(lost.clientOrderId, { overAtMs: 20_000 });
  const stored = first.keeper.stateWith(null);
  const next = open(stored, [lost]);
  assert.equal(next.orders.live.length, 0);
  const [untold] = next.orders.untold;
  assert.equal(untold?.status, "canceled");
  assert.equal(untold?.overAtMs, 20_000);
  next.positions.adopt(held(0.05), 0);
  next.orders.note(lost.clientOrderId, { isEndTold: true });
  const after = splitState(next.keeper.stateWith(null)).ledger;
  assert.deepEqual(after?.over, {}, "told: nothing to hand on");
});

Deno.test("OrderBook owes a statement for a fill of another runner's order", () => {
  const { orders, positions } = open(null, [row({})]);
  positions.adopt(held(0.05), 0);
  orders.applyFill({
    symbol: SYMBOL,
    venueTradeId: "1",
    venueOrderId: "7",
    clientOrderId: null,
    positionSide: "long",
    orderSide: "buy",
    price: "640",
    size: "0.02",
    fee: "0",
    feeCurrency: "USDT",
    realizedPnl: "0",
    liquidity: "maker",
    filledAtMs: 4_000,
  }, 100);
  assert.equal(positions.legs.long.settled, false);
  assert.deepEqual(orders.owed, ["t00vgv5xhr0cu8-le0-1-0"]);
  orders.applyVenueOrder(
    stated({ status: "open", filledSize: 0, updatedAtMs: 1 }),
  );
  assert.equal(positions.legs.long.settled, false, "older than the fill");
  orders.applyVenueOrder(stated({}));
  assert.equal(positions.legs.long.settled, true);
});
