/**
 * `deno task bench handover`: fifty bots whose engine drains (SIGTERM) or dies
 * (SIGKILL) while another stands by: until each bot has been brought up to
 * date with the exchange by the other, by the audit it leaves under its claim.
 *
 * @module
 */
import { until } from "@engine/store/testing/fixture.ts";
import type { EngineProcess } from "../testing/engine_process.ts";
import { describe } from "./distribution.ts";
import type { Section } from "./measurement.ts";
import { Stage } from "./stage.ts";

const BOTS = 50;
const ROUNDS = 3;
const MANAGED_MS = 60_000;

/** See the head of this file. */
export const takeOverSection: Section = {
  name: "handover",
  about: "50 bots: graceful hand-over, and failover after kill -9",
  async run(report) {
    await using stage = await Stage.open({ bots: BOTS });
    let engine = await stage.startEngine("first");
    await stage.waitForOrders();
    await stage.openLegs();
    const times = { SIGTERM: [] as number[], SIGKILL: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const signal of ["SIGTERM", "SIGKILL"] as const) {
        const next = await stage.startEngine(`${signal}-${round}`);
        await standBy(next);
        times[signal].push(...await takeOver(stage, { engine, signal }));
        engine = next;
      }
    }
    report({
      name: "graceful hand-over → managed, 50 bots",
      unit: "ms",
      value: describe(times.SIGTERM),
      goal: "max ≤ 1000",
    });
    report({
      name: "kill -9 → managed by another engine, 50 bots",
      unit: "ms",
      value: describe(times.SIGKILL),
      goal: "p95 ≤ 10000",
    });
  },
};

/** An engine that has stood by for a while knows the markets it may get. */
async function standBy(engine: EngineProcess): Promise<void> {
  await until(
    "the standby knows the markets",
    () => engine.lines.some(({ code }) => code === "markets_learnt"),
    MANAGED_MS,
  );
}

/** Ends an engine. @returns How long each bot went unmanaged, ms. */
async function takeOver(
  stage: Stage,
  { engine, signal }: {
    readonly engine: EngineProcess;
    readonly signal: Deno.Signal;
  },
): Promise<number[]> {
  const { admin } = stage.fixture;
  const epochs = await admin`select id, claim_epoch from public.bots`;
  const before = new Map(
    epochs.map((row) => [String(row.id), Number(row.claim_epoch)]),
  );
  const audits = async () => {
    const rows = await admin`
      select bot_id, claim_epoch, synced_at from public.bot_audits`;
    return rows.filter((row) =>
      Number(row.claim_epoch) > (before.get(String(row.bot_id)) ?? Infinity)
    );
  };
  const startedAtMs = Date.now();
  engine.signal(signal);
  await until(
    "every bot is managed again",
    async () => (await audits()).length === stage.traders.length,
    MANAGED_MS,
  );
  await engine.status;
  return (await audits()).map((row) => row.synced_at.getTime() - startedAtMs);
}
