/**
 * Every table × anon, nobody, stranger, owner, admin, service role, engine ×
 * select, insert, update, delete, in SQL. The table says what is allowed;
 * everything else must be refused.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { type Actor, tryAs } from "./act_as.ts";
import {
  addAdmin,
  addPlatformRows,
  addRowsEverywhere,
  addTrader,
  addUser,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** What an actor may do: rows seen, columns that may be updated. */
interface Access {
  readonly select: number | "refused";
  readonly insert: boolean;
  readonly update: readonly string[];
  readonly delete: boolean;
}

const NOTHING: Access = {
  select: "refused",
  insert: false,
  update: [],
  delete: false,
};
const sees = (rows: number): Access => ({ ...NOTHING, select: rows });
const writes = (
  select: number,
  update: readonly string[],
  more: Partial<Access> = {},
): Access => ({ ...NOTHING, select, update, ...more });
/** Stands for all columns that a statement can name. */
const ALL = ["*"];

/** Rows seen by [nobody, stranger, owner, admin], and what an engine may do. */
const EXPECTED: Readonly<
  Record<string, { readonly seen: readonly number[]; readonly engine: Access }>
> = {
  "public.profiles": { seen: [0, 1, 1, 3], engine: sees(3) },
  "public.uid_allowlist": { seen: [0, 0, 0, 1], engine: NOTHING },
  "public.exchange_keys": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [
      "ip_restricted",
      "permissions",
      "status",
      "verified_at",
    ]),
  },
  "public.engines": {
    seen: [0, 0, 0, 1],
    engine: writes(1, ALL, { insert: true, delete: true }),
  },
  "public.bots": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [
      "acknowledged_version",
      "claim_epoch",
      "engine_id",
      "running_config_version",
      "started_at",
      "status",
      "status_at",
      "status_code",
      "status_reason",
      "stopped_at",
    ]),
  },
  "public.bot_states": {
    seen: [],
    engine: writes(1, ALL, { insert: true }),
  },
  "public.orders": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [
      "average_price",
      "claim_epoch",
      "end_reason",
      "filled_size",
      "finished_at",
      "reject_code",
      "reject_message",
      "status",
      "submitted_at",
      "venue_order_id",
    ], { insert: true }),
  },
  "public.fills": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [
      "bot_id",
      "client_order_id",
      "fee",
      "fee_currency",
      "pair_entry_price",
      "pair_profit",
      "pair_trade_ids",
      "purpose",
      "realized_pnl",
      "unpaired_size",
    ], { insert: true }),
  },
  "public.funding_payments": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [], { insert: true }),
  },
  "public.bot_metrics": {
    seen: [0, 0, 1, 1],
    engine: writes(1, ALL, { insert: true }),
  },
  "public.bot_audits": {
    seen: [0, 0, 1, 1],
    engine: writes(1, ALL, { insert: true }),
  },
  "public.bot_trust": { seen: [0, 0, 1, 1], engine: NOTHING },
  "public.bot_grids": { seen: [0, 0, 1, 1], engine: NOTHING },
  "public.equity_snapshots": {
    seen: [0, 0, 1, 1],
    engine: writes(1, ALL, { insert: true }),
  },
  "public.bot_events": {
    seen: [0, 0, 1, 1],
    engine: writes(1, [], { insert: true }),
  },
  // One of addPlatformRows(), one of the admin, one of the allowlist, and each
  // statement by hand that made the rows of this test.
  "public.audit_events": { seen: [0, 0, 0, 17], engine: NOTHING },
  // Not even admins read where somebody is told, and what.
  "public.alert_channels": { seen: [0, 0, 1, 0], engine: NOTHING },
  "public.alert_messages": { seen: [0, 0, 1, 0], engine: NOTHING },
  "private.telegram_chats": { seen: [], engine: NOTHING },
  "private.telegram_cursor": { seen: [], engine: NOTHING },
  "private.telegram_links": { seen: [], engine: NOTHING },
  "private.admins": { seen: [], engine: NOTHING },
  "private.broadcasts": { seen: [], engine: NOTHING },
  "private.exchange_key_secrets": {
    seen: [],
    engine: writes(1, ["kid", "sealed"]),
  },
  "private.forgotten_history": { seen: [], engine: NOTHING },
  "private.rate_limits": { seen: [], engine: NOTHING },
  "private.schema_info": { seen: [], engine: sees(1) },
  "private.user_presence": { seen: [], engine: NOTHING },
};

/** The only columns users write themselves. */
const OWN_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  "public.profiles": ["display_name", "locale"],
};

/** SQLSTATE insufficient_privilege: a missing grant or a policy. */
const REFUSED = "42501";
/** SQLSTATE of a view that nobody can write. */
const NOT_WRITABLE = "55000";

/** Tries one statement in a savepoint. @returns Its rows, or the SQLSTATE. */
async function attempt(
  tx: TransactionSql,
  statement: string,
): Promise<{ readonly rows: number } | { readonly code: string }> {
  try {
    const result = await tx.savepoint((inner) => inner.unsafe(statement));
    return { rows: result.count };
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      return { code: String(error.code) };
    }
    throw error;
  }
}

