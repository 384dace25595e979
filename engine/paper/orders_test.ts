import assert from "node:assert/strict";
import type { PaperAccount, PaperExchange } from "./mod.ts";
import {
  callPublic,
  callSigned,
  orderBody,
  type RawAnswer,
} from "./testing/raw_client.ts";
import { startStill } from "./testing/start.ts";

const ORDER = "/api/v2/mix/order";
const PRODUCT = "productType=USDT-FUTURES";

interface Desk {
  readonly paper: PaperExchange;
  readonly account: PaperAccount;
  readonly post: (path: string, body: unknown) => Promise<RawAnswer>;
  readonly get: (path: string, query?: string) => Promise<RawAnswer>;
}

async function withDesk(
  run: (desk: Desk) => Promise<void>,
  opening: Parameters<PaperExchange["control"]["createAccount"]>[0] = {},
): Promise<void> {
  await using paper = await startStill();
  const account = paper.control.createAccount(opening);
  await run({
    paper,
    account,
    post: (path, body) =>
      callSigned(paper.url, account, "POST", path, { body }),
    get: (path, query = "") =>
      callSigned(paper.url, account, "GET", path, { query }),
  });
}

Deno.test("place-order refuses with Bitget's code for each rule", () =>
  withDesk(async ({ post, get }) => {
    await post(`${ORDER}/place-order`, orderBody({ clientOid: "taken" }));
    const market = { orderType: "market" };
    const cases: readonly [Record<string, unknown>, string][] = [
      [{ symbol: "NOPEUSDT" }, "40034"],
      [{ symbol: "" }, "40019"],
      [{ productType: "COIN-FUTURES" }, "400172"],
      [{ productType: "NOPE" }, "400172"],
      [{ side: "hold" }, "400172"],
      [{ side: undefined }, "40019"],
      [{ orderType: undefined }, "40019"],
      [{ force: "maybe" }, "400172"],
      [{ price: undefined }, "40019"],
      [{ price: "six" }, "400172"],
      [{ price: "640.001" }, "45115"],
      [{ price: "-1" }, "45115"],
      [{ size: "0.055" }, "40808"],
      [{ size: "0" }, "45111"],
      [{ size: "20000" }, "45112"],
      [{ price: "620", size: "0.0" }, "45111"],
      [{ price: "400", size: "0.01" }, "45110"],
      [{ price: "700" }, "40815"],
      [{ presetStopLossPrice: "600" }, "40017"],
      [{ presetStopSurplusPrice: "700" }, "40017"],
      [{ side: "sell", price: "600" }, "40816"],
      [{ clientOid: "taken" }, "40786"],
      [{ clientOid: "x".repeat(65) }, "40305"],
      [{ clientOid: "a b" }, "40305"],
      [{ tradeSide: undefined }, "40774"],
      [{ tradeSide: "close" }, "22002"],
      [{ side: "sell", tradeSide: "close", ...market }, "22002"],
      [{ size: "200" }, "40762"],
      [{ size: "200", ...market }, "40762"],
      [{ marginCoin: "BTC" }, "400172"],
      [{ marginMode: "isolated" }, "400172"],
    ];
    for (const [change, code] of cases) {
      const answer = await post(`${ORDER}/place-order`, orderBody(change));
      assert.equal(answer.code, code, JSON.stringify(change));
      assert.equal(answer.status, 400);
      assert.notEqual(answer.msg, "");
    }
    const pending = await get(`${ORDER}/orders-pending`, PRODUCT);
    assert.equal(pending.data.entrustedList.length, 1, "nothing else rests");
  }));

Deno.test("place-order reads Bitget's words whatever their case", () =>
  withDesk(async ({ post }) => {
    for (
      const change of [
        { side: "BUY", tradeSide: "Open", force: "POST_ONLY" },
        { side: "Sell", tradeSide: "OPEN", force: "GTC", price: "660" },
        { productType: "usdt-futures", force: "Fok" },
        { size: 0.05, price: 640.1 },
      ]
    ) {
      const answer = await post(`${ORDER}/place-order`, orderBody(change));
      assert.equal(answer.code, "00000", answer.msg);
      assert.match(answer.data.orderId, /^\d{19}$/);
    }
  }));

Deno.test("batch-place-order says leg by leg what failed", () =>
  withDesk(async ({ post }) => {
    const leg = (change: Record<string, unknown>) => {
      const { symbol: _, productType: __, ...order } = orderBody(change);
      return order;
    };
    const body = {
      ...orderBody(),
      orderList: [
        leg({ clientOid: "a" }),
        leg({ clientOid: "a" }),
        leg({ clientOid: "c", price: "400", size: "0.01" }),
        leg({ clientOid: "d", tradeSide: "close" }),
        leg({ clientOid: "e", price: "x" }),
      ],
    };
    const { data, code } = await post(`${ORDER}/batch-place-order`, body);
    assert.equal(code, "00000");
    assert.deepEqual(data.successList.map(idOf), ["a"]);
    assert.deepEqual(
      data.failureList.map((f: Record<string, string>) => [
        f.clientOid,
        f.errorCode,
      ]),
      [["a", "40786"], ["c", "45110"], ["d", "22002"], ["e", "400172"]],
    );
    const many = { ...body, orderList: Array(51).fill(leg({})) };
    const refused = await post(`${ORDER}/batch-place-order`, many);
    assert.equal(refused.code, "40912");
    const none = await post(`${ORDER}/batch-place-order`, {
      ...body,
      orderList: [],
    });
    assert.equal(none.code, "40019");
  }));

