/** Several markets on one exchange: each its own, one wallet for all. @module */
import assert from "node:assert/strict";
import { formatDecimal, formatMoney } from "@core/matching/mod.ts";
import { termsFor, toInstrument } from "./contracts.ts";
import { type PaperAccount, type PaperExchange, startPaper } from "./mod.ts";
import { SyntheticSource } from "./prices/synthetic.ts";
import { callPublic, callSigned, orderBody } from "./testing/raw_client.ts";
import { startStill } from "./testing/start.ts";
import { waitUntil } from "./testing/wait_until.ts";

const MARKET = "/api/v2/mix/market";
const PRODUCT = "productType=USDT-FUTURES";
const LISTED = [
  "BNBUSDT",
  "BTCUSDT",
  "ETHUSDT",
  "SOLUSDT",
  "XRPUSDT",
  "DOGEUSDT",
];

/** Buys or sells at once. */
async function trade(
  paper: PaperExchange,
  account: PaperAccount,
  order: {
    readonly symbol: string;
    readonly side: "buy" | "sell";
    readonly size: string;
    readonly timestampMs?: number;
  },
): Promise<void> {
  const { timestampMs = Date.now(), ...terms } = order;
  const answer = await callSigned(
    paper.url,
    account,
    "POST",
    "/api/v2/mix/order/place-order",
    {
      body: orderBody({
        ...terms,
        tradeSide: "open",
        orderType: "market",
        force: undefined,
        price: undefined,
      }),
      timestampMs,
    },
  );
  assert.equal(answer.code, "00000", answer.msg);
}

/** Puts every market where sums are easy. */
function setRoundPrices(paper: PaperExchange): void {
  for (const [symbol, price] of [["BTCUSDT", 60_000], ["ETHUSDT", 3_000]]) {
    // Upwards, so that the ask is the price itself.
    paper.control.setPrice(String(symbol), Number(price) * 0.999);
    paper.control.setPrice(String(symbol), Number(price));
  }
}

/** Long 0.1 BTC at 60000 and short 1 ETH at 2999.99, all fees paid. */
async function openTwoLegs(
  paper: PaperExchange,
  account: PaperAccount,
  timestampMs = Date.now(),
): Promise<void> {
  setRoundPrices(paper);
  const long = { symbol: "BTCUSDT", side: "buy", size: "0.1" } as const;
  const short = { symbol: "ETHUSDT", side: "sell", size: "1" } as const;
  await trade(paper, account, { ...long, timestampMs });
  await trade(paper, account, { ...short, timestampMs });
}

Deno.test("synthetic prices come with the markets a trader looks for", async () => {
  await using paper = await startStill();
  const contracts = await callPublic(
    paper.url,
    `${MARKET}/contracts?${PRODUCT}`,
  );
  const rows: Record<string, string>[] = contracts.data;
  assert.deepEqual(rows.map(({ symbol }) => symbol), LISTED);
  const tickers = await callPublic(paper.url, `${MARKET}/tickers?${PRODUCT}`);
  for (const [index, ticker] of tickers.data.entries()) {
    assert.equal(ticker.symbol, LISTED[index]);
    assert.ok(Number(ticker.high24h) > Number(ticker.low24h), ticker.symbol);
    assert.ok(Number(ticker.usdtVolume) > 1e6, ticker.symbol);
  }
  const rates = tickers.data.map((row: Record<string, string>) =>
    row.fundingRate
  );
  assert.equal(new Set(rates).size, LISTED.length, String(rates));
});

Deno.test("BTCUSDT has the steps and limits Bitget was recorded with", () => {
  const btc = toInstrument(termsFor("BTCUSDT"));
  assert.equal(formatDecimal(btc.minSize, btc.sizeScale), "0.001");
  assert.equal(formatDecimal(btc.sizeStep, btc.sizeScale), "0.001");
  assert.equal(formatDecimal(btc.priceStep, btc.priceScale), "0.1");
  assert.equal(formatMoney(btc.minNotional), "5");
  assert.deepEqual([btc.minLeverage, btc.maxLeverage], [1, 125]);
});

