/** What engines need of the database to claim bots: design.md §5. @module */
import assert from "node:assert/strict";
import postgres from "postgres";
import { addTrader, addUser } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

Deno.test("an engine takes the locks of an account and a bot by their int4 keys; another does not get them", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const [keys] = await test.engine`
    select k.lock_key as account, b.lock_key as bot
    from public.bots as b
    join public.exchange_keys as k on k.id = b.exchange_key_id
    where b.id = ${bot.botId}`;
  const held = await test.engine.reserve();
  try {
    const lock = (sql: typeof held) =>
      sql`
        select pg_try_advisory_lock(1, ${keys?.account}) as account,
          pg_try_advisory_lock(2, ${keys?.bot}) as bot`;
    assert.deepEqual({ ...(await lock(held))[0] }, {
      account: true,
      bot: true,
    });
    const other = await test.engine.reserve();
    try {
      assert.deepEqual({ ...(await lock(other))[0] }, {
        account: false,
        bot: false,
      });
    } finally {
      other.release();
    }
  } finally {
    held.release();
  }
});

Deno.test("an engine may end another engine's session, and nobody else's", async () => {
  await using test = await openTestSql();
  const victim = postgres(test.database.urls.engine, {
    max: 1,
    onnotice: () => {},
  });
  try {
    const [session] = await victim`select pg_backend_pid() as pid`;
    const [ended] = await test.engine`
      select pg_terminate_backend(${session?.pid}) as ended`;
    assert.equal(ended?.ended, true);
  } finally {
    await victim.end({ timeout: 1 });
  }
  const [owner] = await test.sql`select pg_backend_pid() as pid`;
  await assert.rejects(
    async () => await test.engine`select pg_terminate_backend(${owner?.pid})`,
    /permission denied/,
  );
});

Deno.test("intents wake the engines by channel trellis_bots, facts do not", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const heard: string[] = [];
  const last = Promise.withResolvers<void>();
  const listener = postgres(test.database.urls.engine, {
    max: 1,
    onnotice: () => {},
  });
  try {
    await listener.listen("trellis_bots", (payload) => {
      if (payload === "end") last.resolve();
      else heard.push(payload);
    });
    const set = (change: string) =>
      test.sql.unsafe(
        `update public.bots set ${change} where id = '${bot.botId}'`,
      );
    await set("desired_version = 1, desired_state = 'running'");
    await set("config_version = 2");
    await set("status = 'running', claim_epoch = 1, acknowledged_version = 1");
    await set("name = 'New'");
    await test.sql`select pg_notify('trellis_bots', 'end')`;
    await last.promise;
  } finally {
    await listener.end({ timeout: 1 });
  }
  assert.deepEqual(heard, [bot.botId, bot.botId]);
});

Deno.test("the search for claimable bots has its index", async () => {
  await using test = await openTestSql();
  await addUser(test.sql);
  const plan = await test.sql.begin(async (tx) => {
    await tx`set local enable_seqscan = off`;
    return await tx`
      explain select id from public.bots
      where acknowledged_version < desired_version
        or status in ('starting', 'running', 'stopping')`;
  });
  assert.match(JSON.stringify(plan), /bots_claimable_idx/);
});

Deno.test("engines read the schema's epoch and cannot change it", async () => {
  await using test = await openTestSql();
  const [info] = await test.engine`
    select schema_epoch from private.schema_info`;
  assert.ok(info?.schema_epoch >= 1);
  await assert.rejects(
    async () =>
      await test.engine`update private.schema_info set schema_epoch = 9`,
    /permission denied/,
  );
});
