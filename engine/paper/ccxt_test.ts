/** Unmodified ccxt, REST and sockets, with nothing changed but its URLs. */
import assert from "node:assert/strict";
import Bitget from "ccxt-bitget";
import type { Order, pro } from "ccxt";
import type { PaperAccount, PaperExchange } from "./mod.ts";
import { startStill } from "./testing/start.ts";
import { waitUntil } from "./testing/wait_until.ts";

type Client = InstanceType<(typeof pro)["bitget"]>;

const SYMBOL = "BNB/USDT:USDT";
const FAMILIES = ["spot", "mix", "common", "user", "margin", "uta"] as const;

function connect(
  paper: PaperExchange,
  account: PaperAccount,
): Client {
  const rest = Object.fromEntries(
    FAMILIES.map((family) => [family, paper.url]),
  );
  const ws = {
    public: `${paper.wsUrl}/v2/ws/public`,
    private: `${paper.wsUrl}/v2/ws/private`,
  };
  return new (Bitget as unknown as new (config: unknown) => Client)({
    apiKey: account.apiKey,
    secret: account.apiSecret,
    password: account.passphrase,
    enableRateLimit: false,
    urls: { api: { ...rest, ws, demo: ws } },
    options: {
      uta: false,
      defaultType: "swap",
      fetchMarkets: { types: ["swap"] },
    },
  });
}

async function withClient(
  run: (client: Client, paper: PaperExchange, account: PaperAccount) => Promise<
    void
  >,
  positionMode: "hedge" | "one_way" = "hedge",
): Promise<void> {
  await using paper = await startStill();
  const account = paper.control.createAccount({ positionMode });
  const client = connect(paper, account);
  try {
    await client.loadMarkets();
    await run(client, paper, account);
  } finally {
    await client.close();
  }
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    assert.ok(error instanceof Error);
    return /"code":"(\d+)"/.exec(error.message)?.[1] ?? error.message;
  }
  return "00000";
}

Deno.test("ccxt loads the markets and the public figures", () =>
  withClient(async (client, paper) => {
    const market = client.market(SYMBOL);
    assert.equal(market.precision.price, 0.01);
    assert.equal(market.precision.amount, 0.01);
    assert.equal(market.limits.cost?.min, 5);
    assert.equal(market.limits.leverage?.max, 75);
    assert.equal(market.taker, 0.0006);
    const ticker = await client.fetchTicker(SYMBOL);
    assert.deepEqual([ticker.last, ticker.bid, ticker.ask], [
      650,
      649.99,
      650,
    ]);
    const tickers = await client.fetchTickers();
    assert.ok(Object.keys(tickers).includes("BTC/USDT:USDT"));
    const candles = await client.fetchOHLCV(SYMBOL, "1m", undefined, 1_000);
    assert.ok(candles.length >= 900);
    const times = candles.map(([openTime]) => Number(openTime));
    times.slice(1).forEach((time, i) =>
      assert.equal(time - (times[i] ?? 0), 60_000)
    );
    assert.equal(candles.at(-1)?.[4], 650);
    const hours = await client.fetchOHLCV(SYMBOL, "1h", undefined, 5);
    assert.equal(hours.length, 5);
    const book = await client.fetchOrderBook(SYMBOL, 15);
    assert.deepEqual([book.bids.length, book.asks.length], [15, 15]);
    assert.equal(book.asks[0]?.[0], 650);
    const rate = await client.fetchFundingRate(SYMBOL);
    assert.equal(rate.fundingRate, 0.0001);
    assert.ok(Math.abs(Number(await client.fetchTime()) - Date.now()) < 5_000);
    paper.control.settleFunding("BNBUSDT");
    const settled = await client.fetchFundingRateHistory(SYMBOL);
    assert.equal(settled.length, 20, "a month of them, 20 a page");
    const ageMs = Date.now() - Number(settled.at(-1)?.timestamp);
    assert.ok(ageMs < 60_000, `settled ${ageMs} ms ago`);
    assert.equal((await client.fetchTradingFee(SYMBOL)).maker, 0.0002);
    assert.equal(
      (await client.fetchOpenInterest(SYMBOL)).openInterestAmount,
      0,
    );
    assert.equal(
      (await client.fetchFundingInterval(SYMBOL)).interval,
      "8h",
    );
    assert.equal((await client.fetchMarketLeverageTiers(SYMBOL)).length, 1);
    assert.equal((await client.fetchTrades(SYMBOL)).at(-1)?.price, 650);
  }));

