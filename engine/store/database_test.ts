import assert from "node:assert/strict";
import { TcpProxy } from "../faults/tcp_proxy.ts";
import { openDatabase } from "./database.ts";
import { isTransient } from "./errors.ts";
import { Fixture } from "./testing/fixture.ts";

Deno.test("Database renew() frees statements that wait on forgotten connections", async () => {
  await using fixture = await Fixture.open();
  const { hostname, port } = new URL(fixture.engineUrl);
  await using cable = new TcpProxy({ hostname, port: Number(port) });
  await using database = openDatabase({
    url: cable.through(fixture.engineUrl),
    engineId: crypto.randomUUID(),
  });
  const pools = [database.intents, database.facts];
  for (const sql of pools) await sql`select 1`;
  cable.silence();
  const waiting = pools.map((sql) => sql`select 2`.execute());
  const ends = Promise.allSettled(waiting);
  cable.forget();
  database.renew();
  for (const end of await ends) {
    assert.ok(end.status === "rejected" && isTransient(end.reason));
  }
  for (const sql of pools) {
    assert.deepEqual([...await sql`select 3 as n`], [{ n: 3 }]);
  }
});
