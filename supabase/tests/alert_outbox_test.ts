/** The outbox of alerts: what gets in, what is claimed, what becomes of it. @module */
import assert from "node:assert/strict";
import type { Row, Sql } from "postgres";
import { actAs, type Actor } from "./act_as.ts";
import {
  activate,
  addAdmin,
  addBot,
  addFills,
  addTrader,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const SERVICE: Actor = { role: "service_role" };

/** A message as the dispatcher gets it. */
interface Claimed {
  readonly id: string;
  readonly attempt: number;
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly email: string | null;
}

async function call<T>(sql: Sql, actor: Actor, text: string): Promise<T> {
  const [row] = await actAs(
    sql,
    actor,
    (tx) => tx.unsafe(`select ${text} as answer`),
  );
  return row?.answer;
}

const claim = (sql: Sql, batch = 20): Promise<readonly Claimed[]> =>
  call(sql, SERVICE, `public.claim_alerts(null, ${batch})`);

function save(
  sql: Sql,
  userId: string,
  kind: string,
  more = "",
): Promise<Row | undefined> {
  const target = kind === "webhook" ? "'https://hooks.example/x'" : "null";
  return call(
    sql,
    { role: "authenticated", userId },
    `public.save_alert_channel('${kind}', true, '{fills,fault,stop,margin,grace}', 60, ${target}${more})`,
  );
}

async function tell(
  sql: Sql,
  bot: BotRef,
  level: string,
  code: string,
): Promise<void> {
  await sql`
    insert into public.bot_events (bot_id, user_id, level, code, message)
    values (${bot.botId}, ${bot.userId}, ${level}, ${code}, 'A sentence')`;
}

async function topicsOf(sql: Sql): Promise<unknown[]> {
  const rows = await sql`
    select topic, payload->>'code' as code from public.alert_messages
    order by created_at, code`;
  return rows.map((row) => `${row.topic} ${row.code}`);
}

Deno.test("the outbox takes what a channel wants of a bot's log, each trouble once in ten minutes, each stop", async () => {
  await using test = await openTestSql();
  const { sql, engine } = test;
  const trader = await addTrader(sql);
  const other = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  for (
    const [level, code] of [
      ["info", "bot_running"],
      ["error", "key_invalid"],
      ["error", "key_invalid"],
      ["warning", "margin_no_entries"],
      ["info", "margin_no_entries_over"],
      ["info", "bot_stopped"],
      ["info", "bot_stopped"],
      ["warning", "stop_loss_reached"],
      ["warning", "take_profits_only"],
      ["warning", "grace_ended"],
    ] as const
  ) {
    await tell(engine as unknown as Sql, trader, level, code);
    await tell(sql, other, level, code);
  }
  assert.deepEqual((await topicsOf(sql)).sort(), [
    "fault key_invalid",
    "grace grace_ended",
    "margin margin_no_entries",
    "stop bot_stopped",
    "stop bot_stopped",
    "stop stop_loss_reached",
  ]);
});

Deno.test("a channel that is off, unlinked or does not want a topic gets nothing of it", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "telegram"); // pending
  await save(sql, trader.userId, "email");
  await sql`update public.alert_channels set topics = '{stop}' where kind = 'email'`;
  await tell(sql, trader, "error", "key_invalid");
  assert.deepEqual(await topicsOf(sql), []);
  await tell(sql, trader, "info", "bot_stopped");
  assert.deepEqual(await topicsOf(sql), ["stop bot_stopped"]);
  await sql`update public.alert_channels set is_enabled = false`;
  await tell(sql, trader, "info", "bot_stopped");
  assert.equal((await topicsOf(sql)).length, 1);
  assert.deepEqual(await claim(sql), [], "nor is the old one sent");
});

