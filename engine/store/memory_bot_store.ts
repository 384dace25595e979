/**
 * The store port in memory, with the semantics of the SQL: fenced by epoch,
 * idempotent intents, filled sizes that never fall, finished orders that stay
 * finished, each trade once. For tests and the simulation; what is queued is
 * written when the caller yields, as the batch writer would.
 *
 * @module
 */
import {
  type EndReason,
  isFinished,
  isOpening,
  type PairChange,
  pairFills,
  pairRuleOf,
  parseClientOrderId,
  type SettledFill,
  slotKey,
} from "@core/mod.ts";
import { mergeOrderStatus } from "./merge_order_update.ts";
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
  type OrderRow,
  type OrderUpdate,
  type RecoveredBot,
} from "./port.ts";

/** As `settle_pairs.ts`: a closing waits this long for an opening told late. */
const LATE_MS = 15 * 60_000;

/** An order's row with what the port does not hand back. */
export interface MemoryOrder extends OrderRow {
  readonly averagePrice: number | null;
  readonly rejectMessage: string | null;
  readonly endReason: EndReason | null;
}

/** One bot's rows; they outlive the stores that write them. */
export class MemoryBot {
  row: BotRow;
  state: unknown = null;
  statusCode: string | null = null;
  statusReason: string | null = null;
  metrics: BotMetrics | null = null;
  audit: BotAudit | null = null;
  readonly orders = new Map<string, MemoryOrder>();
  /** By trade id. */
  readonly fills = new Map<string, FillRecord>();
  /** Those that wait for a pair. */
  readonly #waiting = new Map<string, FillRecord>();
  /** What pairing says of them, by trade id. */
  readonly pairs = new Map<string, Omit<PairChange, "id">>();
  /** By bill id. */
  readonly funding = new Map<string, FundingRecord>();
  readonly events: BotEvent[] = [];
  /** Every status written, oldest first. */
  readonly statuses: BotStatus[] = [];

  constructor(row: BotRow) {
    this.row = row;
  }

  /** Claims the bot: older stores are fenced from now on. */
  claim(nowMs: () => number): MemoryBotStore {
    this.row = { ...this.row, claimEpoch: this.row.claimEpoch + 1 };
    return new MemoryBotStore(this, this.row.claimEpoch, nowMs);
  }

  /** Records a fill once; what it cost may be told later. */
  addFill(record: FillRecord): void {
    const id = record.fill.venueTradeId;
    const known = this.fills.get(id);
    if (known !== undefined) {
      const fee = known.fill.fee ?? record.fill.fee;
      const realizedPnl = known.fill.realizedPnl ?? record.fill.realizedPnl;
      const fill = { ...known.fill, fee, realizedPnl };
      this.fills.set(id, { fill, slot: known.slot ?? record.slot });
      return;
    }
    this.fills.set(id, record);
    if (record.slot !== null) this.#waiting.set(id, record);
  }

  /** Goes on pairing where the last time ended, as `settle_pairs.ts` does. */
  pair(nowMs: number): void {
    const fills = [...this.#waiting.values()]
      .toSorted((a, b) => a.fill.filledAtMs - b.fill.filledAtMs)
      .flatMap((record) => this.#toPairable(record, nowMs));
    const rule = pairRuleOf(this.row.strategy);
    for (const { id, ...change } of pairFills(rule, fills)) {
      this.pairs.set(id, change);
      if (Number(change.unpairedSize) === 0) this.#waiting.delete(id);
    }
  }

  #toPairable({ fill, slot }: FillRecord, nowMs: number): SettledFill[] {
    const { venueTradeId: id, positionSide, price, size } = fill;
    const known = this.pairs.get(id);
    if (slot === null) return [];
    const isLate = known !== undefined && !isOpening(slot.purpose) &&
      fill.filledAtMs <= nowMs - LATE_MS;
    if (isLate) return [];
    return [{
      id,
      positionSide,
      purpose: slot.purpose,
      level: parseClientOrderId(fill.clientOrderId ?? "")?.level ?? 0,
      price,
      size,
      unpairedSize: known?.unpairedSize ?? null,
      pair: known?.pair ?? null,
    }];
  }

  /** The trader's intent: raises the desired version. */
  desire(
    change: Partial<Pick<BotRow, "desiredState" | "stopPolicy">>,
  ): void {
    const desiredVersion = this.row.desiredVersion + 1;
    this.row = { ...this.row, ...change, desiredVersion };
  }
}

/** See the head of this file. */
export class MemoryBotStore implements BotStore {
  readonly #bot: MemoryBot;
  readonly #epoch: number;
  readonly #nowMs: () => number;
  #queue: (() => void)[] = [];
  /** Set by tests: the next awaited writes fail with it. */
  failure: Error | null = null;

