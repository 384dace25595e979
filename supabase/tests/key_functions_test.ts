/** store_exchange_key() and revoke_exchange_key(). @module */
import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { actAs, type Actor } from "./act_as.ts";
import { activate, addBot, addKey, addUser, refusalOf } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const SEALED = "eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVydGV4dA.dGFn";
const SERVICE: Actor = { role: "service_role" };

interface KeyRequest {
  readonly id?: string;
  readonly userId: string;
  readonly venue?: string;
  readonly exchangeUid?: string;
  readonly permissions?: readonly string[];
  readonly sealed?: string;
}

function store(sql: Sql, request: KeyRequest, actor = SERVICE) {
  return actAs(sql, actor, async (tx: TransactionSql) => {
    const [key] = await tx`
      select * from public.store_exchange_key(
        exchange_key_id => ${request.id ?? crypto.randomUUID()},
        user_id => ${request.userId},
        label => 'Main',
        venue => ${request.venue ?? "bitget"},
        exchange_uid => ${request.exchangeUid ?? "1001"},
        key_hint => 'abcd',
        permissions => ${
      tx.array([...request.permissions ?? ["trade"]])
    }::text[],
        ip_restricted => true,
        sealed => ${request.sealed ?? SEALED},
        kid => 'k1'
      )`;
    assert.ok(key);
    return key;
  });
}

async function profileOf(sql: Sql, userId: string) {
  const [row] = await sql`
    select status, exchange_uid from public.profiles where user_id = ${userId}`;
  return { ...row };
}

function revoke(sql: Sql, userId: string, keyId: string) {
  return actAs(
    sql,
    { role: "authenticated", userId },
    (tx) => tx`select * from public.revoke_exchange_key(${keyId})`,
  );
}

Deno.test("store_exchange_key() stores the key and its secret, and sends the profile to review", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const key = await store(test.sql, { userId });
  assert.equal(key.user_id, userId);
  assert.equal(key.status, "active");
  assert.equal("sealed" in key, false);
  assert.deepEqual(await profileOf(test.sql, userId), {
    status: "pending_review",
    exchange_uid: "1001",
  });
  const [secret] = await test.sql`
    select sealed, kid from private.exchange_key_secrets
    where exchange_key_id = ${key.id}`;
  assert.deepEqual({ ...secret }, { sealed: SEALED, kid: "k1" });
  const [audit] = await test.sql`
    select actor_id, action, target from public.audit_events
    where target like 'exchange_key:%'`;
  assert.deepEqual({ ...audit }, {
    actor_id: userId,
    action: "exchange_key_stored",
    target: `exchange_key:${key.id}`,
  });
});

Deno.test("store_exchange_key() activates a profile whose UID is on the allowlist", async () => {
  await using test = await openTestSql();
  await test.sql`insert into public.uid_allowlist (uid) values ('1001')`;
  const userId = await addUser(test.sql);
  await store(test.sql, { userId, venue: "bitget_demo" });
  assert.equal((await profileOf(test.sql, userId)).status, "active");
});

Deno.test("store_exchange_key() leaves the profile alone for a paper account", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  await store(test.sql, { userId, venue: "paper" });
  assert.deepEqual(await profileOf(test.sql, userId), {
    status: "pending_key",
    exchange_uid: null,
  });
});

Deno.test("store_exchange_key() keeps the UID an active profile was approved with", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  await activate(test.sql, userId, "1001");
  await store(test.sql, { userId, exchangeUid: "2002" });
  assert.deepEqual(await profileOf(test.sql, userId), {
    status: "active",
    exchange_uid: "1001",
  });
});

Deno.test("store_exchange_key() puts a new key in the place of the old one for the same account and row", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const first = await store(test.sql, { userId });
  await revoke(test.sql, userId, first.id);
  const again = await store(test.sql, {
    id: first.id,
    userId,
    sealed: SEALED + "2",
  });
  assert.equal(again.id, first.id);
  assert.equal(again.status, "active");
  assert.equal(again.lock_key, first.lock_key);
  const [secret] = await test.sql`
    select sealed from private.exchange_key_secrets`;
  assert.equal(secret?.sealed, SEALED + "2");
});

Deno.test("store_exchange_key() refuses what must not be connected, and leaves nothing behind", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const owner = await addUser(sql);
  const stranger = await addUser(sql);
  const suspended = await addUser(sql);
  const rejected = await addUser(sql);
  await sql`
    update public.profiles set status = 'suspended' where user_id = ${suspended}`;
  await sql`
    update public.profiles set status = 'rejected' where user_id = ${rejected}`;
  const held = await store(sql, { userId: owner });
  const cases: readonly [string, string, KeyRequest][] = [
    ["another user's UID", "uid_taken", { userId: stranger }],
    ["another user's UID by a demo key", "uid_taken", {
      userId: stranger,
      venue: "bitget_demo",
    }],
    ["the same account twice", "uid_taken", { userId: owner }],
    ["another user's row", "forbidden", {
      id: held.id,
      userId: stranger,
      exchangeUid: "3003",
    }],
    ["another user's row of the same UID", "forbidden", {
      id: held.id,
      userId: stranger,
    }],
    ["another account over an old row", "forbidden", {
      id: held.id,
      userId: owner,
      exchangeUid: "3003",
    }],
    ["a suspended user", "profile_suspended", {
      userId: suspended,
      venue: "paper",
    }],
    ["a rejected user", "profile_not_active", {
      userId: rejected,
      venue: "paper",
    }],
    ["no user", "not_found", { userId: crypto.randomUUID() }],
    ...["wwow", "wtow", "chow", "p2p", "withdraw", "withdrawal", "transfer"]
      .map((code): [string, string, KeyRequest] => [code, "key_can_withdraw", {
        userId: stranger,
        exchangeUid: "3003",
        permissions: ["coow", code],
      }]),
  ];
  const [before] = await sql`
    select count(*) as keys,
      (select count(*) from private.exchange_key_secrets) as secrets
    from public.exchange_keys`;
  for (const [name, code, request] of cases) {
    const refusal = await refusalOf(store(sql, request));
    assert.deepEqual([refusal.code, refusal.message], ["P0001", code], name);
    assert.ok((refusal.detail ?? "").length > 10, name);
  }
  const [after] = await sql`
    select count(*) as keys,
      (select count(*) from private.exchange_key_secrets) as secrets
    from public.exchange_keys`;
  assert.deepEqual({ ...after }, { ...before });
});