/** Finds out by trying what the session's role may do with a table. */
async function accessOf(
  tx: TransactionSql,
  table: string,
  columns: readonly string[],
): Promise<Access> {
  const refused = (outcome: object): boolean =>
    "code" in outcome &&
    (outcome.code === REFUSED || outcome.code === NOT_WRITABLE);
  const select = await attempt(tx, `select * from ${table}`);
  const insert = await attempt(tx, `insert into ${table} default values`);
  const deletion = await attempt(tx, `delete from ${table}`);
  const update: string[] = [];
  for (const column of columns) {
    const outcome = await attempt(
      tx,
      `update ${table} set ${column} = ${column}`,
    );
    if (!refused(outcome)) update.push(column);
  }
  return {
    select: "rows" in select ? select.rows : "refused",
    insert: !refused(insert),
    update: update.length === columns.length ? ALL : update,
    delete: !refused(deletion),
  };
}

/** Every table of ours and the columns that a statement may name. */
async function listTables(sql: Sql): Promise<Map<string, string[]>> {
  const rows = await sql<{ table: string; columns: string[] }[]>`
    select format('%I.%I', n.nspname, c.relname) as table,
      array_agg(a.attname::text order by a.attname::text) as columns
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm')
      and a.attnum > 0 and not a.attisdropped
      and a.attidentity <> 'a' and a.attgenerated = ''
    group by 1`;
  return new Map(rows.map((row) => [row.table, row.columns]));
}

Deno.test("access to every table is what the table in this file says, for every role", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const owner = await addTrader(sql);
  const stranger = await addUser(sql);
  const admin = await addAdmin(sql);
  await addRowsEverywhere(sql, owner);
  await addPlatformRows(sql);
  const tables = await listTables(sql);
  assert.deepEqual(
    [...tables.keys()].sort(),
    Object.keys(EXPECTED).sort(),
    "a table is missing in this test",
  );
  const users: readonly [string, Actor][] = [
    ["nobody", { role: "authenticated" }],
    ["stranger", { role: "authenticated", userId: stranger }],
    ["owner", { role: "authenticated", userId: owner.userId }],
    ["admin", { role: "authenticated", userId: admin }],
  ];
  for (const [table, { seen, engine }] of Object.entries(EXPECTED)) {
    const columns = tables.get(table) ?? [];
    for (const role of ["anon", "service_role"] as const) {
      const access = await tryAs(
        sql,
        { role },
        (tx) => accessOf(tx, table, columns),
      );
      assert.deepEqual(access, NOTHING, `${role} on ${table}`);
    }
    for (const [index, [name, actor]] of users.entries()) {
      const rows = seen[index];
      const expected = rows === undefined ? NOTHING : {
        ...sees(rows),
        update: OWN_COLUMNS[table] ?? [],
      };
      const access = await tryAs(
        sql,
        actor,
        (tx) => accessOf(tx, table, columns),
      );
      assert.deepEqual(access, expected, `${name} on ${table}`);
    }
    const access = await tryAs(
      test.engine,
      null,
      (tx) => accessOf(tx, table, columns),
    );
    assert.deepEqual(access, engine, `engine on ${table}`);
  }
});

Deno.test("profiles: a user's update reaches his own row alone", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const owner = await addUser(sql);
  await addUser(sql);
  const changed = await tryAs(
    sql,
    { role: "authenticated", userId: owner },
    (tx) => tx`update public.profiles set locale = 'de' returning user_id`,
  );
  assert.deepEqual(changed.map((row) => row.user_id), [owner]);
});

Deno.test("profiles: neither status nor UID nor owner can be written by the user, an admin's user included", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const people = [await addUser(sql), await addAdmin(sql)];
  for (const userId of people) {
    for (
      const change of [
        "status = 'active'",
        "exchange_uid = '1'",
        "user_id = gen_random_uuid()",
        "grace_ends_at = null",
        "locale = 'de', status = 'active'",
      ]
    ) {
      const outcome = await tryAs(
        sql,
        { role: "authenticated", userId },
        (tx) => attempt(tx, `update public.profiles set ${change}`),
      );
      assert.deepEqual(outcome, { code: REFUSED }, change);
    }
  }
});

Deno.test("the engine's role is neither superuser nor above policies, and may not write intents", async () => {
  await using test = await openTestSql();
  const [role] = await test.sql`
    select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit,
      rolreplication
    from pg_roles where rolname = 'engine'`;
  assert.deepEqual({ ...role }, {
    rolsuper: false,
    rolbypassrls: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolinherit: false,
    rolreplication: false,
  });
  const { userId, keyId, botId } = await addTrader(test.sql);
  for (
    const change of [
      "desired_state = 'running'",
      "desired_version = 9",
      "config = '{}'",
      `user_id = '${userId}'`,
      `exchange_key_id = '${keyId}'`,
    ]
  ) {
    const outcome = await tryAs(
      test.engine,
      null,
      (tx) =>
        attempt(tx, `update public.bots set ${change} where id = '${botId}'`),
    );
    assert.deepEqual(outcome, { code: REFUSED }, change);
  }
});