Deno.test("a failing outbox never fails what it tells of", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await activate(sql, trader.userId, "1");
  await save(sql, trader.userId, "webhook");
  await sql`
    alter table public.alert_messages
    add constraint alert_messages_refused check (false) not valid`;
  await tell(sql, trader, "error", "key_invalid");
  await sql`update public.profiles set status = 'suspended' where user_id = ${trader.userId}`;
  const [row] = await sql`
    select (select count(*) from public.bot_events) as events,
      (select count(*) from public.alert_messages) as messages`;
  assert.deepEqual({ ...row }, { events: "1", messages: "0" });
});

Deno.test("a suspension, a moved grace and a reinstatement are told, with the end of grace", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  await save(sql, userId, "email");
  for (
    const change of [
      "status = 'suspended', status_reason = 'Late', grace_ends_at = now() + interval '1 hour'",
      "grace_ends_at = now() + interval '2 hours'",
      "status = 'pending_key'",
    ]
  ) {
    await sql.unsafe(
      `update public.profiles set ${change} where user_id = '${userId}'`,
    );
  }
  const rows = await sql`
    select payload from public.alert_messages order by created_at`;
  assert.deepEqual(rows.map(({ payload }) => payload.code), [
    "account_suspended",
    "account_suspended",
    "account_pending_key",
  ]);
  assert.equal(rows[0]?.payload.message, "Late");
  assert.ok(Date.parse(rows[0]?.payload.grace_ends_at) > Date.now());
});

Deno.test("fills come as one digest when it is due, each fill in one digest, sums exact and unknown ones counted", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  await addFills(sql, trader, ["a", "b"]);
  await sql`update public.fills set realized_pnl = 0.1 where venue_trade_id = 'a'`;
  await sql`update public.fills set realized_pnl = null where venue_trade_id = 'b'`;
  await sql`update public.fills set filled_at = now(), recorded_at = now() - interval '1 minute'`;
  assert.deepEqual(await claim(sql), [], "not due yet");
  await sql`update public.alert_channels set fills_told_until = now() - interval '61 minutes'`;
  const [digest, ...more] = await claim(sql);
  assert.equal(more.length, 0);
  assert.equal(digest?.topic, "fills");
  assert.equal(digest?.payload.count, 2);
  assert.deepEqual(digest?.payload.symbols, [{
    symbol: "BNB/USDT:USDT",
    fills: 2,
    "realized_pnl": "0.1",
    fees: "0.0130",
    unknown: 1,
  }]);
  await sql`update public.alert_channels set fills_told_until = fills_told_until - interval '20 seconds', digest_minutes = 5`;
  assert.deepEqual(await claim(sql), [], "told once");
});

Deno.test("claim_alerts() hands a message to one dispatcher at a time, and again when that one is silent for a minute", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  for (const n of [1, 2, 3, 4, 5, 6]) await tell(sql, trader, "error", `e${n}`);
  const both = await Promise.all([claim(sql, 3), claim(sql, 6)]);
  const ids = both.flat().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, "no message twice");
  ids.push(...(await claim(sql)).map(({ id }) => id));
  assert.equal(new Set(ids).size, 6);
  assert.deepEqual(await claim(sql), []);
  await sql`update public.alert_messages set locked_until = now() - interval '1 second'`;
  const again = await claim(sql, 4);
  assert.deepEqual(again.map(({ attempt }) => attempt), [2, 2, 2, 2]);
  // The first one comes back late: it has lost its claim.
  const late = await call(
    sql,
    SERVICE,
    `public.finish_alert('${again[0]?.id}', 1, 'sent')`,
  );
  assert.equal(late, "lost");
});

Deno.test("claim_alerts() takes ten messages of a channel in a burst, and leaves the rest for later", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const calm = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  await save(sql, calm.userId, "webhook");
  for (let n = 0; n < 25; n++) await tell(sql, trader, "error", `e${n}`);
  await tell(sql, calm, "error", "e1");
  const claimed = await claim(sql, 100);
  assert.equal(claimed.length, 11, "ten of the one, the other's all the same");
  const left = await sql`
    select from public.alert_messages where status = 'pending'`;
  assert.equal(left.length, 15);
  assert.deepEqual(await claim(sql), [], "its minute is not over");
});

