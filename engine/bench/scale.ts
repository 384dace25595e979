/**
 * `deno task bench scale`: five hundred bots in one engine: how fast it claims
 * them, what they weigh, how late its event loop gets and how fast it answers
 * while they fill in turn, what it writes.
 *
 * @module
 */
import { until } from "@engine/store/testing/fixture.ts";
import { describeBuckets, readBuckets } from "./histogram.ts";
import type { Report, Section } from "./measurement.ts";
import { measureReaction, takeTurns } from "./reaction.ts";
import { Stage } from "./stage.ts";

const BOTS = 500;
const FLOORS = 50;
/** Fifty fills a second, half of them the engine's. */
const TURNS = { moves: 1_000, everyMs: 20 };
const ALONE = { moves: 20, everyMs: 100 };
const QUIET_MS = 10_000;
const CLAIMED_MS = 120_000;
const RSS = "trellis_resident_memory_bytes";
const DELAY = "trellis_event_loop_delay_seconds";

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** See the head of this file. */
export const scaleSection: Section = {
  name: "scale",
  about: "500 bots: claims, memory, event loop, reaction, database writes",
  async run(report) {
    const rssOfOne = await measureOne();
    await using stage = await Stage.open({ bots: BOTS, floors: FLOORS });
    const engine = await claimAll(stage, report);
    const text = () => stage.metricsText(engine);
    let before = readBuckets(await text(), DELAY);
    const quietRows = await rowsDuring(stage, () => pause(QUIET_MS));
    report({
      name: "event loop delay, 500 bots, no fills",
      unit: "ms",
      value: describeBuckets(readBuckets(await text(), DELAY), before),
      goal: "p99 < 50",
    });
    report({ name: "rows written, no fills", unit: "rows/s", ...quietRows });
    before = readBuckets(await text(), DELAY);
    await stage.openLegs();
    report({
      name: "event loop delay, 500 bots open their legs",
      unit: "ms",
      value: describeBuckets(readBuckets(await text(), DELAY), before),
    });
    before = readBuckets(await text(), DELAY);
    const rows = await rowsDuring(stage, () =>
      measureReaction(stage, report, {
        name: "500 bots, one by one",
        act: () => takeTurns(stage, TURNS),
      }));
    report({
      name: "event loop delay, 25 fills/s",
      unit: "ms",
      value: describeBuckets(readBuckets(await text(), DELAY), before),
      goal: "p99 < 50",
    });
    report({ name: "rows written, 25 fills/s", unit: "rows/s", ...rows });
    const rss = await stage.metric(engine, RSS);
    report({
      name: "resident memory, 500 bots",
      unit: "MB",
      value: rss / 2 ** 20,
    });
    report({
      name: "resident memory, each bot beyond the first",
      unit: "MB",
      value: (rss - rssOfOne) / 2 ** 20 / (BOTS - 1),
      goal: "≤ 2",
    });
  },
};

/** Resident memory of an engine with one bot that has traded, bytes. */
async function measureOne(): Promise<number> {
  await using stage = await Stage.open({ bots: 1 });
  const engine = await stage.startEngine();
  await stage.waitForOrders();
  await stage.openLegs();
  await takeTurns(stage, ALONE);
  return await stage.metric(engine, RSS);
}

/** Starts the engine on bots that wait, and reports how soon it has them. */
async function claimAll(stage: Stage, report: Report) {
  const engine = await stage.startEngine();
  const startedAtMs = performance.now();
  const seconds = () => (performance.now() - startedAtMs) / 1_000;
  const bots = stage.traders.length;
  await until("every bot is claimed", async () => {
    const [row] = await stage.fixture.admin`
      select count(engine_id)::int as claimed from public.bots`;
    return row?.claimed === bots;
  }, CLAIMED_MS);
  report({
    name: "claim rate, 500 bots that wait",
    unit: "bots/s",
    value: bots / seconds(),
  });
  await stage.waitForOrders();
  report({
    name: "claim to resting orders, 500 bots",
    unit: "bots/s",
    value: bots / seconds(),
  });
  return engine;
}

/** Rows that Postgres inserted, updated or deleted a second meanwhile. */
async function rowsDuring(
  stage: Stage,
  action: () => Promise<void>,
): Promise<{ readonly value: number }> {
  const count = async () => {
    const [row] = await stage.fixture.admin`
      select sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 as rows
      from pg_stat_user_tables where schemaname in ('public', 'private')`;
    return Number(row?.rows);
  };
  const [rows, startedAtMs] = [await count(), performance.now()];
  await action();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { value: (await count() - rows) / seconds };
}
