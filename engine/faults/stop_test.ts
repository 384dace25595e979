/** Intents that meet dead engines, and engines that die while carrying them out. */
import assert from "node:assert/strict";
import { botTag, parseClientOrderId } from "@core/mod.ts";
import { actAs } from "@db/tests/act_as.ts";
import { until } from "@engine/store/testing/fixture.ts";
import type { StopPolicy } from "@engine/store/port.ts";
import { callSigned, orderBody } from "../paper/testing/raw_client.ts";
import { Stage, type StageBot } from "./stage.ts";
import { readVenueBooks, type VenueOrderRow } from "./venue_books.ts";

const SPEED = 300;
/**
 * An order nobody knows of blocks its leg for 15 s after a takeover: it might
 * still arrive (exchange/order_life.ts). An entry among them may have filled
 * unseen for as long as REST can lag behind, 65 s more (runner/stop_policy.ts).
 * The rest is takeover and closing, on a busy machine. Mostly it is a second.
 */
const STOPPED_MS = 110_000;
/** An engine needs seconds to start on a busy machine. */
const CLAIMED_MS = 30_000;

async function askToStop(
  stage: Stage,
  bot: StageBot,
  policy: StopPolicy,
): Promise<void> {
  await stage.fixture.admin`
    update public.bots
    set desired_state = 'stopped', stop_policy = ${policy},
      desired_version = desired_version + 1
    where id = ${bot.id}`;
}

async function untilStatus(
  stage: Stage,
  bots: readonly StageBot[],
  status: string,
): Promise<void> {
  await until(`bots are ${status}`, async () => {
    const ids = bots.map(({ id }) => id);
    const facts = (await stage.facts()).filter(({ id }) => ids.includes(id));
    return facts.every((bot) => bot.status === status);
  }, STOPPED_MS);
}

async function openOrdersOf(
  stage: Stage,
  bot: StageBot,
): Promise<VenueOrderRow[]> {
  const books = await readVenueBooks(stage.paper.url, bot.account);
  return books.open.filter((order) =>
    parseClientOrderId(order.clientOid)?.botTag === botTag(bot.id)
  );
}

Deno.test("stops asked for while the engine is dead are carried out by the next one, and touch nobody else", async () => {
  await using stage = await Stage.open({ bots: 4, speed: SPEED });
  const [cancels, neighbour, keeps, closes] = stage.bots;
  assert.ok(cancels && neighbour && keeps && closes);
  assert.equal(cancels.exchangeKeyId, neighbour.exchangeKeyId);
  const dead = await stage.startEngine("dead");
  await stage.untilManaged(0, 30_000);
  await stage.untilFills(12);
  const manual = await callSigned(
    stage.paper.url,
    cancels.account,
    "POST",
    "/api/v2/mix/order/place-order",
    { body: orderBody({ price: "300", clientOid: "by-hand" }) },
  );
  assert.equal(manual.code, "00000", manual.msg);
  dead.signal("SIGKILL");
  await askToStop(stage, cancels, "cancel_orders");
  await askToStop(stage, keeps, "keep_take_profits");
  await askToStop(stage, closes, "close_positions");
  await stage.startEngine("next");
  await untilStatus(stage, [cancels, keeps, closes], "stopped");
  assert.deepEqual(await openOrdersOf(stage, cancels), []);
  const kept = await openOrdersOf(stage, keeps);
  assert.deepEqual(kept.filter(({ tradeSide }) => tradeSide !== "close"), []);
  assert.deepEqual(await openOrdersOf(stage, closes), []);
  const closed = await readVenueBooks(stage.paper.url, closes.account);
  assert.deepEqual(closed.positions.filter(({ total }) => +total !== 0), []);
  const shared = await readVenueBooks(stage.paper.url, cancels.account);
  assert.ok(shared.open.some(({ clientOid }) => clientOid === "by-hand"));
  await until(
    "the neighbour trades on",
    async () => (await openOrdersOf(stage, neighbour)).length > 0,
    CLAIMED_MS,
  );
});

