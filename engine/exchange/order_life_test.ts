import assert from "node:assert/strict";
import { createSystemClock } from "./clock.ts";
import { ManualClock } from "./manual_clock.ts";
import { DATED_BACK_MS, OrderLife } from "./order_life.ts";
import type { NewOrder } from "./port.ts";
import { envelope, refusal } from "./stub_server.ts";
import { openTestAccount } from "./test_account.ts";

const ORDER: NewOrder = {
  symbol: "BTC/USDT:USDT",
  clientOrderId: "a",
  positionSide: "long",
  orderSide: "buy",
  purpose: "entry",
  price: 50_000,
  size: 0.001,
  postOnly: false,
};
const ACCEPTED = { orderId: "1", clientOid: "a" };

/** An exchange whose signatures live so long. */
function openAccount(windowMs: number) {
  const clock = createSystemClock();
  return openTestAccount({
    clock,
    onRequest: ({ headers, path }) => {
      const ageMs = clock.nowMs() - Number(headers.get("access-timestamp"));
      if (ageMs > windowMs) {
        return refusal("40008", "Request timestamp expired");
      }
      return path.endsWith("/account/info")
        ? envelope({ userId: "1", authorities: [], ips: "" })
        : envelope(ACCEPTED);
    },
  });
}

Deno.test("a request that places is refused by the exchange itself 5 s after it was signed", async () => {
  await using test = await openAccount(30_000);
  const [outcome] = await test.account.placeOrders([ORDER]);
  assert.equal(outcome?.kind, "accepted");
  const [request] = test.sent();
  assert.ok(request !== undefined);
  const datedMs = Number(request.headers.get("access-timestamp"));
  const leftMs = datedMs + 30_000 - test.venue.exchangeNowMs();
  assert.ok(leftMs > 0 && leftMs <= 5_000, `${leftMs} ms`);
  assert.equal(test.account.arrivesWithinMs, 15_000);
});

Deno.test("requests that read or cancel keep their whole life", async () => {
  await using test = await openAccount(30_000);
  await test.account.fetchOrder("BTC/USDT:USDT", "a").catch(() => null);
  await test.account.cancelOrders("BTC/USDT:USDT", [
    { clientOrderId: "a", venueOrderId: null },
  ]);
  assert.equal(test.sent().length, 2);
  for (const { headers } of test.sent()) {
    const ageMs = test.venue.exchangeNowMs() -
      Number(headers.get("access-timestamp"));
    assert.ok(ageMs < 5_000, `${ageMs} ms`);
  }
});

Deno.test("the exchange's time is learnt before the first request that places", async () => {
  await using test = await openAccount(30_000);
  await Promise.all([
    test.account.placeOrders([ORDER]),
    test.account.placeOrders([{ ...ORDER, clientOrderId: "b" }]),
  ]);
  const paths = test.server.requests.map(({ path }) => path)
    .filter((path) => !path.includes("/market/"));
  assert.equal(paths[0], "/api/v2/public/time");
  assert.equal(paths.filter((path) => path.endsWith("/time")).length, 1);
});

Deno.test("an exchange whose signatures live shorter gets them undated, and is waited for longer", async () => {
  await using test = await openAccount(10_000);
  assert.equal(test.account.arrivesWithinMs, 15_000);
  await test.account.identify();
  assert.equal(test.account.arrivesWithinMs, 40_000);
  const [outcome] = await test.account.placeOrders([ORDER]);
  assert.equal(outcome?.kind, "accepted");
});

Deno.test("an order that waited too long for the exchange's time does not leave", async () => {
  const clock = new ManualClock();
  await using test = await openTestAccount({
    clock,
    nowMs: () => {
      clock.advance(3_500); // the answer is that long under way
      return clock.nowMs();
    },
    onRequest: () => envelope(ACCEPTED),
  });
  const [outcome] = await test.account.placeOrders([ORDER]);
  assert.ok(outcome?.kind === "not_sent");
  assert.equal(outcome.error.code, "queue_timeout");
  assert.equal(test.sent().length, 0);
  const [next] = await test.account.placeOrders([ORDER]);
  assert.equal(next?.kind, "accepted", "by now it is known");
});

Deno.test("OrderLife stays short when the refusal may be for being late", async () => {
  const clock = new ManualClock();
  let answerMs = 10;
  const life = new OrderLife({
    clock,
    syncTime: () => {
      clock.advance(answerMs);
      return Promise.resolve();
    },
  });
  await life.learn();
  life.refused(2_000);
  assert.equal(life.datedBackMs, DATED_BACK_MS, "the request itself was late");
  answerMs = 3_000;
  await life.learn();
  life.refused(10);
  assert.equal(life.datedBackMs, DATED_BACK_MS, "the time was learnt late");
  answerMs = 10;
  await life.learn();
  life.refused(10);
  assert.equal(life.datedBackMs, 0);
});

Deno.test("OrderLife learns the time again beside what is under way, and asks once", async () => {
  const clock = new ManualClock();
  let questions = 0;
  let answer = Promise.withResolvers<void>();
  const life = new OrderLife({
    clock,
    syncTime: () => {
      questions += 1;
      return answer.promise;
    },
  });
  const first = life.ready();
  assert.ok(first !== null && life.ready() !== null);
  assert.equal(questions, 1);
  answer.resolve();
  await first;
  assert.equal(life.ready(), null);
  clock.advance(600_000);
  answer = Promise.withResolvers();
  assert.equal(life.ready(), null);
  assert.equal(life.ready(), null);
  assert.equal(questions, 2);
  answer.reject(new Error("The exchange does not answer"));
  await assert.rejects(life.learn());
  assert.equal(life.ready(), null);
  assert.equal(questions, 3);
  await assert.rejects(life.learn());
});