Deno.test("ccxt lives an order's life in hedge mode: all four sides, partial fills, close", () =>
  withClient(async (client, paper, account) => {
    await client.setPositionMode(true);
    await client.setMarginMode("cross", SYMBOL);
    await client.setLeverage(5, SYMBOL);
    const leverage = await client.fetchLeverage(SYMBOL);
    assert.equal(leverage.longLeverage, 5);
    const hedged = { hedged: true };
    const watching = client.watchOrders(SYMBOL);
    await subscribed(paper, 1);
    const entry = await client.createOrder(SYMBOL, "limit", "buy", 0.1, 649, {
      ...hedged,
      postOnly: true,
      clientOrderId: "entry-1",
    });
    assert.equal(entry.clientOrderId, "entry-1");
    const [live] = await watching;
    assert.equal(live?.status, "open");
    const fault = paper.control.addFault({
      kind: "liquidity",
      symbol: "BNBUSDT",
      sizePerStep: "0.04",
    });
    const partly = client.watchOrders(SYMBOL);
    paper.control.setPrice("BNBUSDT", 648.5);
    const [pushed] = await partly;
    assert.equal(pushed?.info.accBaseVolume, "0.04");
    assert.equal(pushed?.info.status, "partially_filled");
    const partial = await client.fetchOrder(String(entry.id), SYMBOL);
    assert.deepEqual([partial.filled, partial.remaining], [0.04, 0.06]);
    assert.equal((await client.fetchOpenOrders(SYMBOL)).length, 1);
    paper.control.clearFaults(fault);
    paper.control.setPrice("BNBUSDT", 648.4);
    const filled = await client.fetchOrder(String(entry.id), SYMBOL);
    assert.deepEqual([filled.status, filled.filled, filled.average], [
      "closed",
      0.1,
      649,
    ]);
    await client.createOrder(SYMBOL, "market", "sell", 0.2, undefined, hedged);
    const positions = await client.fetchPositions([SYMBOL]);
    assert.deepEqual(
      positions.map((p) => [p.side, p.contracts]).sort(),
      [["long", 0.1], ["short", 0.2]],
    );
    const close = { ...hedged, reduceOnly: true };
    await client.createOrder(SYMBOL, "limit", "sell", 0.1, 650, {
      ...close,
      postOnly: true,
    });
    paper.control.setPrice("BNBUSDT", 651);
    await client.createOrder(SYMBOL, "market", "buy", 0.2, undefined, close);
    assert.deepEqual(await client.fetchPositions([SYMBOL]), []);
    const trades = await client.fetchMyTrades(SYMBOL);
    assert.equal(trades.length, 5);
    const books = paper.control.books(account.uid);
    const balance = await client.fetchBalance();
    assert.equal(String(balance.USDT?.total), books.wallet);
    const history = await client.fetchPositionsHistory([SYMBOL]);
    assert.equal(history.length, 2);
    assert.equal((await client.fetchClosedOrders(SYMBOL)).length, 4);
    assert.ok((await client.fetchLedger("USDT")).length >= 6);
  }));

/** Waits until so many channels are subscribed: then nothing is missed. */
function subscribed(paper: PaperExchange, channels: number): Promise<void> {
  return waitUntil(
    () => paper.control.state().subscriptions >= channels,
    `${channels} subscriptions`,
  );
}

Deno.test("ccxt creates, edits and cancels in batches", () =>
  withClient(async (client) => {
    const params = { hedged: true, postOnly: true };
    const order = (price: number, clientOrderId: string) => ({
      symbol: SYMBOL,
      type: "limit" as const,
      side: "buy" as const,
      amount: 0.05,
      price,
      params: { ...params, clientOrderId },
    });
    const orders = await client.createOrders([
      order(640, "a"),
      order(641, "b"),
      order(642, "a"),
    ]);
    assert.deepEqual(orders.map((o: Order) => o.clientOrderId), ["a", "b"]);
    const [first] = orders;
    assert.ok(first !== undefined);
    const edited = await client.editOrder(
      String(first.id),
      SYMBOL,
      "limit",
      "buy",
      0.06,
      639,
    );
    assert.notEqual(edited.id, first.id);
    const open = await client.fetchOpenOrders(SYMBOL);
    assert.deepEqual(open.map((o) => [o.price, o.amount]).sort(), [
      [639, 0.06],
      [641, 0.05],
    ]);
    const b = await client.fetchOrder("", SYMBOL, { clientOid: "b" });
    await client.cancelOrders([String(b.id)], SYMBOL);
    await client.cancelAllOrders(SYMBOL);
    assert.deepEqual(await client.fetchOpenOrders(SYMBOL), []);
    assert.equal(
      await codeOf(client.cancelOrder(String(b.id), SYMBOL)),
      "22001",
    );
  }));

