import type { Claim } from "./claim.ts";
import { mergeOrderUpdate } from "./merge_order_update.ts";
import type {
  BotAudit,
  BotEvent,
  BotMetrics,
  FillRecord,
  FundingRecord,
  OrderUpdate,
} from "./port.ts";

/** What one bot has told and the database does not know yet. */
export class BotQueue {
  /** By client order id: changes of one order are merged while they wait. */
  orders = new Map<string, OrderUpdate>();
  fills: FillRecord[] = [];
  funding: FundingRecord[] = [];
  events: BotEvent[] = [];
  /** Newest figures; kept after writing, for the totals that follow later. */
  metrics: BotMetrics | null = null;
  metricsChanged = false;
  /** What the last full look found; null once written. */
  audit: BotAudit | null = null;
  /** True at first: another engine may have written fills we did not sum. */
  totalsChanged = true;
  /** Fills that its totals were last summed from: what the next sum costs. At first a guess. */
  totalsFills = 2_000;
  /** Not summed by the timer before this; monotonic, ms. */
  totalsDueAtMs = 0;
  /** How often others' totals have gone first since they changed. */
  totalsWaited = 0;
  /** Why this bot's rows are refused for good; everything later is dropped. */
  refusal: Error | null = null;

  constructor(
    readonly claim: Claim,
    /** Told once, when the queue is refused. */
    readonly onRefused: (reason: Error) => void,
  ) {}

  /** Rows that wait, figures aside. */
  get size(): number {
    return this.orders.size + this.fills.length + this.funding.length +
      this.events.length;
  }

  addOrderUpdates(updates: readonly OrderUpdate[]): void {
    for (const update of updates) {
      const earlier = this.orders.get(update.clientOrderId);
      this.orders.set(
        update.clientOrderId,
        earlier === undefined ? update : mergeOrderUpdate(earlier, update),
      );
    }
  }

  /** Empties the queue. @returns What was in it. */
  take(): Pick<BotQueue, "orders" | "fills" | "funding" | "events"> {
    const { orders, fills, funding, events } = this;
    this.orders = new Map();
    this.fills = [];
    this.funding = [];
    this.events = [];
    return { orders, fills, funding, events };
  }

  /** Ends the queue: the first reason stays. */
  refuse(reason: Error): void {
    this.take();
    this.metricsChanged = false;
    this.totalsChanged = false;
    this.audit = null;
    if (this.refusal !== null) return;
    this.refusal = reason;
    this.onRefused(reason);
  }
}
