import assert from "node:assert/strict";
import { TcpProxy } from "../faults/tcp_proxy.ts";
import { connect } from "./database.ts";
import { isTransient } from "./errors.ts";
import { Pool, SILENT_MS, type Sql } from "./pool.ts";
import { Fixture, until } from "./testing/fixture.ts";

/** A pool behind a cable, by a clock that the test sets forward. */
class Scene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly cable: TcpProxy;
  readonly pool: Pool;
  aheadMs = 0;
  silences = 0;

  constructor(readonly fixture: Fixture, max: number) {
    this.#stack.use(fixture);
    const { hostname, port } = new URL(fixture.engineUrl);
    this.cable = this.#stack.use(
      new TcpProxy({ hostname, port: Number(port) }),
    );
    const url = this.cable.through(fixture.engineUrl);
    this.pool = new Pool({
      open: () => connect({ url, engineId: crypto.randomUUID() }, { max }),
      isOneConnection: max === 1,
      onSilent: () => this.silences += 1,
      nowMs: () => performance.now() + this.aheadMs,
    });
    this.#stack.defer(() => this.pool.end());
  }

  static async open(max: number): Promise<Scene> {
    return new Scene(await Fixture.open(), max);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** A turn of the event loop: what was awaited has been sent. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The port by which the server knows the connection that answers. */
async function portOf(sql: Sql): Promise<number> {
  const [row] = await sql`select inet_client_port() as port`;
  return Number(row?.port);
}

Deno.test("Pool gives a silent connection up, and goes on by a new one", async () => {
  await using scene = await Scene.open(1);
  const { sql } = scene.pool;
  scene.cable.forgetOne(await portOf(sql));
  const waiting = Promise.allSettled([sql`select 1`, sql`select 2`]);
  await turn();
  assert.equal(scene.silences, 0);
  scene.aheadMs = SILENT_MS;
  for (const end of await waiting) {
    assert.ok(end.status === "rejected" && isTransient(end.reason));
  }
  assert.equal(scene.silences, 1);
  assert.deepEqual([...await sql`select 3 as n`], [{ n: 3 }]);
});

Deno.test("Pool notices one silent connection beside one that answers", async () => {
  await using scene = await Scene.open(2);
  const { sql } = scene.pool;
  const ports = await Promise.all([
    sql`select inet_client_port() as port, pg_sleep(0.05)`,
    sql`select inet_client_port() as port, pg_sleep(0.05)`,
  ]);
  const [first, second] = ports.map(([row]) => Number(row?.port));
  assert.ok(first !== undefined && first !== second);
  scene.cable.forgetOne(first);
  const waiting = Promise.allSettled([sql`select 1`, sql`select 1`]);
  await turn();
  scene.aheadMs = SILENT_MS;
  const ends = (await waiting).map(({ status }) => status);
  assert.ok(ends.includes("rejected"), ends.join());
  assert.equal(scene.silences, 1);
  assert.deepEqual([...await sql`select 3 as n`], [{ n: 3 }]);
});

Deno.test("Pool takes an answer for a sign of life of all that queue behind it", async () => {
  await using scene = await Scene.open(1);
  const { sql } = scene.pool;
  await sql`select 1`;
  const first = sql`select pg_sleep(0.2)`.then(() => {});
  const second = sql`select pg_sleep(2.5)`.then(() => {});
  await turn();
  scene.aheadMs = SILENT_MS - 500;
  await first;
  // The second has waited as long by now, behind one that was answered.
  await second;
  assert.equal(scene.silences, 0);
});

Deno.test("Pool looks for silence only while something is under way", async () => {
  await using scene = await Scene.open(1);
  const { sql } = scene.pool;
  await sql`select 1`;
  scene.aheadMs = 10 * SILENT_MS;
  const [row] = await sql`select ${"a"} || ${sql`'b'`} as text`;
  assert.equal(row?.text, "ab");
  assert.equal(scene.silences, 0);
});

Deno.test("a statement the server cannot finish in 8 s is canceled by it, and may be sent again", async () => {
  await using fixture = await Fixture.open();
  const [row] = await fixture.database.facts`show statement_timeout`;
  assert.equal(row?.statement_timeout, "8s");
  const { facts } = fixture.database;
  await facts`set statement_timeout = 50`;
  await assert.rejects(
    async () => await facts`select pg_sleep(5)`,
    (error) => isTransient(error),
  );
  await until("it goes on", async () => {
    const [row] = await facts`select 1 as n`;
    return row?.n === 1;
  });
});
