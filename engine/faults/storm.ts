/**
 * The kill storm: engines are killed with SIGKILL at random moments, booting
 * ones too, and started again as a process manager would, while bots trade.
 *
 * @module
 */
import type { EngineProcess } from "../testing/engine_process.ts";
import type { BotFacts, Stage } from "./stage.ts";
import type { TcpProxy } from "./tcp_proxy.ts";
import { suffer } from "./weather.ts";

/** What a process manager waits before it starts a dead engine again, ms. */
const RESTART_MS = 2_000;
const LOOK_MS = 100;

/** How it storms. */
export interface StormOptions {
  readonly engines: number;
  readonly kills: number;
  /** Longest calm between two kills, ms. */
  readonly calmMs: number;
  readonly seed: number;
  /** Share of the kills that another trouble follows, 0 to 1. */
  readonly foul?: number;
}

/** What it was like. */
export interface StormReport {
  readonly kills: number;
  /** From the kill to the first complete look at the exchange, ms; one a bot and kill. */
  readonly managedAgainMs: readonly number[];
  /**
   * From the kill until besides nothing its engine had sent is in doubt: no
   * slot waits for an order that may still arrive, ms; one a bot and kill.
   */
  readonly settledMs: readonly number[];
  /** Bots whose next engine was killed as well before it had them. */
  readonly interrupted: number;
  /** Other troubles, by name and in order. */
  readonly troubles: readonly string[];
}

interface Orphan {
  readonly killedAtMs: number;
  readonly epoch: number;
  /** Managed again, and still in doubt of an order. */
  readonly isManaged: boolean;
}

/** Storms, and waits until every bot is managed again. */
export async function storm(
  stage: Stage,
  options: StormOptions,
): Promise<StormReport> {
  await using squall = new Storm(stage, options);
  await squall.begin();
  await squall.run();
  return squall.report;
}

class Storm implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #options: StormOptions;
  readonly #random: () => number;
  readonly #engines: EngineProcess[] = [];
  readonly #cables: TcpProxy[] = [];
  readonly #troubles: string[] = [];
  readonly #restarts = new Set<ReturnType<typeof setTimeout>>();
  readonly #orphans = new Map<string, Orphan>();
  readonly #managedAgainMs: number[] = [];
  readonly #settledMs: number[] = [];
  #kills = 0;
  #interrupted = 0;

  constructor(stage: Stage, options: StormOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#random = randomOf(options.seed);
  }

  get report(): StormReport {
    return {
      kills: this.#kills,
      managedAgainMs: this.#managedAgainMs,
      settledMs: this.#settledMs,
      interrupted: this.#interrupted,
      troubles: this.#troubles,
    };
  }

  async begin(): Promise<void> {
    for (let i = 0; i < this.#options.engines; i += 1) {
      const cable = this.#stage.openCable();
      this.#cables[i] = cable;
      this.#engines[i] = await this.#stage.startEngine(
        `storm-${i + 1}`,
        cable,
      );
    }
    await this.#stage.untilManaged(0, 60_000);
  }

  async run(): Promise<void> {
    const { kills, calmMs, foul = 0 } = this.#options;
    while (this.#kills < kills) {
      const untilMs = performance.now() + this.#random() * calmMs;
      while (performance.now() < untilMs) await this.#look();
      await this.#kill();
      if (this.#random() >= foul) continue;
      this.#troubles.push(
        await suffer(this.#stage, {
          random: this.#random,
          cables: this.#cables,
        }),
      );
    }
    const endMs = performance.now() + 90_000;
    while (this.#orphans.size > 0) {
      await this.#look();
      if (performance.now() < endMs) continue;
      const doubts = await this.#stage.doubts();
      throw new Error(
        `Never managed again: ${Deno.inspect([...this.#orphans])}\n` +
          Deno.inspect(doubts),
      );
    }
  }

  /** Which engine has a bot. */
  #busyEngine(facts: readonly BotFacts[]): number {
    return this.#engines.findIndex(({ pid }) =>
      facts.some(({ enginePid }) => enginePid === pid)
    );
  }

  async #kill(): Promise<void> {
    const drawn = Math.floor(this.#random() * this.#engines.length);
    const facts = await this.#stage.facts();
    // One engine may hold them all, and the dice may never fall on it.
    const index = this.#kills === 0 ? this.#busyEngine(facts) : drawn;
    const victim = this.#engines[index];
    if (victim === undefined || this.#restarts.size === this.#engines.length) {
      return;
    }
    try {
      victim.signal("SIGKILL");
    } catch (error) {
      if (error instanceof TypeError) return; // waits for its restart
      throw error;
    }
    const killedAtMs = Date.now();
    await victim.status;
    this.#kills += 1;
    const now = await this.#stage.facts();
    for (const bot of now) {
      const before = facts.find(({ id }) => id === bot.id);
      const wasItsBot = [bot, before].some((one) =>
        one?.enginePid === victim.pid
      );
      if (!wasItsBot || isManaged(bot, killedAtMs)) continue;
      if (this.#orphans.get(bot.id)?.isManaged === false) {
        this.#interrupted += 1;
      }
      const epoch = bot.enginePid === victim.pid
        ? bot.epoch
        : before?.epoch ?? 0;
      this.#orphans.set(bot.id, { killedAtMs, epoch, isManaged: false });
    }
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#engines[index] = this.#stage.spawnEngine(
        `storm-${index + 1}`,
        this.#cables[index],
      );
    }, RESTART_MS);
    this.#restarts.add(restart);
  }

  async #look(): Promise<void> {
    for (const bot of await this.#stage.facts()) {
      const orphan = this.#orphans.get(bot.id);
      if (orphan === undefined || bot.epoch <= orphan.epoch) continue;
      if (!isManaged(bot, orphan.killedAtMs)) continue;
      if (!orphan.isManaged) {
        this.#managedAgainMs.push(bot.syncedAtMs - orphan.killedAtMs);
      }
      if (bot.doubtful > 0) {
        this.#orphans.set(bot.id, { ...orphan, isManaged: true });
        continue;
      }
      this.#orphans.delete(bot.id);
      this.#settledMs.push(
        orphan.isManaged
          ? Date.now() - orphan.killedAtMs
          : bot.syncedAtMs - orphan.killedAtMs,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const restart of this.#restarts) clearTimeout(restart);
    return Promise.resolve();
  }
}

function isManaged(bot: BotFacts, sinceMs: number): boolean {
  return bot.status === "running" && bot.syncedAtMs > sinceMs;
}

/** A small generator (mulberry32): a storm repeats with its seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