Deno.test("the kill switch reaches every bot: its engine dead, faulted, its key marked invalid", async () => {
  await using stage = await Stage.open({ bots: 4, speed: SPEED });
  const { admin } = stage.fixture;
  const [running, faulted, invalid] = stage.bots
    .filter((bot, i, all) =>
      all.findIndex((b) => b.exchangeKeyId === bot.exchangeKeyId) === i
    );
  assert.ok(running && faulted && invalid);
  const dead = await stage.startEngine("dead");
  await stage.untilManaged(0, 30_000);
  await stage.untilFills(12);
  dead.signal("SIGKILL");
  await dead.status;
  await admin`
    update public.bots
    set status = 'faulted', status_code = 'config_invalid',
      status_reason = 'Nonsense', config = '{"nonsense": true}'
    where id = ${faulted.id}`;
  await admin`
    update public.exchange_keys set status = 'invalid'
    where id = ${invalid.exchangeKeyId}`;
  const adminId = await stage.fixture.addTrader();
  await admin`insert into private.admins (user_id) values (${adminId})`;
  await actAs(
    admin,
    { role: "authenticated", userId: adminId },
    (tx) => tx`select public.kill_all_bots('close_positions')`,
  );
  const next = await stage.startEngine("next");
  await untilStatus(stage, stage.bots, "stopped");
  for (const bot of stage.bots) {
    const books = await readVenueBooks(stage.paper.url, bot.account);
    assert.deepEqual(books.open, []);
    assert.deepEqual(books.positions.filter(({ total }) => +total !== 0), []);
  }
  assert.ok(!next.lines.some(({ code }) => code === "unhandled_error"));
  await stage.assertBooksAgree();
});

Deno.test("engines killed while they start bots place nothing twice", async () => {
  await using stage = await Stage.open({ bots: 6, speed: SPEED });
  for (const afterMs of [0, 40, 80, 150, 250, 400, 700]) {
    const engine = stage.spawnEngine("short");
    const before = Math.max(...(await stage.facts()).map(({ epoch }) => epoch));
    await until("it claims", async () => {
      const facts = await stage.facts();
      return facts.some(({ epoch }) => epoch > before);
    }, CLAIMED_MS);
    const killAtMs = performance.now() + afterMs;
    await until("its time has come", () => performance.now() >= killAtMs);
    engine.signal("SIGKILL");
    await engine.status;
  }
  const startedAtMs = Date.now();
  await stage.startEngine("last");
  await stage.untilManaged(startedAtMs, 30_000);
  await stage.untilFills(3);
  await stage.assertBooksAgree();
});

Deno.test("engines killed while they close positions close them once", async () => {
  await using stage = await Stage.open({ bots: 4, speed: SPEED });
  let engine = await stage.startEngine("first");
  await stage.untilManaged(0, 30_000);
  await stage.untilFills(12);
  for (const bot of stage.bots) await askToStop(stage, bot, "close_positions");
  for (const afterMs of [5, 15, 30, 60]) {
    const killAtMs = performance.now() + afterMs;
    await until("its time has come", () => performance.now() >= killAtMs);
    engine.signal("SIGKILL");
    const before = Math.max(...(await stage.facts()).map(({ epoch }) => epoch));
    engine = stage.spawnEngine("next");
    await until("it claims, or all is done", async () => {
      const facts = await stage.facts();
      return facts.every(({ status }) => status === "stopped") ||
        facts.some(({ epoch }) => epoch > before);
    }, CLAIMED_MS);
  }
  await untilStatus(stage, stage.bots, "stopped");
  for (const bot of stage.bots) {
    const books = await readVenueBooks(stage.paper.url, bot.account);
    assert.deepEqual(books.open, []);
    assert.deepEqual(books.positions.filter(({ total }) => +total !== 0), []);
  }
  await stage.assertBooksAgree();
});