Deno.test("store_exchange_key() lets two users have the same UID on paper and on Bitget", async () => {
  await using test = await openTestSql();
  const [one, two] = [await addUser(test.sql), await addUser(test.sql)];
  await store(test.sql, { userId: one });
  await store(test.sql, { userId: two, venue: "paper" });
});

Deno.test("store_exchange_key() keeps a UID with its user after the key is revoked", async () => {
  await using test = await openTestSql();
  const [one, two] = [await addUser(test.sql), await addUser(test.sql)];
  const key = await store(test.sql, { userId: one });
  await revoke(test.sql, one, key.id);
  const refusal = await refusalOf(store(test.sql, { userId: two }));
  assert.equal(refusal.message, "uid_taken");
});

Deno.test("store_exchange_key() refuses anything that is not sealed", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  for (const sealed of ["secret", '{"apiKey":"a"}', "a.b.c", ""]) {
    const refusal = await refusalOf(store(test.sql, { userId, sealed }));
    assert.equal(refusal.code, "23514", sealed);
  }
  assert.equal((await test.sql`select from public.exchange_keys`).length, 0);
});

Deno.test("store_exchange_key() limits the keys of one account", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  for (let n = 0; n < 20; n++) {
    await addKey(test.sql, userId, "paper", String(n));
  }
  const refusal = await refusalOf(store(test.sql, { userId }));
  assert.equal(refusal.message, "validation_failed");
  const [old] = await test.sql`
    select id from public.exchange_keys where exchange_uid = '7'`;
  await store(test.sql, {
    id: old?.id,
    userId,
    venue: "paper",
    exchangeUid: "7",
  });
  await revoke(test.sql, userId, old?.id);
  await store(test.sql, { userId });
});

Deno.test("store_exchange_key() is the service role's alone", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const actors: readonly Actor[] = [{ role: "anon" }, {
    role: "authenticated",
    userId,
  }];
  for (const actor of actors) {
    const refusal = await refusalOf(store(test.sql, { userId }, actor));
    assert.equal(refusal.code, "42501");
  }
});

Deno.test("no role of the API reads a sealed key, by table or by function", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  await store(test.sql, { userId });
  const actors: readonly Actor[] = [
    { role: "anon" },
    { role: "authenticated", userId },
    SERVICE,
  ];
  for (const actor of actors) {
    for (const columns of ["*", "sealed", "kid", "count(*)"]) {
      const refusal = await refusalOf(
        actAs(
          test.sql,
          actor,
          (tx) =>
            tx.unsafe(`select ${columns} from private.exchange_key_secrets`),
        ),
      );
      assert.equal(refusal.code, "42501", `${actor.role} ${columns}`);
    }
  }
  const leaks = await test.sql`
    select p.proname from pg_proc as p
    where p.pronamespace = 'public'::regnamespace
      and pg_get_function_result(p.oid) ~ 'exchange_key_secrets|sealed'`;
  assert.deepEqual([...leaks], []);
});

Deno.test("revoke_exchange_key() destroys the secret and closes the key, twice as once", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const keyId = await addKey(test.sql, userId);
  for (const _ of [1, 2]) {
    const [key] = await revoke(test.sql, userId, keyId);
    assert.equal(key?.status, "revoked");
  }
  assert.equal(
    (await test.sql`select from private.exchange_key_secrets`).length,
    0,
  );
  const audits = await test.sql`
    select from public.audit_events where action = 'exchange_key_revoked'`;
  assert.equal(audits.length, 1);
});

Deno.test("revoke_exchange_key() refuses while a bot runs on the key, another's key, and a visitor", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const stranger = await addUser(sql);
  const keyId = await addKey(sql, userId);
  const botId = await addBot(sql, { userId, keyId });
  for (
    const [desired, status] of [
      ["running", "idle"],
      ["running", "faulted"],
      ["stopped", "stopping"],
    ] as const
  ) {
    await sql`
      update public.bots set desired_state = ${desired}, status = ${status}
      where id = ${botId}`;
    const refusal = await refusalOf(revoke(sql, userId, keyId));
    assert.equal(refusal.message, "key_in_use", `${desired} ${status}`);
  }
  const foreign = await refusalOf(revoke(sql, stranger, keyId));
  assert.equal(foreign.message, "not_found");
  const visitor = await refusalOf(
    actAs(
      sql,
      { role: "authenticated" },
      (tx) => tx`select public.revoke_exchange_key(${keyId})`,
    ),
  );
  assert.equal(visitor.message, "unauthorized");
});
