/**
 * Everything of one run: exchange, database, engines, the trader, and what
 * befalls them. All of it follows from the seed.
 *
 * @module
 */
import { assert, botTag, type Log } from "@core/mod.ts";
import { setPositionMode } from "@core/matching/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import { drawBot } from "./bots.ts";
import { Disturbances } from "./disturbances.ts";
import { Invariants } from "./invariants.ts";
import type { Mutation } from "./mutations.ts";
import { SimProcess } from "./process.ts";
import { Random } from "./random.ts";
import { SimDatabase } from "./sim_database.ts";
import { SimEngine } from "./sim_engine.ts";
import { Timeline } from "./timeline.ts";
import { FIRST_PRICE, SimVenue, UID } from "./venue.ts";
import { SimBot, type WatchedBot } from "./watched_bot.ts";
import { CALM, drawWeather, type Kind, type Weather } from "./weather.ts";

/** When every simulation begins, epoch ms. */
const START_MS = 1_700_000_000_000;
/** An engine that died is started again. */
const RESTART_MS = 2_000;
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
  readonly engines: SimEngine[] = [];
  weather: Weather;
  /** Hardly anything comes through to the exchange. */
  isOut = false;
  readonly #options: WorldOptions;
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
    this.bots = this.venue.markets.slice(0, count)
      .map((_, index) => this.#addBot(index));
    this.venue.listen((events) => this.#traceVenue(events));
    this.invariants = new Invariants(this.venue, this.database, this.bots);
    for (const { instrument } of this.venue.markets) {
      this.#prices.set(instrument.symbol, FIRST_PRICE);
    }
    const engines = this.random.chance(0.6) ? 2 : 1;
    for (let i = 0; i < engines; i++) this.#startEngine();
    this.#tick();
    new Disturbances(this).begin();
  }

  /** Whether nothing goes wrong any more. */
  get isCalm(): boolean {
    return this.#isCalm;
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
    this.isOut = false;
    this.venue.isKeyRevoked = false;
    this.venue.liquidity = null;
    for (const engine of this.engines) {
      engine.process.spare();
      engine.process.resume();
      for (const socket of engine.sockets) socket.heal();
    }
    this.#wantRunning();
  }

  /** The trader starts what has stopped or faulted. */
  #wantRunning(): void {
    for (const { rows } of this.bots) {
      const { status, desiredState } = rows.row;
      if (desiredState === "running" && status !== "faulted") continue;
      this.trace("start");
      setPositionMode(this.venue.model, UID, "hedge");
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
    const market = this.venue.markets[index] ?? this.venue.markets[0];
    assert(market !== undefined, "There is a market for each bot");
    const id = `0198c0d${index}-0000-7000-8000-000000000001`;
    const { strategy, config, limits } = drawBot(random);
    const rows = new SimBot({
      id,
      userId: "user",
      exchangeKeyId: "key",
      name: "Bot",
      symbol: market.market.symbol,
      strategy,
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
    const { symbol: venueSymbol } = market.instrument;
    return { rows, tag: botTag(id), venueSymbol, ...limits(rows) };
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
    const isOutNow = () => this.isOut;
    const engine = new SimEngine({
      process,
      database: this.database,
      conditions: {
        get weather() {
          return weatherNow();
        },
        get isOut() {
          return isOutNow();
        },
        venue: this.venue,
      },
      log: this.#log({ engine: process.name }),
      mutation: this.#options.mutation ?? null,
      onOrders: (orders) => {
        for (const order of orders) {
          this.trace(`${process.name} places ${order.clientOrderId}`);
          this.#hold(() => this.invariants.leaves(order));
        }
      },
      onCancels: (venueSymbol, ids) =>
        this.#hold(() => this.invariants.cancels(venueSymbol, ids)),
    });
    this.engines.push(engine);
    engine.start();
    this.#watchLife(engine);
  }

  /** What breaks something here ends the run at this step. */
  #hold(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error instanceof Error ? error : null;
    }
  }

  /** A process manager: what has died is started again. */
  #watchLife(engine: SimEngine): void {
    this.timeline.after(500, () => {
      if (!engine.process.isDead) return this.#watchLife(engine);
      this.trace(`${engine.process.name} is dead`);
      this.engines.splice(this.engines.indexOf(engine), 1);
      engine.bury();
      this.database.noteDeath(engine.process, this.random.chance(0.7));
      this.timeline.after(RESTART_MS, () => this.#startEngine());
    });
  }

  #tick(): void {
    const { random } = this;
    const markets = this.venue.markets.slice(0, this.bots.length);
    for (const { instrument, market } of markets) {
      const before = this.#prices.get(instrument.symbol) ?? FIRST_PRICE;
      const drift = (FIRST_PRICE - before) * 0.01;
      const step = (random.next() + random.next() - 1) *
        (this.#isCalm ? 0.2 : 4);
      const price = Math.round((before + drift + step) * 100) / 100;
      this.setPrice(instrument.symbol, price, market.symbol);
    }
    const nextMs = this.#isCalm ? 2_000 : random.between(200, 2_000);
    this.timeline.after(nextMs, () => this.#tick());
  }

  /** Returns a market's price, quote per base. */
  priceOf(venueSymbol: string): number {
    return this.#prices.get(venueSymbol) ?? FIRST_PRICE;
  }

  /** A market trades at a price, and everybody is told. */
  setPrice(venueSymbol: string, price: number, symbol: string): void {
    this.#prices.set(venueSymbol, price);
    this.venue.tick(venueSymbol, price);
    for (const engine of this.engines) engine.feed.tell(symbol, price);
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