Deno.test("BNBUSDT's path for a seed never changes", () => {
  const source = new SyntheticSource("BNBUSDT", {
    seed: "1",
    historyMinutes: 1_000,
  });
  const { close = NaN } = source.history[999] ?? {};
  for (let i = 0; i < 5_000; i++) source.next();
  const { open, high, low, volume } = source.next();
  // As far as every processor's sine and logarithm agree.
  assert.deepEqual(
    [close, open, high, low, volume].map((value) => value.toFixed(6)),
    ["640.348759", "621.671102", "622.576870", "620.997328", "993.120663"],
  );
});

Deno.test("a market's path does not depend on which others are listed", async () => {
  await using all = await startStill();
  await using one = await startStill({ symbols: ["BNBUSDT", "SOLUSDT"] });
  for (const paper of [all, one]) {
    paper.control.resume("SOLUSDT");
    paper.control.step(3_600_000 + 777);
  }
  const candles = (paper: PaperExchange) =>
    callPublic(
      paper.url,
      `${MARKET}/candles?symbol=SOLUSDT&granularity=1H&limit=10&${PRODUCT}`,
    );
  assert.equal(one.control.price("SOLUSDT"), all.control.price("SOLUSDT"));
  const [here, there] = await Promise.all([candles(all), candles(one)]);
  const closes = ({ data }: typeof here) =>
    data.map((row: string[]) => row.slice(1, 5));
  assert.ok(closes(here).length >= 10);
  assert.deepEqual(closes(here), closes(there));
});

Deno.test("markets move by their own measure", () => {
  const moves = (symbol: string) => {
    const { history } = new SyntheticSource(symbol, {
      seed: "3",
      historyMinutes: 20_000,
    });
    const sum = history.reduce(
      (total, { open, close }) => total + Math.abs(close / open - 1),
      0,
    );
    return sum / history.length;
  };
  const [btc = 0, bnb = 0, sol = 0] = ["BTCUSDT", "BNBUSDT", "SOLUSDT"]
    .map(moves);
  assert.ok(btc < 0.9 * bnb && sol > 1.2 * bnb, `${btc} ${bnb} ${sol}`);
});

Deno.test("one wallet carries the positions of two symbols", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount({ balance: "10000" });
  await openTwoLegs(paper, account);
  paper.control.setPrice("BTCUSDT", 61_000);
  paper.control.setPrice("ETHUSDT", 3_050);
  const books = paper.control.books(account.uid);
  // 0.1 × 1000 up, less 1 × (3050 − 2999.99).
  assert.equal(books.unrealizedPnl, "49.99");
  assert.equal(Number(books.equity), Number(books.wallet) + 49.99);
  assert.equal(books.fees, "5.399994", "0.06 % of 6000 and of 2999.99");
  const symbols = books.positions.map(({ symbol }) => symbol);
  assert.deepEqual(symbols, ["BTCUSDT", "ETHUSDT"]);

  const answer = await callSigned(
    paper.url,
    account,
    "GET",
    "/api/v2/mix/account/accounts",
    { query: PRODUCT },
  );
  const [row] = answer.data;
  assert.equal(row.accountEquity, books.equity);
  // Margin is held for both: at 10 ×, a tenth of what each is worth.
  const free = Number(row.crossedMaxAvailable);
  assert.ok(free < Number(books.equity), `${free} of ${books.equity}`);
});

