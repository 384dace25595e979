/** Who answers late or does not read, for real; afterwards rows and books must agree. */
import assert from "node:assert/strict";
import { until } from "@engine/store/testing/fixture.ts";
import type { EngineProcess } from "../testing/engine_process.ts";
import { Stage } from "./stage.ts";

const SPEED = 300;
/** Silence has to be noticed first. */
const SILENT_MS = 10_000;

function codes(engine: EngineProcess): readonly string[] {
  return engine.lines.map(({ code }) => String(code));
}

function assertCalm(engine: EngineProcess): void {
  const loud = ["unhandled_error", "bot_faulted", "facts_lost"];
  assert.deepEqual(
    engine.lines.filter(({ code }) => loud.includes(String(code))),
    [],
  );
}

async function epochs(stage: Stage): Promise<readonly number[]> {
  return (await stage.facts()).map(({ epoch }) => epoch).toSorted();
}

Deno.test("engine that does not read its sockets for some seconds, again and again, loses and doubles nothing", async () => {
  await using stage = await Stage.open({ bots: 6, speed: SPEED });
  const engine = await stage.startEngine("stalls");
  await stage.untilManaged(0, 30_000);
  await stage.untilFills(3);
  const before = await epochs(stage);
  for (let i = 0; i < 2; i += 1) {
    engine.signal("SIGSTOP");
    const continueAtMs = performance.now() + 4_000;
    await until("pushes pile up", () => performance.now() >= continueAtMs);
    engine.signal("SIGCONT");
    await stage.untilFills(3);
  }
  assert.deepEqual(await epochs(stage), before, "it kept its bots");
  const facts = await stage.facts();
  assert.ok(facts.every(({ status }) => status === "running"));
  await stage.assertBooksAgree();
  assertCalm(engine);
});

Deno.test("engine whose database answers slowly keeps its lease and goes on trading", async () => {
  await using stage = await Stage.open({ bots: 6, speed: SPEED });
  const cable = stage.openCable();
  const engine = await stage.startEngine("slow", cable);
  await stage.untilManaged(0, 30_000);
  const before = await epochs(stage);
  cable.slowDown(400);
  await stage.untilFills(12, 60_000);
  await until("it is ready, and says so", async () => {
    const ready = await fetch(`${await engine.metricsUrl}/readyz`);
    await ready.body?.cancel();
    return ready.status === 200;
  });
  assert.deepEqual(await epochs(stage), before, "it kept its bots");
  cable.slowDown(0);
  await stage.untilFills(3);
  await stage.assertBooksAgree();
  assertCalm(engine);
});

Deno.test("engine notices that one connection for intents is silent, and loses neither its session nor a bot", async () => {
  await using stage = await Stage.open({ bots: 6, speed: SPEED });
  const cable = stage.openCable();
  const engine = await stage.startEngine("one_silent", cable);
  await stage.untilManaged(0, 30_000);
  await stage.untilFills(3);
  const before = await epochs(stage);
  cable.forgetOne(await intentsPort(stage));
  await until(
    "it gives the connection up",
    () => codes(engine).includes("database_connection_silent"),
    SILENT_MS + 10_000,
  );
  const noticedAtMs = Date.now();
  await stage.paper.kickSockets(); // so that no bot waits for its next audit
  await stage.untilManaged(noticedAtMs, 20_000);
  await stage.untilFills(5);
  await stage.assertBooksAgree();
  assert.equal(codes(engine).includes("session_lost"), false);
  assert.deepEqual(await epochs(stage), before, "it kept its bots");
  assertCalm(engine);
});

/** The port by which Postgres knows the connection that committed the last intents. */
async function intentsPort(stage: Stage): Promise<number> {
  let port = 0;
  await until("an intent is committed", async () => {
    const [row] = await stage.fixture.admin`
      select client_port from pg_stat_activity
      where application_name like 'trellis-engine:%'
        and datname = current_database()
        and query ilike '%insert into public.orders%'
      order by state_change desc limit 1`;
    port = Number(row?.client_port ?? 0);
    return port > 0;
  });
  return port;
}