Deno.test("claim_alerts() lets who has hundreds of messages waiting keep nobody else's back, and tells him first what presses", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const flooded = await addTrader(sql);
  const calm = await addTrader(sql);
  await save(sql, flooded.userId, "webhook");
  await save(sql, calm.userId, "webhook");
  await sql`
    insert into public.bot_events (bot_id, user_id, level, code, message)
    select ${flooded.botId}, ${flooded.userId}, 'info', 'bot_stopped', 'Stopped'
    from generate_series(1, 300)`;
  await tell(sql, flooded, "warning", "margin_warning");
  await tell(sql, calm, "warning", "margin_warning");
  const topics = (await claim(sql)).map(({ topic }) => topic).sort();
  assert.deepEqual(
    topics,
    ["margin", "margin", ...Array(9).fill("stop")],
    "of the flood no more than a burst, and in it what presses",
  );
  await tell(sql, calm, "error", "key_invalid");
  const next = await claim(sql);
  assert.deepEqual(next.map(({ topic }) => topic), ["fault"]);
});

Deno.test("the kill switch is told once at once, however many bots it stops", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  await addBot(sql, trader, "BTC/USDT:USDT");
  await save(sql, trader.userId, "webhook");
  await sql`update public.bots set desired_state = 'running'`;
  await call(
    sql,
    { role: "authenticated", userId: admin },
    "public.kill_all_bots('cancel_orders')",
  );
  assert.deepEqual(await topicsOf(sql), ["grace stopped_by_platform"]);
});

Deno.test("finish_alert() tries again with doubling pauses, eight times, then the message is dead and can be tried anew", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const stranger = await addUser(sql);
  await save(sql, trader.userId, "webhook");
  await tell(sql, trader, "error", "e1");
  let pauseBefore = 0;
  for (let attempt = 1; attempt <= 8; attempt++) {
    const [message] = await claim(sql);
    assert.equal(message?.attempt, attempt);
    const status = await call(
      sql,
      SERVICE,
      `public.finish_alert('${message?.id}', ${attempt}, 'retry', 'http_500')`,
    );
    assert.equal(status, attempt < 8 ? "pending" : "dead");
    const [row] = await sql`
      select extract(epoch from next_attempt_at - now())::float8 as pause
      from public.alert_messages`;
    if (attempt < 8) assert.ok(row?.pause > pauseBefore * 1.5, `${row?.pause}`);
    pauseBefore = row?.pause;
    await sql`update public.alert_messages set next_attempt_at = now()`;
    await sql`delete from private.rate_limits`;
  }
  assert.deepEqual(await claim(sql), []);
  const [{ id } = { id: "" }] = await sql`select id from public.alert_messages`;
  const retry = (userId: string) =>
    call(
      sql,
      { role: "authenticated", userId },
      `public.retry_alert('${id}')`,
    );
  assert.equal((await refusalOf(retry(stranger))).message, "not_found");
  await retry(trader.userId);
  assert.equal((await refusalOf(retry(trader.userId))).message, "not_found");
  assert.equal((await claim(sql))[0]?.attempt, 1);
});

Deno.test("finish_alert() closes a channel that refuses for good, and saving opens it again", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  await tell(sql, trader, "error", "e1");
  const [message] = await claim(sql);
  await call(
    sql,
    SERVICE,
    `public.finish_alert('${message?.id}', 1, 'broken', 'http_410')`,
  );
  const [channel] =
    await sql`select status, status_code from public.alert_channels`;
  assert.deepEqual({ ...channel }, {
    status: "broken",
    "status_code": "http_410",
  });
  await tell(sql, trader, "error", "e2");
  assert.deepEqual(await claim(sql), [], "kept, not sent");
  await save(sql, trader.userId, "webhook");
  assert.equal((await claim(sql)).length, 1);
});