Deno.test("the engine neither revokes a key nor brings a revoked one back", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const keyId = await addKeyWithStatus(test.sql, userId, "active");
  const revoked = await addKeyWithStatus(test.sql, userId, "revoked");
  const set = (id: string, status: string) =>
    tryAs(
      test.engine,
      null,
      (tx) =>
        attempt(
          tx,
          `update public.exchange_keys set status = '${status}' where id = '${id}'`,
        ),
    );
  assert.deepEqual(await set(keyId, "invalid"), { rows: 1 });
  assert.deepEqual(await set(keyId, "revoked"), { code: REFUSED });
  assert.deepEqual(await set(revoked, "active"), { rows: 0 });
});

async function addKeyWithStatus(
  sql: Sql,
  userId: string,
  status: string,
): Promise<string> {
  const [row] = await sql`
    insert into public.exchange_keys (
      user_id, label, venue, exchange_uid, key_hint, status
    )
    values (${userId}, 'Test', 'paper', ${crypto.randomUUID()}, 'abcd', ${status})
    returning id`;
  return String(row?.id);
}

Deno.test("bot_trust: the owner learns of the engine that holds his bot, and of no other", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const [owner, other] = [await addTrader(sql), await addTrader(sql)];
  await addRowsEverywhere(sql, owner);
  for (
    const [bot, name] of [[owner, "engine-a"], [other, "engine-b"]] as const
  ) {
    await sql`
      with e as (
        insert into public.engines (name, host, pid, version, capacity)
        values (${name}, 'secret-host', 1, '1.2.3', 500)
        returning id
      )
      update public.bots set engine_id = e.id, claim_epoch = 7
      from e where bots.id = ${bot.botId}`;
  }
  const actor: Actor = { role: "authenticated", userId: owner.userId };
  const rows = await tryAs(
    sql,
    actor,
    (tx) => tx`select * from public.bot_trust`,
  );
  assert.equal(rows.length, 1);
  const { read_at: readAt, engine_heartbeat_at: heartbeatAt, ...row } =
    rows[0] ?? {};
  assert.ok(readAt >= heartbeatAt);
  assert.deepEqual({ ...row, last_sync_at: null }, {
    "bot_id": owner.botId,
    "last_sync_at": null,
    "our_long_size": "0.1",
    "our_short_size": "0",
    "exchange_long_size": "0.1",
    "exchange_short_size": "0",
    "expected_orders": 2,
    "found_orders": 2,
    "claim_epoch": "7",
    "engine_name": "engine-a",
    "engine_version": "1.2.3",
    "engine_status": "running",
  });
  const peek = await tryAs(
    sql,
    actor,
    (tx) => tx`select * from private.engine_of_bot(${other.botId})`,
  );
  assert.deepEqual([...peek], []);
  const hosts = await tryAs(
    sql,
    actor,
    (tx) => tx`select host from public.engines`,
  );
  assert.deepEqual([...hosts], []);
});

Deno.test("bot_grids: the owner reads what his grid's intervals wait for, not the rest of its state", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const [owner, other] = [await addTrader(sql), await addTrader(sql)];
  const interval = { size: 0.1, held: 0.05, isExiting: true, basis: 640 };
  const state = sql.json({
    phase: "running",
    awaits: null,
    endedBy: null,
    entriesOff: true,
    offset: 1,
    splitAt: 2,
    center: null,
    grid: { lowerPrice: 600, upperPrice: 700, levels: 2 },
    intervals: [{ ...interval, held: 0, isExiting: false }, interval],
    ledger: { long: 0.05 },
  });
  const grids: string[] = [];
  for (const { userId, keyId } of [owner, other]) {
    const [bot] = await sql`
      insert into public.bots (
        user_id, exchange_key_id, name, symbol, strategy, config
      )
      values (${userId}, ${keyId}, 'Grid', 'BNB/USDT:USDT', 'range_grid', '{}')
      returning id`;
    grids.push(String(bot?.id));
    await sql`
      insert into public.bot_states (bot_id, claim_epoch, state)
      values (${grids.at(-1) ?? ""}, 1, ${state})`;
  }
  const actor: Actor = { role: "authenticated", userId: owner.userId };
  const rows = await tryAs(
    sql,
    actor,
    (tx) => tx`select * from public.bot_grids where phase is not null`,
  );
  assert.deepEqual([...rows], [{
    "bot_id": grids[0],
    phase: "running",
    awaits: null,
    "ended_by": null,
    "entries_off": true,
    "range_offset": 1,
    "split_at": 2,
    center: null,
    grid: { lowerPrice: 600, upperPrice: 700, levels: 2 },
    intervals: [
      { size: 0.1, held: 0, isExiting: false },
      { size: 0.1, held: 0.05, isExiting: true },
    ],
  }]);
  const peek = await tryAs(
    sql,
    actor,
    (tx) => tx`select * from private.grid_of_bot(${grids[1] ?? ""})`,
  );
  assert.deepEqual([...peek], []);
});
