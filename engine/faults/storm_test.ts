import assert from "node:assert/strict";
import { describe } from "../bench/distribution.ts";
import { Stage } from "./stage.ts";
import { storm } from "./storm.ts";

Deno.test("engines killed at random lose, double and orphan nothing", async () => {
  await using stage = await Stage.open({ bots: 12, speed: 300 });
  const seed = Math.floor(Math.random() * 2 ** 32);
  const { managedAgainMs, kills } = await storm(stage, {
    engines: 3,
    kills: 6,
    calmMs: 3_000,
    seed,
  });
  assert.equal(kills, 6);
  const { p95 } = describe(managedAgainMs);
  assert.ok(p95 < 10_000, `Managed again after ${p95} ms (seed ${seed})`);
  await stage.untilFills(5);
  await stage.assertBooksAgree();
});
