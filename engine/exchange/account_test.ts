import assert from "node:assert/strict";
import { createSystemClock } from "./clock.ts";
import { PAYLOADS } from "./fixtures.ts";
import { ManualClock, runClock } from "./manual_clock.ts";
import { envelope, type RecordedRequest, refusal } from "./stub_server.ts";
import { openTestAccount } from "./test_account.ts";

const SYMBOL = "BTC/USDT:USDT";
const DAY_MS = 86_400_000;
const clock = createSystemClock();

/** Serves rows newest first, as Bitget pages: `limit`, `idLessThan`, a week at most. */
function page(
  request: RecordedRequest,
  source: {
    readonly rows: readonly object[];
    readonly list: string;
    readonly id: string;
  },
): object {
  const query = new URLSearchParams(request.query);
  const startMs = Number(query.get("startTime") ?? 0);
  const endMs = Number(query.get("endTime") ?? startMs + 7 * DAY_MS);
  const below = Number(query.get("idLessThan") ?? Infinity);
  const rows = source.rows
    .map((row) => ({ ...row }) as Record<string, unknown>)
    .filter((row) =>
      Number(row[source.id]) < below &&
      (query.get("startTime") === null ||
        Number(row.cTime) >= startMs && Number(row.cTime) <= endMs)
    )
    .sort((a, b) => Number(b[source.id]) - Number(a[source.id]))
    .slice(0, Number(query.get("limit")));
  return envelope({
    [source.list]: rows.length === 0 ? null : rows,
    endId: rows.at(-1)?.[source.id] ?? null,
  });
}

Deno.test("fetchFills() fetches every page of every week, each fill once, oldest first", async () => {
  const nowMs = 1_700_000_000_000;
  const [sample] = PAYLOADS.fills.fillList;
  const rows = Array.from({ length: 730 }, (_, i) => ({
    ...sample,
    tradeId: `${1_000 + i}`,
    cTime: `${nowMs - 20 * DAY_MS + Math.floor(i / 3) * 3_600_000}`,
  }));
  const manual = new ManualClock(nowMs);
  await using test = await openTestAccount({
    clock: manual,
    onRequest: (request) =>
      page(request, { rows, list: "fillList", id: "tradeId" }),
  });
  const since = nowMs - 20 * DAY_MS;
  const fills = await runClock(manual, test.account.fetchFills(SYMBOL, since));
  assert.deepEqual(
    fills.map((fill) => fill.venueTradeId),
    rows.map((row) => row.tradeId),
  );
  const later = await runClock(
    manual,
    test.account.fetchFills(SYMBOL, since + 5 * DAY_MS),
  );
  assert.equal(later[0]?.filledAtMs, since + 5 * DAY_MS);
  for (const request of test.sent()) {
    const query = new URLSearchParams(request.query);
    assert.equal(query.get("limit"), "100");
    assert.equal(query.get("symbol"), "BTCUSDT");
    const endMs = query.get("endTime");
    if (endMs === null) continue;
    assert.ok(Number(endMs) - Number(query.get("startTime")) <= 7 * DAY_MS);
  }
});

Deno.test("fetchFills() asks for no more than Bitget keeps", async () => {
  const manual = new ManualClock();
  await using test = await openTestAccount({
    clock: manual,
    onRequest: () => envelope({ fillList: null, endId: null }),
  });
  const fills = await runClock(manual, test.account.fetchFills(SYMBOL, 0));
  assert.deepEqual(fills, []);
  assert.equal(test.sent().length, 13);
});

Deno.test("fetchOpenOrders() fetches all pages, and an empty list is empty", async () => {
  const [sample] = PAYLOADS.ordersPending.entrustedList;
  let rows = Array.from({ length: 205 }, (_, i) => ({
    ...sample,
    orderId: `${10_000 + i}`,
    clientOid: `c${i}`,
  }));
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      page(request, { rows, list: "entrustedList", id: "orderId" }),
  });
  const orders = await test.account.fetchOpenOrders(SYMBOL);
  assert.equal(new Set(orders.map((order) => order.venueOrderId)).size, 205);
  rows = [];
  assert.deepEqual(await test.account.fetchOpenOrders(SYMBOL), []);
});

Deno.test("fetchOpenOrders() does not page for ever", async () => {
  const [sample] = PAYLOADS.ordersPending.entrustedList;
  const entrustedList = Array.from({ length: 100 }, (_, i) => ({
    ...sample,
    orderId: `${i}`,
  }));
  await using test = await openTestAccount({
    clock,
    onRequest: () => envelope({ entrustedList, endId: "0" }),
  });
  await assert.rejects(
    test.account.fetchOpenOrders(SYMBOL),
    /paging does not end/,
  );
});

