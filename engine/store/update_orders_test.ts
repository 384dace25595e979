import assert from "node:assert/strict";
import fc from "fast-check";
import { isFinished, ORDER_STATUSES, type OrderStatus } from "@core/mod.ts";
import { mergeOrderStatus, mergeOrderUpdate } from "./merge_order_update.ts";
import type { OrderUpdate } from "./port.ts";
import { Fixture } from "./testing/fixture.ts";
import { commitIntents, intentOf } from "./testing/rows.ts";
import { updateOrders } from "./update_orders.ts";

async function openWithOrder(fixture: Fixture) {
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  const order = intentOf(bot.id, { size: 1 });
  const { intents: sql } = fixture.database;
  await commitIntents(sql, claim, { orders: [order], state: {} });
  const { clientOrderId } = order;
  return {
    bot,
    claim,
    clientOrderId,
    update: (change: Omit<OrderUpdate, "clientOrderId">) =>
      updateOrders(sql, [claim], [{ botId: bot.id, clientOrderId, ...change }]),
    row: async () => {
      const [row] = await fixture.admin`
        select * from public.orders where client_order_id = ${clientOrderId}`;
      return { ...row };
    },
  };
}

Deno.test("updateOrders() follows an order through its life", async () => {
  await using fixture = await Fixture.open();
  const order = await openWithOrder(fixture);
  await order.update({ status: "submitted" });
  const submitted = await order.row();
  assert.equal(submitted.status, "submitted");
  assert.ok(submitted.submitted_at instanceof Date);
  await order.update({ status: "open", venueOrderId: "v7" });
  await order.update({
    status: "partially_filled",
    filledSize: 0.4,
    averagePrice: 650.05,
  });
  const partly = await order.row();
  assert.equal(partly.filled_size, "0.4");
  assert.equal(partly.finished_at, null);
  await order.update({ status: "filled", filledSize: 1, averagePrice: 650.1 });
  const filled = await order.row();
  assert.equal(filled.status, "filled");
  assert.equal(filled.venue_order_id, "v7", "what is not told stays");
  assert.equal(filled.average_price, "650.1");
  assert.ok(filled.finished_at instanceof Date);
  assert.deepEqual(filled.submitted_at, submitted.submitted_at);
});

Deno.test("updateOrders() keeps the exchange's refusal in its words", async () => {
  await using fixture = await Fixture.open();
  const order = await openWithOrder(fixture);
  await order.update({
    status: "rejected",
    rejectCode: "40762",
    rejectMessage: "The order size is greater than the max open size",
  });
  const row = await order.row();
  assert.equal(row.reject_code, "40762");
  assert.match(String(row.reject_message), /greater than/);
});

Deno.test("updateOrders() keeps the first word on why an order ended, and none where it filled", async () => {
  await using fixture = await Fixture.open();
  const order = await openWithOrder(fixture);
  await order.update({ status: "open" });
  assert.equal((await order.row()).end_reason, null);
  await order.update({ status: "canceled", endReason: "superseded" });
  await order.update({ status: "canceled", endReason: "canceled_elsewhere" });
  assert.equal((await order.row()).end_reason, "superseded");
  await order.update({ status: "filled", filledSize: 1 });
  assert.equal((await order.row()).end_reason, null);
});

Deno.test("updateOrders() and mergeOrderStatus() agree on every pair of statuses", async () => {
  await using fixture = await Fixture.open();
  const order = await openWithOrder(fixture);
  for (const current of ORDER_STATUSES) {
    for (const next of ORDER_STATUSES) {
      for (const filled of [0, 0.5]) {
        await fixture.admin`alter table public.orders disable trigger user`;
        await fixture.admin`
          update public.orders set status = ${current}, filled_size = 0,
            finished_at = null`;
        await fixture.admin`alter table public.orders enable trigger user`;
        await order.update({ status: next, filledSize: filled });
        const { status } = await order.row();
        const expected = mergeOrderStatus(current, next, filled);
        assert.equal(status, expected, `${current} + ${next} (${filled})`);
        if (isFinished(current)) assert.ok(isFinished(expected), "I5");
      }
    }
  }
});

Deno.test("updateOrders() never lowers the filled size, in any order of reports (I5)", async () => {
  await using fixture = await Fixture.open();
  const order = await openWithOrder(fixture);
  const reports: [OrderStatus, number][] = [
    ["partially_filled", 0.6],
    ["open", 0],
    ["partially_filled", 0.2],
    ["canceled", 0.2],
    ["partially_filled", 0.7],
    ["open", 0],
  ];
  let highest = 0;
  for (const [status, filledSize] of reports) {
    await order.update({ status, filledSize });
    highest = Math.max(highest, filledSize);
    assert.equal(Number((await order.row()).filled_size), highest);
  }
  assert.equal((await order.row()).status, "canceled");
});

Deno.test("mergeOrderUpdate() gives in the queue what the reports give one by one", () => {
  const update = fc.record({
    clientOrderId: fc.constant("x"),
    status: fc.constantFrom(...ORDER_STATUSES),
    filledSize: fc.integer({ min: 0, max: 10 }),
    venueOrderId: fc.constantFrom("v", null),
  });
  fc.assert(fc.property(fc.array(update, { minLength: 1 }), (updates) => {
    const merged = updates.reduce<OrderUpdate>(
      (earlier, next) => mergeOrderUpdate(earlier, next),
      { clientOrderId: "x", status: "pending" },
    );
    const finished = updates.find(({ status }) => isFinished(status));
    assert.equal(isFinished(merged.status), finished !== undefined);
    assert.equal(
      merged.filledSize,
      Math.max(...updates.map(({ filledSize }) => filledSize)),
    );
    assert.equal(
      merged.venueOrderId ?? null,
      updates.some(({ venueOrderId }) => venueOrderId === "v") ? "v" : null,
    );
  }));
});

Deno.test("updateOrders() leaves out fenced bots and writes the others", async () => {
  await using fixture = await Fixture.open();
  const mine = await openWithOrder(fixture);
  const lost = await openWithOrder(fixture);
  await fixture.claim(lost.bot.id);
  const held = await updateOrders(
    fixture.database.facts,
    [mine.claim, lost.claim],
    [mine, lost].map(({ bot, clientOrderId }) => ({
      botId: bot.id,
      clientOrderId,
      status: "open" as const,
    })),
  );
  assert.deepEqual([...held], [mine.bot.id]);
  assert.equal((await mine.row()).status, "open");
  assert.equal((await lost.row()).status, "pending");
});

Deno.test("updateOrders() does not touch another bot's order", async () => {
  await using fixture = await Fixture.open();
  const mine = await openWithOrder(fixture);
  const other = await openWithOrder(fixture);
  await updateOrders(fixture.database.facts, [mine.claim], [{
    botId: mine.bot.id,
    clientOrderId: other.clientOrderId,
    status: "filled",
  }]);
  assert.equal((await other.row()).status, "pending");
});
