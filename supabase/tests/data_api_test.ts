/**
 * The access of access_test.ts once more, over the Data API and Realtime, by an
 * unmodified supabase-js: every table × visitor, stranger, owner, admin, secret
 * key × select, insert, update, delete.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres, { type Sql } from "postgres";
import { startTestStack, type TestStack } from "../local/test_stack.ts";
import {
  addBot,
  addKey,
  addPlatformRows,
  addRowsEverywhere,
  type BotRef,
} from "./people.ts";

const PASSWORD = "correct-horse-battery-9";

/** Rows seen by stranger, owner and admin; null: the table is refused. */
const TABLES: Readonly<
  Record<string, readonly [number, number, number] | null>
> = {
  "profiles": [1, 1, 3],
  "uid_allowlist": [0, 0, 1],
  "exchange_keys": [0, 1, 1],
  "engines": [0, 0, 1],
  "bots": [0, 1, 1],
  "bot_states": null,
  "orders": [0, 1, 1],
  "fills": [0, 1, 1],
  "funding_payments": [0, 1, 1],
  "bot_metrics": [0, 1, 1],
  "bot_audits": [0, 1, 1],
  "bot_trust": [0, 1, 1],
  "bot_grids": [0, 1, 1],
  "equity_snapshots": [0, 1, 1],
  "alert_channels": [0, 1, 0],
  "alert_messages": [0, 1, 0],
  "bot_events": [0, 1, 1],
  "audit_events": [0, 0, 17],
};

interface World extends AsyncDisposable {
  readonly stack: TestStack;
  readonly sql: Sql;
  readonly owner: BotRef;
  readonly visitor: SupabaseClient;
  readonly strangerClient: SupabaseClient;
  readonly ownerClient: SupabaseClient;
  readonly adminClient: SupabaseClient;
  readonly serviceClient: SupabaseClient;
}