Deno.test("each symbol settles its own funding at its own rate", async () => {
  let nowMs = Date.UTC(2026, 0, 1, 7, 59, 58);
  await using paper = await startStill({ nowMs: () => nowMs });
  const account = paper.control.createAccount();
  await openTwoLegs(paper, account, nowMs);
  paper.control.setFundingRate("BTCUSDT", "0.0002");
  paper.control.setFundingRate("ETHUSDT", "-0.0003");
  nowMs += 3_000;
  const funding = () =>
    paper.control.books(account.uid).bills
      .filter(({ businessType }) => businessType === "contract_settle_fee")
      .map(({ symbol, amount }) => [symbol, amount]);
  await waitUntil(() => funding().length === 2, "both settlements");
  // The long pays 6000 × 0.0002; at a rate below zero the short pays 3000 × 0.0003.
  assert.deepEqual(funding().sort(), [["BTCUSDT", "-1.2"], [
    "ETHUSDT",
    "-0.9",
  ]]);
  assert.equal(paper.control.books(account.uid).funding, "-2.1");
});

Deno.test("a loss in one symbol liquidates the legs of all", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount({ balance: "1000" });
  const other = paper.control.createAccount({ balance: "100000" });
  await openTwoLegs(paper, account);
  await openTwoLegs(paper, other);
  // 0.1 BTC lose about 950 of what is left of 1000.
  paper.control.setPrice("BTCUSDT", 50_450);
  const books = paper.control.books(account.uid);
  assert.deepEqual(books.positions, []);
  const bursts = books.fills.map((fill) => [fill.symbol, fill.tradeSide])
    .filter(([, word]) => String(word).startsWith("burst"));
  assert.deepEqual(bursts.sort(), [
    ["BTCUSDT", "burst_close_long"],
    ["ETHUSDT", "burst_close_short"],
  ]);
  assert.ok(Number(books.wallet) >= 0, books.wallet);
  assert.equal(books.equity, books.wallet);
  assert.equal(paper.control.books(other.uid).positions.length, 2);
});

/** Hours of BNB, oldest first: opening time and prices. */
async function hoursOf(paper: PaperExchange): Promise<number[][]> {
  const query = "symbol=BNBUSDT&granularity=1H&limit=1000";
  const { data } = await callPublic(
    paper.url,
    `${MARKET}/candles?${query}&${PRODUCT}`,
  );
  return data.map((row: string[]) => row.slice(0, 5).map(Number));
}

Deno.test("a new exchange has a month behind it, and still has after a restart", async () => {
  const dir = await Deno.makeTempDir();
  const options = { port: 0, dataDir: dir, isPaused: true, limits: false };
  try {
    const first = await startPaper({ ...options, prices: "synthetic:1" });
    const hours = await hoursOf(first);
    assert.ok(hours.length >= 31 * 24, `${hours.length} hours`);
    for (const [index, [openTimeMs = 0, open]] of hours.entries()) {
      const before = hours[index - 1];
      if (before === undefined) continue;
      assert.equal(openTimeMs - (before[0] ?? 0), 3_600_000);
      assert.equal(open, before[4], "each opens where the one before closed");
    }
    await first.close();
    await using second = await startPaper({
      ...options,
      prices: "synthetic:1",
    });
    const again = await hoursOf(second);
    // The oldest hour moves with the clock, the newest with the price.
    const same = hours.slice(1, -1);
    assert.deepEqual(again.slice(1, 1 + same.length), same);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("candles of a file get no made-up past when prices change to synthetic", async () => {
  const dir = await Deno.makeTempDir();
  const file = `${dir}/BNBUSDT-1m.csv`;
  const minutes = Array.from({ length: 20 }, (_, i) => {
    const at = Date.UTC(2026, 0, 1) + i * 60_000;
    return `${at},700,701,699,700,5`;
  });
  await Deno.writeTextFile(
    file,
    ["open_time_ms,open,high,low,close,volume", ...minutes, ""].join("\n"),
  );
  const options = { port: 0, dataDir: `${dir}/books`, isPaused: true };
  try {
    const first = await startPaper({ ...options, prices: `csv:${file}` });
    await first.close();
    await using second = await startPaper({
      ...options,
      prices: "synthetic:1",
    });
    const hours = await hoursOf(second);
    assert.ok(hours.length <= 2, `${hours.length} hours`);
    assert.equal(hours[0]?.[1], 700);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
