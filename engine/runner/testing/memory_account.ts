/**
 * One account of the exchange in memory behind the exchange port, without a
 * wire. Pushes arrive in microtasks; tests may hold them back, cut the socket,
 * and decide the fate of requests.
 *
 * @module
 */
import {
  type Balance,
  NEVER_ARRIVES_AFTER_MS,
  type Position,
  type PositionSide,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import {
  type Account,
  accountOf,
  cancelOrder,
  type Exchange,
  findOrder,
  type Order,
  placeOrder,
  setLeverage,
  setPositionMode,
  takeChanges,
} from "@core/matching/mod.ts";
import { BNB, UID } from "@core/matching/testing.ts";
import {
  type AccountEvent,
  type CancelOutcome,
  type CancelRequest,
  type ExchangeAccount,
  ExchangeError,
  type NewOrder,
  type PlaceOutcome,
  type Venue,
} from "@engine/exchange/port.ts";
import {
  toBalance,
  toPositions,
  toVenueFill,
  toVenueOrder,
} from "./venue_view.ts";
import { refusal } from "./venue_words.ts";

/** What becomes of one order's request. */
export type Fate =
  | "answer"
  /** Carried out, and the answer lost. */
  | "answer_lost"
  /** Lost on the way there. */
  | "request_lost"
  | "not_sent"
  | ExchangeError;

/** What becomes of one cancellation's request. */
export type CancelFate = "answer" | "answer_lost" | "request_lost";

const LOST = new ExchangeError("No answer", {
  code: "timeout",
  kind: "unresolved",
  reason: "timeout",
});

/** See the head of this file. */
export class MemoryAccount implements ExchangeAccount {
  venue: Venue = "paper";
  connected = true;
  readonly arrivesWithinMs = NEVER_ARRIVES_AFTER_MS;
  /** Decides the fate of each order's request. */
  fateOf: (order: NewOrder) => Fate = () => "answer";
  /** Decides the fate of each cancellation's request. */
  cancelFateOf: (clientOrderId: string) => CancelFate = () => "answer";
  /** Makes every reading call fail. */
  readFailure: ExchangeError | null = null;
  /** Of other symbols, as pushes show them beside ours. */
  otherPositions: readonly Position[] = [];
  /** While true, pushes wait. */
  holdsPushes = false;
  /** Requests that were sent, in order, for tests to look at. */
  readonly placed: NewOrder[] = [];
  /** How often something was read, and orders were placed. */
  reads = 0;
  placements = 0;
  /** Placements wait for it, as for the rate limit. */
  gate: Promise<void> = Promise.resolve();
  readonly canceled: string[] = [];
  readonly #model: Exchange;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<(event: AccountEvent) => void>();
  #held: AccountEvent[] = [];

  constructor(model: Exchange, nowMs: () => number) {
    this.#model = model;
    this.#nowMs = nowMs;
  }

  get state(): Account {
    return accountOf(this.#model, UID);
  }

  /** Live orders as the exchange itself knows them. */
  get live(): readonly Order[] {
    return [...this.state.live.values()];
  }

  /** Size of a leg as the exchange itself knows it, base. */
  sizeOf(side: PositionSide): number {
    return toPositions(this.#model, this.state).find((p) =>
      p.positionSide === side
    )?.size ??
      0;
  }

  /** Cuts the private socket: what happens meanwhile is never pushed. */
  disconnect(): void {
    this.connected = false;
    this.#emit({ kind: "disconnected", reason: "cut" });
  }

  reconnect(): void {
    takeChanges(this.#model);
    this.connected = true;
    this.#emit({ kind: "connected" });
  }

  /** Pushes what the model has changed. */
  push(): void {
    const changes = takeChanges(this.#model);
    if (!this.connected || changes.length === 0) return;
    for (const change of changes) {
      if (change.kind !== "order") continue;
      this.#emit({ kind: "order", order: toVenueOrder(change.order) });
      if (change.fill !== null) {
        this.#emit({ kind: "fill", fill: toVenueFill(change.fill) });
      }
    }
    const positions = [
      ...toPositions(this.#model, this.state),
      ...this.otherPositions,
    ];
    this.#emit({ kind: "positions", positions });
    this.#emit({
      kind: "balance",
      balance: toBalance(this.#model, this.state),
    });
  }

  /** Delivers what `holdsPushes` held back. */
  releasePushes(): void {
    this.holdsPushes = false;
    for (const event of this.#held.splice(0)) this.#emit(event);
  }

  /** Delivers of it what is of these kinds; the rest never comes. */
  releaseOnly(...kinds: AccountEvent["kind"][]): void {
    this.#held = this.#held.filter(({ kind }) => kinds.includes(kind));
    this.releasePushes();
  }

  /** Tells the listeners something, true or not. */
  tell(event: AccountEvent): void {
    this.#emit(event);
  }

  identify(): ReturnType<ExchangeAccount["identify"]> {
    return this.#read(() => ({
      exchangeUid: UID,
      permissions: ["coow", "cpow"],
      canTrade: true,
      canWithdraw: false,
      ipRestricted: false,
    }));
  }

  fetchPositionMode(): Promise<"hedge" | "one_way"> {
    return this.#read(() => this.state.positionMode);
  }

  setHedgeMode(): Promise<void> {
    return this.#read(() => {
      setPositionMode(this.#model, UID, "hedge");
    });
  }

  setCrossMargin(): Promise<void> {
    return this.#read(() => {});
  }

  setLeverage(_symbol: string, leverage: number): Promise<void> {
    return this.#read(() => {
      const done = setLeverage(this.#model, UID, {
        symbol: BNB.symbol,
        leverage,
      });
      if (done.kind === "refused") throw refusal(done.reason, "rejected");
    });
  }

  fetchBalance(): Promise<Balance> {
    return this.#read(() => toBalance(this.#model, this.state));
  }

  fetchPositions(): Promise<Position[]> {
    return this.#read(() => toPositions(this.#model, this.state));
  }

  fetchOpenOrders(): Promise<VenueOrder[]> {
    return this.#read(() => this.live.map(toVenueOrder));
  }

  fetchOrder(_symbol: string, id: string): Promise<VenueOrder | null> {
    return this.#read(() => {
      const order = findOrder(this.state, { clientOrderId: id });
      return order === null ? null : toVenueOrder(order);
    });
  }

  fetchFills(_symbol: string, sinceMs: number): Promise<VenueFill[]> {
    return this.#read(() =>
      this.state.fills.filter((fill) => fill.atMs >= sinceMs)
        // As Bitget's REST: without the client order id.
        .map((fill) => ({ ...toVenueFill(fill), clientOrderId: null }))
    );
  }

  fetchFundingPayments(
    ..._: Parameters<ExchangeAccount["fetchFundingPayments"]>
  ): ReturnType<ExchangeAccount["fetchFundingPayments"]> {
    return this.#read(() => []);
  }

  async placeOrders(orders: readonly NewOrder[]): Promise<PlaceOutcome[]> {
    this.placements++;
    await this.gate;
    const outcomes = orders.map((order) => this.#place(order));
    this.push();
    await Promise.resolve();
    return outcomes;
  }

  async cancelOrders(
    _symbol: string,
    requests: readonly CancelRequest[],
  ): Promise<CancelOutcome[]> {
    await Promise.resolve();
    const outcomes = requests.map(({ clientOrderId }): CancelOutcome => {
      this.canceled.push(clientOrderId);
      const fate = this.cancelFateOf(clientOrderId);
      const lost = { kind: "unresolved", clientOrderId, error: LOST } as const;
      if (fate === "request_lost") return lost;
      const done = cancelOrder(this.#model, UID, {
        clientOrderId,
        symbol: BNB.symbol,
      }, this.#nowMs());
      if (fate === "answer_lost") return lost;
      return {
        kind: done.kind === "canceled" ? "canceled" : "gone",
        clientOrderId,
      };
    });
    this.push();
    await Promise.resolve();
    return outcomes;
  }

  listen(listener: (event: AccountEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.connected) queueMicrotask(() => listener({ kind: "connected" }));
    return () => void this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #place(order: NewOrder): PlaceOutcome {
    const { clientOrderId } = order;
    const fate = this.fateOf(order);
    if (fate === "not_sent") {
      return {
        kind: "not_sent",
        clientOrderId,
        error: refusal("lease_expired", "retryable"),
      };
    }
    this.placed.push(order);
    const lost = { kind: "unresolved", clientOrderId, error: LOST } as const;
    if (fate === "request_lost") return lost;
    if (fate instanceof ExchangeError) {
      return { kind: "rejected", clientOrderId, error: fate };
    }
    const placement = placeOrder(this.#model, UID, {
      symbol: BNB.symbol,
      clientOrderId,
      orderSide: order.orderSide,
      positionSide: order.positionSide,
      isClosing: order.purpose !== "open" && order.purpose !== "entry",
      reduceOnly: false,
      orderType: order.price === null ? "market" : "limit",
      timeInForce: order.postOnly ? "post_only" : "gtc",
      price: order.price === null ? 0 : Math.round(order.price * 100),
      size: Math.round(order.size * 100),
    }, this.#nowMs());
    if (fate === "answer_lost") return lost;
    if (placement.kind === "accepted") {
      const { orderId } = placement.order;
      return { kind: "accepted", clientOrderId, venueOrderId: orderId };
    }
    const known = findOrder(this.state, { clientOrderId });
    return placement.reason === "duplicate_client_order_id" && known !== null
      ? { kind: "accepted", clientOrderId, venueOrderId: known.orderId }
      : {
        kind: "rejected",
        clientOrderId,
        error: refusal(placement.reason, "rejected"),
      };
  }

  async #read<T>(answer: () => T): Promise<T> {
    await Promise.resolve();
    this.reads++;
    if (this.readFailure !== null) throw this.readFailure;
    return answer();
  }

  #emit(event: AccountEvent): void {
    if (this.holdsPushes) {
      this.#held.push(event);
      return;
    }
    for (const listener of this.#listeners) {
      queueMicrotask(() => listener(event));
    }
  }
}