  constructor(bot: MemoryBot, epoch: number, nowMs: () => number) {
    this.#bot = bot;
    this.#epoch = epoch;
    this.#nowMs = nowMs;
  }

  async recover(): Promise<RecoveredBot> {
    await this.#enter();
    const { row, state, orders, fills, funding } = this.#bot;
    const newestOf = (times: readonly number[]) =>
      times.length === 0 ? null : Math.max(...times);
    const filledAtMs = [...fills.values()].map(({ fill }) => fill.filledAtMs);
    const paidAtMs = [...funding.values()].map((payment) => payment.atMs);
    const ownAtMs = [...fills.values()].filter(({ fill, slot }) =>
      slot !== null || orders.has(fill.clientOrderId ?? "")
    ).map(({ fill }) => fill.filledAtMs);
    const firstFillAtMs = ownAtMs.length === 0 ? null : Math.min(...ownAtMs);
    return {
      bot: row,
      state: structuredClone(state),
      orders: recoverable([...orders.values()]),
      lastFillAtMs: newestOf(filledAtMs),
      lastFundingAtMs: newestOf(paidAtMs) ?? firstFillAtMs,
    };
  }

  async loadBot(): Promise<BotRow> {
    await this.#enter();
    return this.#bot.row;
  }

  async findOrders(
    venueOrderIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    await this.#enter();
    const wanted = new Set(venueOrderIds);
    const found = new Map<string, string>();
    for (const { venueOrderId, clientOrderId } of this.#bot.orders.values()) {
      if (venueOrderId === null || !wanted.has(venueOrderId)) continue;
      found.set(venueOrderId, clientOrderId);
    }
    return found;
  }

  async recordIntents(
    orders: Parameters<BotStore["recordIntents"]>[0],
    state: unknown,
  ): Promise<void> {
    await this.#enter();
    for (const order of orders) {
      if (this.#bot.orders.has(order.clientOrderId)) continue;
      this.#bot.orders.set(order.clientOrderId, {
        ...structuredClone(order),
        venueOrderId: null,
        filledSize: 0,
        status: "pending",
        rejectCode: null,
        rejectMessage: null,
        endReason: null,
        averagePrice: null,
        createdAtMs: this.#nowMs(),
      });
    }
    this.#bot.state = toJson(state);
  }

  async saveState(state: unknown): Promise<void> {
    await this.#enter();
    this.#bot.state = toJson(state);
  }