Deno.test("ccxt trades in one-way mode too", () =>
  withClient(async (client) => {
    const code = await codeOf(
      client.createOrder(SYMBOL, "market", "buy", 0.1, undefined, {
        hedged: true,
      }),
    );
    assert.equal(code, "40774");
    await client.createOrder(SYMBOL, "market", "buy", 0.1);
    const [position] = await client.fetchPositions([SYMBOL]);
    assert.deepEqual([position?.side, position?.hedged], ["long", false]);
    await client.createOrder(SYMBOL, "market", "sell", 0.1, undefined, {
      reduceOnly: true,
    });
    assert.deepEqual(await client.fetchPositions([SYMBOL]), []);
    await client.setPositionMode(true);
    await client.createOrder(SYMBOL, "market", "sell", 0.1, undefined, {
      hedged: true,
    });
    await client.closePosition(SYMBOL, "short");
    assert.deepEqual(await client.fetchPositions([SYMBOL]), []);
  }, "one_way"));

Deno.test("ccxt watches ticker, candles, trades and books, with valid checksums", () =>
  withClient(async (client, paper) => {
    const ticker = await client.watchTicker(SYMBOL);
    assert.equal(ticker.last, 650);
    const candles = await client.watchOHLCV(SYMBOL, "1m");
    assert.ok(candles.length > 0);
    const book = await client.watchOrderBook(SYMBOL);
    assert.equal(book.asks[0]?.[0], 650);
    const updates: Promise<unknown>[] = [];
    for (const price of [651, 649.5, 652.34]) {
      updates.push(client.watchOrderBook(SYMBOL), client.watchTicker(SYMBOL));
      paper.control.setPrice("BNBUSDT", price);
      await Promise.all(updates);
    }
    const after = await client.watchTicker(SYMBOL);
    assert.equal(after.last, 652.34);
    const trading = client.watchTrades(SYMBOL);
    paper.control.resume();
    paper.control.setSpeed(600);
    const [trade] = await trading;
    assert.ok((trade?.amount ?? 0) > 0);
  }));

Deno.test("ccxt watches books of five and of one level", async () => {
  for (const levels of [5, 1]) {
    await withClient(async (client, paper) => {
      const book = await client.watchOrderBook(SYMBOL, levels);
      assert.equal(book.asks.length, levels);
      const next = client.watchOrderBook(SYMBOL, levels);
      paper.control.setPrice("BNBUSDT", 655);
      assert.equal((await next).asks[0]?.[0], 655);
    });
  }
});

Deno.test("ccxt watches fills, positions and balance of its account", () =>
  withClient(async (client, paper) => {
    const balanceBefore = await client.watchBalance({ type: "swap" });
    assert.equal(balanceBefore.USDT?.total, 10_000);
    assert.deepEqual(await client.watchPositions([SYMBOL]), []);
    const fills = client.watchMyTrades(SYMBOL);
    const positions = client.watchPositions([SYMBOL]);
    const balances = client.watchBalance({ type: "swap" });
    await subscribed(paper, 3);
    await client.createOrder(SYMBOL, "market", "buy", 0.1, undefined, {
      hedged: true,
    });
    const [fill] = await fills;
    assert.deepEqual([fill?.amount, fill?.price, fill?.takerOrMaker], [
      0.1,
      650,
      "taker",
    ]);
    const [position] = await positions;
    assert.deepEqual([position?.side, position?.contracts], ["long", 0.1]);
    const balance = await balances;
    assert.ok(Number(balance.USDT?.total) < 10_000);
  }));

Deno.test("ccxt reconnects after its sockets were closed", () =>
  withClient(async (client, paper) => {
    await client.watchTicker(SYMBOL);
    const pending = client.watchTicker(SYMBOL).then(() => "", String);
    assert.equal(paper.control.kickSockets(), 1);
    const first = await pending;
    assert.match(first, /closed by remote server/);
    // The socket may be in the middle of closing: who watches, watches again.
    await waitUntil(
      () =>
        client.watchTicker(SYMBOL).then(
          (ticker) => ticker.last === 650,
          () => false,
        ),
      "a ticker on a new socket",
    );
  }));
