/** The program, killed in the middle of trading, again and again on one set of books. */
import assert from "node:assert/strict";
import type { AccountBooks, PaperAccount } from "./control.ts";
import { PaperProcess } from "./testing/process.ts";
import { callSigned, orderBody } from "./testing/raw_client.ts";
import { RawSocket } from "./testing/raw_socket.ts";

const ROUNDS = 3;
const ORDERS_A_ROUND = 60;
const PLACE = "/api/v2/mix/order/place-order";

/** Whole units of 10^-12. */
function exact(text: unknown): bigint {
  const [whole = "0", part = ""] = String(text).replace("-", "").split(".");
  const value = BigInt(whole + part.padEnd(12, "0"));
  return String(text).startsWith("-") ? -value : value;
}

function sum(rows: AccountBooks["bills"], field: string): bigint {
  return rows.reduce((total, row) => total + exact(row[field]), 0n);
}

function check(books: AccountBooks): void {
  const { bills, fills, positions } = books;
  assert.equal(
    exact(books.wallet),
    sum(bills, "amount") + sum(bills, "fee"),
    "wallet = Σ ledger",
  );
  const held = positions.reduce(
    (net, row) => net + (row.holdSide === "long" ? 1n : -1n) * exact(row.total),
    0n,
  );
  const traded = fills.reduce((net, row) => {
    const opens = row.tradeSide === "open";
    const buys = (row.side === "buy") === opens;
    return net + (buys ? 1n : -1n) * exact(row.baseVolume);
  }, 0n);
  assert.equal(held, traded, "positions = Σ fills");
  const ids = fills.map((row) => row.tradeId);
  assert.equal(new Set(ids).size, ids.length, "no trade id twice");
}

/** Places orders around the price, several at a time. @returns Those acknowledged. */
async function tradeUntilKilled(
  paper: PaperProcess,
  account: PaperAccount,
  prefix: string,
): Promise<string[]> {
  const acknowledged: string[] = [];
  const place = async (n: number) => {
    const clientOid = `${prefix}-${n}`;
    const side = n % 2 === 0 ? "buy" : "sell";
    const body = orderBody({
      clientOid,
      side,
      orderType: n % 5 === 0 ? "market" : "limit",
      price: n % 2 === 0 ? "649.5" : "650.5",
      size: "0.02",
      ...n % 7 === 0 ? { tradeSide: "close" } : {},
    });
    const { code } = await callSigned(paper.url, account, "POST", PLACE, {
      body,
    });
    if (code === "00000") acknowledged.push(clientOid);
    if (n === ORDERS_A_ROUND - 10) await paper.end("SIGKILL");
  };
  const results = await Promise.allSettled(
    Array.from({ length: ORDERS_A_ROUND }, async (_, n) => {
      if (n % 10 === 0) {
        const price = n % 20 === 0 ? 649 : 651;
        await paper.control("price", { symbol: "BNBUSDT", price });
      }
      await place(n);
    }),
  );
  assert.ok(results.length === ORDERS_A_ROUND);
  return acknowledged;
}

Deno.test("killed in mid-trade, nothing acknowledged or pushed is lost", async () => {
  const dir = await Deno.makeTempDir();
  const flags = ["--data", dir, "--limits", "off", "--speed", "300"];
  let account: PaperAccount | null = null;
  const acknowledged: string[] = [];
  const pushed: string[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      await using paper = await PaperProcess.start(flags);
      account ??= await paper.createAccount();
      const books: AccountBooks = await paper.control(
        `accounts/${account.uid}`,
      );
      check(books);
      const known: ReadonlySet<unknown> = new Set(
        [...books.openOrders, ...books.finishedOrders].map((row) =>
          row.clientOid
        ),
      );
      assert.deepEqual(acknowledged.filter((id) => !known.has(id)), []);
      const tradeIds: ReadonlySet<unknown> = new Set(
        books.fills.map((row) => row.tradeId),
      );
      assert.deepEqual(pushed.filter((id) => !tradeIds.has(id)), []);
      if (round === ROUNDS) {
        assert.ok(acknowledged.length > ROUNDS, "it did trade");
        assert.ok(pushed.length > 0, "fills were pushed");
        break;
      }
      await paper.control("price", { symbol: "BNBUSDT", price: 650 });
      const wsUrl = paper.url.replace("http", "ws");
      await using socket = await RawSocket.login(wsUrl, account);
      await socket.subscribe("fill");
      acknowledged.push(
        ...await tradeUntilKilled(paper, account, `round-${round}`),
      );
      await socket.closed();
      pushed.push(
        ...socket.frames.filter((frame) => frame.arg?.channel === "fill")
          .flatMap((frame) => frame.data ?? [])
          .map((row: { readonly tradeId: string }) => row.tradeId),
      );
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
