import { openCredentials } from "@engine/vault/open.ts";
import { readHeader } from "@engine/vault/header.ts";
import assert from "node:assert/strict";
import {
  type Connected,
  startConnected,
} from "../_shared/testing/connected.ts";
import type { TestExchange } from "../_shared/testing/exchange.ts";
import { Harness, type Refusal } from "../_shared/testing/harness.ts";

type Venue = "bitget" | "bitget_demo" | "paper";

/** The request that connects an account with these permissions. */
function newKey(
  { exchange, harness }: Connected,
  venue: Venue = "paper",
  options: Parameters<TestExchange["openAccount"]>[0] = {},
) {
  const { uid, ...credentials } = exchange.openAccount(options);
  harness.secrets.push(...Object.values(credentials));
  return { uid, body: { label: "mine", venue, ...credentials } };
}

Deno.test("POST /keys stores a key the exchange knows, sealed for its row", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { uid, body } = newKey(setup);
  const reply = await harness.call({ path: "/keys", as: trader, body });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  assert.deepEqual(reply.body, {
    id: reply.body.id,
    label: "mine",
    venue: "paper",
    exchangeUid: uid,
    keyHint: `…${body.apiKey.slice(-4)}`,
    permissions: ["coor", "coow", "cpor", "cpow", "stor"],
    ipRestricted: false,
    status: "active",
  });
  const [row] = await harness.sql`
    select k.user_id, k.exchange_uid, k.status, s.sealed, s.kid
    from public.exchange_keys k
    join private.exchange_key_secrets s on s.exchange_key_id = k.id`;
  assert.equal(row?.user_id, trader.id);
  assert.equal(row?.exchange_uid, uid);
  assert.equal(row?.kid, readHeader(row?.sealed).kid);
  assert.deepEqual(
    await openCredentials({
      sealed: row?.sealed,
      privateKeys: harness.stack.vault.privateKeys,
      userId: trader.id,
      exchangeKeyId: reply.body.id,
      venue: "paper",
    }),
    {
      apiKey: body.apiKey,
      apiSecret: body.apiSecret,
      passphrase: body.passphrase,
    },
  );
});

Deno.test("POST /keys forgives blanks around copied text", async () => {
  await using setup = await startConnected();
  const { body } = newKey(setup);
  const pasted = { ...body, apiKey: ` ${body.apiKey}\n` };
  const reply = await setup.harness.call({
    path: "/keys",
    as: setup.trader,
    body: pasted,
  });
  assert.equal(reply.status, 201);
});

Deno.test("POST /keys puts a new key of the same account in the place of the old", async () => {
  await using setup = await startConnected();
  const { harness, trader, exchange } = setup;
  const { uid, body } = newKey(setup);
  const first = await harness.call({ path: "/keys", as: trader, body });
  exchange.paper.control.changeKeys(uid, { ips: "203.0.113.7,127.0.0.1" });
  const again = { ...body, label: "renewed" };
  const second = await harness.call({ path: "/keys", as: trader, body: again });
  assert.equal(second.status, 201, JSON.stringify(second.body));
  assert.equal(second.body.id, first.body.id);
  assert.equal(second.body.label, "renewed");
  assert.equal(second.body.ipRestricted, true);
  const [{ count } = {}] = await harness.sql`
    select count(*)::int from public.exchange_keys`;
  assert.equal(count, 1);
});

Deno.test("POST /keys replaces a key only by one of the same account", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { body } = newKey(setup);
  const first = await harness.call({ path: "/keys", as: trader, body });
  const replaces = first.body.id;
  const again = await harness.call({
    path: "/keys",
    as: trader,
    body: { ...body, label: "renewed", replaces },
  });
  assert.equal(again.status, 201, JSON.stringify(again.body));
  assert.equal(again.body.id, replaces);

  const other = { ...newKey(setup).body, replaces };
  await harness.refuses({ path: "/keys", as: trader, body: other }, {
    code: "key_other_account",
    status: 422,
    field: "apiKey",
  });
  const stranger = await harness.signUp();
  const foreign = { ...newKey(setup).body, replaces };
  await harness.refuses({ path: "/keys", as: stranger, body: foreign }, {
    code: "not_found",
    status: 404,
    field: "replaces",
  });
  const [{ count } = {}] = await harness.sql`
    select count(*)::int from public.exchange_keys`;
  assert.equal(count, 1);
});