Deno.test("what waited a day behind a closed channel is not sent when it opens", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  await tell(sql, trader, "error", "old");
  await tell(sql, trader, "error", "new");
  await sql`
    update public.alert_messages set next_attempt_at = now() - interval '25 hours'
    where payload->>'code' = 'old'`;
  assert.deepEqual((await claim(sql)).map(({ payload }) => payload.code), [
    "new",
  ]);
  const [old] = await sql`
    select status, error_code from public.alert_messages
    where payload->>'code' = 'old'`;
  assert.deepEqual({ ...old }, { status: "dead", "error_code": "expired" });
});

Deno.test("an address that is not confirmed is not handed out", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "email");
  await tell(sql, trader, "error", "e1");
  assert.equal((await claim(sql))[0]?.email, null);
  await sql`update auth.users set email_confirmed_at = now()`;
  await sql`update public.alert_messages set locked_until = now()`;
  assert.equal((await claim(sql))[0]?.email, `${trader.userId}@test.local`);
});

Deno.test("a Telegram chat is linked by a code that works once, for ten minutes", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const user: Actor = { role: "authenticated", userId: trader.userId };
  const cursor = () => call(sql, SERVICE, "public.read_telegram_cursor()");
  const take = (id: number, code: string) =>
    call(
      sql,
      SERVICE,
      `public.take_telegram_update(${id}, '${code}', '4242', 'Ann')`,
    );
  await save(sql, trader.userId, "telegram");
  assert.equal(await cursor(), null, "nobody waits");
  const begin = () =>
    call<{ readonly code: string }>(sql, user, "public.begin_telegram_link()");
  const old = await begin();
  const { code } = await begin();
  assert.match(code, /^[\w-]{20}$/);
  assert.equal(await cursor(), "0");
  assert.equal(await take(7, old.code), false, "an older code has ended");
  assert.equal(await cursor(), "8");
  assert.equal(await take(8, code), true);
  assert.equal(await take(9, code), false, "works once");
  const [channel] = await sql`select status, target from public.alert_channels`;
  assert.deepEqual({ ...channel }, { status: "active", target: "Ann" });
  const late = await begin();
  await sql`update private.telegram_links set expires_at = now()`;
  assert.equal(await take(10, late.code), false);
});

Deno.test("functions of the dispatcher are the service role's alone, those of users need one", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const id = crypto.randomUUID();
  for (
    const text of [
      "public.claim_alerts()",
      `public.finish_alert('${id}', 1, 'sent')`,
      "public.read_telegram_cursor()",
      "public.take_telegram_update(1, 'x', '1', 'x')",
    ]
  ) {
    for (const role of ["anon", "authenticated"] as const) {
      const refusal = await refusalOf(call(sql, { role, userId }, text));
      assert.equal(refusal.code, "42501", text);
    }
  }
  for (
    const text of [
      "public.save_alert_channel('email', true, '{}', 60)",
      "public.remove_alert_channel('email')",
      "public.request_alert_test('email')",
      "public.rotate_alert_secret()",
      "public.begin_telegram_link()",
      `public.retry_alert('${id}')`,
    ]
  ) {
    const nobody = await refusalOf(call(sql, { role: "authenticated" }, text));
    assert.equal(nobody.message, "unauthorized", text);
    assert.equal(
      (await refusalOf(call(sql, SERVICE, text))).code,
      "42501",
      text,
    );
  }
  for (
    const args of [
      "'fax', true, '{}', 60",
      "'email', true, '{news}', 60",
      "'email', true, null, 60",
      "'email', true, '{}', 4",
      "'webhook', true, '{}', 60, null",
      "'webhook', true, '{}', 60, 'file:///etc/passwd'",
    ]
  ) {
    const refusal = await refusalOf(
      call(
        sql,
        { role: "authenticated", userId },
        `public.save_alert_channel(${args})`,
      ),
    );
    assert.equal(refusal.message, "validation_failed", args);
  }
});