function connect(stack: TestStack, key: string): SupabaseClient {
  return createClient(stack.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

async function signUp(stack: TestStack): Promise<[SupabaseClient, string]> {
  const client = connect(stack, stack.publishableKey);
  const { data, error } = await client.auth.signUp({
    email: `${crypto.randomUUID()}@test.local`,
    password: PASSWORD,
  });
  assert.equal(error, null);
  assert.ok(data.user !== null);
  return [client, data.user.id];
}

/** The embedded Data API prints a stack trace for every refusal; here there are hundreds. */
function silenceRefusals(): Disposable {
  const { error } = globalThis.console;
  globalThis.console.error = () => {};
  return {
    [Symbol.dispose]: () => {
      globalThis.console.error = error;
    },
  };
}

/** A stack with an owner who has a row everywhere, a stranger and an admin. */
async function startWorld(): Promise<World> {
  await using cleanup = new AsyncDisposableStack();
  const stack = cleanup.use(await startTestStack());
  cleanup.use(silenceRefusals());
  const sql = postgres(stack.database.urls.postgres, {
    max: 2,
    onnotice: () => {},
  });
  cleanup.defer(() => sql.end({ timeout: 5 }));
  const [ownerClient, userId] = await signUp(stack);
  const [strangerClient] = await signUp(stack);
  const [adminClient, adminId] = await signUp(stack);
  await sql`insert into private.admins (user_id) values (${adminId})`;
  const keyId = await addKey(sql, userId);
  const owner = { userId, keyId, botId: await addBot(sql, { userId, keyId }) };
  await addRowsEverywhere(sql, owner);
  await addPlatformRows(sql);
  const owned = cleanup.move();
  return {
    stack,
    sql,
    owner,
    visitor: connect(stack, stack.publishableKey),
    strangerClient,
    ownerClient,
    adminClient,
    serviceClient: connect(stack, stack.secretKey),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A row of the table, of the columns that a statement may name. */
async function writableRow(
  sql: Sql,
  table: string,
): Promise<Record<string, unknown>> {
  const columns = await sql`
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = ${table}
      and is_identity = 'NO' and is_generated = 'NEVER'`;
  const [found] = await sql.unsafe(
    `select to_jsonb(t) as row from public.${table} as t limit 1`,
  );
  return Object.fromEntries(
    columns.map(({ column_name: name }) => [name, found?.row[name]]),
  );
}

/** Fingerprints of all tables: nothing changed when they are equal. */
async function fingerprint(sql: Sql): Promise<string> {
  const parts: string[] = [];
  for (const table of Object.keys(TABLES)) {
    // A view has no rows of its own, and this one tells the time.
    if (table === "bot_trust") continue;
    const [row] = await sql.unsafe(
      `select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum
       from public.${table} as t`,
    );
    parts.push(`${table} ${row?.sum}`);
  }
  return parts.join("\n");
}

Deno.test("the Data API shows each table's rows to their owner and to admins, to nobody else", async () => {
  await using world = await startWorld();
  for (const [table, seen] of Object.entries(TABLES)) {
    const clients: readonly [string, SupabaseClient, number | undefined][] = [
      ["visitor", world.visitor, undefined],
      ["secret key", world.serviceClient, undefined],
      ["stranger", world.strangerClient, seen?.[0]],
      ["owner", world.ownerClient, seen?.[1]],
      ["admin", world.adminClient, seen?.[2]],
    ];
    for (const [name, client, rows] of clients) {
      const { data, error } = await client.from(table).select("*");
      const what = `${name} selects from ${table}`;
      if (rows !== undefined) assert.equal(data?.length, rows, what);
      // PostgREST says that it may not, the embedded API that it knows no such table.
      else assert.match(error?.code ?? "", /^(42501|PGRST205)$/, what);
    }
  }
});

Deno.test("the Data API lets nobody write any table but name and language of one's own profile", async () => {
  await using world = await startWorld();
  const before = await fingerprint(world.sql);
  const clients: readonly [string, SupabaseClient][] = [
    ["visitor", world.visitor],
    ["stranger", world.strangerClient],
    ["owner", world.ownerClient],
    ["admin", world.adminClient],
    ["secret key", world.serviceClient],
  ];
  for (const table of Object.keys(TABLES)) {
    const row = await writableRow(world.sql, table);
    const key = Object.keys(row)[0] ?? "";
    for (const [name, client] of clients) {
      const attempts = {
        insert: client.from(table).insert(row),
        upsert: client.from(table).upsert(row),
        update: client.from(table).update(row).not(key, "is", null),
        delete: client.from(table).delete().not(key, "is", null),
      };
      for (const [what, attempt] of Object.entries(attempts)) {
        const { error } = await attempt;
        // 55000: a view that cannot be written by anybody.
        assert.match(
          error?.code ?? "",
          /^(42501|55000|PGRST205)$/,
          `${name}: ${what} ${table}`,
        );
      }
    }
  }
  assert.equal(await fingerprint(world.sql), before);
});

Deno.test("the Data API lets a user rename himself, and nobody else", async () => {
  await using world = await startWorld();
  const { error } = await world.strangerClient.from("profiles")
    .update({ "display_name": "Mine" }).not("user_id", "is", null);
  assert.equal(error, null);
  const rows = await world.sql`
    select user_id from public.profiles where display_name = 'Mine'`;
  const { data } = await world.strangerClient.auth.getUser();
  assert.deepEqual(rows.map((row) => row.user_id), [data.user?.id]);
});

Deno.test("the Data API does not know the private schema, with any key", async () => {
  await using world = await startWorld();
  const clients = [
    world.visitor,
    world.ownerClient,
    world.adminClient,
    world.serviceClient,
  ];
  for (const client of clients) {
    for (
      const table of ["exchange_key_secrets", "admins", "schema_info"]
    ) {
      const { data, error } = await client.schema("private").from(table)
        .select("*");
      assert.equal(data, null, table);
      assert.ok(error !== null, table);
      const bare = await client.from(table).select("*");
      assert.ok(bare.error !== null, table);
    }
    const embedded = await client.from("exchange_keys")
      .select("*, exchange_key_secrets(*)");
    assert.ok(embedded.error !== null);
    for (const name of ["is_admin", "broadcast_metrics", "stop_bots_of_user"]) {
      const call = await client.schema("private").rpc(name);
      assert.ok(call.error !== null, name);
    }
  }
});

Deno.test("functions of the API answer supabase-js with their code and sentence", async () => {
  await using world = await startWorld();
  const { owner, ownerClient, strangerClient } = world;
  const started = await ownerClient.rpc("request_bot_start", {
    "bot_id": owner.botId,
  });
  assert.equal(started.error, null);
  assert.equal(started.data.desired_state, "running");
  const again = await ownerClient.rpc("request_bot_start", {
    "bot_id": owner.botId,
  });
  assert.deepEqual(
    [again.error?.code, again.error?.message, again.error?.details],
    ["P0001", "bot_already_running", "This bot is running already"],
  );
  const foreign = await strangerClient.rpc("request_bot_stop", {
    "bot_id": owner.botId,
    "stop_policy": "cancel_orders",
  });
  assert.equal(foreign.error?.message, "not_found");
  const visitor = await world.visitor.rpc("request_bot_start", {
    "bot_id": owner.botId,
  });
  assert.equal(visitor.error?.code, "42501");
  for (const client of [ownerClient, world.adminClient, world.visitor]) {
    const stored = await client.rpc("store_exchange_key", {
      "exchange_key_id": crypto.randomUUID(),
      "user_id": owner.userId,
      label: "x",
      venue: "paper",
      "exchange_uid": "1",
      "key_hint": "x",
      permissions: [],
      "ip_restricted": false,
      sealed: "a..b.c.d",
      kid: "k",
    });
    assert.equal(stored.error?.code, "42501");
  }
});

/** Subscribes to a private channel; resolves with its first outcome. */
async function join(
  client: SupabaseClient,
  topic: string,
  onMessage: (message: string) => void = () => {},
): Promise<string> {
  await client.realtime.setAuth();
  const outcome = Promise.withResolvers<string>();
  client.channel(topic, { config: { private: true } })
    .on("broadcast", { event: "*" }, ({ event, payload }) => {
      onMessage(`${event} ${payload.rows.length}`);
    })
    .subscribe((status) => outcome.resolve(status));
  return await outcome.promise;
}

Deno.test({
  name:
    "Realtime: the owner hears his topic; stranger, admin and visitor are refused it",
  // realtime-js keeps timers and sockets for a moment after it has gone.
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using world = await startWorld();
  const topic = `user:${world.owner.userId}`;
  const heard = Promise.withResolvers<string>();
  const clients = [
    world.strangerClient,
    world.adminClient,
    world.visitor,
  ];
  try {
    assert.equal(
      await join(world.ownerClient, topic, heard.resolve),
      "SUBSCRIBED",
    );
    for (const client of clients) {
      assert.equal(await join(client, topic), "CHANNEL_ERROR");
    }
    await world.sql`
      insert into public.bot_events (bot_id, user_id, level, code, message)
      select ${world.owner.botId}, ${world.owner.userId}, 'info', 'told', 'Text'
      from generate_series(1, 3)`;
    assert.equal(await heard.promise, "event 3");
  } finally {
    for (const client of [world.ownerClient, ...clients]) {
      await client.removeAllChannels();
      await client.realtime.disconnect();
    }
  }
});
