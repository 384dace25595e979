/**
 * Everything of one run: exchange, database, engines, the trader, and what
 * befalls them. All of it follows from the seed.
 *
 * @module
 */
import { type AsGridConfigInput, botTag, type Log } from "@core/mod.ts";
import {
  cancelOrder,
  closeLegAtMarket,
  placeOrder,
  setLeverage,
  settleFunding,
  toRate,
  transfer,
} from "@core/matching/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import { MemoryBot } from "@engine/store/memory_bot_store.ts";
import type { StopPolicy } from "@engine/store/port.ts";
import { Invariants, type WatchedBot } from "./invariants.ts";
import { MARKETS } from "./markets.ts";
import type { Mutation } from "./mutations.ts";
import { SimProcess } from "./process.ts";
import { Random } from "./random.ts";
import { SimDatabase } from "./sim_database.ts";
import { SimEngine } from "./sim_engine.ts";
import { Timeline } from "./timeline.ts";
import { FIRST_PRICE, SimVenue, UID } from "./venue.ts";
import { CALM, drawWeather, type Kind, type Weather } from "./weather.ts";

/** When every simulation begins, epoch ms. */
const START_MS = 1_700_000_000_000;
const BASE_SIZE = 0.05;
/** An engine that died is started again. */
const RESTART_MS = 2_000;
const POLICIES: readonly [StopPolicy, ...StopPolicy[]] = [
  "keep_take_profits",
  "cancel_orders",
  "close_positions",
];

/** What a run may be told besides its seed. */
export interface WorldOptions {
  /** Faults that do not happen in it. */
  readonly without?: ReadonlySet<Kind>;
  /** A safety rule taken away. */
  readonly mutation?: Mutation;
  /** Told of everything, for replaying a seed in detail. */
  readonly trace?: (line: string) => void;
}

/** See the module's description. */
export class World {
  readonly timeline = new Timeline(START_MS);
  readonly random: Random;
  readonly venue: SimVenue;
  readonly database: SimDatabase;
  readonly invariants: Invariants;
  readonly bots: readonly WatchedBot[];
  weather: Weather;
  readonly #options: WorldOptions;
  readonly #engines: SimEngine[] = [];
  readonly #prices = new Map<string, number>();
  #processes = 0;
  #isCalm = false;
  #violation: Error | null = null;

