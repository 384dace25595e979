/** Starts a program again when it dies, as a process manager would. @module */
import type { Log } from "@core/model/log.ts";

/** Something that runs until it is stopped, or dies. */
export interface Program {
  readonly pid: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>;
  /** Asks it to end and waits. Safe to call twice. */
  stop(): Promise<void>;
}

/** How a program is kept. */
export interface KeeperOptions<P extends Program> {
  readonly name: string;
  /** Starts it; resolves when it is ready. */
  readonly start: () => Promise<P>;
  /** Between its death and its next start. */
  readonly restartDelayMs: number;
  readonly log: Log;
}

/**
 * Keeps one program running.
 *
 * running → (it dies) waiting → (delay) starting → running, or waiting again
 * when it does not start; `stop()` ends it from every state.
 */
export class Keeper<P extends Program> implements AsyncDisposable {
  readonly #options: KeeperOptions<P>;
  readonly #stop = new AbortController();
  readonly #restarted: (() => void)[] = [];
  #program: P;
  readonly #loop: Promise<void>;

  private constructor(options: KeeperOptions<P>, program: P) {
    this.#options = options;
    this.#program = program;
    this.#loop = this.#keep();
  }

  /** Starts the program. The first start must succeed. */
  static async start<P extends Program>(
    options: KeeperOptions<P>,
  ): Promise<Keeper<P>> {
    return new Keeper(options, await options.start());
  }

  /** The program as it runs now, or ran last. */
  get program(): P {
    return this.#program;
  }

  /** Calls back after each start but the first. */
  onRestart(callback: () => void): void {
    this.#restarted.push(callback);
  }

  /** Ends the program, which is then started again: its sources have changed. */
  async restart(): Promise<void> {
    await this.#program.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#program.stop();
    await this.#loop;
  }

  async #keep(): Promise<void> {
    const { name, log, restartDelayMs } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#program.ended;
      if (signal.aborted) return;
      log.warn("program_ended", { program: name, pid: this.#program.pid });
      let started = false;
      while (!started && !signal.aborted) {
        await delay(restartDelayMs, signal);
        if (signal.aborted) return;
        started = await this.#startAgain();
      }
    }
  }

  async #startAgain(): Promise<boolean> {
    const { name, log, start } = this.#options;
    try {
      const program = await start();
      if (this.#stop.signal.aborted) {
        await program.stop();
        return true;
      }
      this.#program = program;
      for (const callback of this.#restarted) callback();
      log.info("program_restarted", { program: name, pid: program.pid });
      return true;
    } catch (error) {
      log.error("program_restart_failed", { program: name, error });
      return false;
    }
  }
}

async function delay(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = (): void => resolve();
  signal.addEventListener("abort", abort);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", abort);
}
