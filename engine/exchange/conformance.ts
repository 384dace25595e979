/**
 * What every implementation of the port must do, as cases that run against a
 * real exchange: in the tests against engine/paper over HTTP and WebSocket, by
 * hand against Bitget's demo. Each case gets an account of its own (or one
 * that is flat) and leaves nothing behind that the next would trip over.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  formatClientOrderId,
  isOpening,
  type Market,
  orderSideOf,
  type PositionSide,
  type Purpose,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import type {
  AccountEvent,
  CancelOutcome,
  ExchangeAccount,
  MarketFeed,
  NewOrder,
  PlaceOutcome,
} from "./port.ts";
import { until } from "./until.ts";

/** What a case plays on. */
export interface Stage {
  readonly symbol: string;
  readonly account: ExchangeAccount;
  readonly feed: MarketFeed;
  /** Null on an exchange that nobody can tell what to do. */
  readonly controls: Controls | null;
}

/** What only a paper exchange can be told to do. */
export interface Controls {
  /** Walks the price there, filling what lies between. */
  setPrice(price: number): void;
  /** At most this much trades at each step of the price, decimal text. */
  limitLiquidity(sizePerStep: string): void;
  /** Meets the next request whose path contains this. */
  failNext(
    path: string,
    fault:
      | "throttle"
      | "accept_then_timeout"
      | "timeout"
      | "accept_then_5xx",
  ): void;
  /** Crossing post-only orders are refused instead of accepted and canceled. */
  rejectCrossingPostOnly(): void;
  kickSockets(): void;
  mutePongs(): void;
  duplicatePushes(): void;
  settleFunding(rate: string): void;
  clearFaults(): void;
  /** Ids of all the account's fills, oldest first: the truth. */
  tradeIds(): readonly string[];
}

/** One case. */
export interface ConformanceCase {
  readonly name: string;
  run(stage: Stage): Promise<void>;
  /** Left out where there are no controls. */
  readonly needsControls?: true;
}

/** The means of a case: an account that listens, orders with ids, the market. */
export interface Play {
  readonly account: ExchangeAccount;
  readonly market: Market;
  readonly bid: number;
  readonly ask: number;
  /** Everything the socket told since the beginning. */
  readonly events: readonly AccountEvent[];
  /** An order with an id of its own; limit price and size rounded to the steps. */
  order(slot: {
    readonly positionSide: PositionSide;
    readonly purpose: Purpose;
    /** Null: at market. */
    readonly price: number | null;
    readonly size?: number;
    readonly postOnly?: boolean;
  }): NewOrder;
  place(order: NewOrder): Promise<PlaceOutcome>;
  cancel(order: NewOrder): Promise<CancelOutcome>;
  /** Waits for a pushed state of this order. */
  pushedOrder(
    order: NewOrder,
    status: VenueOrder["status"],
  ): Promise<VenueOrder>;
  fillsOf(order: NewOrder): readonly VenueFill[];
}

let ordersCount = 0;

/** Plays a case: connects, runs it, and clears the table. */
export async function play(
  stage: Stage,
  act: (play: Play) => Promise<void>,
): Promise<void> {
  const { account, feed, symbol } = stage;
  const events: AccountEvent[] = [];
  const removeQuotes = feed.watch(symbol, () => {});
  const remove = account.listen((event) => events.push(event));
  try {
    const market = await feed.fetchMarket(symbol);
    await until("the socket", () => account.connected);
    await until("a quote", () => feed.quote(symbol) !== null);
    const quote = feed.quote(symbol);
    assert.ok(quote !== null);
    await act({
      ...createPlay(account, market, events),
      bid: quote.bestBid,
      ask: quote.bestAsk,
    });
  } finally {
    stage.controls?.clearFaults();
    remove();
    removeQuotes();
    await clear(account, symbol);
  }
}

function createPlay(
  account: ExchangeAccount,
  market: Market,
  events: readonly AccountEvent[],
): Omit<Play, "bid" | "ask"> {
  const pushesOf = (order: NewOrder) =>
    events.flatMap((event) =>
      event.kind === "order" &&
        event.order.clientOrderId === order.clientOrderId
        ? [event.order]
        : []
    );
  return {
    account,
    market,
    events,
    order: (slot) => buildOrder(market, slot),
    async place(order) {
      const [outcome] = await account.placeOrders([order]);
      assert.ok(outcome !== undefined);
      assert.equal(outcome.clientOrderId, order.clientOrderId);
      return outcome;
    },
    async cancel(order) {
      const [outcome] = await account.cancelOrders(order.symbol, [
        { clientOrderId: order.clientOrderId, venueOrderId: null },
      ]);
      assert.ok(outcome !== undefined);
      return outcome;
    },
    async pushedOrder(order, status) {
      const found = () =>
        pushesOf(order).find((pushed) => pushed.status === status);
      await until(
        `${order.clientOrderId} ${status}`,
        () => found() !== undefined,
      );
      const pushed = found();
      assert.ok(pushed !== undefined);
      return pushed;
    },
    fillsOf: (order) =>
      events.flatMap((event) =>
        event.kind === "fill" &&
          event.fill.clientOrderId === order.clientOrderId
          ? [event.fill]
          : []
      ),
  };
}

