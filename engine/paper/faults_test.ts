import assert from "node:assert/strict";
import { FaultBoard } from "./faults.ts";
import type { FaultInput, PaperAccount, PaperExchange } from "./mod.ts";
import {
  callPublic,
  callSigned,
  orderBody,
  type RawAnswer,
} from "./testing/raw_client.ts";
import { RawSocket } from "./testing/raw_socket.ts";
import { startStill } from "./testing/start.ts";

const PLACE = "/api/v2/mix/order/place-order";
const PENDING = "/api/v2/mix/order/orders-pending";
const PRODUCT = "productType=USDT-FUTURES";

function place(
  paper: PaperExchange,
  account: PaperAccount,
  change?: Readonly<Record<string, unknown>>,
  signal?: AbortSignal,
): Promise<RawAnswer> {
  return callSigned(paper.url, account, "POST", PLACE, {
    body: orderBody(change),
    ...(signal === undefined ? {} : { signal }),
  });
}

function openOrders(paper: PaperExchange, account: PaperAccount): number {
  return paper.control.books(account.uid).openOrders.length;
}

Deno.test("FaultBoard strikes what matches, so many times, with its probability", () => {
  let chance = 0;
  const board = new FaultBoard(() => chance);
  board.add({ kind: "throttle", path: "orders", uid: "1", times: 2 });
  const target = { path: "/api/orders", uid: "1" };
  assert.equal(board.strike(["slow"], target), null);
  assert.equal(board.strike(["throttle"], { ...target, uid: "2" }), null);
  assert.equal(board.strike(["throttle"], { path: "/x", uid: "1" }), null);
  assert.ok(board.strike(["throttle"], target));
  assert.ok(board.strike(["throttle"], target));
  assert.equal(board.strike(["throttle"], target), null, "used up");
  board.add({ kind: "drop_pushes", probability: 0.5 });
  chance = 0.6;
  assert.equal(board.strike(["drop_pushes"]), null);
  chance = 0.4;
  assert.ok(board.strike(["drop_pushes"]));
  assert.equal(board.clear(), 1);
});

Deno.test("throttle, server_error and refuse answer instead of acting", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const cases: readonly [FaultInput, number, string, number][] = [
    [{ kind: "throttle", times: 1 }, 429, "429", 0],
    [{ kind: "server_error", times: 1 }, 502, "", 0],
    [
      { kind: "server_error", status: 503, accepts: true, times: 1 },
      503,
      "",
      1,
    ],
    [{ kind: "refuse", code: "40725", times: 1 }, 400, "40725", 1],
    [
      { kind: "refuse", code: "40010", accepts: true, times: 1 },
      400,
      "40010",
      2,
    ],
  ];
  for (const [fault, status, code, orders] of cases) {
    paper.control.addFault({ path: "place-order", ...fault });
    const answer = await place(paper, account);
    assert.deepEqual([answer.status, answer.code], [status, code]);
    assert.equal(openOrders(paper, account), orders);
  }
  assert.equal((await place(paper, account)).code, "00000");
});

Deno.test("refuse_order strikes one leg of a batch", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  paper.control.addFault({ kind: "refuse_order", code: "40762", times: 1 });
  const path = "/api/v2/mix/order/batch-place-order";
  const { data } = await callSigned(paper.url, account, "POST", path, {
    body: { ...orderBody(), orderList: [orderBody(), orderBody()] },
  });
  assert.equal(data.failureList[0].errorCode, "40762");
  assert.equal(data.successList.length, 1);
});

Deno.test("accept_then_timeout carries out and stays silent, timeout does neither", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  for (const kind of ["accept_then_timeout", "timeout"] as const) {
    const id = paper.control.addFault({ kind, path: "place-order" });
    const clientOid = `order-${kind}`;
    const giveUp = AbortSignal.timeout(150);
    await assert.rejects(
      place(paper, account, { clientOid }, giveUp),
      (error) => error instanceof Error && error.name === "TimeoutError",
    );
    paper.control.clearFaults(id);
    const again = await place(paper, account, { clientOid });
    const isKept = kind === "accept_then_timeout";
    assert.equal(again.code, isKept ? "40786" : "00000", kind);
  }
});

Deno.test("slow answers late", async () => {
  await using paper = await startStill();
  paper.control.addFault({ kind: "slow", delayMs: 80, path: "public/time" });
  const startMs = performance.now();
  const answer = await callPublic(paper.url, "/api/v2/public/time");
  assert.equal(answer.code, "00000");
  assert.ok(performance.now() - startMs >= 79);
});

