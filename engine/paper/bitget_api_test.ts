/** Unmodified npm bitget-api, REST and sockets, with nothing changed but its URLs. */
import assert from "node:assert/strict";
import { RestClientV2, WebsocketClientV2 } from "bitget-api";
import type { PaperAccount, PaperExchange } from "./mod.ts";
import { startStill } from "./testing/start.ts";
import { waitUntil } from "./testing/wait_until.ts";

const PRODUCT = { productType: "USDT-FUTURES" } as const;
const BASE = {
  ...PRODUCT,
  symbol: "BNBUSDT",
  marginMode: "crossed",
  marginCoin: "USDT",
} as const;

function rest(paper: PaperExchange, account: PaperAccount): RestClientV2 {
  return new RestClientV2({
    apiKey: account.apiKey,
    apiSecret: account.apiSecret,
    apiPass: account.passphrase,
    baseUrl: paper.url,
  });
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { body } = error as { readonly body?: { readonly code?: string } };
  return body?.code ?? String(error);
}

const SILENT_LOGGER = {
  trace: () => {},
  info: () => {},
  error: () => {},
};

Deno.test("bitget-api lives an order's life over REST, all four sides", async () => {
  await using paper = await startStill();
  const client = rest(paper, paper.control.createAccount());
  const info = await client.getSpotAccount();
  assert.ok(info.data.authorities.includes("coow"));
  await client.setFuturesPositionMode({ ...PRODUCT, posMode: "hedge_mode" });
  await client.setFuturesLeverage({ ...BASE, leverage: "5" });
  const candles = await client.getFuturesCandles({
    ...PRODUCT,
    symbol: "BNBUSDT",
    granularity: "1m",
    limit: "10",
  });
  assert.equal(candles.data.length, 10);
  const placed = await client.futuresSubmitOrder({
    ...BASE,
    side: "buy",
    tradeSide: "open",
    orderType: "limit",
    force: "post_only",
    price: "649",
    size: "0.1",
    clientOid: "life-1",
  });
  assert.equal(placed.data.clientOid, "life-1");
  const pending = await client.getFuturesOpenOrders(PRODUCT);
  assert.equal(pending.data.entrustedList[0]?.orderId, placed.data.orderId);
  const fault = paper.control.addFault({
    kind: "liquidity",
    symbol: "BNBUSDT",
    sizePerStep: "0.03",
  });
  paper.control.setPrice("BNBUSDT", 648);
  const partly = await client.getFuturesOrder({
    ...PRODUCT,
    symbol: "BNBUSDT",
    clientOid: "life-1",
  });
  assert.deepEqual([partly.data.state, partly.data.baseVolume], [
    "partially_filled",
    "0.03",
  ]);
  paper.control.clearFaults(fault);
  paper.control.setPrice("BNBUSDT", 647.9);
  const batch = await client.futuresBatchSubmitOrders({
    ...BASE,
    orderList: [
      { side: "sell", tradeSide: "open", orderType: "market", size: "0.1" },
      { side: "buy", tradeSide: "close", orderType: "market", size: "0.1" },
      { side: "sell", tradeSide: "close", orderType: "market", size: "0.1" },
      { side: "buy", tradeSide: "close", orderType: "market", size: "0.1" },
    ],
  });
  assert.equal(batch.data.successList.length, 3);
  assert.equal(batch.data.failureList[0]?.errorCode, "22002");
  const positions = await client.getFuturesPositions({
    ...PRODUCT,
    marginCoin: "USDT",
  });
  assert.deepEqual(positions.data, []);
  const fills = await client.getFuturesFills(PRODUCT);
  assert.equal(fills.data.fillList.length, 5);
  await assert.rejects(
    client.futuresCancelOrder({ ...PRODUCT, symbol: "BNBUSDT", orderId: "1" }),
    (error) => codeOf(error) === "40768",
  );
});

Deno.test("bitget-api signs odd characters the way the server reads them", async () => {
  await using paper = await startStill();
  const client = rest(paper, paper.control.createAccount());
  const clientOid = "a+b/c=d@e|f:g#h";
  await client.futuresSubmitOrder({
    ...BASE,
    side: "buy",
    tradeSide: "open",
    orderType: "limit",
    force: "gtc",
    price: "600",
    size: "0.1",
    clientOid,
  });
  const order = await client.getFuturesOrder({
    ...PRODUCT,
    symbol: "BNBUSDT",
    clientOid,
  });
  assert.equal(order.data.clientOid, clientOid);
});

Deno.test("bitget-api hears its orders, positions and account on its sockets", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const client = rest(paper, account);
  const sockets = ["private", "public"].map((path) =>
    new WebsocketClientV2({
      apiKey: account.apiKey,
      apiSecret: account.apiSecret,
      apiPass: account.passphrase,
      wsUrl: `${paper.wsUrl}/v2/ws/${path}`,
    }, SILENT_LOGGER)
  );
  const [inside, outside] = sockets;
  assert.ok(inside !== undefined && outside !== undefined);
  const heard: { readonly channel: string; readonly data: unknown[] }[] = [];
  const problems: unknown[] = [];
  for (const socket of sockets) {
    socket.on("update", (update) => {
      const { arg, data } = update as {
        readonly arg: { readonly channel: string };
        readonly data: unknown[];
      };
      heard.push({ channel: arg.channel, data });
    });
    socket.on("exception", (problem) => problems.push(problem));
  }
  try {
    for (const channel of ["orders", "positions"] as const) {
      inside.subscribeTopic("USDT-FUTURES", channel);
    }
    inside.subscribeTopic("USDT-FUTURES", "account");
    outside.subscribeTopic("USDT-FUTURES", "ticker", "BNBUSDT");
    await waitUntil(
      () => paper.control.state().subscriptions === 4,
      "4 subscriptions",
    );
    await client.futuresSubmitOrder({
      ...BASE,
      side: "buy",
      tradeSide: "open",
      orderType: "market",
      size: "0.1",
    });
    const wanted = ["orders", "positions", "account", "ticker"];
    const heardOf = (channel: string) =>
      heard.some((push) => push.channel === channel && push.data.length > 0);
    await waitUntil(() => wanted.every(heardOf), "a push of each channel");
    assert.deepEqual(problems, []);
  } finally {
    for (const socket of sockets) socket.closeAll(true);
    await waitUntil(() => paper.control.state().sockets === 0, "closed");
  }
});