Deno.test("functions of users find the caller's own channels alone", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const owner = await addUser(sql);
  const stranger = await addUser(sql);
  await save(sql, owner, "webhook");
  await save(sql, owner, "telegram");
  const before = await sql`select * from public.alert_channels order by id`;
  const as = (userId: string, text: string) =>
    refusalOf(call(sql, { role: "authenticated", userId }, text));
  for (
    const text of [
      "public.remove_alert_channel('webhook')",
      "public.request_alert_test('webhook')",
      "public.rotate_alert_secret()",
      "public.begin_telegram_link()",
    ]
  ) assert.equal((await as(stranger, text)).message, "not_found", text);
  const after = await sql`select * from public.alert_channels order by id`;
  assert.deepEqual([...after], [...before]);
  // One that is not linked has nowhere to send a test to.
  const unlinked = await as(owner, "public.request_alert_test('telegram')");
  assert.equal(unlinked.message, "validation_failed");
});

Deno.test("claim_alerts() hands out thirty messages of a channel an hour", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await save(sql, trader.userId, "webhook");
  await tell(sql, trader, "error", "key_invalid");
  // One comes back every two minutes: half of one is none.
  const used = (messages: number) =>
    sql`
      insert into private.rate_limits (key, full_at)
      select 'alert:' || c.id, now() + make_interval(secs => ${messages * 120})
      from public.alert_channels as c
      on conflict (key) do update set full_at = excluded.full_at`;
  await used(29.5);
  assert.deepEqual(await claim(sql), []);
  await used(28);
  await sql`update public.alert_messages set next_attempt_at = now()`;
  assert.equal((await claim(sql)).length, 1);
});

Deno.test("a test message is the asking call's for a while, then the timer's", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  await save(sql, userId, "email");
  const id = await call<string>(
    sql,
    { role: "authenticated", userId },
    "public.request_alert_test('email')",
  );
  assert.deepEqual(await claim(sql), []);
  const mine = await call<readonly Claimed[]>(
    sql,
    SERVICE,
    `public.claim_alerts('${id}')`,
  );
  assert.deepEqual(mine.map((message) => message.id), [id]);
  await sql`
    update public.alert_messages
    set created_at = now() - interval '16 seconds', locked_until = now()`;
  assert.deepEqual((await claim(sql)).map((message) => message.id), [id]);
});

Deno.test("test messages are few", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  await save(sql, userId, "email");
  const ask = () =>
    call(
      sql,
      { role: "authenticated", userId },
      "public.request_alert_test('email')",
    );
  for (let n = 0; n < 6; n++) await ask();
  assert.equal((await refusalOf(ask())).message, "rate_limited");
});

/** Stands for what the hosted platform has: the same names and signatures. */
const PLATFORM = `
  create schema vault;
  create table vault.decrypted_secrets (name text, decrypted_secret text);
  create schema net;
  create table net.calls (url text, headers jsonb, body jsonb);
  create function net.http_post(
    url text, body jsonb default '{}', params jsonb default '{}',
    headers jsonb default '{}', timeout_milliseconds int default 1000
  ) returns bigint language sql as $$
    insert into net.calls values (url, headers, body) returning 1::bigint
  $$;`;

Deno.test("call_alerts() calls nobody until the platform has the means and both secrets", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const tryCall = async () =>
    (await sql`select private.call_alerts() as called`)[0]?.called;
  assert.equal(await tryCall(), false, "embedded: no such extensions");
  await sql.unsafe(PLATFORM);
  assert.equal(await tryCall(), false);
  await sql`insert into vault.decrypted_secrets values ('trellis_api_url', 'https://p.example/')`;
  assert.equal(await tryCall(), false);
  await sql`insert into vault.decrypted_secrets values ('trellis_secret_key', 'sb_secret_x')`;
  assert.equal(await tryCall(), true);
  const calls = await sql`select url, headers->>'apikey' as key from net.calls`;
  assert.deepEqual({ ...calls[0] }, {
    url: "https://p.example/functions/v1/alerts/dispatch",
    key: "sb_secret_x",
  });
});