Deno.test("clock_skew moves the exchange's clock and with it the window of 40008", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  paper.control.addFault({ kind: "clock_skew", skewMs: 60_000 });
  const time = await callPublic(paper.url, "/api/v2/public/time");
  assert.ok(Number(time.data.serverTime) - Date.now() > 50_000);
  const query = { query: PRODUCT };
  const read = () => callSigned(paper.url, account, "GET", PENDING, query);
  assert.equal((await read()).code, "40008");
  paper.control.clearFaults();
  assert.equal((await read()).code, "00000");
});

Deno.test("post-only orders can be canceled always, or refused where they cross", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const postOnly = { force: "post_only" };
  paper.control.addFault({ kind: "cancel_post_only", times: 1 });
  assert.equal((await place(paper, account, postOnly)).code, "00000");
  assert.equal(openOrders(paper, account), 0);
  const crossing = { ...postOnly, price: "655" };
  assert.equal((await place(paper, account, crossing)).code, "00000");
  assert.equal(openOrders(paper, account), 0);
  paper.control.addFault({ kind: "reject_crossing_post_only" });
  assert.equal((await place(paper, account, crossing)).code, "40930");
  assert.equal((await place(paper, account, postOnly)).code, "00000");
});

Deno.test("overlapping closes are refused as Bitget did before, when told to", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const market = { orderType: "market", size: "0.1" };
  await place(paper, account, market);
  const close = { tradeSide: "close" };
  await place(paper, account, { ...close, price: "660", size: "0.08" });
  const all = { ...close, ...market };
  const id = paper.control.addFault({ kind: "refuse_overlapping_close" });
  assert.equal((await place(paper, account, all)).code, "40757");
  paper.control.clearFaults(id);
  assert.equal((await place(paper, account, all)).code, "00000");
});

Deno.test("pushes can be dropped, doubled and delayed", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  await using socket = await RawSocket.login(paper.wsUrl, account);
  await socket.subscribe("orders");
  const channel = "orders";
  paper.control.addFault({ kind: "drop_pushes", channel, times: 1 });
  await place(paper, account, { clientOid: "dropped" });
  paper.control.addFault({ kind: "duplicate_pushes", channel, times: 1 });
  await place(paper, account, { clientOid: "doubled" });
  paper.control.addFault({
    kind: "delay_pushes",
    channel,
    times: 1,
    delayMs: 50,
  });
  await place(paper, account, { clientOid: "late" });
  await place(paper, account, { clientOid: "prompt" });
  const heard: string[] = [];
  while (heard.length < 4) {
    heard.push((await socket.push(channel)).data[0].clientOid);
  }
  assert.deepEqual(heard, ["doubled", "doubled", "prompt", "late"]);
});

Deno.test("sockets can be refused, muted and kicked", async () => {
  await using paper = await startStill();
  paper.control.addFault({ kind: "refuse_sockets", times: 1 });
  await assert.rejects(RawSocket.open(`${paper.wsUrl}/v2/ws/public`));
  await using socket = await RawSocket.open(`${paper.wsUrl}/v2/ws/public`);
  paper.control.addFault({ kind: "mute_pongs", times: 1 });
  socket.send("ping");
  socket.send("ping");
  await socket.subscribe("ticker", "BNBUSDT");
  const pongs = socket.frames.filter((frame) => frame.text === "pong");
  assert.equal(pongs.length, 1);
  assert.equal(paper.control.kickSockets(), 1);
  await socket.closed();
});

Deno.test("rate limits hold by endpoint and account, and can be switched off", async () => {
  await using paper = await startStill({ limits: true });
  const [a, b] = [
    paper.control.createAccount(),
    paper.control.createAccount(),
  ];
  const burst = async (account: PaperAccount) => {
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => place(paper, account)),
    );
    return answers.filter((answer) => answer.status === 429).length;
  };
  assert.equal(await burst(a), 4);
  assert.equal(await burst(b), 4, "another account has its own");
  const read = await callSigned(paper.url, a, "GET", PENDING, {
    query: PRODUCT,
  });
  assert.equal(read.code, "00000", "another endpoint too");
  paper.control.setLimits(false);
  assert.equal(await burst(a), 0);
});
