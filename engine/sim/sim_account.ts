/**
 * One process's account behind the exchange port. The limiter, the repeating
 * of what was certainly refused, the placing and cancelling with their
 * classification are the engine's own; wire and private socket are modelled.
 *
 * @module
 */
import type { Balance, Position, VenueFill, VenueOrder } from "@core/mod.ts";
import { type Bill, formatMoney } from "@core/matching/mod.ts";
import {
  cancelOrders,
  type OrderDesk,
  placeOrders,
} from "@engine/exchange/orders.ts";
import type {
  AccountEvent,
  CancelOutcome,
  CancelRequest,
  ExchangeAccount,
  KeyIdentity,
  NewOrder,
  PlaceOutcome,
  Venue,
} from "@engine/exchange/port.ts";
import { OrderLife } from "@engine/exchange/order_life.ts";
import { RestSession } from "@engine/exchange/rest.ts";
import type { SimProcess } from "./process.ts";
import type { SimFeed } from "./sim_feed.ts";
import { SimSocket } from "./socket.ts";
import { UID } from "./venue.ts";
import { createSend, type WireConditions } from "./wire.ts";

type Settings = {
  readonly positionMode: "hedge" | "one_way";
  readonly leverage: number;
};

/** See the module's description. */
export class SimAccount implements ExchangeAccount {
  readonly venue: Venue = "bitget";
  readonly socket: SimSocket;
  readonly #rest: RestSession;
  readonly #desk: OrderDesk;
  readonly #life: OrderLife;
  readonly #feed: SimFeed;
  #onClosed: () => void = () => {};

  constructor(process: SimProcess, conditions: WireConditions, feed: SimFeed) {
    const { clock, timeline, random } = process;
    let offsetMs = 0;
    const syncTime = () =>
      process.call(
        { thereMs: random.between(1, 40), backMs: random.between(1, 400) },
        () => timeline.nowMs,
      ).then((nowMs) => void (offsetMs = nowMs - clock.nowMs()));
    this.#feed = feed;
    this.#life = new OrderLife({ clock, syncTime });
    this.#rest = new RestSession({
      send: createSend(process, conditions, () => clock.nowMs() + offsetMs),
      clock,
      ipWindow: null,
      syncTime,
      life: this.#life,
    });
    this.#desk = {
      rest: this.#rest,
      lookUp: async (symbol, clientOrderId) =>
        (await this.fetchOrder(symbol, clientOrderId))?.venueOrderId ?? null,
    };
    this.socket = new SimSocket(process, conditions);
  }

  get arrivesWithinMs(): number {
    return this.#life.arrivesWithinMs;
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  async identify(): Promise<KeyIdentity> {
    await this.#rest.request("identity", {});
    return {
      exchangeUid: UID,
      permissions: ["coow", "cpow"],
      canTrade: true,
      canWithdraw: false,
      ipRestricted: false,
    };
  }

  async fetchPositionMode(symbol: string): Promise<"hedge" | "one_way"> {
    return (await this.#settings(symbol)).positionMode;
  }

  async setHedgeMode(): Promise<void> {
    await this.#rest.request("setPositionMode", {});
  }

  async setCrossMargin(symbol: string): Promise<void> {
    await this.#settings(symbol);
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    const before = await this.#settings(symbol);
    if (before.leverage === leverage) return;
    await this.#rest.request("setLeverage", {
      symbol: this.#feed.knownMarket(symbol).venueSymbol,
      leverage: `${leverage}`,
    });
  }

  async fetchBalance(): Promise<Balance> {
    return await this.#rest.request("balances", {}) as Balance;
  }

  async fetchPositions(symbol: string): Promise<Position[]> {
    return await this.#read("positions", symbol) as Position[];
  }

  async fetchOpenOrders(symbol: string): Promise<VenueOrder[]> {
    return await this.#read("openOrders", symbol) as VenueOrder[];
  }

  async fetchOrder(
    symbol: string,
    clientOrderId: string,
  ): Promise<VenueOrder | null> {
    return await this.#read("order", symbol, {
      clientOid: clientOrderId,
    }) as VenueOrder | null;
  }

  async fetchFills(symbol: string, sinceMs: number): Promise<VenueFill[]> {
    return await this.#read("fills", symbol, { sinceMs }) as VenueFill[];
  }

  async fetchFundingPayments(
    symbol: string,
    sinceMs: number,
  ): Promise<{ billId: string; amount: string; atMs: number }[]> {
    const bills = await this.#read("bills", symbol, { sinceMs }) as Bill[];
    return bills.map(({ billId, amount, atMs }) => ({
      billId,
      amount: formatMoney(amount),
      atMs,
    }));
  }

  async placeOrders(orders: readonly NewOrder[]): Promise<PlaceOutcome[]> {
    const [first] = orders;
    if (first === undefined) return [];
    return await placeOrders(
      this.#desk,
      this.#feed.knownMarket(first.symbol),
      orders,
    );
  }

  async cancelOrders(
    symbol: string,
    requests: readonly CancelRequest[],
  ): Promise<CancelOutcome[]> {
    return await cancelOrders(
      this.#desk,
      this.#feed.knownMarket(symbol).venueSymbol,
      requests,
    );
  }

  listen(listener: (event: AccountEvent) => void): () => void {
    return this.socket.listen(listener);
  }

  /** Hears of its end. */
  whenClosed(callback: () => void): void {
    this.#onClosed = callback;
  }

  close(): Promise<void> {
    this.#rest.close();
    this.socket.close();
    this.#onClosed();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #settings(symbol: string): Promise<Settings> {
    return await this.#read("accountSettings", symbol) as Settings;
  }

  async #read(
    name: Parameters<RestSession["request"]>[0],
    symbol: string,
    params: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> {
    return await this.#rest.request(name, {
      ...params,
      symbol: this.#feed.knownMarket(symbol).venueSymbol,
    });
  }
}