function idOf(entry: { readonly clientOid: string }): string {
  return entry.clientOid;
}

Deno.test("canceling tells unknown from finished orders, one by one and in batches", () =>
  withDesk(async ({ post, get }) => {
    for (const clientOid of ["a", "b", "c"]) {
      await post(`${ORDER}/place-order`, orderBody({ clientOid }));
    }
    const base = { symbol: "BNBUSDT", productType: "USDT-FUTURES" };
    const cancel = (reference: Record<string, string>) =>
      post(`${ORDER}/cancel-order`, { ...base, ...reference });
    assert.equal((await cancel({ clientOid: "a" })).data.clientOid, "a");
    assert.equal((await cancel({ clientOid: "a" })).code, "22001");
    assert.equal((await cancel({ clientOid: "z" })).code, "40768");
    assert.equal((await cancel({ orderId: "1" })).code, "40768");
    assert.equal((await cancel({})).code, "40924");
    const orderIdList = [{ clientOid: "b" }, { clientOid: "z" }, {}];
    const batch = await post(`${ORDER}/batch-cancel-orders`, {
      ...base,
      orderIdList,
    });
    assert.deepEqual(batch.data.successList.map(idOf), ["b"]);
    assert.deepEqual(
      batch.data.failureList.map((f: Record<string, string>) => f.errorCode),
      ["40768", "40924"],
    );
    const all = await post(`${ORDER}/batch-cancel-orders`, base);
    assert.deepEqual(all.data.successList.map(idOf), ["c"]);
    const pending = await get(`${ORDER}/orders-pending`, PRODUCT);
    assert.equal(pending.data.entrustedList, null, "empty is null");
  }));

Deno.test("modify-order needs price, size and a new id, and gives a new order", () =>
  withDesk(async ({ post, get }) => {
    const placed = await post(
      `${ORDER}/place-order`,
      orderBody({ clientOid: "a" }),
    );
    const base = {
      symbol: "BNBUSDT",
      productType: "USDT-FUTURES",
      clientOid: "a",
      newClientOid: "b",
      newPrice: "641",
      newSize: "0.06",
    };
    const modify = (change: Record<string, unknown>) =>
      post(`${ORDER}/modify-order`, { ...base, ...change });
    const cases: readonly [Record<string, unknown>, string][] = [
      [{ newPrice: undefined }, "40925"],
      [{ newSize: undefined }, "40925"],
      [{ newClientOid: undefined }, "40019"],
      [{ newClientOid: "a" }, "40786"],
      [{ clientOid: "z" }, "40768"],
      [{ newSize: "500" }, "40762"],
      [{ newPrice: "640", newSize: "0.05" }, "40923"],
    ];
    for (const [change, code] of cases) {
      assert.equal((await modify(change)).code, code, JSON.stringify(change));
    }
    const changed = await modify({});
    assert.equal(changed.data.clientOid, "b");
    assert.notEqual(changed.data.orderId, placed.data.orderId);
    const query = `${PRODUCT}&symbol=BNBUSDT&clientOid=a`;
    const old = await get(`${ORDER}/detail`, query);
    assert.equal(old.data.state, "canceled");
    assert.equal((await modify({})).code, "22001");
  }));

Deno.test("detail, history and fills answer, page by page, newest first", () =>
  withDesk(async ({ post, get, paper }) => {
    const missing = `${PRODUCT}&symbol=BNBUSDT&clientOid=zz`;
    assert.equal((await get(`${ORDER}/detail`, missing)).code, "40109");
    for (let i = 0; i < 25; i++) {
      await post(
        `${ORDER}/place-order`,
        orderBody({ orderType: "market", clientOid: `m${i}` }),
      );
    }
    for (
      const [path, list, id] of [
        ["fills", "fillList", "tradeId"],
        ["orders-history", "entrustedList", "orderId"],
      ] as const
    ) {
      const seen: string[] = [];
      let before = "";
      for (let page = 0; page < 5; page++) {
        const query = `${PRODUCT}&symbol=BNBUSDT&limit=10${before}`;
        const { data } = await get(`${ORDER}/${path}`, query);
        const rows: Record<string, string>[] = data[list] ?? [];
        seen.push(...rows.map((row) => String(row[id])));
        if (rows.length === 0) break;
        assert.equal(data.endId, rows.at(-1)?.[id]);
        before = `&idLessThan=${data.endId}`;
      }
      assert.equal(seen.length, 25, path);
      assert.deepEqual(seen, [...seen].sort().reverse(), path);
    }
    const future = `${PRODUCT}&startTime=${Date.now() + 60_000}`;
    assert.deepEqual((await get(`${ORDER}/fills`, future)).data.fillList, []);
    const bills = await get(
      "/api/v2/mix/account/bill",
      `${PRODUCT}&businessType=open_long&limit=100`,
    );
    assert.equal(bills.data.bills.length, 25);
    paper.control.settleFunding("BNBUSDT");
    const funding = await get(
      "/api/v2/mix/account/bill",
      `${PRODUCT}&businessType=contract_settle_fee&symbol=BNBUSDT`,
    );
    assert.equal(funding.data.bills.length, 1);
    assert.match(funding.data.bills[0].amount, /^-0\.\d+$/);
  }));

