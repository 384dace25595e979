/**
 * An exchange in memory behind the exchange port: the same exchange model the
 * paper exchange runs, without a wire. Pushes arrive in microtasks; tests may
 * hold them back, cut the socket, and decide the fate of requests.
 *
 * @module
 */
import {
  type Balance,
  type Market,
  NEVER_ARRIVES_AFTER_MS,
  type Position,
  type PositionSide,
  type Quote,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import {
  type Account,
  accountOf,
  cancelOrder,
  type Exchange,
  figuresOf,
  type Fill,
  findOrder,
  formatDecimal,
  formatMoney,
  movePrice,
  type Order,
  placeOrder,
  setLeverage,
  setPositionMode,
  takeChanges,
} from "@core/matching/mod.ts";
import { BNB, createTestExchange, UID } from "@core/matching/testing.ts";
import {
  type AccountEvent,
  type CancelOutcome,
  type CancelRequest,
  type ExchangeAccount,
  ExchangeError,
  type MarketFeed,
  type NewOrder,
  type PlaceOutcome,
  type Venue,
} from "@engine/exchange/port.ts";

/** The one symbol. */
export const SYMBOL = "BNB/USDT:USDT";

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

/** The market in the port's words. */
export const MARKET: Market = {
  symbol: SYMBOL,
  venueSymbol: BNB.symbol,
  base: "BNB",
  quote: "USDT",
  tickSize: 0.01,
  lotSize: 0.01,
  minSize: 0.01,
  minNotional: 5,
  minLeverage: 1,
  maxLeverage: 75,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  maxOpenOrders: 20,
  maxOrderSize: 10_000,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};

/** See the head of this file. */
export class MemoryExchange implements MarketFeed {
  readonly model: Exchange;
  readonly account: MemoryAccount;
  readonly #nowMs: () => number;
  readonly #watchers = new Set<(quote: Quote) => void>();
  #quote: Quote | null = null;
  /** What the feed says of the next settlement; null: unknown. */
  fundingRate: number | null = null;
  /** Size that may trade in one tick, base; null is unlimited. */
  liquidity: number | null = null;

  constructor(
    options: {
      readonly nowMs: () => number;
      readonly balance?: string;
      readonly positionMode?: "hedge" | "one_way";
    },
  ) {
    this.#nowMs = options.nowMs;
    this.model = createTestExchange({
      balance: options.balance ?? "1000",
      positionMode: options.positionMode ?? "hedge",
    });
    this.account = new MemoryAccount(this, options.nowMs);
    this.tick(650);
  }

  /** Moves the price in one straight piece, quote per base; pushes what follows. */
  tick(price: number): void {
    const atMs = this.#nowMs();
    movePrice(this.model, {
      symbol: BNB.symbol,
      to: Math.round(price * 100),
      atMs,
      liquidity: this.liquidity === null
        ? null
        : Math.round(this.liquidity * 100),
    });
    this.#quote = {
      symbol: SYMBOL,
      bestBid: Math.round(price * 100 - 1) / 100,
      bestAsk: Math.round(price * 100 + 1) / 100,
      lastPrice: price,
      markPrice: price,
      fundingRate: this.fundingRate,
      receivedAtMs: atMs,
    };
    this.account.push();
    for (const watcher of this.#watchers) watcher(this.#quote);
  }

  fetchMarket(symbol: string): Promise<Market> {
    return symbol === SYMBOL
      ? Promise.resolve(MARKET)
      : Promise.reject(refusal("unknown_symbol", "rejected"));
  }

  quote(symbol: string): Quote | null {
    return symbol === SYMBOL ? this.#quote : null;
  }

  watch(_symbol: string, listener: (quote: Quote) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The account of a {@linkcode MemoryExchange}. */
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
  readonly canceled: string[] = [];
  readonly #exchange: MemoryExchange;
  readonly #nowMs: () => number;
  readonly #listeners = new Set<(event: AccountEvent) => void>();
  #held: AccountEvent[] = [];

  constructor(exchange: MemoryExchange, nowMs: () => number) {
    this.#exchange = exchange;
    this.#nowMs = nowMs;
  }

  get state(): Account {
    return accountOf(this.#exchange.model, UID);
  }

  /** Live orders as the exchange itself knows them. */
  get live(): readonly Order[] {
    return [...this.state.live.values()];
  }

  /** Size of a leg as the exchange itself knows it, base. */
  sizeOf(side: PositionSide): number {
    return this.#positions().find((p) => p.positionSide === side)?.size ?? 0;
  }

  /** Cuts the private socket: what happens meanwhile is never pushed. */
  disconnect(): void {
    this.connected = false;
    this.#emit({ kind: "disconnected", reason: "cut" });
  }

  reconnect(): void {
    takeChanges(this.#exchange.model);
    this.connected = true;
    this.#emit({ kind: "connected" });
  }

  /** Pushes what the model has changed. */
  push(): void {
    const changes = takeChanges(this.#exchange.model);
    if (!this.connected || changes.length === 0) return;
    for (const change of changes) {
      if (change.kind !== "order") continue;
      this.#emit({ kind: "order", order: toVenueOrder(change.order) });
      if (change.fill !== null) {
        this.#emit({ kind: "fill", fill: toVenueFill(change.fill) });
      }
    }
    const positions = [...this.#positions(), ...this.otherPositions];
    this.#emit({ kind: "positions", positions });
    this.#emit({ kind: "balance", balance: this.#balance() });
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
      setPositionMode(this.#exchange.model, UID, "hedge");
    });
  }

  setCrossMargin(): Promise<void> {
    return this.#read(() => {});
  }

  setLeverage(_symbol: string, leverage: number): Promise<void> {
    return this.#read(() => {
      const done = setLeverage(this.#exchange.model, UID, {
        symbol: BNB.symbol,
        leverage,
      });
      if (done.kind === "refused") throw refusal(done.reason, "rejected");
    });
  }

  fetchBalance(): Promise<Balance> {
    return this.#read(() => this.#balance());
  }

  fetchPositions(): Promise<Position[]> {
    return this.#read(() => this.#positions());
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
    await Promise.resolve();
    this.placements++;
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
      const done = cancelOrder(this.#exchange.model, UID, {
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
    const placement = placeOrder(this.#exchange.model, UID, {
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

  #positions(): Position[] {
    return [...this.state.legs.values()].map((leg) => ({
      symbol: SYMBOL,
      positionSide: leg.positionSide,
      size: leg.size / 100,
      entryPrice: Number(formatMoney(leg.cost)) / (leg.size / 100),
      unrealizedPnl: null,
      liquidationPrice: null,
      breakEvenPrice: null,
      leverage: 10,
    }));
  }

  #balance(): Balance {
    const figures = figuresOf(this.#exchange.model, this.state);
    const equity = Number(formatMoney(figures.equity));
    return {
      coin: "USDT",
      available: Number(formatMoney(figures.available)),
      equity,
      unrealizedPnl: Number(formatMoney(figures.unrealizedPnl)),
      marginRatio: Number(formatMoney(figures.maintenanceMargin)) / equity,
    };
  }
}

const LOST = new ExchangeError("No answer", {
  code: "timeout",
  kind: "unresolved",
  reason: "timeout",
});

/** Returns a refusal with this reason. */
export function refusal(
  reason: string,
  kind: ExchangeError["kind"],
): ExchangeError {
  return new ExchangeError(`Refused: ${reason}`, {
    code: `test_${reason}`,
    kind,
    reason,
  });
}

function toVenueOrder(order: Order): VenueOrder {
  const { filledSize } = order;
  return {
    symbol: SYMBOL,
    venueOrderId: order.orderId,
    clientOrderId: order.clientOrderId,
    positionSide: order.positionSide ?? "long",
    orderSide: order.orderSide,
    reduceOnly: order.isClosing,
    price: order.orderType === "market" ? null : order.price / 100,
    size: order.size / 100,
    filledSize: filledSize / 100,
    averagePrice: filledSize === 0
      ? null
      : Number(formatMoney(order.filledNotional)) / (filledSize / 100),
    status: order.state === "live" ? "open" : order.state,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

function toVenueFill(fill: Fill): VenueFill {
  return {
    symbol: SYMBOL,
    venueTradeId: fill.tradeId,
    venueOrderId: fill.orderId,
    clientOrderId: fill.clientOrderId,
    positionSide: fill.positionSide ?? "long",
    orderSide: fill.orderSide,
    price: formatDecimal(fill.price, 2),
    size: formatDecimal(fill.size, 2),
    fee: formatMoney(fill.fee),
    feeCurrency: "USDT",
    realizedPnl: formatMoney(fill.realizedPnl),
    liquidity: fill.liquidity,
    filledAtMs: fill.atMs,
  };
}
