/**
 * A clumsy admin in Studio: each column of each table set to values that make
 * no sense, a row of each table deleted, half a row added. What comes of it
 * stands in testdata/by_hand.txt, and nothing passes without a word but what
 * is harmless and says here why.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { tryAs } from "./act_as.ts";
import { addPlatformRows, addRowsEverywhere, addTrader } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const MATRIX = new URL("./testdata/by_hand.txt", import.meta.url);

/** Values of each type that a hand slips into. */
const SLIPS: Readonly<Record<string, readonly string[]>> = {
  text: ["null", "'x y'"],
  uuid: ["null", "gen_random_uuid()"],
  integer: ["null", "-1", "2147483647"],
  bigint: ["null", "-1", "9007199254740993"],
  numeric: ["null", "-1", "'NaN'", "1000000"],
  boolean: ["null", "true", "false"],
  jsonb: ["null", "'[]'", `'{"x": 1}'`],
  "text[]": ["null", "'{}'", "'{withdraw}'"],
  "timestamp with time zone": ["null", "'infinity'", "now() - interval '9 y'"],
  xid8: ["null"],
};

/** Why nothing is said of these: a hand there costs nobody anything. */
const HARMLESS: Readonly<Record<string, string>> = {
  "private.broadcasts": "empty outside a transaction",
  "private.rate_limits": "unlogged counts of calls, full again in a minute",
  "private.user_presence": "unlogged; open pages tell again within a minute",
  "private.telegram_links": "a code of ten minutes; its user asks for another",
  "public.profiles.created_at": "only shown",
  "public.profiles.display_name": "only shown; its user's own",
  "public.profiles.locale": "its user's own, and checked",
  "public.profiles.last_grace_ends_at": "stamped: what is written is dropped",
  "public.profiles.status_at": "stamped: what is written is dropped",
  "public.uid_allowlist.added_by": "only shown",
  "public.uid_allowlist.created_at": "only shown",
  "public.uid_allowlist.id": "nothing refers to it",
  "public.bots.updated_at": "stamped: what is written is dropped",
  "public.profiles.updated_at": "stamped: what is written is dropped",
  "public.uid_allowlist.updated_at": "stamped: what is written is dropped",
};

/** Rows of every table: of a bot that runs, of the platform. */
async function addEverything(sql: Sql): Promise<void> {
  const trader = await addTrader(sql);
  await addRowsEverywhere(sql, trader);
  await addPlatformRows(sql);
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 7, acknowledged_version = 7,
      status = 'running', claim_epoch = 3, engine_id = (select id from public.engines)`;
  await sql`insert into private.admins (user_id) values (${trader.userId})`;
  await sql`
    insert into private.telegram_chats (channel_id, chat_id)
    select id, '1' from public.alert_channels`;
  await sql`
    insert into private.telegram_links (channel_id, code_hash, expires_at)
    select id, 'hash', now() from public.alert_channels`;
  await sql`insert into private.rate_limits values ('a', now())`;
  await sql`
    insert into private.user_presence (user_id) values (${trader.userId})`;
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly rows: number;
}

async function listColumns(sql: Sql): Promise<readonly Column[]> {
  const rows = await sql`
    select format('%I.%I', n.nspname, c.relname) as table, a.attname as name,
      format_type(a.atttypid, a.atttypmod) as type,
      (xpath('/row/c/text()', query_to_xml(
        format('select count(*) as c from %I.%I', n.nspname, c.relname),
        false, true, '')))[1]::text::int as rows
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_attribute as a on a.attrelid = c.oid
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped
    order by n.nspname, c.relname, a.attname`;
  return rows.map(({ table, name, type, rows }) => ({
    table,
    name,
    type,
    rows,
  }));
}

type Outcome = "refused" | "audited" | "silent" | "no change";

/** What comes of a statement in a savepoint that is taken back. */
async function outcomeOf(
  tx: TransactionSql,
  statement: string,
): Promise<Outcome> {
  const undo = new Error("undo");
  let outcome: Outcome = "refused";
  try {
    await tx.savepoint(async (inner) => {
      const audits = () =>
        inner`select count(*)::int as n from public.audit_events`;
      const [before] = await audits();
      const { count } = await inner.unsafe(statement);
      await inner`set constraints all immediate`;
      const [after] = await audits();
      outcome = count === 0
        ? "no change"
        : after?.n > before?.n
        ? "audited"
        : "silent";
      throw undo;
    });
  } catch (error) {
    // Integrity (23), data (22), a generated column (42), a refusal of ours.
    const isRefusal = error instanceof Error && "code" in error &&
      /^(22|23|428C9|P0001)/.test(String(error.code));
    if (error !== undo && !isRefusal) throw error;
  }
  return outcome;
}

async function triedOn(
  tx: TransactionSql,
  statements: readonly string[],
): Promise<string> {
  const seen = new Set<Outcome>();
  for (const statement of statements) seen.add(await outcomeOf(tx, statement));
  return [...seen].toSorted().join(", ");
}

Deno.test("what a slip of the hand does to each cell and row is refused, in the audit, or known to be harmless", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addEverything(sql);
  const columns = await listColumns(sql);
  const matrix = new Map<string, string>();
  await tryAs(sql, null, async (tx) => {
    for (const { table, name, type } of columns) {
      const slips = SLIPS[type];
      assert.ok(
        slips !== undefined,
        `no slips for ${type} of ${table}.${name}`,
      );
      matrix.set(
        `${table}.${name}`,
        await triedOn(
          tx,
          slips.map((slip) =>
            `update ${table} set ${name} = ${slip} where ${name} is distinct from ${slip}`
          ),
        ),
      );
    }
    for (const table of new Set(columns.map((column) => column.table))) {
      matrix.set(
        `delete ${table}`,
        await triedOn(tx, [`delete from ${table}`]),
      );
      matrix.set(
        `add half a row to ${table}`,
        await triedOn(tx, [`insert into ${table} default values`]),
      );
    }
  });
  const bare = columns.filter(({ table, rows }) =>
    rows === 0 && table !== "private.broadcasts"
  );
  assert.deepEqual(bare, [], "a table without a row is not tried");
  const silent = [...matrix].filter(([place, outcome]) => {
    const cell = place.replace(/^(?:delete|add half a row to) /, "");
    const table = cell.split(".").slice(0, 2).join(".");
    return outcome.includes("silent") && HARMLESS[cell] === undefined &&
      HARMLESS[table] === undefined;
  });
  assert.deepEqual(silent, []);
  const actual = [...matrix].map((line) => line.join(": ")).join("\n") + "\n";
  if (Deno.env.get("UPDATE_TESTDATA") === "1") {
    await Deno.writeTextFile(MATRIX, actual);
    return;
  }
  assert.equal(
    actual,
    await Deno.readTextFile(MATRIX).catch(() => ""),
    "the matrix changed: if it is meant so, run this test with UPDATE_TESTDATA=1",
  );
});
