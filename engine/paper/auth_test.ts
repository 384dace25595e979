import assert from "node:assert/strict";
import {
  callSigned,
  orderBody,
  type RawOptions,
} from "./testing/raw_client.ts";
import { startStill } from "./testing/start.ts";

const INFO = "/api/v2/spot/account/info";
const ACCOUNTS = "/api/v2/mix/account/accounts";
const PLACE = "/api/v2/mix/order/place-order";

Deno.test("a wrong signature, key, passphrase or clock is refused with Bitget's code", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const unknownKey = `bg_${"0".repeat(32)}`;
  const cases: readonly [string, RawOptions, Partial<typeof account>][] = [
    ["00000", {}, {}],
    ["40001", { headers: { "ACCESS-KEY": "" } }, {}],
    ["40002", { headers: { "ACCESS-SIGN": "" } }, {}],
    ["40003", { headers: { "ACCESS-TIMESTAMP": "" } }, {}],
    ["40011", { headers: { "ACCESS-PASSPHRASE": "" } }, {}],
    ["40006", {}, { apiKey: "nonsense" }],
    ["40037", {}, { apiKey: unknownKey }],
    ["40005", { headers: { "ACCESS-TIMESTAMP": "yesterday" } }, {}],
    ["40008", { timestampMs: Date.now() - 31_000 }, {}],
    ["40008", { timestampMs: Date.now() + 31_000 }, {}],
    ["00000", { timestampMs: Date.now() - 28_000 }, {}],
    ["40009", {}, { apiSecret: "wrong" }],
    ["40009", { headers: { "ACCESS-SIGN": "AAAA" } }, {}],
    ["40012", {}, { passphrase: "wrong" }],
  ];
  for (const [code, options, change] of cases) {
    const changed = { ...account, ...change };
    const answer = await callSigned(paper.url, changed, "GET", INFO, options);
    assert.equal(answer.code, code, JSON.stringify([options, change]));
    assert.equal(answer.status, code === "00000" ? 200 : 400);
    if (code !== "00000") assert.equal(answer.data, null);
  }
});

Deno.test("a key revoked, or bound to another address, is refused", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const code = async () =>
    (await callSigned(paper.url, account, "GET", INFO)).code;
  paper.control.changeKeys(account.uid, { ips: "203.0.113.7" });
  assert.equal(await code(), "40018");
  paper.control.changeKeys(account.uid, { ips: "203.0.113.7, 127.0.0.1" });
  assert.equal(await code(), "00000");
  paper.control.changeKeys(account.uid, { isRevoked: true });
  assert.equal(await code(), "40037");
});

Deno.test("authorities decide what a key may do", async () => {
  await using paper = await startStill();
  const cases: readonly [readonly string[], string, string][] = [
    [["coor", "coow", "cpor", "cpow"], "00000", "00000"],
    [["coor", "cpor"], "00000", "40014"],
    [["stor"], "40014", "40014"],
    [["readonly"], "00000", "40014"],
    [["trade"], "00000", "00000"],
  ];
  for (const [authorities, reads, trades] of cases) {
    const account = paper.control.createAccount({ authorities });
    const info = await callSigned(paper.url, account, "GET", INFO);
    assert.deepEqual(info.data.authorities, authorities);
    assert.equal(info.data.userId, account.uid);
    const query = "productType=USDT-FUTURES";
    const read = await callSigned(paper.url, account, "GET", ACCOUNTS, {
      query,
    });
    assert.equal(read.code, reads, authorities.join());
    const body = orderBody();
    const trade = await callSigned(paper.url, account, "POST", PLACE, { body });
    assert.equal(trade.code, trades, authorities.join());
  }
});

Deno.test("the query may be signed encoded or decoded", async () => {
  await using paper = await startStill();
  const account = paper.control.createAccount();
  const path = "/api/v2/mix/order/detail";
  const clientOid = "a+b/c=d@e|f";
  const body = orderBody({ clientOid });
  await callSigned(paper.url, account, "POST", PLACE, { body });
  const base = "productType=USDT-FUTURES&symbol=BNBUSDT&clientOid=";
  const query = base + encodeURIComponent(clientOid);
  for (const signedQuery of [query, base + clientOid]) {
    const options = { query, signedQuery };
    const answer = await callSigned(paper.url, account, "GET", path, options);
    assert.equal(answer.data?.clientOid, clientOid, signedQuery);
  }
  const other = await callSigned(paper.url, account, "GET", path, {
    query,
    signedQuery: `${base}x`,
  });
  assert.equal(other.code, "40009");
});