  constructor(seed: number, options: WorldOptions = {}) {
    this.#options = options;
    this.random = new Random(seed);
    this.weather = drawWeather(this.random.fork(), options.without);
    this.venue = new SimVenue(this.timeline, {
      balance: `${this.random.pick([400, 1_000, 5_000])}`,
    });
    this.database = new SimDatabase({
      timeline: this.timeline,
      random: this.random.fork(),
      weather: this.weather,
    });
    const count = this.random.chance(0.3) ? 2 : 1;
    this.bots = MARKETS.slice(0, count).map((_, i) => this.#addBot(i));
    this.venue.listen((events) => this.#traceVenue(events));
    this.invariants = new Invariants(this.venue, this.database, this.bots);
    for (const { instrument } of MARKETS) {
      this.#prices.set(instrument.symbol, FIRST_PRICE);
    }
    const engines = this.random.chance(0.6) ? 2 : 1;
    for (let i = 0; i < engines; i++) this.#startEngine();
    this.#tick();
    this.#scheduleDisturbance();
  }

  /** Lets time pass. @throws {Violation} At the step that broke something. */
  async run(ms: number): Promise<void> {
    await this.timeline.run(this.timeline.nowMs + ms, () => {
      if (this.#violation !== null) throw this.#violation;
      this.invariants.check();
    });
  }

  /** From now on nothing goes wrong; what was broken is mended. */
  calm(): void {
    this.#isCalm = true;
    this.weather = CALM;
    this.database.weather = CALM;
    this.database.isDown = false;
    this.venue.isKeyRevoked = false;
    this.venue.liquidity = null;
    for (const engine of this.#engines) {
      engine.process.spare();
      engine.process.resume();
      engine.account.socket.heal();
    }
    this.#wantRunning();
  }

  /** The trader starts what has stopped or faulted. */
  #wantRunning(): void {
    for (const { rows } of this.bots) {
      const { status, desiredState } = rows.row;
      if (desiredState === "running" && status !== "faulted") continue;
      this.trace("start");
      rows.desire({ desiredState: "running" });
      this.database.notify(rows.row.id);
    }
    if (this.#isCalm) this.timeline.after(60_000, () => this.#wantRunning());
  }

  /** Says what happens, where somebody listens. */
  trace(what: string): void {
    const { trace } = this.#options;
    if (trace === undefined) return;
    trace(`${((this.timeline.nowMs - START_MS) / 1_000).toFixed(3)} ${what}`);
  }

  #traceVenue(events: readonly AccountEvent[]): void {
    if (this.#options.trace === undefined) return;
    for (const event of events) {
      if (event.kind === "order") {
        const { clientOrderId, status, filledSize, size, price } = event.order;
        this.trace(
          `  venue: ${clientOrderId} ${status} ${filledSize}/${size} @ ${price}`,
        );
      } else if (event.kind === "positions") {
        const legs = event.positions.map((p) =>
          `${p.symbol} ${p.positionSide} ${p.size}`
        );
        this.trace(`  venue: ${legs.join(", ")}`);
      }
    }
  }

  #addBot(index: number): WatchedBot {
    const { random } = this;
    const market = MARKETS[index] ?? MARKETS[0];
    const id = `0198c0d${index}-0000-7000-8000-000000000001`;
    const boost = random.integer(1, 5);
    const maxEntryMultiplier = boost + random.integer(1, 12);
    const config: AsGridConfigInput = {
      baseSize: BASE_SIZE,
      leverage: random.pick([5, 10, 20]),
      takeProfitBoostMultiplier: boost,
      maxEntryMultiplier,
    };
    const rows = new MemoryBot({
      id,
      userId: "user",
      exchangeKeyId: "key",
      name: "Bot",
      symbol: market.market.symbol,
      strategy: "as_grid",
      config,
      configVersion: 1,
      runningConfigVersion: null,
      desiredState: "running",
      desiredVersion: 1,
      acknowledgedVersion: 0,
      stopPolicy: "keep_take_profits",
      status: "idle",
      claimEpoch: 0,
      startedAtMs: null,
    });
    this.database.bots.set(id, rows);
    return {
      rows,
      tag: botTag(id),
      venueSymbol: market.instrument.symbol,
      baseSize: BASE_SIZE,
      maxSize: BASE_SIZE * (maxEntryMultiplier + 1),
    };
  }

  #startEngine(): void {
    const process = new SimProcess(`engine${++this.#processes}`, {
      timeline: this.timeline,
      random: this.random.fork(),
      skewMs: this.weather.clock > 0
        ? Math.round(this.random.between(-60_000, 60_000))
        : 0,
      followsWall: this.#options.mutation === "clock_is_set",
    });
    const weatherNow = () => this.weather;
    const engine = new SimEngine({
      process,
      database: this.database,
      conditions: {
        get weather() {
          return weatherNow();
        },
        venue: this.venue,
      },
      log: this.#log({ engine: process.name }),
      mutation: this.#options.mutation ?? null,
      onOrders: (orders) => {
        for (const order of orders) {
          this.trace(`${process.name} places ${order.clientOrderId}`);
          try {
            this.invariants.leaves(order);
          } catch (error) {
            this.#violation ??= error instanceof Error ? error : null;
          }
        }
      },
    });
    this.#engines.push(engine);
    engine.start();
    this.#watchLife(engine);
  }

  /** A process manager: what has died is started again. */
  #watchLife(engine: SimEngine): void {
    this.timeline.after(500, () => {
      if (!engine.process.isDead) return this.#watchLife(engine);
      this.trace(`${engine.process.name} is dead`);
      this.#engines.splice(this.#engines.indexOf(engine), 1);
      engine.account.socket.close();
      this.database.noteDeath(engine.process, this.random.chance(0.7));
      this.timeline.after(RESTART_MS, () => this.#startEngine());
    });
  }

  #tick(): void {
    const { random } = this;
    for (const { instrument, market } of MARKETS.slice(0, this.bots.length)) {
      const before = this.#prices.get(instrument.symbol) ?? FIRST_PRICE;
      const drift = (FIRST_PRICE - before) * 0.01;
      const step = (random.next() + random.next() - 1) *
        (this.#isCalm ? 0.2 : 4);
      const price = Math.round((before + drift + step) * 100) / 100;
      this.#setPrice(instrument.symbol, price, market.symbol);
    }
    const nextMs = this.#isCalm ? 2_000 : random.between(200, 2_000);
    this.timeline.after(nextMs, () => this.#tick());
  }

  #setPrice(venueSymbol: string, price: number, symbol: string): void {
    this.#prices.set(venueSymbol, price);
    this.venue.tick(venueSymbol, price);
    for (const engine of this.#engines) engine.feed.tell(symbol, price);
  }

  #scheduleDisturbance(): void {
    this.timeline.after(this.random.between(500, 12_000), () => {
      if (this.#isCalm) return;
      this.#disturb();
      this.#scheduleDisturbance();
    });
  }

  #disturb(): void {
    const { random, weather } = this;
    const kinds = [
      ["crash", () => this.#crash()],
      ["pause", () => this.#pause()],
      ["socket", () => this.#socket()],
      ["database", () => this.#database()],
      ["takeover", () => this.#takeover()],
      ["clock", () => this.#clock()],
      ["user", () => this.#user()],
      ["market", () => this.#market()],
      ["account", () => this.#account()],
    ] as const;
    const total = kinds.reduce((sum, [kind]) => sum + weather[kind], 0);
    let roll = random.next() * total;
    for (const [kind, run] of kinds) {
      roll -= weather[kind];
      if (roll < 0) return run();
    }
  }

  #engine(): SimEngine | null {
    const { length } = this.#engines;
    return length === 0
      ? null
      : this.#engines[this.random.integer(0, length - 1)] ?? null;
  }

  #crash(): void {
    const calls = this.random.integer(0, 25);
    const afterEffect = this.random.chance(0.5);
    this.trace(`crash after ${calls} calls`);
    this.#engine()?.process.killAtCall(calls, afterEffect);
  }

  #pause(): void {
    const process = this.#engine()?.process;
    const ms = this.random.between(500, 40_000);
    this.trace(`${process?.name} stops for ${ms} ms`);
    process?.stop();
    this.timeline.after(ms, () => process?.resume());
  }

  #socket(): void {
    const socket = this.#engine()?.account.socket;
    const isCut = this.random.chance(0.6);
    const ms = this.random.between(3_000, 60_000);
    this.trace(isCut ? "socket cut" : `socket deaf for ${ms} ms`);
    if (isCut) socket?.cut();
    else socket?.deafen(ms);
  }

  #database(): void {
    const ms = this.random.between(200, 25_000);
    const isFailover = this.random.chance(0.4);
    this.trace(`database down for ${ms} ms, failover ${isFailover}`);
    this.database.isDown = true;
    if (isFailover) this.database.endAllSessions();
    this.timeline.after(ms, () => void (this.database.isDown = false));
  }

  /** Every lock is gone while the engines live on: two on one bot. */
  #takeover(): void {
    this.trace("all sessions ended");
    this.database.endAllSessions();
  }

  #clock(): void {
    const ms = this.random.between(-60_000, 60_000);
    const process = this.#engine()?.process;
    this.trace(`${process?.name} clock jumps ${ms} ms`);
    process?.jump(ms);
  }

  #bot(): WatchedBot {
    const [first = this.#addBot(0), ...others] = this.bots;
    return this.random.pick([first, ...others]);
  }

  #user(): void {
    const { rows, venueSymbol, tag } = this.#bot();
    const { random, venue } = this;
    const side = random.pick<"long" | "short">(["long", "short"]);
    const deed = random.pick(["stop", "restart", "open", "close", "cancel"]);
    this.trace(`user: ${deed} ${side} ${venueSymbol}`);
    if (deed === "stop" || deed === "restart") {
      const stopPolicy = random.pick(POLICIES);
      rows.desire({ desiredState: "stopped", stopPolicy });
      this.database.notify(rows.row.id);
      const ms = deed === "stop" ? random.between(5_000, 60_000) : 200;
      this.timeline.after(ms, () => {
        rows.desire({ desiredState: "running" });
        this.database.notify(rows.row.id);
      });
    } else if (deed === "open") {
      this.#openByHand(venueSymbol, side);
    } else if (deed === "close") {
      venue.run((model, atMs) =>
        closeLegAtMarket(model, UID, {
          symbol: venueSymbol,
          positionSide: side,
          clientOrderId: `manual-${atMs}`,
        }, atMs)
      );
    } else {
      const order = [...venue.account.live.values()].find((order) =>
        order.clientOrderId.startsWith(`t${tag}-${side === "long" ? "l" : "s"}`)
      );
      if (order === undefined) return;
      venue.run((model, atMs) =>
        cancelOrder(model, UID, {
          orderId: order.orderId,
          symbol: venueSymbol,
        }, atMs)
      );
    }
  }

  #openByHand(symbol: string, positionSide: "long" | "short"): void {
    const size = this.random.integer(1, 10);
    const placed = this.venue.run((model, atMs) =>
      placeOrder(model, UID, {
        symbol,
        clientOrderId: `manual-${atMs}`,
        orderSide: positionSide === "long" ? "buy" : "sell",
        positionSide,
        isClosing: false,
        reduceOnly: false,
        orderType: "market",
        timeInForce: "ioc",
        price: 0,
        size,
      }, atMs)
    );
    if (placed.kind !== "accepted") return;
    const leg = `${symbol}:${positionSide}`;
    this.invariants.openedByHand(leg, placed.order.filledSize);
  }

  #market(): void {
    const { random, venue } = this;
    const roll = random.next();
    if (roll < 0.4) {
      venue.liquidity = random.integer(1, 6) / 100;
      this.trace(`liquidity ${venue.liquidity}`);
      const ms = random.between(2_000, 30_000);
      this.timeline.after(ms, () => void (venue.liquidity = null));
      return;
    }
    const { instrument, market } = MARKETS[this.bots.length - 1] ?? MARKETS[0];
    const before = this.#prices.get(instrument.symbol) ?? FIRST_PRICE;
    const share = roll < 0.9 ? 0.02 : 0.3;
    const price = Math.round(
      100 * before * (1 + random.between(-share, share)),
    ) / 100;
    this.trace(`price jumps to ${price}`);
    this.#setPrice(instrument.symbol, price, market.symbol);
  }

