import assert from "node:assert/strict";
import { toMoney, transfer } from "@core/matching/mod.ts";
import { MEMORY_BOOKS, readBooks } from "./books.ts";
import { startPaper } from "./mod.ts";
import { callPublic } from "./testing/raw_client.ts";
import { waitUntil } from "./testing/wait_until.ts";
import { Venue } from "./venue.ts";

const FUNDING =
  "/api/v2/mix/market/current-fund-rate?symbol=BNBUSDT&productType=USDT-FUTURES";
const HISTORY =
  "/api/v2/mix/market/history-fund-rate?symbol=BNBUSDT&productType=USDT-FUTURES";

Deno.test("funding settles at 00, 08 and 16 UTC on the wall clock", async () => {
  let nowMs = Date.UTC(2026, 0, 1, 7, 59, 59);
  await using paper = await startPaper({
    port: 0,
    prices: "synthetic:1",
    isPaused: true,
    nowMs: () => nowMs,
  });
  const before = await callPublic(paper.url, FUNDING);
  assert.equal(Number(before.data[0].nextUpdate), Date.UTC(2026, 0, 1, 8));
  const newest = async () =>
    Number((await callPublic(paper.url, HISTORY)).data[0].fundingTime);
  assert.equal(await newest(), Date.UTC(2026, 0, 1));
  nowMs += 2_000;
  await waitUntil(async () => await newest() === nowMs, "a settlement");
  const after = await callPublic(paper.url, FUNDING);
  assert.equal(Number(after.data[0].nextUpdate), Date.UTC(2026, 0, 1, 16));
});

Deno.test("books start with a snapshot and forget what it replaces", async () => {
  const dir = await Deno.makeTempDir();
  const options = {
    port: 0,
    prices: "synthetic:1",
    isPaused: true,
    dataDir: dir,
  };
  const lines = () => [...readBooks(`${dir}/books.jsonl`)].length;
  try {
    const first = await startPaper(options);
    const account = first.control.createAccount();
    for (let i = 0; i < 200; i++) first.control.transfer(account.uid, "1");
    const written = lines();
    await first.close();
    const second = await startPaper(options);
    assert.ok(lines() < written / 2, `${lines()} of ${written} lines`);
    assert.equal(second.control.books(account.uid).wallet, "10200");
    await second.close();
    const third = await startPaper(options);
    assert.equal(third.control.books(account.uid).bills.length, 201);
    await third.close();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("a symbol without a source any more stays listed and stands still", async () => {
  const dir = await Deno.makeTempDir();
  const options = { port: 0, isPaused: true, dataDir: dir } as const;
  try {
    const first = await startPaper({ ...options, prices: "synthetic:1" });
    first.control.setPrice("ETHUSDT", 3_333);
    await first.close();
    await using second = await startPaper({
      ...options,
      prices: "synthetic:1",
      symbols: ["BNBUSDT"],
    });
    second.control.resume();
    second.control.step(60_000);
    assert.equal(second.control.price("ETHUSDT"), 3_333);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("books that cannot be written stop the exchange instead of forgetting", () => {
  let isFull = false;
  const venue = new Venue({
    books: {
      ...MEMORY_BOOKS,
      append: () => {
        if (isFull) throw new Error("No space left on device");
      },
    },
    nowMs: () => Date.UTC(2026, 0, 1),
    random: () => 0.5,
  });
  const { uid } = venue.openAccount();
  isFull = true;
  const pay = () =>
    venue.run((exchange, atMs) => transfer(exchange, uid, toMoney("1"), atMs));
  assert.throws(pay, /No space/);
  isFull = false;
  assert.throws(pay, /start again/);
});
