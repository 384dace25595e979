import assert from "node:assert/strict";
import type { VenueFill, VenueOrder } from "@core/mod.ts";
import { OrderBook } from "./order_book.ts";
import { MARKET, SYMBOL } from "./testing/venue_words.ts";

const ID = "t0000000000000-le0-4-0";

function createBook(isOwnBirth = true): OrderBook {
  const book = new OrderBook(MARKET);
  book.add({
    positionSide: "long",
    purpose: "entry",
    level: 0,
    clientOrderId: ID,
    venueOrderId: null,
    cycle: 4,
    revision: 0,
    price: 646.1,
    size: 0.05,
    filledSize: 0,
    postOnly: false,
    status: "submitted",
    sentAtMs: 0,
    isMissing: false,
    reason: { rule: "entry", inputs: {} },
  }, { nowMs: 0, isOwnBirth });
  return book;
}

function stated(overrides: Partial<VenueOrder> = {}): VenueOrder {
  return {
    symbol: SYMBOL,
    venueOrderId: "9",
    clientOrderId: ID,
    positionSide: "long",
    orderSide: "buy",
    reduceOnly: false,
    price: 646.1,
    size: 0.05,
    filledSize: 0,
    averagePrice: null,
    status: "open",
    createdAtMs: 0,
    updatedAtMs: 1,
    ...overrides,
  };
}

function filled(size: string, overrides: Partial<VenueFill> = {}): VenueFill {
  return {
    symbol: SYMBOL,
    venueTradeId: size,
    venueOrderId: "9",
    clientOrderId: ID,
    positionSide: "long",
    orderSide: "buy",
    price: "646.10",
    size,
    fee: "0.001",
    feeCurrency: "USDT",
    realizedPnl: "0",
    liquidity: "maker",
    filledAtMs: 1,
    ...overrides,
  };
}

Deno.test("OrderBook counts an execution once, told as a sum and as a fill", () => {
  for (const sumFirst of [true, false]) {
    const book = createBook();
    const sum = () =>
      book.applyVenueOrder(
        stated({ status: "partially_filled", filledSize: 0.02 }),
      );
    const fill = () => book.applyFill(filled("0.02"), 0);
    const deltas = sumFirst ? [sum(), fill()] : [fill(), sum()];
    assert.deepEqual(deltas.map((m) => m?.filledDelta), [0.02, 0]);
    assert.equal(book.get(ID)?.status, "partially_filled");
  }
});

Deno.test("OrderBook ends an order when its fills are complete, with their mean price", () => {
  const book = createBook();
  book.applyFill(filled("0.02"), 0);
  const last = book.applyFill(filled("0.03", { price: "645.90" }), 0);
  assert.equal(last?.ended?.status, "filled");
  assert.equal(last?.ended?.averagePrice, 645.98);
  const again = book.applyVenueOrder(
    stated({ status: "filled", filledSize: 0.05, averagePrice: 645.98 }),
  );
  assert.equal(again?.ended, null, "told once");
});

Deno.test("OrderBook never sums fills of an order that another runner placed", () => {
  const book = createBook(false);
  assert.equal(book.applyFill(filled("0.02"), 0)?.filledDelta, 0);
  const sum = book.applyVenueOrder(
    stated({ status: "partially_filled", filledSize: 0.04 }),
  );
  assert.equal(sum?.filledDelta, 0.04);
});

Deno.test("OrderBook finds an order by the exchange's id where ours is not told", () => {
  const book = createBook();
  book.applyStatus(ID, "submitted", "9");
  const fill = book.applyFill(filled("0.05", { clientOrderId: null }), 0);
  assert.equal(fill?.order.clientOrderId, ID);
  const foreign = filled("0.05", { clientOrderId: null, venueOrderId: "8" });
  assert.equal(book.applyFill(foreign, 0), null);
});

Deno.test("OrderBook tells a cancellation's end only when the exchange states it (late news included)", () => {
  const book = createBook();
  const answer = book.applyStatus(ID, "canceled");
  assert.equal(answer?.order.status, "canceled");
  assert.equal(answer?.ended, null, "how much had filled is not known yet");
  assert.equal(book.applyVenueOrder(stated())?.ended, null, "old news");
  const end = book.applyVenueOrder(
    stated({ status: "canceled", filledSize: 0.02, averagePrice: 646.1 }),
  );
  assert.equal(end?.ended?.filledSize, 0.02);
  assert.equal(end?.filledDelta, 0.02);
});

Deno.test("OrderBook never lets filled size fall nor a finished order reopen (I5)", () => {
  const book = createBook();
  book.applyVenueOrder(
    stated({ status: "partially_filled", filledSize: 0.03 }),
  );
  book.applyVenueOrder(stated({ status: "open", filledSize: 0.01 }));
  assert.equal(book.get(ID)?.filledSize, 0.03);
  assert.equal(book.get(ID)?.status, "partially_filled");
  book.applyVenueOrder(stated({ status: "canceled", filledSize: 0.03 }));
  book.applyVenueOrder(stated({ status: "open", filledSize: 0.03 }));
  assert.equal(book.get(ID)?.status, "canceled");
  const end = book.applyVenueOrder(
    stated({ status: "filled", filledSize: 0.05, averagePrice: 646 }),
  );
  assert.equal(end?.ended?.status, "filled", "a canceled one may have filled");
});

Deno.test("OrderBook keeps the newest order of each slot when it forgets", () => {
  const book = createBook();
  book.applyVenueOrder(stated({ status: "canceled" }));
  const order = book.get(ID);
  assert.ok(order !== null);
  for (let revision = 1; revision <= 300; revision++) {
    const clientOrderId = `t0000000000000-st0-4-${revision.toString(36)}`;
    book.add({
      ...order,
      positionSide: "short",
      purpose: "take_profit",
      clientOrderId,
      revision,
      status: "pending",
    }, { nowMs: 0, isOwnBirth: true });
    book.applyStatus(clientOrderId, "rejected");
  }
  assert.ok(book.all.length < 80, `${book.all.length} kept`);
  assert.notEqual(book.get(ID), null, "the only one of its slot");
  assert.notEqual(book.get("t0000000000000-st0-4-8c"), null, "the newest");
});

Deno.test("OrderBook forgets no order whose end is still to be told, however many finish meanwhile", () => {
  const book = createBook();
  book.applyStatus(ID, "canceled");
  const order = book.get(ID);
  assert.ok(order !== null && !order.isEndTold);
  for (let revision = 1; revision <= 300; revision++) {
    const clientOrderId = `${ID.slice(0, -1)}${revision.toString(36)}`;
    book.add(
      { ...order, clientOrderId, revision, status: "pending" },
      { nowMs: 0, isOwnBirth: true },
    );
    book.applyStatus(clientOrderId, "rejected");
  }
  assert.ok(book.all.length < 80, `${book.all.length} kept`);
  assert.ok(book.untold.some(({ clientOrderId }) => clientOrderId === ID));
  book.note(ID, { isEndTold: true });
  book.add(
    { ...order, clientOrderId: `${ID.slice(0, -1)}zz`, revision: 999 },
    { nowMs: 0, isOwnBirth: true },
  );
  assert.equal(book.get(ID), null, "told, it may go");
});
