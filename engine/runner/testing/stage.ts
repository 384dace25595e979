import { setImmediate } from "node:timers";
import { type AsGridConfigInput, botTag, type Log } from "@core/mod.ts";
import { ManualClock } from "@engine/exchange/manual_clock.ts";
import {
  MemoryBot,
  type MemoryBotStore,
} from "@engine/store/memory_bot_store.ts";
import type { BotRow } from "@engine/store/port.ts";
import { createRunner } from "../runner.ts";
import type { Runner, RunnerEnd } from "../types.ts";
import { MemoryExchange } from "./memory_exchange.ts";
import { SYMBOL } from "./venue_words.ts";

const BOT_ID = "0198c0de-0000-7000-8000-000000000001";
const STEP_MS = 50;
/** Steps of {@linkcode Stage.until}: two hours of the stage's time. */
const STEPS_MAX = 150_000;
const TICK_EVERY_MS = 1_000;

/** A bot on an exchange in memory, under a clock that runs when asked to. */
export class Stage implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly exchange: MemoryExchange;
  readonly bot: MemoryBot;
  readonly tag = botTag(BOT_ID);
  readonly logged: string[] = [];
  runner: Runner;
  store: MemoryBotStore;
  end: RunnerEnd | null = null;
  price = 650;
  /** While true the price feed is silent. */
  isSilent = false;
  #tickedAtMs = 0;

  constructor(
    options: {
      readonly config?: Partial<AsGridConfigInput>;
      readonly row?: Partial<BotRow>;
      readonly balance?: string;
      readonly positionMode?: "hedge" | "one_way";
    } = {},
  ) {
    const nowMs = () => this.clock.nowMs();
    this.exchange = new MemoryExchange({ ...options, nowMs });
    this.bot = new MemoryBot({
      id: BOT_ID,
      userId: "user",
      exchangeKeyId: "key",
      name: "Demo",
      symbol: SYMBOL,
      strategy: "as_grid",
      config: { baseSize: 0.05, leverage: 20, ...options.config },
      configVersion: 1,
      runningConfigVersion: null,
      desiredState: "running",
      desiredVersion: 1,
      acknowledgedVersion: 0,
      stopPolicy: "keep_take_profits",
      status: "idle",
      claimEpoch: 0,
      startedAtMs: null,
      ...options.row,
    });
    this.#tickedAtMs = nowMs();
    [this.store, this.runner] = this.#claim();
  }

  /** Starts the runner and waits until it trades. */
  async open(): Promise<this> {
    this.runner.start();
    await this.until("the bot to run", () => this.bot.row.status === "running");
    await this.settle();
    return this;
  }

  /** The process dies: nothing more is written, asked or placed. */
  kill(): void {
    this.store.dropQueue();
    this.store.failure = new Error("killed");
    void this.runner.stop();
  }

  /** Another engine claims the bot and starts it. */
  async takeOver(): Promise<void> {
    this.claimAgain();
    await this.open();
  }

  /** Another engine claims the bot. */
  claimAgain(): void {
    [this.store, this.runner] = this.#claim();
  }

  /** Moves the price and lets the bot answer. */
  async moveTo(price: number): Promise<void> {
    this.price = price;
    this.exchange.tick(price);
    await this.settle();
  }

  /** Lets everything that needs no time happen. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      this.clock.advance(1);
    }
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }

  /** Lets time pass, prices arriving, until the condition holds. */
  async until(what: string, condition: () => boolean): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step++) {
      if (condition()) return;
      await this.#step();
    }
    throw new Error(`Timed out waiting for ${what}`);
  }

  /** Lets time pass, prices arriving. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    while (this.clock.nowMs() < untilMs) await this.#step();
  }

  /** Live orders on the exchange, `long take_profit 0.05 @ 652.6`. */
  get resting(): string[] {
    return this.exchange.account.live.map((order) => {
      const row = this.bot.orders.get(order.clientOrderId);
      const purpose = row?.purpose ?? "foreign";
      return `${order.positionSide} ${purpose} ${
        (order.size - order.filledSize) / 100
      } @ ${order.price / 100}`;
    }).toSorted();
  }

  /** Codes of the trader's log lines. */
  get events(): string[] {
    return this.bot.events.map((event) => event.code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.stop();
  }

  async #step(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.clock.advance(STEP_MS);
    if (this.isSilent) return;
    if (this.clock.nowMs() - this.#tickedAtMs < TICK_EVERY_MS) return;
    this.#tickedAtMs = this.clock.nowMs();
    this.exchange.tick(this.price);
  }

  #claim(): [MemoryBotStore, Runner] {
    const store = this.bot.claim(() => this.clock.nowMs());
    const runner = createRunner({
      bot: this.bot.row,
      store,
      account: this.exchange.account,
      feed: this.exchange,
      clock: this.clock,
      random: () => 0.5,
      log: createLog(this.logged),
    });
    this.end = null;
    runner.ended.then((end) => this.end = end);
    return [store, runner];
  }
}

function createLog(lines: string[]): Log {
  const write = (code: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push(`${code} ${JSON.stringify(fields ?? {})}`);
  return {
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: () => createLog(lines),
  };
}
