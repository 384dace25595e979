import assert from "node:assert/strict";
import { orderSideOf, type PositionSide, type Purpose } from "@core/mod.ts";
import { createSystemClock } from "./clock.ts";
import { PAYLOADS } from "./fixtures.ts";
import { ManualClock } from "./manual_clock.ts";
import type { NewOrder } from "./port.ts";
import { envelope, type RecordedRequest, refusal } from "./stub_server.ts";
import { until } from "./until.ts";
import { openTestAccount } from "./test_account.ts";

const SYMBOL = "BTC/USDT:USDT";
const clock = createSystemClock();

function order(
  clientOrderId: string,
  purpose: Purpose = "entry",
  positionSide: PositionSide = "long",
): NewOrder {
  return {
    symbol: SYMBOL,
    clientOrderId,
    positionSide,
    orderSide: orderSideOf(positionSide, purpose),
    purpose,
    price: 50_000,
    size: 0.001,
    postOnly: true,
  };
}

function orderList(request: RecordedRequest | undefined): string[] {
  const body: { orderList: { clientOid: string }[] } = JSON.parse(
    request?.body ?? "",
  );
  return body.orderList.map((leg) => leg.clientOid);
}

function detail(clientOid: string): object {
  return envelope({ ...PAYLOADS.orderDetail, clientOid, orderId: "77" });
}

Deno.test("placeOrders() sends one order alone and several as a batch, closings first", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      request.path.endsWith("/place-order")
        ? envelope({ orderId: "1", clientOid: "a" })
        : envelope({
          successList: orderList(request).map((clientOid, i) => ({
            orderId: `${i}`,
            clientOid,
          })),
          failureList: [],
        }),
  });
  assert.deepEqual(await test.account.placeOrders([order("a")]), [
    { kind: "accepted", clientOrderId: "a", venueOrderId: "1" },
  ]);
  const outcomes = await test.account.placeOrders([
    order("entry"),
    order("tp", "take_profit"),
  ]);
  assert.deepEqual(orderList(test.sent()[1]), ["tp", "entry"]);
  assert.deepEqual(outcomes.map((outcome) => outcome.clientOrderId), [
    "entry",
    "tp",
  ]);
  assert.deepEqual(await test.account.placeOrders([]), []);
  assert.equal(test.sent().length, 2);
});

Deno.test("placeOrders() splits what does not fit in one batch", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      envelope({
        successList: orderList(request).map((clientOid) => ({
          orderId: `v${clientOid}`,
          clientOid,
        })),
        failureList: null,
      }),
  });
  const orders = Array.from({ length: 120 }, (_, i) => order(`${i}`));
  const outcomes = await test.account.placeOrders(orders);
  assert.deepEqual(
    test.sent().map((request) => orderList(request).length).sort(),
    [20, 50, 50],
  );
  outcomes.forEach((outcome, i) =>
    assert.deepEqual(outcome, {
      kind: "accepted",
      clientOrderId: `${i}`,
      venueOrderId: `v${i}`,
    })
  );
});

Deno.test("placeOrders() gives each leg of a batch its own outcome", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) => {
      if (request.path.endsWith("/detail")) {
        return request.query.includes("dup")
          ? detail("dup")
          : refusal("40109", "not found");
      }
      return envelope({
        successList: [{ orderId: "1", clientOid: "good" }],
        failureList: [
          { clientOid: "small", errorCode: "45110", errorMsg: "less than 5" },
          { clientOid: "dup", errorCode: "40786", errorMsg: "duplicate" },
          { clientOid: "odd", errorCode: "99999", errorMsg: "strange" },
          { clientOid: "open", errorCode: "40725", errorMsg: "service" },
        ],
      });
    },
  });
  const ids = ["good", "small", "dup", "odd", "open", "missing"];
  const outcomes = await test.account.placeOrders(ids.map((id) => order(id)));
  assert.deepEqual(outcomes.map(({ kind }) => kind), [
    "accepted",
    "rejected",
    "accepted",
    "rejected",
    "unresolved",
    "unresolved",
  ]);
  const [, small, dup] = outcomes;
  assert.ok(small?.kind === "rejected" && dup?.kind === "accepted");
  assert.equal(small.error.code, "45110");
  assert.match(small.error.message, /less than 5/);
  assert.equal(dup.venueOrderId, "77");
});

