import assert from "node:assert/strict";
import type { PaperAccount, PaperExchange } from "./mod.ts";
import { callSigned, orderBody } from "./testing/raw_client.ts";
import { RawSocket } from "./testing/raw_socket.ts";
import { startStill } from "./testing/start.ts";

function place(
  paper: PaperExchange,
  account: PaperAccount,
  change: Readonly<Record<string, unknown>> = {},
): ReturnType<typeof callSigned> {
  const body = orderBody(change);
  const path = "/api/v2/mix/order/place-order";
  return callSigned(paper.url, account, "POST", path, { body });
}

Deno.test("a text ping is answered by a text pong", async () => {
  await using paper = await startStill();
  await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/public`);
  socket.send("ping");
  assert.deepEqual(await socket.next(() => true), { text: "pong" });
});

Deno.test("a login is refused with Bitget's code, and accepted in s and ms", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const seconds = Math.floor(Date.now() / 1_000);
  const cases: readonly [number, Partial<PaperAccount>, number][] = [
    [30011, { apiKey: "bg_unknown" }, seconds],
    [30012, { passphrase: "wrong" }, seconds],
    [30015, { apiSecret: "wrong" }, seconds],
    [30014, {}, seconds - 120],
    [0, {}, seconds],
    [0, {}, seconds * 1_000],
    [0, {}, seconds + 5],
  ];
  for (const [code, change, timestamp] of cases) {
    await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/private`);
    socket.sendLogin({ ...account, ...change }, timestamp);
    const frame = await socket.next(() => true);
    assert.deepEqual(
      [frame.event, frame.code],
      [code === 0 ? "login" : "error", code],
    );
  }
});

Deno.test("a subscription is refused where there is nothing, or no login", async () => {
  await using paper = await startStill();
  await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/public`);
  const cases: readonly [number, Record<string, string>][] = [
    [30001, { instType: "USDT-FUTURES", channel: "nope", instId: "BNBUSDT" }],
    [30001, { instType: "USDT-FUTURES", channel: "ticker", instId: "NOPE" }],
    [30001, { instType: "SPOT", channel: "ticker", instId: "BNBUSDT" }],
    [30001, {
      instType: "USDT-FUTURES",
      channel: "candle7m",
      instId: "BNBUSDT",
    }],
    [30004, {
      instType: "USDT-FUTURES",
      channel: "orders",
      instId: "default",
    }],
  ];
  for (const [code, arg] of cases) {
    socket.send({ op: "subscribe", args: [arg] });
    const frame = await socket.next((f) => f.event === "error");
    assert.equal(frame.code, code);
    assert.equal(frame.arg?.channel, arg.channel);
  }
  socket.send("{broken");
  assert.equal((await socket.next(() => true)).code, 30003);
});

Deno.test("an order's life is pushed in order: orders, fills, positions, account", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  await using socket = await RawSocket.login(paper.wsUrl, account);
  const channels = ["orders", "fill", "positions", "positions-history"];
  for (const channel of [...channels, "account"]) {
    await socket.subscribe(channel);
  }
  const initial = await socket.push("positions");
  assert.deepEqual(initial.data, [], "the full set: nothing");
  assert.equal((await socket.push("account")).data[0].equity, "10000");
  await place(paper, account, { price: "649", size: "0.1", clientOid: "a" });
  const live = await socket.push("orders");
  assert.equal(live.data[0].status, "live");
  assert.equal(live.data[0].posSide, "long");
  paper.control.addFault({
    kind: "liquidity",
    symbol: "BNBUSDT",
    sizePerStep: "0.04",
    times: 1,
  });
  paper.control.setPrice("BNBUSDT", 648.9);
  paper.control.setPrice("BNBUSDT", 648.8);
  const partly = await socket.push("orders");
  assert.deepEqual(
    [
      partly.data[0].status,
      partly.data[0].accBaseVolume,
      partly.data[0].baseVolume,
    ],
    ["partially_filled", "0.04", "0.04"],
  );
  const filled = await socket.push("orders");
  assert.deepEqual(
    [
      filled.data[0].status,
      filled.data[0].accBaseVolume,
      filled.data[0].baseVolume,
    ],
    ["filled", "0.1", "0.06"],
  );
  const first = await socket.push("fill");
  assert.equal(first.data[0].tradeId, partly.data[0].tradeId);
  assert.equal(first.data[0].tradeScope, "maker");
  await place(paper, account, {
    tradeSide: "close",
    orderType: "market",
    size: "0.1",
  });
  const closed = await socket.push("positions-history");
  assert.equal(closed.data[0].closeSize, "0.1");
  const flat = await socket.next((frame) =>
    frame.arg?.channel === "positions" && frame.data?.length === 0
  );
  assert.ok(flat);
});

Deno.test("an account hears nothing of another", async () => {
  await using paper = await startStill();
  const [mine, other] = [
    paper.control.createAccount(),
    paper.control.createAccount(),
  ];
  await using socket = await RawSocket.login(paper.wsUrl, mine);
  await socket.subscribe("orders");
  await place(paper, other, { clientOid: "theirs" });
  await place(paper, mine, { clientOid: "mine" });
  const push = await socket.push("orders");
  assert.equal(push.data[0].clientOid, "mine");
});

Deno.test("a symbol may be named instead of default", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  await using socket = await RawSocket.login(paper.wsUrl, account);
  await socket.subscribe("orders", "BNBUSDT");
  paper.control.setPrice("ETHUSDT", 3_500);
  await place(paper, account, {
    symbol: "ETHUSDT",
    price: "3400",
    size: "0.1",
    clientOid: "eth",
  });
  await place(paper, account, { clientOid: "bnb" });
  assert.equal((await socket.push("orders")).data[0].clientOid, "bnb");
});

Deno.test("more than ten messages a second cut the socket off", async () => {
  await using paper = await startStill({ limits: true });
  await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/public`);
  for (let i = 0; i < 12; i++) socket.send("ping");
  await socket.closed();
});

Deno.test("unsubscribed channels are silent", async () => {
  await using paper = await startStill();
  await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/public`);
  await socket.subscribe("ticker", "BNBUSDT");
  await socket.push("ticker");
  const arg = {
    instType: "USDT-FUTURES",
    channel: "ticker",
    instId: "BNBUSDT",
  };
  socket.send({ op: "unsubscribe", args: [arg] });
  await socket.next((frame) => frame.event === "unsubscribe");
  assert.equal(paper.control.state().subscriptions, 0);
});

Deno.test("a liquidation is pushed: orders canceled, the leg burst at the taker fee", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount({ balance: "100" });
  await using socket = await RawSocket.login(paper.wsUrl, account);
  for (const channel of ["orders", "fill", "positions-history"]) {
    await socket.subscribe(channel);
  }
  await place(paper, account, { orderType: "market", size: "1.2" });
  await place(paper, account, { price: "550", size: "0.1", clientOid: "rest" });
  paper.control.setPrice("BNBUSDT", 560);
  const canceled = await socket.next((frame) =>
    frame.data?.[0]?.status === "canceled"
  );
  assert.equal(canceled.arg?.channel, "orders");
  const burst = await socket.next((frame) =>
    frame.arg?.channel === "fill" &&
    frame.data[0].tradeSide === "burst_close_long"
  );
  assert.deepEqual(
    [burst.data[0].price, burst.data[0].tradeScope, burst.data[0].side],
    ["560", "taker", "buy"],
  );
  await socket.push("positions-history");
  const books = paper.control.books(account.uid);
  assert.deepEqual([books.positions, books.openOrders], [[], []]);
  assert.equal(books.wallet, "0", "covered by the exchange");
});
