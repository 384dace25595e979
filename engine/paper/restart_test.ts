/** The program, killed and started again on the same books. */
import assert from "node:assert/strict";
import { readBooks } from "./books.ts";
import type { AccountBooks, PaperAccount } from "./control.ts";
import { type PaperExchange, startPaper } from "./mod.ts";
import { PaperProcess } from "./testing/process.ts";
import { callPublic, callSigned, orderBody } from "./testing/raw_client.ts";
import { startStill } from "./testing/start.ts";
import { waitUntil } from "./testing/wait_until.ts";

const PLACE = "/api/v2/mix/order/place-order";
const CANDLES =
  "/api/v2/mix/market/candles?symbol=BNBUSDT&granularity=1m&limit=1000&productType=USDT-FUTURES";

const STILL = { port: 0, prices: "synthetic:3", isPaused: true } as const;

async function trade(url: string, account: PaperAccount): Promise<void> {
  const orders = [
    { orderType: "market", size: "0.2" },
    { side: "sell", orderType: "market", size: "0.1" },
    { price: "600", clientOid: "resting" },
    { tradeSide: "close", price: "679", size: "0.2", clientOid: "closing" },
  ];
  for (const change of orders) {
    const body = orderBody(change);
    const answer = await callSigned(url, account, "POST", PLACE, { body });
    assert.equal(answer.code, "00000", answer.msg);
  }
}

Deno.test("killed with SIGKILL, the program goes on with every order, fill and cent", async () => {
  const dir = await Deno.makeTempDir();
  const flags = ["--data", dir, "--prices", "synthetic:7", "--speed", "600"];
  try {
    await using first = await PaperProcess.start(flags);
    await first.control("price", { symbol: "BNBUSDT", price: 650 });
    const account = await first.createAccount();
    await trade(first.url, account);
    await first.control("funding", { symbol: "BNBUSDT", settle: true });
    const before = await first.control<AccountBooks>(`accounts/${account.uid}`);
    const candlesBefore = await callPublic(first.url, CANDLES);
    await first.end("SIGKILL");

    await using second = await PaperProcess.start(flags);
    const after = await second.control<AccountBooks>(`accounts/${account.uid}`);
    assert.deepEqual(after, before);
    const candles = await callPublic(second.url, CANDLES);
    const openTimes = candles.data.map((row: string[]) => Number(row[0]));
    openTimes.slice(1).forEach((time: number, i: number) =>
      assert.equal(time - openTimes[i], 60_000, "gap-free over the restart")
    );
    assert.deepEqual(candles.data[0].slice(1), candlesBefore.data[0].slice(1));

    const duplicate = await callSigned(second.url, account, "POST", PLACE, {
      body: orderBody({ clientOid: "resting" }),
    });
    assert.equal(duplicate.code, "40786");
    await second.control("price", { symbol: "BNBUSDT", price: 680 });
    const filled = await second.control<AccountBooks>(
      `accounts/${account.uid}`,
    );
    assert.equal(filled.fills.length, before.fills.length + 1);
    const ids = [...filled.fills, ...filled.openOrders].map((row) =>
      String(row.tradeId ?? row.orderId)
    );
    assert.equal(new Set(ids).size, ids.length, "no id twice");
    const status = await second.end("SIGTERM");
    assert.equal(status.code, 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the replay goes on from where it was", async () => {
  const dir = await Deno.makeTempDir();
  const kept = { ...STILL, dataDir: dir };
  const bnb = (paper: PaperExchange) => paper.control.price("BNBUSDT");
  try {
    const first = await startPaper(kept);
    first.control.step(600_000);
    await first.close();
    const second = await startPaper(kept);
    const atRestart = bnb(second);
    second.control.step(600_000);
    const continued = bnb(second);
    await second.close();

    await using whole = await startPaper(STILL);
    whole.control.step(600_000);
    assert.equal(bnb(whole), atRestart);
    whole.control.step(600_000);
    assert.equal(bnb(whole), continued);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a torn last line is forgotten, any other refused", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/books.jsonl`;
  try {
    assert.deepEqual([...readBooks(path)], []);
    await Deno.writeTextFile(path, '[]\n[{"t":"con');
    assert.deepEqual([...readBooks(path)], [[]]);
    await Deno.writeTextFile(path, '[{"t":"con\n[]\n');
    assert.throws(
      () => [...readBooks(path)],
      /line 1 of .*books\.jsonl is broken: .*move the file away/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("an exchange starts on books whose last line is torn", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/books.jsonl`;
  try {
    const first = await startStill({ dataDir: dir });
    const { uid } = first.control.createAccount();
    await first.close();
    await Deno.writeTextFile(path, '[{"t":"fill","fi', { append: true });
    const second = await startStill({ dataDir: dir });
    assert.equal(second.control.books(uid).wallet, "10000");
    await second.close();
    assert.ok([...readBooks(path)].length > 0);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("one directory serves one exchange at a time", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const first = await startStill({ dataDir: dir });
    await assert.rejects(
      startStill({ dataDir: dir }),
      /another paper exchange runs on them: end it first/,
    );
    await first.close();
    await first.close();
    const second = await startStill({ dataDir: dir });
    await second.close();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("what a reply tells is in the books already", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using paper = await startStill({ dataDir: dir });
    const account = paper.control.createAccount();
    await trade(paper.url, account);
    await waitUntil(
      () => paper.control.books(account.uid).fills.length === 2,
      "two fills",
    );
    const fills = [...readBooks(`${dir}/books.jsonl`)].flat()
      .filter((record) => record.t === "fill");
    assert.equal(fills.length, 2);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
