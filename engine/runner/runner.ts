/**
 * One bot's life: recover → gather → decide → act.
 *
 * ```
 * start() ─► opening ─► running ⇄ holding ─► stopping ─► stopped
 *               │           │                    │
 *               └───────────┴──── fault ─────────┴─────► faulted
 * stop() in any of them: released.  A refused write: fenced.
 * ```
 * - *opening*: rows, market, first price, private socket; then the exchange
 *   is asked for everything (`resync`) and the account is made fit.
 * - *running*: sockets, timers and `wake()` only mark the bot dirty; one loop
 *   takes everything in, plans, compares, acts. A fill is answered in the
 *   same pass, without asking the exchange.
 * - *holding*: stale price, dead private socket, or a rest after trouble on
 *   the way to the exchange. Nothing is placed and nothing canceled; the
 *   trader is told why.
 * - *stopping*: the stop policy is carried out and verified on the exchange,
 *   tried until it is true. It needs neither price nor private socket.
 *
 * What fails: the exchange or the database for a while → rest with a growing,
 * jittered pause, then the exchange is asked anew. What the trader must mend
 * → faulted, orders untouched. What we did not foresee → faulted likewise.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import { messageOf } from "@engine/store/errors.ts";
import { type BotRow, FencedError } from "@engine/store/port.ts";
import { Backoffs, TRANSIENT } from "./backoff.ts";
import type { Context } from "./context.ts";
import { FaultError, faultOf, mayPass } from "./faults.ts";
import { openContext } from "./open_context.ts";
import { Passes } from "./passes.ts";
import type { Runner, RunnerDeps, RunnerEnd } from "./types.ts";
import { Wakeup } from "./wakeup.ts";

/** The loop looks around at least this often. */
const HEARTBEAT_MS = 1_000;
/** After this long of opening the trader is told what is missing. */
const OPENING_TOLD_AFTER_MS = 3_000;

/** Makes one bot's runner; nothing happens before `start()`. */
export function createRunner(deps: RunnerDeps): Runner {
  return new BotRunner(deps);
}

class BotRunner implements Runner {
  readonly ended: Promise<RunnerEnd>;
  readonly #deps: RunnerDeps;
  readonly #log: Log;
  readonly #wakeup: Wakeup;
  readonly #inbox: AccountEvent[] = [];
  readonly #cleanups: (() => void)[] = [];
  readonly #openingBackoffs: Backoffs;
  #resolveEnded: (end: RunnerEnd) => void = () => {};
  #bot: BotRow;
  #isStarted = false;
  #isReleased = false;
  #isRowDirty = false;
  #passes: Passes | null = null;
  #openingTold = false;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#bot = deps.bot;
    this.#log = deps.log.with({ botId: deps.bot.id });
    this.#wakeup = new Wakeup(deps.clock);
    this.#openingBackoffs = new Backoffs(deps.random);
    this.ended = new Promise((resolve) => this.#resolveEnded = resolve);
  }

  get botId(): string {
    return this.#bot.id;
  }