Deno.test("settings are refused while something is open, as Bitget does", () =>
  withDesk(async ({ post, get }) => {
    const account = "/api/v2/mix/account";
    const base = { symbol: "BNBUSDT", productType: "USDT-FUTURES" };
    const set = (path: string, change: Record<string, string>) =>
      post(`${account}/${path}`, { ...base, marginCoin: "USDT", ...change });
    const leverage = (value: string) =>
      set("set-leverage", { leverage: value });
    assert.equal((await leverage("0")).code, "43050");
    assert.equal((await leverage("76")).code, "43050");
    assert.equal((await leverage("2.5")).code, "400172");
    const done = await leverage("75");
    assert.equal(done.data.longLeverage, "75");
    await post(`${ORDER}/place-order`, orderBody({ size: "100" }));
    assert.equal((await leverage("5")).code, "40893");
    const mode = (posMode: string) => set("set-position-mode", { posMode });
    assert.equal((await mode("one_way_mode")).code, "40920");
    assert.equal((await mode("hedge_mode")).data.posMode, "hedge_mode");
    const margin = (marginMode: string) =>
      set("set-margin-mode", { marginMode });
    assert.equal((await margin("isolated")).code, "45117");
    assert.equal((await margin("crossed")).data.marginMode, "crossed");
    const single = await get(
      `${account}/account`,
      `${PRODUCT}&symbol=BNBUSDT&marginCoin=USDT`,
    );
    assert.equal(single.data.posMode, "hedge_mode");
    assert.equal(single.data.crossedMarginLeverage, 75);
  }));

Deno.test("close-positions closes a leg and what would have closed it", () =>
  withDesk(async ({ post, get }) => {
    const base = { symbol: "BNBUSDT", productType: "USDT-FUTURES" };
    const close = () =>
      post(`${ORDER}/close-positions`, { ...base, holdSide: "long" });
    assert.equal((await close()).code, "22002");
    await post(`${ORDER}/place-order`, orderBody({ orderType: "market" }));
    await post(
      `${ORDER}/place-order`,
      orderBody({ tradeSide: "close", price: "660" }),
    );
    assert.equal((await close()).data.successList.length, 1);
    const positions = await get(
      "/api/v2/mix/position/all-position",
      `${PRODUCT}&marginCoin=USDT`,
    );
    assert.deepEqual(positions.data, []);
    const pending = await get(`${ORDER}/orders-pending`, PRODUCT);
    assert.equal(pending.data.entrustedList, null);
  }));

Deno.test("the wire's numbers add up to the last digit", () =>
  withDesk(async ({ post, get, paper }) => {
    for (const [side, price] of [["buy", 648.37], ["sell", 651.91]] as const) {
      await post(
        `${ORDER}/place-order`,
        orderBody({ side, price: String(price), size: "0.13" }),
      );
    }
    for (const price of [647.11, 653.97, 650.03]) {
      paper.control.setPrice("BNBUSDT", price);
      await post(
        `${ORDER}/place-order`,
        orderBody({ tradeSide: "close", orderType: "market", size: "0.03" }),
      );
    }
    paper.control.settleFunding("BNBUSDT");
    const { data } = await get("/api/v2/mix/account/accounts", PRODUCT);
    const [row] = data;
    const bills = await get("/api/v2/mix/account/bill", `${PRODUCT}&limit=100`);
    const micro = (text: string) => {
      const [whole = "0", part = ""] = text.replace("-", "").split(".");
      const value = BigInt(whole + part.padEnd(12, "0"));
      return text.startsWith("-") ? -value : value;
    };
    const ledger = bills.data.bills.reduce(
      (sum: bigint, bill: Record<string, string>) =>
        sum + micro(String(bill.amount)) + micro(String(bill.fee)),
      0n,
    );
    assert.equal(micro(row.available), ledger, "wallet = Σ ledger");
    assert.equal(
      micro(row.accountEquity),
      micro(row.available) + micro(row.unrealizedPL),
    );
  }));

Deno.test("an unknown path and a broken body are refused in the envelope", () =>
  withDesk(async ({ paper, account }) => {
    const lost = await callPublic(paper.url, "/api/v2/mix/nope");
    assert.deepEqual([lost.status, lost.code], [404, "40404"]);
    const response = await fetch(`${paper.url}${ORDER}/place-order`, {
      method: "POST",
      body: "{not json",
      headers: { "ACCESS-KEY": account.apiKey },
    });
    const body = await response.json();
    assert.deepEqual([response.status, body.code], [400, "40017"]);
  }));