Deno.test("placeOrders() takes a duplicate of its own id for the order it is", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      request.path.endsWith("/detail")
        ? detail("a")
        : refusal("40786", "Duplicate clientOid"),
  });
  assert.deepEqual(await test.account.placeOrders([order("a")]), [
    { kind: "accepted", clientOrderId: "a", venueOrderId: "77" },
  ]);
  assert.deepEqual(test.sent().map(({ method }) => method), ["POST", "GET"]);
});

Deno.test("placeOrders() believes a duplicate also while the order is not shown yet", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      request.path.endsWith("/detail")
        ? refusal("40109", "The data of the order cannot be found")
        : refusal("40786", "Duplicate clientOid"),
  });
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.equal(outcome?.kind, "unresolved");
});

Deno.test("placeOrders() leaves open what it could not look up", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      request.path.endsWith("/detail")
        ? new Response("<html>", { status: 502 })
        : refusal("40786", "Duplicate clientOid"),
  });
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.equal(outcome?.kind, "unresolved");
});

Deno.test("placeOrders() never sends again what was not answered", async () => {
  const manual = new ManualClock();
  const held = Promise.withResolvers<void>();
  await using test = await openTestAccount({
    clock: manual,
    onRequest: async () => {
      await held.promise;
      return envelope({ successList: [], failureList: [] });
    },
  });
  const placing = test.account.placeOrders([order("a"), order("b")]);
  await until("the request", () => test.sent().length === 1);
  manual.advance(60_000);
  const outcomes = await placing;
  for (const outcome of outcomes) {
    assert.ok(outcome.kind === "unresolved");
    assert.equal(outcome.error.code, "timeout");
  }
  manual.advance(60_000);
  assert.equal(test.sent().length, 1);
  held.resolve();
});

Deno.test("placeOrders() calls 5xx and 40010 unresolved, and an unreadable success too", async () => {
  const answers = [
    new Response("<html>", { status: 503 }),
    refusal("40010", "Request timed out"),
    new Response("not json"),
    envelope({ clientOid: "a", orderId: "" }),
    Response.json([]),
  ];
  await using test = await openTestAccount({
    clock,
    onRequest: () => answers.shift() ?? envelope({}),
  });
  for (let i = 0; i < 5; i++) {
    const [outcome] = await test.account.placeOrders([order("a")]);
    assert.equal(outcome?.kind, "unresolved", `answer ${i}`);
  }
  assert.equal(test.sent().length, 5);
});

Deno.test("placeOrders() waits out a 429 and goes on; it was refused, not unanswered", async () => {
  let refusals = 2;
  await using test = await openTestAccount({
    clock,
    onRequest: () =>
      refusals-- > 0
        ? Response.json({ code: "429", msg: "Too many" }, {
          status: 429,
          headers: { "retry-after": "0" },
        })
        : envelope({ orderId: "1", clientOid: "a" }),
  });
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.equal(outcome?.kind, "accepted");
  assert.equal(test.sent().length, 3);
});

Deno.test("placeOrders() gives up on the third 429, as refused", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () =>
      new Response("", { status: 429, headers: { "retry-after": "0" } }),
  });
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.ok(outcome?.kind === "rejected");
  assert.equal(outcome.error.kind, "retryable");
  assert.equal(test.sent().length, 3);
});

/** As the exchange decides it, by the request's signed date. */
function isDatedWithin(
  request: RecordedRequest,
  { ofMs, ms }: { readonly ofMs: number; readonly ms: number },
): boolean {
  const datedMs = Number(request.headers.get("access-timestamp"));
  return Math.abs(ofMs - datedMs) <= ms;
}

Deno.test("placeOrders() learns the exchange's time when its own is refused", async () => {
  const manual = new ManualClock(1_000_000);
  let exchangeMs = 1_000_000;
  await using test = await openTestAccount({
    clock: manual,
    nowMs: () => exchangeMs,
    onRequest: (request) =>
      isDatedWithin(request, { ofMs: exchangeMs, ms: 30_000 })
        ? envelope({ orderId: "1", clientOid: "a" })
        : refusal("40008", "Request timestamp expired"),
  });
  await test.account.placeOrders([order("before")]);
  exchangeMs = 9_000_000;
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.equal(outcome?.kind, "accepted");
  assert.equal(test.venue.exchangeNowMs(), 9_000_000);
  assert.deepEqual(
    test.sent().map(({ headers }) => headers.get("access-timestamp")),
    ["975000", "975000", "8975000"],
  );
});