  start(): void {
    if (this.#isStarted || this.#isReleased) return;
    this.#isStarted = true;
    void this.#run();
  }

  wake(): void {
    this.#isRowDirty = true;
    this.#wakeup.set();
  }

  async stop(): Promise<void> {
    this.#isReleased = true;
    if (!this.#isStarted) this.#resolveEnded({ kind: "released" });
    this.#wakeup.set();
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(): Promise<void> {
    let end: RunnerEnd;
    try {
      end = await this.#live();
    } catch (error) {
      end = await this.#fail(error);
    }
    for (const cleanup of this.#cleanups) cleanup();
    this.#log.info("runner_ended", { end: end.kind });
    this.#resolveEnded(end);
  }

  async #live(): Promise<RunnerEnd> {
    const { account, feed } = this.#deps;
    this.#cleanups.push(
      account.listen((event) => {
        this.#inbox.push(event);
        if (event.kind === "fill") this.#passes?.fillArrived();
        this.#wakeup.set();
      }),
      feed.watch(this.#bot.symbol, () => this.#onQuote()),
    );
    for (;;) {
      const context = await this.#open();
      if (context === null) return { kind: "released" };
      const end = await this.#trade(context);
      if (end !== null) return end;
    }
  }

  /** Passes until the end; null: the bot is to be opened anew. */
  async #trade(context: Context): Promise<RunnerEnd | null> {
    const passes = new Passes(context);
    this.#passes = passes;
    let waitMs = 0;
    for (;;) {
      await this.#wakeup.wait(waitMs);
      if (this.#isReleased) return await this.#release(passes);
      if (this.#isRowDirty) {
        this.#isRowDirty = false;
        passes.rowIsDirty();
      }
      const next = await passes.pass();
      this.#bot = context.bot;
      if (next.kind === "stopped") return { kind: "stopped" };
      if (next.kind === "reopen") {
        this.#passes = null;
        return null;
      }
      waitMs = Math.min(HEARTBEAT_MS, next.waitMs);
    }
  }

  /**
   * Leaves the orders as they are and what is known in the database. Where
   * that does not answer, the next runner asks the exchange.
   */
  async #release(passes: Passes): Promise<RunnerEnd> {
    try {
      await passes.release();
    } catch (error) {
      if (!mayPass(error)) throw error;
      this.#log.warn("release_incomplete", { error: messageOf(error) });
    }
    return { kind: "released" };
  }

  /** Null when released before it was done. */
  async #open(): Promise<Context | null> {
    const { store, feed, account } = this.#deps;
    const isStop = () => this.#bot.desiredState === "stopped";
    const recovered = await this.#insist(() => store.recover());
    if (recovered === null) return null;
    this.#bot = recovered.bot;
    if (this.#bot.status !== "running" || isStop()) {
      await this.#insist(() =>
        store.setStatus(isStop() ? "stopping" : "starting")
      );
    }
    const market = await this.#insist(() => feed.fetchMarket(this.#bot.symbol));
    if (market === null) return null;
    const isReady = () =>
      isStop() || (account.connected && feed.quote(this.#bot.symbol) !== null);
    while (!isReady()) {
      if (this.#isReleased) return null;
      await this.#waitOpening();
    }
    const quote = feed.quote(this.#bot.symbol);
    return openContext(this.#deps, {
      recovered: { ...recovered, bot: this.#bot },
      market,
      referencePrice: quote?.lastPrice ?? null,
      inbox: this.#inbox,
      log: this.#log,
    });
  }

  /** Tries until it works; null when released meanwhile. */
  async #insist<T>(action: () => Promise<T>): Promise<T | null> {
    for (;;) {
      if (this.#isReleased) return null;
      try {
        return await action();
      } catch (error) {
        if (!mayPass(error)) throw error;
        this.#log.warn("opening_retried", { error: messageOf(error) });
        const nowMs = this.#deps.clock.nowMs();
        const untilMs = this.#openingBackoffs.fail("opening", {
          limits: TRANSIENT,
          nowMs,
        });
        await this.#tellOpening(
          "exchange_unavailable",
          `The exchange does not answer, the bot keeps trying: ${
            messageOf(error)
          }`,
        );
        await this.#rest(untilMs);
      }
    }
  }

  async #rest(untilMs: number): Promise<void> {
    for (;;) {
      const leftMs = untilMs - this.#deps.clock.nowMs();
      if (leftMs <= 0 || this.#isReleased) return;
      await this.#wakeup.wait(leftMs);
    }
  }

  /** Waits for price and private socket; a stop by the trader ends it. */
  async #waitOpening(): Promise<void> {
    const { account, clock, store } = this.#deps;
    const sinceMs = clock.nowMs();
    await this.#wakeup.wait(OPENING_TOLD_AFTER_MS);
    if (this.#isRowDirty) {
      this.#isRowDirty = false;
      this.#bot = await this.#insist(() => store.loadBot()) ?? this.#bot;
    }
    if (clock.nowMs() - sinceMs < OPENING_TOLD_AFTER_MS) return;
    await (account.connected
      ? this.#tellOpening(
        "no_price",
        "No price has arrived yet. The bot waits for the first one",
      )
      : this.#tellOpening(
        "private_socket_down",
        "The connection to the exchange account is not up yet. The bot waits",
      ));
  }

  async #tellOpening(code: string, reason: string): Promise<void> {
    if (this.#openingTold) return;
    this.#openingTold = true;
    this.#deps.store.addEvents([{ level: "warning", code, message: reason }]);
    try {
      await this.#deps.store.setStatus("starting", { code, reason });
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
  }

  #onQuote(): void {
    if (this.#passes === null || this.#passes.waitsForPrice) {
      this.#wakeup.set();
    }
  }

  async #fail(error: unknown): Promise<RunnerEnd> {
    if (error instanceof FencedError) return { kind: "fenced" };
    const fault = faultOf(error) ??
      new FaultError(
        "internal_error",
        "The bot met an error of ours and has stopped to be safe; its orders " +
          "are untouched. Start it again; if it returns, tell support",
        error,
      );
    this.#log.error("bot_faulted", {
      code: fault.code,
      error: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    const { code, message } = fault;
    try {
      const { store } = this.#deps;
      store.addEvents([{ level: "error", code, message }]);
      await store.setStatus("faulted", {
        code,
        reason: message,
        acknowledgedVersion: this.#bot.desiredVersion,
      });
      await store.flush();
    } catch (writing) {
      if (writing instanceof FencedError) return { kind: "fenced" };
      this.#log.error("fault_not_written", { error: messageOf(writing) });
    }
    return { kind: "faulted", code, message };
  }
}
