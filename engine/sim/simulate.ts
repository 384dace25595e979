import { patchClasses } from "./mutations.ts";
import type { Violation } from "./violation.ts";
import { World, type WorldOptions } from "./world.ts";

/** Trouble lasts this long, ms. */
const STORM_MS = 300_000;
/** Within this time after it everything must be as if it had never been, ms. */
const RECOVERY_MS = 4 * 3_600_000;
/** How often that is asked, ms. */
const LOOK_MS = 61_000;

/** How a run ended. */
export interface Run {
  readonly seed: number;
  /** Null: everything held. */
  readonly violation: Error | null;
  /** Simulated, ms. */
  readonly lastedMs: number;
  readonly fills: number;
}

/** Makes one run. The same seed makes the same run. */
export async function simulate(
  seed: number,
  options: WorldOptions & {
    /** Within this time of calm all must be well, ms; otherwise four hours. */
    readonly recoveryMs?: number;
  } = {},
): Promise<Run> {
  const mend = patchClasses(options.mutation ?? null);
  const world = new World(seed, options);
  const startedAtMs = world.timeline.nowMs;
  let violation: Error | null = null;
  try {
    await world.run(STORM_MS);
    world.trace("calm");
    world.calm();
    violation = await settle(world, options.recoveryMs ?? RECOVERY_MS);
  } catch (error) {
    violation = error instanceof Error ? error : new Error(`${error}`);
  } finally {
    mend();
  }
  return {
    seed,
    violation,
    lastedMs: world.timeline.nowMs - startedAtMs,
    fills: world.venue.account.fills.length,
  };
}

async function settle(
  world: World,
  recoveryMs: number,
): Promise<Violation | null> {
  const endMs = world.timeline.nowMs + recoveryMs;
  let isAtRest = false;
  for (;;) {
    await world.run(LOOK_MS);
    const problem = world.invariants.atRest();
    // Twice in a row: once may be luck.
    if (problem === null && isAtRest) return null;
    isAtRest = problem === null;
    if (world.timeline.nowMs >= endMs) return problem;
  }
}
