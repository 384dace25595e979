import type { Claim } from "@engine/store/claim.ts";
import type {
  MemoryBot,
  MemoryBotStore,
} from "@engine/store/memory_bot_store.ts";
import {
  type BotAudit,
  type BotEvent,
  type BotMetrics,
  type BotRow,
  type BotStatus,
  type BotStore,
  FencedError,
  type FillRecord,
  type FundingRecord,
  type OrderUpdate,
  type RecoveredBot,
} from "@engine/store/port.ts";
import type { HostedStore } from "@engine/store/postgres_bot_store.ts";
import type { SimProcess } from "./process.ts";
import type { SimDatabase } from "./sim_database.ts";

/** As the batch writer's. */
const FLUSH_DELAY_MS = 10;
const RETRY_MS = 300;
/** As the store on Postgres waits. */
const RECOVER_MS_MAX = 1_000;

/** What a bot's store needs. */
export interface SimStoreOptions {
  readonly database: SimDatabase;
  readonly process: SimProcess;
  readonly claim: Claim;
  readonly rows: MemoryBotStore;
  /** What they are the rows of, for mutations. */
  readonly bot: MemoryBot;
  /** What the engine is told of the bot's row, for mutations. */
  readonly show?: (row: BotRow) => BotRow;
  readonly onRefused: (reason: Error) => void;
}

/**
 * One bot's rows from one process under one claim, the way to them included:
 * what is awaited is a statement of its own, what is queued goes in batches
 * and is lost with the process.
 */
export class SimBotStore implements HostedStore {
  readonly #options: SimStoreOptions;
  #queue: ((rows: MemoryBotStore) => void)[] = [];
  #flushing: Promise<void> | null = null;
  #isWaiting = false;
  #refusal: FencedError | null = null;

  constructor(options: SimStoreOptions) {
    this.#options = options;
  }

  /** Why nothing is written any more, or null. */
  get refusal(): Error | null {
    return this.#refusal;
  }

  /** Under which claim it writes. */
  get epoch(): number {
    return this.#options.claim.epoch;
  }

  /** What was not flushed is dropped. */
  close(): void {
    this.#queue = [];
  }

  async recover(): Promise<RecoveredBot> {
    await Promise.race([this.flush(), this.#pause(RECOVER_MS_MAX)]);
    if (this.#queue.length > 0 || this.#flushing !== null) {
      throw new Error("The database does not answer");
    }
    const recovered = await this.#run((rows) => rows.recover());
    return { ...recovered, bot: this.#show(recovered.bot) };
  }

  async loadBot(): Promise<BotRow> {
    return this.#show(await this.#run((rows) => rows.loadBot()));
  }

  #show(row: BotRow): BotRow {
    return this.#options.show?.(row) ?? row;
  }

  findOrders(
    venueOrderIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    return this.#run((rows) => rows.findOrders(venueOrderIds));
  }

  recordIntents(
    orders: Parameters<BotStore["recordIntents"]>[0],
    state: unknown,
  ): Promise<void> {
    const { database, claim } = this.#options;
    const intents = structuredClone(orders);
    const stateThen = structuredClone(state);
    return this.#run(async (rows) => {
      await rows.recordIntents(intents, stateThen);
      for (const { clientOrderId } of intents) {
        if (database.commits.has(clientOrderId)) continue;
        const atMs = database.timeline.nowMs;
        database.commits.set(clientOrderId, { epoch: claim.epoch, atMs });
      }
    });
  }

  saveState(state: unknown): Promise<void> {
    const stateThen = structuredClone(state);
    return this.#run((rows) => rows.saveState(stateThen));
  }

  setStatus(
    status: BotStatus,
    detail?: Parameters<BotStore["setStatus"]>[1],
  ): Promise<boolean> {
    return this.#run((rows) => rows.setStatus(status, detail));
  }

  updateOrders(updates: readonly OrderUpdate[]): void {
    this.#enqueue((rows) => {
      rows.updateOrders(updates);
      this.write(this.#options.bot, updates);
    });
  }

  /** A mutation may write beside the rules. */
  protected write(_rows: MemoryBot, _updates: readonly OrderUpdate[]): void {}

  recordFills(fills: readonly FillRecord[]): void {
    this.#enqueue((rows) => rows.recordFills(fills));
  }

  recordFunding(payments: readonly FundingRecord[]): void {
    this.#enqueue((rows) => rows.recordFunding(payments));
  }

  addEvents(events: readonly BotEvent[]): void {
    this.#enqueue((rows) => rows.addEvents(events));
  }

  setMetrics(metrics: BotMetrics): void {
    this.#enqueue((rows) => rows.setMetrics(metrics));
  }

  setAudit(audit: BotAudit): void {
    this.#enqueue((rows) => rows.setAudit(audit));
  }

  async flush(): Promise<void> {
    while (this.#queue.length > 0 || this.#flushing !== null) {
      await (this.#flushing ??= this.#flush());
    }
    this.#throwIfRefused();
  }

  #enqueue(write: (rows: MemoryBotStore) => void): void {
    if (this.#refusal !== null) return;
    this.#queue.push(write);
    this.#wake(FLUSH_DELAY_MS);
  }

  #wake(delayMs: number): void {
    if (this.#isWaiting || this.#flushing !== null) return;
    this.#isWaiting = true;
    this.#options.process.clock.after(delayMs, () => {
      this.#isWaiting = false;
      this.#flushing ??= this.#flush();
    });
  }

  /** One batch; what fails for a while is sent again, in order. */
  async #flush(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    let delayMs = FLUSH_DELAY_MS;
    try {
      await this.#run(async (rows) => {
        for (const write of batch) write(rows);
        await rows.flush();
      });
    } catch {
      if (this.#refusal === null) {
        // Every statement may be sent twice.
        this.#queue = [...batch, ...this.#queue];
        delayMs = RETRY_MS;
        await this.#pause(delayMs);
      }
    }
    this.#flushing = null;
    if (this.#queue.length > 0) this.#wake(delayMs);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) =>
      void this.#options.process.clock.after(ms, resolve)
    );
  }

  async #run<T>(statement: (rows: MemoryBotStore) => Promise<T>): Promise<T> {
    const { database, process, rows, onRefused } = this.#options;
    this.#throwIfRefused();
    try {
      return await database.call(process, () => statement(rows));
    } catch (error) {
      if (error instanceof FencedError && this.#refusal === null) {
        this.#refusal = error;
        this.#queue = [];
        onRefused(error);
      }
      throw error;
    }
  }

  #throwIfRefused(): void {
    if (this.#refusal !== null) throw this.#refusal;
  }
}