Deno.test("POST /keys refuses malformed requests, naming the field", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { body: good } = newKey(setup);
  const table: readonly (readonly [string | undefined, object])[] = [
    ["apiKey", { apiKey: "not a key" }],
    ["apiKey", { apiKey: undefined }],
    ["apiKey", { apiKey: 5 }],
    ["apiSecret", { apiSecret: "short" }],
    ["passphrase", { passphrase: "" }],
    ["passphrase", { passphrase: "line\nbreak" }],
    ["venue", { venue: "mars" }],
    ["label", { label: " " }],
    ["label", { label: "x".repeat(81) }],
    [undefined, { exchangeUid: "1" }],
  ];
  for (const [field, change] of table) {
    const isCredential = ["apiKey", "apiSecret", "passphrase"]
      .some((name) => name === field);
    const body = { ...good, ...change };
    await harness.refuses({ path: "/keys", as: trader, body }, {
      code: isCredential ? "key_malformed" : "validation_failed",
      status: 400,
      ...(field === undefined ? {} : { field }),
    });
  }
});

Deno.test("POST /keys gives each refusal its own code and stores nothing", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const good = newKey(setup).body;
  const other = newKey(setup).body;
  const may = (...authorities: string[]) =>
    newKey(setup, "paper", { authorities }).body;
  const table: readonly (readonly [unknown, Omit<Refusal, "status">])[] = [
    [
      { ...good, apiKey: `${good.apiKey.slice(0, -4)}0000` },
      { code: "key_invalid", field: "apiKey", sentence: /does not know/ },
    ],
    [
      { ...good, apiSecret: other.apiSecret },
      { code: "key_invalid", field: "apiSecret", sentence: /not belong/ },
    ],
    [
      { ...good, passphrase: "wrong-phrase" },
      { code: "passphrase_invalid", field: "passphrase" },
    ],
    [
      newKey(setup, "paper", { ips: "203.0.113.7" }).body,
      { code: "key_ip_refused", sentence: /whitelist/ },
    ],
    [
      may("coor", "coow", "cpor", "cpow", "wwow"),
      { code: "key_can_withdraw", sentence: /withdraw/ },
    ],
    [
      may("coor", "coow", "cpor", "cpow", "wtow"),
      { code: "key_can_withdraw", sentence: /transfer/ },
    ],
    [
      may("coor", "cpor"),
      { code: "key_cannot_trade", sentence: /may not trade/ },
    ],
  ];
  for (const [body, refusal] of table) {
    await harness.refuses({ path: "/keys", as: trader, body }, {
      ...refusal,
      status: 422,
    });
  }
});

Deno.test("POST /keys gives one Bitget account to one user", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { body } = newKey(setup);
  await harness.call({ path: "/keys", as: trader, body });
  const thief = await harness.signUp();
  await harness.refuses({ path: "/keys", as: thief, body }, {
    code: "uid_taken",
    status: 409,
    sentence: /another user/,
  });
});

Deno.test("POST /keys verifies the trader by the UID the exchange names", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { uid, body } = newKey(setup, "bitget");
  const pending = await harness.call({ path: "/keys", as: trader, body });
  assert.equal(pending.status, 201, JSON.stringify(pending.body));
  assert.equal(pending.body.status, "pending_review");
  const known = newKey(setup, "bitget");
  await harness
    .sql`insert into public.uid_allowlist (uid) values (${known.uid})`;
  const friend = await harness.signUp();
  const active = await harness.call({
    path: "/keys",
    as: friend,
    body: known.body,
  });
  assert.equal(active.body.status, "active");
  const profiles = await harness.sql`
    select user_id, status, exchange_uid from public.profiles order by status`;
  assert.deepEqual(
    profiles.map((row) => [row.user_id, row.status, row.exchange_uid]),
    [[friend.id, "active", known.uid], [trader.id, "pending_review", uid]],
  );
});

Deno.test("POST /keys refuses suspended traders", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  await harness.sql`update public.profiles set status = 'suspended'`;
  const { body } = newKey(setup);
  await harness.refuses({ path: "/keys", as: trader, body }, {
    code: "profile_suspended",
    status: 403,
  });
});