  async setStatus(
    status: BotStatus,
    detail: Parameters<BotStore["setStatus"]>[1] = {},
  ): Promise<boolean> {
    await this.#enter();
    const { row } = this.#bot;
    const { acknowledgedVersion = row.desiredVersion } = detail;
    if (status === "stopped" && acknowledgedVersion < row.desiredVersion) {
      return false;
    }
    const isStart = (status === "starting" || status === "running") &&
      (["idle", "stopped", "faulted"].includes(row.status) ||
        (detail.acknowledgedVersion ?? 0) > row.acknowledgedVersion);
    this.#bot.row = {
      ...row,
      status,
      startedAtMs: isStart ? this.#nowMs() : row.startedAtMs,
      acknowledgedVersion: Math.max(
        row.acknowledgedVersion,
        detail.acknowledgedVersion ?? 0,
      ),
      runningConfigVersion: detail.runningConfigVersion ??
        row.runningConfigVersion,
    };
    this.#bot.statusCode = detail.code ?? null;
    this.#bot.statusReason = detail.reason ?? null;
    this.#bot.statuses.push(status);
    return true;
  }

  updateOrders(updates: readonly OrderUpdate[]): void {
    this.#later(() => updates.forEach((update) => this.#update(update)));
  }

  recordFills(fills: readonly FillRecord[]): void {
    this.#later(() => {
      for (const record of fills) this.#bot.addFill(record);
      this.#bot.pair(this.#nowMs());
    });
  }

  recordFunding(payments: readonly FundingRecord[]): void {
    this.#later(() => {
      for (const payment of payments) {
        if (this.#bot.funding.has(payment.billId)) continue;
        this.#bot.funding.set(payment.billId, payment);
      }
    });
  }

  addEvents(events: readonly BotEvent[]): void {
    this.#later(() => this.#bot.events.push(...events));
  }

  setMetrics(metrics: BotMetrics): void {
    this.#later(() => this.#bot.metrics = metrics);
  }

  setAudit(audit: BotAudit): void {
    this.#later(() => this.#bot.audit = audit);
  }

  async flush(): Promise<void> {
    await this.#enter();
  }

  /** Loses what is queued, as a killed process would. */
  dropQueue(): void {
    this.#queue = [];
  }

  #update(update: OrderUpdate): void {
    const order = this.#bot.orders.get(update.clientOrderId);
    if (order === undefined) return; // As an update in SQL.
    const filledSize = Math.max(
      order.filledSize,
      Math.min(order.size, update.filledSize ?? 0),
    );
    const status = mergeOrderStatus(order.status, update.status, filledSize);
    this.#bot.orders.set(update.clientOrderId, {
      ...order,
      venueOrderId: update.venueOrderId ?? order.venueOrderId,
      filledSize,
      averagePrice: update.averagePrice ?? order.averagePrice,
      rejectCode: update.rejectCode ?? order.rejectCode,
      rejectMessage: update.rejectMessage ?? order.rejectMessage,
      status,
      endReason: status === "canceled" || status === "rejected"
        ? order.endReason ?? update.endReason ?? null
        : null,
    });
  }

  /** One round trip: the queue goes first, then the fence is asked. */
  async #enter(): Promise<void> {
    await Promise.resolve();
    if (this.failure !== null) throw this.failure;
    if (this.#bot.row.claimEpoch !== this.#epoch) {
      this.#queue = [];
      throw new FencedError(this.#bot.row.id, this.#epoch);
    }
    this.#write();
  }

  #later(write: () => void): void {
    this.#queue.push(write);
    queueMicrotask(() => this.#write());
  }

  #write(): void {
    if (this.failure !== null) return;
    const queue = this.#queue.splice(0);
    if (this.#bot.row.claimEpoch !== this.#epoch) return;
    for (const write of queue) write();
  }
}

function toJson(state: unknown): unknown {
  return JSON.parse(JSON.stringify(state));
}

/** Unfinished orders, and of each slot the newest one. */
function recoverable(orders: readonly MemoryOrder[]): OrderRow[] {
  const newest = new Map<string, MemoryOrder>();
  for (const order of orders) {
    const other = newest.get(slotKey(order));
    const isNewer = other === undefined || order.cycle > other.cycle ||
      (order.cycle === other.cycle && order.revision > other.revision);
    if (isNewer) newest.set(slotKey(order), order);
  }
  return orders.filter((order) =>
    newest.get(slotKey(order)) === order ||
    !isFinished(order.status)
  ).map(({ averagePrice: _, rejectMessage: __, endReason: ___, ...row }) =>
    row
  );
}