  #account(): void {
    const { random, venue } = this;
    const { venueSymbol } = this.#bot();
    const roll = random.next();
    if (roll < 0.4) {
      const rate = toRate(random.pick(["0.0001", "-0.0003", "0.003"]));
      this.trace("funding");
      venue.run((model, atMs) =>
        settleFunding(model, { symbol: venueSymbol, rate, atMs })
      );
    } else if (roll < 0.6) {
      const leverage = random.pick([3, 10, 50]);
      this.trace(`leverage ${leverage}`);
      venue.run((model) =>
        setLeverage(model, UID, { symbol: venueSymbol, leverage })
      );
    } else if (roll < 0.9) {
      this.trace("transfer");
      venue.run((model, atMs) => transfer(model, UID, 50n * 10n ** 12n, atMs));
    } else {
      this.trace("key revoked");
      venue.isKeyRevoked = true;
      this.timeline.after(
        random.between(1_000, 20_000),
        () => void (venue.isKeyRevoked = false),
      );
    }
  }

  #log(bound: Readonly<Record<string, unknown>>): Log {
    const write = (code: string, fields?: Record<string, unknown>) => {
      if (this.#options.trace === undefined) return;
      this.trace(`${code} ${JSON.stringify({ ...bound, ...fields })}`);
    };
    return {
      debug: write,
      info: write,
      warn: write,
      error: write,
      with: (fields) => this.#log({ ...bound, ...fields }),
    };
  }
}