Deno.test("POST /keys says so when the exchange does not answer", async () => {
  await using setup = await startConnected();
  const { harness, trader, exchange } = setup;
  const real = newKey(setup, "bitget").body;
  const paper = newKey(setup).body;
  for (const kind of ["throttle", "server_error"] as const) {
    exchange.paper.control.addFault({ kind, path: "/account/info" });
    await harness.refuses({ path: "/keys", as: trader, body: real }, {
      code: "exchange_unavailable",
      status: 503,
      sentence: /Nothing was changed/,
    });
    await harness.refuses({ path: "/keys", as: trader, body: paper }, {
      code: "paper_unavailable",
      status: 503,
    });
    exchange.paper.control.clearFaults();
  }
});

Deno.test("POST /keys tells a Unified account in words", async () => {
  await using setup = await startConnected();
  const { harness, trader, exchange } = setup;
  exchange.paper.control.addFault({ kind: "refuse", code: "40085" });
  const { body } = newKey(setup, "bitget");
  await harness.refuses({ path: "/keys", as: trader, body }, {
    code: "account_unified",
    status: 422,
    sentence: /Unified Trading Account/,
  });
});

Deno.test("POST /keys asks Auth itself: a signed-out session connects nothing", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  await trader.client.auth.signOut();
  const { body } = newKey(setup);
  await harness.refuses({ path: "/keys", as: trader, body }, {
    code: "unauthorized",
    status: 401,
  });
});

Deno.test("POST /keys/paper opens an account with this balance and connects it", async () => {
  await using setup = await startConnected();
  const { harness, trader, exchange } = setup;
  const reply = await harness.call({
    path: "/keys/paper",
    as: trader,
    body: { balance: 2_500 },
  });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  assert.equal(reply.body.venue, "paper");
  assert.equal(reply.body.status, "active");
  const books = exchange.paper.control.books(reply.body.exchangeUid);
  assert.equal(Number(books.wallet), 2_500);
  const plain = await harness.call({ path: "/keys/paper", as: trader });
  assert.equal(plain.status, 201);
  assert.notEqual(plain.body.id, reply.body.id);
  const [profile] = await harness.sql`select status from public.profiles`;
  assert.equal(profile?.status, "pending_key");
});

Deno.test("POST /keys/paper refuses odd balances, and says when there is no paper exchange", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  for (const balance of [0, -5, 9.99, 1e9, 10.001, "1000", null]) {
    await harness.refuses(
      { path: "/keys/paper", as: trader, body: { balance } },
      { code: "validation_failed", status: 400, field: "balance" },
    );
  }
  await using without = await Harness.start();
  const other = await without.signUp();
  await without.refuses({ path: "/keys/paper", as: other }, {
    code: "paper_unavailable",
    status: 503,
    sentence: /no paper exchange/,
  });
  await using dead = await Harness.start({ paperUrl: "http://127.0.0.1:9" });
  const third = await dead.signUp();
  await dead.refuses({ path: "/keys/paper", as: third }, {
    code: "paper_unavailable",
    status: 503,
  });
});

Deno.test("DELETE /keys/:id destroys the sealed key, the owner's alone", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { body } = newKey(setup);
  const { body: key } = await harness.call({ path: "/keys", as: trader, body });
  const stranger = await harness.signUp();
  const remove = { method: "DELETE", path: `/keys/${key.id}` };
  const missing = { code: "not_found", status: 404 } as const;
  await harness.refuses({ ...remove, as: stranger }, missing);
  for (const id of ["x", crypto.randomUUID(), "..%2f"]) {
    await harness.refuses(
      { method: "DELETE", path: `/keys/${id}`, as: trader },
      missing,
    );
  }
  const reply = await harness.call({ ...remove, as: trader });
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.body, { id: key.id, status: "revoked" });
  const [{ count } = {}] = await harness.sql`
    select count(*)::int from private.exchange_key_secrets`;
  assert.equal(count, 0);
});

Deno.test("DELETE /keys/:id is refused while a bot runs on the key", async () => {
  await using setup = await startConnected();
  const { harness, trader } = setup;
  const { body } = newKey(setup);
  const { body: key } = await harness.call({ path: "/keys", as: trader, body });
  const bot = await harness.call({
    path: "/bots",
    as: trader,
    body: {
      exchangeKeyId: key.id,
      name: "runs",
      symbol: "BNB/USDT:USDT",
      strategy: "as_grid",
      config: { baseSize: 0.05 },
    },
  });
  await harness.call({ path: `/bots/${bot.body.id}/start`, as: trader });
  const remove = { method: "DELETE", path: `/keys/${key.id}`, as: trader };
  await harness.refuses(remove, {
    code: "key_in_use",
    status: 409,
    sentence: /Stop it first/,
  });
});