function buildOrder(
  market: Market,
  slot: Parameters<Play["order"]>[0],
): NewOrder {
  const { positionSide, purpose, price, postOnly = false } = slot;
  const { tickSize, lotSize, minSize, minNotional } = market;
  const smallest = Math.max(
    minSize,
    price === null ? minSize : 1.2 * minNotional / price,
  );
  const lots = Math.ceil((slot.size ?? smallest) / lotSize - 1e-9);
  return {
    symbol: market.symbol,
    clientOrderId: formatClientOrderId({
      botTag: "conformance00",
      positionSide,
      purpose,
      level: 0,
      cycle: Date.now(),
      revision: ordersCount++,
    }),
    positionSide,
    orderSide: orderSideOf(positionSide, purpose),
    purpose,
    price: price === null
      ? null
      : Number((Math.round(price / tickSize) * tickSize).toFixed(10)),
    size: Number((lots * lotSize).toFixed(10)),
    postOnly,
  };
}

/** Cancels and closes whatever a case left. */
async function clear(account: ExchangeAccount, symbol: string): Promise<void> {
  const open = await account.fetchOpenOrders(symbol);
  await account.cancelOrders(
    symbol,
    open.map((order) => ({
      clientOrderId: order.clientOrderId ?? "",
      venueOrderId: order.venueOrderId,
    })),
  );
  const positions = await account.fetchPositions(symbol);
  await account.placeOrders(
    positions.filter(({ size }) => size > 0).map((position) => ({
      symbol,
      clientOrderId: formatClientOrderId({
        botTag: "conformance00",
        positionSide: position.positionSide,
        purpose: "close",
        level: 0,
        cycle: Date.now(),
        revision: ordersCount++,
      }),
      positionSide: position.positionSide,
      orderSide: orderSideOf(position.positionSide, "close"),
      purpose: "close",
      price: null,
      size: position.size,
      postOnly: false,
    })),
  );
}

/** Returns what an outcome says, for messages of failed assertions. */
export function tell(outcome: PlaceOutcome | CancelOutcome): string {
  return "error" in outcome
    ? `${outcome.kind}: ${outcome.error.code} ${outcome.error.message}`
    : outcome.kind;
}

/** Asserts that a leg was filled as ordered, and that pushes and REST agree to the digit. */
export async function assertFilled(
  { account, fillsOf, pushedOrder }: Play,
  order: NewOrder,
): Promise<void> {
  const pushed = await pushedOrder(order, "filled");
  assert.equal(pushed.positionSide, order.positionSide);
  assert.equal(pushed.orderSide, order.orderSide);
  assert.equal(pushed.filledSize, order.size);
  assert.equal(pushed.reduceOnly, !isOpening(order.purpose));
  await until(
    `fills of ${order.clientOrderId}`,
    () => sizeOf(fillsOf(order)) === order.size,
  );
  const rest = (await account.fetchFills(order.symbol, Date.now() - 60_000))
    .filter((fill) => fill.venueOrderId === pushed.venueOrderId);
  for (const fill of fillsOf(order)) {
    assert.equal(fill.positionSide, order.positionSide);
    assert.equal(fill.orderSide, order.orderSide);
    const same = rest.find(({ venueTradeId }) =>
      venueTradeId === fill.venueTradeId
    );
    // REST may leave our id out; whatever else it says must be the same.
    const clientOrderId = same?.clientOrderId ?? null;
    assert.ok([null, fill.clientOrderId].includes(clientOrderId));
    assert.deepEqual(same, { ...fill, clientOrderId });
  }
  const looked = await account.fetchOrder(order.symbol, order.clientOrderId);
  assert.equal(looked?.status, "filled");
  assert.equal(looked.filledSize, order.size);
  assert.equal(looked.orderSide, order.orderSide);
}

function sizeOf(fills: readonly VenueFill[]): number {
  const total = fills.reduce((sum, fill) => sum + Number(fill.size), 0);
  return Number(total.toFixed(10));
}