Deno.test("fetchOrder() is null when the exchange does not know the id, and only then", async () => {
  const answers = [
    refusal("40109", ""),
    refusal("40768", ""),
    refusal("43001", ""),
    envelope(PAYLOADS.orderDetail),
    refusal("40014", "Incorrect permissions"),
  ];
  await using test = await openTestAccount({
    clock,
    onRequest: () => answers.shift() ?? envelope({}),
  });
  const { account } = test;
  for (let i = 0; i < 3; i++) {
    assert.equal(await account.fetchOrder(SYMBOL, "a"), null);
  }
  const order = await account.fetchOrder(SYMBOL, "a");
  assert.equal(order?.venueOrderId, "1111465253393825792");
  await assert.rejects(account.fetchOrder(SYMBOL, "a"), {
    kind: "fatal",
    reason: "permission_missing",
  });
});

Deno.test("setLeverage() sets, reads back, and complains when it did not take", async () => {
  let leverage = 20;
  let obeys = true;
  await using test = await openTestAccount({
    clock,
    onRequest: (request) => {
      if (request.method === "POST") {
        const body: { leverage: string } = JSON.parse(request.body);
        if (obeys) leverage = Number(body.leverage);
        return envelope({});
      }
      return envelope({ ...PAYLOADS.account, crossedMarginLeverage: leverage });
    },
  });
  await test.account.setLeverage(SYMBOL, 5);
  assert.deepEqual(JSON.parse(test.sent()[1]?.body ?? ""), {
    symbol: "BTCUSDT",
    productType: "USDT-FUTURES",
    marginCoin: "USDT",
    leverage: "5",
  });
  assert.equal(test.sent().length, 3);
  await test.account.setLeverage(SYMBOL, 5);
  assert.equal(test.sent().length, 4);
  obeys = false;
  await assert.rejects(test.account.setLeverage(SYMBOL, 7), {
    reason: "leverage_not_applied",
  });
});

Deno.test("setCrossMargin() sets, reads back, and complains when it did not take", async () => {
  let marginMode = "isolated";
  let obeys = true;
  await using test = await openTestAccount({
    clock,
    onRequest: (request) => {
      if (request.method === "GET") {
        return envelope({ ...PAYLOADS.account, marginMode });
      }
      if (obeys) marginMode = JSON.parse(request.body).marginMode;
      return envelope({});
    },
  });
  await test.account.setCrossMargin(SYMBOL);
  assert.equal(marginMode, "crossed");
  assert.equal(test.sent().length, 3);
  marginMode = "isolated";
  obeys = false;
  await assert.rejects(test.account.setCrossMargin(SYMBOL), {
    reason: "margin_mode_not_applied",
  });
});

Deno.test("setCrossMargin() and setHedgeMode() are content when nothing is to change", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: (request) =>
      request.method === "POST"
        ? refusal("45054", "unchanged")
        : envelope(PAYLOADS.account),
  });
  await test.account.setCrossMargin(SYMBOL);
  assert.equal(test.sent().length, 1);
  await test.account.setHedgeMode();
  assert.equal(test.sent().length, 2);
});

Deno.test("fetchPositionMode() asks, and never changes anything", async () => {
  const answers = ["hedge_mode", "one_way_mode"].map((posMode) =>
    envelope({ ...PAYLOADS.account, posMode })
  );
  await using test = await openTestAccount({
    clock,
    onRequest: () => answers.shift() ?? envelope({}),
  });
  assert.equal(await test.account.fetchPositionMode(SYMBOL), "hedge");
  assert.equal(await test.account.fetchPositionMode(SYMBOL), "one_way");
  assert.ok(test.sent().every(({ method }) => method === "GET"));
});

Deno.test("fetchBalance() never invents a coin it was not told of", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () => envelope(PAYLOADS.accounts),
  });
  assert.equal((await test.account.fetchBalance("USDT")).equity, 0);
  await assert.rejects(test.account.fetchBalance("USDC"), /no balance in USDC/);
});

Deno.test("fetchFundingPayments() keeps amounts as text, other bills out", async () => {
  const nowMs = 1_700_800_000_000;
  const [sample] = PAYLOADS.bills.bills;
  await using test = await openTestAccount({
    clock: new ManualClock(nowMs),
    onRequest: () =>
      envelope({
        bills: [
          { ...sample, billId: "3", cTime: "1700790000000", amount: "0.1" },
          sample,
          { ...sample, billId: "4", symbol: "ETHUSDT" },
          { ...sample, billId: "5", businessType: "open_long" },
        ],
        endId: "3",
      }),
  });
  assert.deepEqual(
    await test.account.fetchFundingPayments(SYMBOL, nowMs - 3 * DAY_MS),
    [
      {
        billId: "1111499428100472833",
        amount: "-0.004992",
        atMs: 1700728034996,
      },
      { billId: "3", amount: "0.1", atMs: 1700790000000 },
    ],
  );
});

Deno.test("an unknown symbol is refused before anything is asked", async () => {
  await using test = await openTestAccount({
    clock,
    onRequest: () => envelope({}),
  });
  for (const symbol of ["BTC/USDT", "BTC/USD:BTC", "x"]) {
    await assert.rejects(test.account.fetchPositions(symbol), {
      reason: "unknown_symbol",
    });
  }
  await assert.rejects(test.venue.fetchMarket("ETH/USDT:USDT"), {
    reason: "unknown_symbol",
    kind: "rejected",
  });
  assert.equal(test.sent().length, 0);
});
