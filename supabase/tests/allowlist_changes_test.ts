/** preview_allowlist_change(), apply_allowlist_change(), changes by hand. @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  activate,
  addAdmin,
  addTrader,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** The parts of a preview these tests look at. */
interface Preview {
  readonly added: number;
  readonly removed: number;
  readonly known: number;
  readonly unknown: number;
  readonly activated: number;
  readonly leaving: number;
  readonly "stays_closed": number;
  readonly activates: readonly { readonly user_id: string }[];
  readonly leaves: readonly {
    readonly user_id: string;
    readonly bots: number;
  }[];
  readonly digest: string;
}

function callerOf(sql: Sql, admin: string) {
  const call = async (statement: string): Promise<unknown> =>
    (await actAs(
      sql,
      { role: "authenticated", userId: admin },
      (tx) => tx.unsafe(`select ${statement} as answer`),
    ))[0]?.answer;
  return {
    preview: (change: unknown) =>
      call(
        `public.preview_allowlist_change('${JSON.stringify(change)}')`,
      ) as Promise<Preview>,
    apply: (change: unknown, digest: string) =>
      call(
        `public.apply_allowlist_change('${
          JSON.stringify(change)
        }', '${digest}')`,
      ),
  };
}

async function statusOf(sql: Sql, userId: string): Promise<string> {
  const [row] = await sql`
    select status from public.profiles where user_id = ${userId}`;
  return String(row?.status);
}

async function addWaiting(sql: Sql, uid: string): Promise<string> {
  const userId = await addUser(sql);
  await sql`
    update public.profiles set status = 'pending_review', exchange_uid = ${uid}
    where user_id = ${userId}`;
  return userId;
}

async function addListed(sql: Sql, uid: string): Promise<BotRef> {
  const trader = await addTrader(sql);
  await activate(sql, trader.userId, uid);
  await sql`insert into public.uid_allowlist (uid) values (${uid})`;
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 1, acknowledged_version = 1,
      status = 'running'
    where id = ${trader.botId}`;
  return trader;
}

Deno.test("preview_allowlist_change() says who becomes active and who leaves, and changes nothing; apply does just that", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const list = callerOf(sql, await addAdmin(sql));
  const waiting = await addWaiting(sql, "11");
  const leaving = await addListed(sql, "21");
  const staying = await addListed(sql, "22");
  const closed = await addUser(sql);
  await sql`
    update public.profiles set status = 'rejected', exchange_uid = '12'
    where user_id = ${closed}`;
  const change = {
    add: ["11", "12", { uid: "22", note: "again" }, "13", "13"],
    replace: true,
    "grace_hours": 48,
  };
  const preview = await list.preview(change);
  const { digest, ...said } = preview;
  assert.deepEqual(
    [said.added, said.removed, said.known, said.stays_closed],
    [3, 1, 1, 1],
  );
  assert.deepEqual(preview.activates.map((p) => p.user_id), [waiting]);
  assert.deepEqual(preview.leaves.map((p) => [p.user_id, p.bots]), [
    [leaving.userId, 1],
  ]);
  assert.equal(await statusOf(sql, waiting), "pending_review");
  assert.equal((await sql`select from public.uid_allowlist`).length, 2);

  assert.deepEqual(await list.apply(change, digest), {
    added: 3,
    removed: 1,
    activated: 1,
    suspended: 1,
  });
  const profiles = await sql`
    select user_id, status, grace_ends_at - status_at as grace
    from public.profiles`;
  const byUser = new Map(profiles.map((row) => [row.user_id, row]));
  assert.equal(byUser.get(waiting)?.status, "active");
  assert.equal(byUser.get(leaving.userId)?.status, "suspended");
  assert.equal(byUser.get(leaving.userId)?.grace, "2 days");
  assert.equal(byUser.get(staying.userId)?.status, "active");
  assert.equal(byUser.get(closed)?.status, "rejected");
  const [bot] = await sql`
    select desired_state from public.bots where id = ${leaving.botId}`;
  assert.equal(bot?.desired_state, "running", "in grace, not stopped");
});

Deno.test("apply_allowlist_change() refuses when it would do something else than the preview said", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const list = callerOf(sql, await addAdmin(sql));
  const change = { add: ["11"] };
  const { digest } = await list.preview(change);
  const waiting = await addWaiting(sql, "11"); // meanwhile
  const refusal = await refusalOf(list.apply(change, digest));
  assert.equal(refusal.message, "preview_outdated");
  assert.equal(
    (await refusalOf(list.apply({ add: ["12"] }, digest))).message,
    "preview_outdated",
  );
  assert.equal((await sql`select from public.uid_allowlist`).length, 0);
  await list.apply(change, (await list.preview(change)).digest);
  assert.equal(await statusOf(sql, waiting), "active");
});

Deno.test("removing a UID leaves its user active unless grace is given; none left stops his bots at once", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const list = callerOf(sql, await addAdmin(sql));
  const kept = await addListed(sql, "21");
  const stopped = await addListed(sql, "22");
  const remove = async (uid: string, hours: number | null) => {
    const change = { remove: [uid, "99"], "grace_hours": hours };
    const { digest, unknown } = await list.preview(change);
    assert.equal(unknown, 1);
    return await list.apply(change, digest);
  };
  await remove("21", null);
  assert.equal(await statusOf(sql, kept.userId), "active");
  await remove("22", 0);
  assert.equal(await statusOf(sql, stopped.userId), "suspended");
  const bots = await sql`
    select id, desired_state from public.bots order by desired_state`;
  assert.deepEqual(bots.map((row) => [row.id, row.desired_state]), [
    [kept.botId, "running"],
    [stopped.botId, "stopped"],
  ]);
});

Deno.test("an allowlist change that makes no sense is refused as a whole", async () => {
  await using test = await openTestSql();
  const list = callerOf(test.sql, await addAdmin(test.sql));
  for (
    const change of [
      null,
      [],
      {},
      { add: "1" },
      { add: ["x"] },
      { add: ["1"], remove: ["-"] },
      { add: ["1"], "grace_hours": -1 },
      { add: ["1"], "grace_hours": 2161 },
      { add: ["1"], "grace_hours": "2" },
      { add: ["1"], replace: "yes" },
      { add: [], remove: ["1"], replace: true },
    ]
  ) {
    const refusal = await refusalOf(list.preview(change));
    assert.equal(refusal.message, "validation_failed", JSON.stringify(change));
  }
});

Deno.test("changes of the allowlist by hand stand in the audit with who made them", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await sql`insert into public.uid_allowlist (uid, note) values ('1', 'a'), ('2', null)`;
  await sql`update public.uid_allowlist set note = 'b' where uid = '1'`;
  await sql`update public.uid_allowlist set note = 'b' where uid = '1'`;
  await sql`delete from public.uid_allowlist`;
  const audits = await sql`
    select action, target, detail->>'by' as by from public.audit_events
    order by id`;
  assert.deepEqual(
    audits.map((row) => [row.action, row.target, row.by]).sort(),
    [
      ["uid_allowlisted", "uid:1", "postgres"],
      ["uid_allowlisted", "uid:2", "postgres"],
      ["uid_changed", "uid:1", "postgres"],
      ["uid_removed", "uid:1", "postgres"],
      ["uid_removed", "uid:2", "postgres"],
    ],
  );
});