Deno.test("placeOrders() does not send what is off the market's steps, but the rest", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () => envelope({ orderId: "1", clientOid: "good" }),
  });
  const outcomes = await test.account.placeOrders([
    { ...order("bad"), price: 50_000.05 },
    order("good"),
  ]);
  assert.deepEqual(outcomes.map(({ kind }) => kind), ["rejected", "accepted"]);
  assert.equal(test.sent().length, 1);
});

Deno.test("placeOrders() sends nothing for an account that is closed", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () => envelope({}),
  });
  await test.account.close();
  const [outcome] = await test.account.placeOrders([order("a")]);
  assert.ok(outcome?.kind === "not_sent");
  assert.equal(outcome.error.code, "closed");
  assert.equal(test.sent().length, 0);
});

Deno.test("placeOrders() keeps to the limits of both endpoints, and closings overtake", async () => {
  const manual = new ManualClock();
  const arrived: string[] = [];
  await using test = await openTestAccount({
    clock: manual,
    onRequest: (request) => {
      if (request.path.endsWith("/place-order")) {
        const { clientOid }: { clientOid: string } = JSON.parse(request.body);
        arrived.push(clientOid);
        return envelope({ orderId: "1", clientOid });
      }
      const ids = orderList(request);
      arrived.push(...ids);
      const successList = ids.map((clientOid) => ({ orderId: "1", clientOid }));
      return envelope({ successList, failureList: [] });
    },
  });
  const placing = Array.from(
    { length: 17 },
    (_, i) => test.account.placeOrders([order(`entry${i}`)]),
  );
  placing.push(test.account.placeOrders([order("tp", "take_profit")]));
  await Promise.all(placing.slice(0, 15));
  assert.equal(arrived.length, 15);
  const paths = test.sent().map(({ path }) => path);
  assert.equal(
    paths.filter((path) => path.endsWith("/place-order")).length,
    10,
  );
  assert.ok(!arrived.includes("tp"));
  manual.advance(1_020);
  await Promise.all(placing);
  assert.deepEqual(
    new Set(arrived.slice(15)),
    new Set(["tp", "entry15", "entry16"]),
  );
});

Deno.test("placeOrders() sends two alone, closing first, when no batch may go", async () => {
  await using test = await openTestAccount({
    clock: new ManualClock(),
    onRequest: (request) =>
      request.path.endsWith("/place-order")
        ? envelope({
          orderId: "1",
          clientOid: JSON.parse(request.body).clientOid,
        })
        : envelope({
          successList: orderList(request).map((clientOid) => ({
            orderId: "1",
            clientOid,
          })),
          failureList: [],
        }),
  });
  for (let i = 0; i < 6; i++) {
    const outcomes = await test.account.placeOrders([
      order(`entry${i}`),
      order(`tp${i}`, "take_profit"),
    ]);
    assert.ok(outcomes.every(({ kind }) => kind === "accepted"));
  }
  assert.deepEqual(
    test.sent().map(({ path }) => path.split("/").at(-1)),
    [...Array(5).fill("batch-place-order"), "place-order", "place-order"],
  );
});

const CANCELS = ["a", "b", "c", "d"].map((clientOrderId) => ({
  clientOrderId,
  venueOrderId: null,
}));

Deno.test("cancelOrders() tells canceled, gone and unresolved apart", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () =>
      envelope({
        successList: [{ orderId: "1", clientOid: "a" }],
        failureList: [
          { clientOid: "b", errorCode: "22001", errorMsg: "No order" },
          { clientOid: "c", errorCode: "40725", errorMsg: "service" },
        ],
      }),
  });
  const outcomes = await test.account.cancelOrders(SYMBOL, CANCELS);
  assert.deepEqual(outcomes.map(({ kind }) => kind), [
    "canceled",
    "gone",
    "unresolved",
    "unresolved",
  ]);
  assert.deepEqual(JSON.parse(test.sent()[0]?.body ?? "").orderIdList, [
    { clientOid: "a" },
    { clientOid: "b" },
    { clientOid: "c" },
    { clientOid: "d" },
  ]);
});

Deno.test("cancelOrders() takes a refusal of the whole for all", async () => {
  const answers = [
    refusal("22001", "No order to cancel"),
    refusal("40010", ""),
  ];
  await using test = await openTestAccount({
    clock,
    onRequest: () => answers.shift() ?? envelope({}),
  });
  for (const kind of ["gone", "unresolved"]) {
    const outcomes = await test.account.cancelOrders(SYMBOL, CANCELS);
    assert.deepEqual(outcomes.map((outcome) => outcome.kind), [
      kind,
      kind,
      kind,
      kind,
    ]);
  }
});
