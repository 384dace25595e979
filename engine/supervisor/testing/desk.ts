/**
 * A tiny exchange and a tiny runner, for tests of who may trade when. The
 * runner places one market order every few milliseconds for as long as it is
 * let; the exchange remembers which engine placed it.
 *
 * @module
 */
import type { NewOrder, PlaceOutcome } from "@engine/exchange/port.ts";
import type {
  ExchangeAccount,
  KeyIdentity,
  MarketFeed,
} from "@engine/exchange/port.ts";
import { ExchangeError } from "@engine/exchange/port.ts";
import type { BotRunner, BotRunnerInput } from "../bot_runner.ts";

/** One order that reached the exchange. */
export interface Placement {
  readonly engine: string;
  readonly botId: string;
  readonly atMs: number;
}

/** The exchange's side of all engines in a test. */
export class Desk {
  readonly placements: Placement[] = [];
  /** Open accounts, by engine. */
  readonly open = new Map<string, number>();
  identity: (exchangeKeyId: string) => KeyIdentity = (exchangeUid) => ({
    exchangeUid,
    permissions: [],
    canTrade: true,
    canWithdraw: false,
    ipRestricted: false,
  });
  identifyCalls = 0;
  /** Thrown instead of an identity. */
  outage: ExchangeError | null = null;

  /** How long nobody placed for this bot, at most, from a moment on. */
  lastPlacement(botId: string): Placement | undefined {
    return this.placements.findLast((placement) => placement.botId === botId);
  }

  account(engine: string, exchangeKeyId: string): ExchangeAccount {
    let closed = false;
    this.open.set(engine, (this.open.get(engine) ?? 0) + 1);
    const close = () => {
      if (!closed) this.open.set(engine, (this.open.get(engine) ?? 0) - 1);
      closed = true;
      return Promise.resolve();
    };
    const none = () => Promise.resolve([]);
    return {
      venue: "paper",
      connected: true,
      arrivesWithinMs: 15_000,
      identify: () => {
        this.identifyCalls += 1;
        return this.outage === null
          ? Promise.resolve(this.identity(exchangeKeyId))
          : Promise.reject(this.outage);
      },
      fetchPositionMode: () => Promise.resolve("hedge"),
      setHedgeMode: () => Promise.resolve(),
      setCrossMargin: () => Promise.resolve(),
      setLeverage: () => Promise.resolve(),
      fetchBalance: (coin) =>
        Promise.resolve({
          coin,
          available: 1,
          equity: 1,
          unrealizedPnl: 0,
          marginRatio: 0,
        }),
      fetchPositions: none,
      fetchOpenOrders: none,
      fetchOrder: () => Promise.resolve(null),
      fetchFills: none,
      fetchFundingPayments: none,
      placeOrders: (orders) =>
        Promise.resolve(orders.map((order) => this.#place(engine, order))),
      cancelOrders: none,
      listen: () => () => {},
      close,
      [Symbol.asyncDispose]: close,
    };
  }

  #place(engine: string, order: NewOrder): PlaceOutcome {
    const { clientOrderId } = order;
    const [botId = ""] = clientOrderId.split("/");
    this.placements.push({ engine, botId, atMs: performance.now() });
    return { kind: "accepted", clientOrderId, venueOrderId: "1" };
  }
}

/** A feed nobody asks. */
export const QUIET_FEED: MarketFeed = {
  fetchMarket: () =>
    Promise.reject(
      new ExchangeError("No market", {
        code: "unknown_symbol",
        kind: "rejected",
        reason: "unknown_symbol",
      }),
    ),
  quote: () => null,
  watch: () => () => {},
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Places without pause, follows start and stop, and counts refusals. */
export class EagerRunner implements BotRunner {
  readonly #input: BotRunnerInput;
  readonly #end = Promise.withResolvers<void>();
  #running = false;
  notSent = 0;

  constructor(input: BotRunnerInput) {
    this.#input = input;
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  start(): void {
    this.#running = true;
    void this.#trade();
  }

  wake(): void {
    void this.#look();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.ended;
  }

  async #look(): Promise<void> {
    const bot = await this.#input.store.loadBot();
    if (bot.desiredState === "running") return;
    await this.#input.store.setStatus("stopped", {
      acknowledgedVersion: bot.desiredVersion,
    });
    this.#running = false;
  }

  async #trade(): Promise<void> {
    const { bot, store, account } = this.#input;
    try {
      await store.setStatus("running", {
        acknowledgedVersion: bot.desiredVersion,
        runningConfigVersion: bot.configVersion,
      });
      while (this.#running) {
        const [outcome] = await account.placeOrders([{
          symbol: bot.symbol,
          clientOrderId: `${bot.id}/`,
          positionSide: "long",
          orderSide: "buy",
          purpose: "open",
          price: null,
          size: 1,
          postOnly: false,
        }]);
        if (outcome?.kind === "not_sent") this.notSent += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } catch {
      this.notSent += 1; // fenced: the supervisor hears of it from the store
    }
    this.#end.resolve();
  }
}
