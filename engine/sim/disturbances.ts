/**
 * What befalls a run: machines, database, market, account, rules, and the
 * trader's own deeds, drawn from its weather.
 *
 * @module
 */
import { assert, type PositionSide } from "@core/mod.ts";
import {
  cancelOrder,
  closeLegAtMarket,
  placeOrder,
  setLeverage,
  setPositionMode,
  settleFunding,
  toRate,
  transfer,
} from "@core/matching/mod.ts";
import type { StopPolicy } from "@engine/store/port.ts";
import { toUnits } from "./markets.ts";
import type { Random } from "./random.ts";
import type { SimEngine } from "./sim_engine.ts";
import { UID } from "./venue.ts";
import type { WatchedBot } from "./watched_bot.ts";
import type { World } from "./world.ts";

const POLICIES: readonly [StopPolicy, ...StopPolicy[]] = [
  "keep_take_profits",
  "cancel_orders",
  "close_positions",
];

/** See the module's description. */
export class Disturbances {
  readonly #world: World;
  readonly #random: Random;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random;
  }

  /** Lets something happen every few seconds until it is calm. */
  begin(): void {
    this.#world.timeline.after(this.#random.between(500, 12_000), () => {
      if (this.#world.isCalm) return;
      this.#disturb();
      this.begin();
    });
  }

  #disturb(): void {
    const { weather } = this.#world;
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
      ["outage", () => this.#outage()],
      ["rules", () => this.#rules()],
      ["drain", () => this.#drain()],
      ["edit", () => this.#edit()],
      ["reduce", () => this.#reduceByHand()],
    ] as const;
    const total = kinds.reduce((sum, [kind]) => sum + weather[kind], 0);
    let roll = this.#random.next() * total;
    for (const [kind, run] of kinds) {
      roll -= weather[kind];
      if (roll < 0) return run();
    }
  }

  #engine(): SimEngine | null {
    const { engines } = this.#world;
    return engines[this.#random.integer(0, engines.length - 1)] ?? null;
  }

  #bot(): WatchedBot {
    const [first, ...others] = this.#world.bots;
    assert(first !== undefined, "There is a bot");
    return this.#random.pick([first, ...others]);
  }

  #after(low: number, high: number, run: () => void): number {
    const ms = this.#random.between(low, high);
    this.#world.timeline.after(ms, run);
    return Math.round(ms);
  }

  #crash(): void {
    const calls = this.#random.integer(0, 25);
    const afterEffect = this.#random.chance(0.5);
    this.#world.trace(`crash after ${calls} calls`);
    this.#engine()?.process.killAtCall(calls, afterEffect);
  }

  /** A deployment: the engine ends in order, another is started. */
  #drain(): void {
    const engine = this.#engine();
    this.#world.trace(`${engine?.process.name} drains`);
    engine?.drain();
  }

  #pause(): void {
    const process = this.#engine()?.process;
    process?.stop();
    const ms = this.#after(500, 40_000, () => process?.resume());
    this.#world.trace(`${process?.name} stops for ${ms} ms`);
  }

  #socket(): void {
    const sockets = this.#engine()?.sockets ?? [];
    const isCut = this.#random.chance(0.6);
    const ms = this.#random.between(3_000, 60_000);
    this.#world.trace(isCut ? "socket cut" : `socket deaf for ${ms} ms`);
    for (const socket of sockets) {
      if (isCut) socket.cut();
      else socket.deafen(ms);
    }
  }

  #database(): void {
    const { database } = this.#world;
    const isFailover = this.#random.chance(0.4);
    database.isDown = true;
    if (isFailover) database.endAllSessions();
    const ms = this.#after(200, 25_000, () => void (database.isDown = false));
    this.#world.trace(`database down for ${ms} ms, failover ${isFailover}`);
  }

  /** Every lock is gone while the engines live on: two on one bot. */
  #takeover(): void {
    this.#world.trace("all sessions ended");
    this.#world.database.endAllSessions();
  }

  #clock(): void {
    const ms = this.#random.between(-60_000, 60_000);
    const process = this.#engine()?.process;
    this.#world.trace(`${process?.name} clock jumps ${ms} ms`);
    process?.jump(ms);
  }

  /** The exchange is hardly to be reached. */
  #outage(): void {
    const world = this.#world;
    world.isOut = true;
    const ms = this.#after(1_000, 50_000, () => void (world.isOut = false));
    world.trace(`exchange out for ${ms} ms`);
  }

  #user(): void {
    const bot = this.#bot();
    const side = this.#random.pick<PositionSide>(["long", "short"]);
    const deed = this.#random.pick([
      "stop",
      "restart",
      "open",
      "rest",
      "close",
      "cancel",
    ]);
    // A bot that never traded asks for fills since its start, not before.
    const isByHand = deed === "open" || deed === "rest" || deed === "close";
    if (isByHand && bot.rows.fills.size === 0) return;
    this.#world.trace(`user: ${deed} ${side} ${bot.venueSymbol}`);
    switch (deed) {
      case "stop":
        return this.#stop(bot, this.#random.between(5_000, 60_000));
      case "restart":
        return this.#stop(bot, 200);
      case "open":
        return this.#openByHand(bot, side, null);
      case "rest":
        return this.#openByHand(bot, side, this.#random.between(0.005, 0.03));
      case "close":
        return this.#closeByHand(bot, side);
      default:
        return this.#cancelByHand(bot, side);
    }
  }

  #stop({ rows }: WatchedBot, forMs: number): void {
    const { database, timeline } = this.#world;
    const stopPolicy = this.#random.pick(POLICIES);
    rows.desire({ desiredState: "stopped", stopPolicy });
    database.notify(rows.row.id);
    timeline.after(forMs, () => {
      rows.desire({ desiredState: "running" });
      database.notify(rows.row.id);
    });
  }

  /** At market, or resting so far from the price, as a share of it. */
  #openByHand(
    { venueSymbol }: WatchedBot,
    positionSide: PositionSide,
    distance: number | null,
  ): void {
    const { venue } = this.#world;
    const away = positionSide === "long" ? 1 - (distance ?? 0) : 1 +
      (distance ?? 0);
    const price = Math.round(this.#world.priceOf(venueSymbol) * away);
    venue.run((model, atMs) =>
      placeOrder(model, UID, {
        symbol: venueSymbol,
        clientOrderId: `manual-${atMs}`,
        orderSide: positionSide === "long" ? "buy" : "sell",
        positionSide,
        isClosing: false,
        reduceOnly: false,
        orderType: distance === null ? "market" : "limit",
        timeInForce: distance === null ? "ioc" : "gtc",
        price: distance === null ? 0 : toUnits(price),
        size: this.#random.integer(1, 10),
      }, atMs)
    );
  }

  #closeByHand({ venueSymbol }: WatchedBot, positionSide: PositionSide): void {
    this.#world.venue.run((model, atMs) =>
      closeLegAtMarket(model, UID, {
        symbol: venueSymbol,
        positionSide,
        clientOrderId: `manual-${atMs}`,
      }, atMs)
    );
  }

  /** A part of what is held is sold by the trader, or by the exchange itself. */
  #reduceByHand(): void {
    const { venue } = this.#world;
    const { venueSymbol, rows } = this.#bot();
    const positionSide = this.#random.pick<PositionSide>(["long", "short"]);
    const held = toUnits(venue.sizeOf(venueSymbol, positionSide));
    if (held < 2 || rows.fills.size === 0) return;
    this.#world.trace(`user: reduce ${positionSide} ${venueSymbol}`);
    venue.run((model, atMs) =>
      placeOrder(model, UID, {
        symbol: venueSymbol,
        clientOrderId: `manual-${atMs}`,
        orderSide: positionSide === "long" ? "sell" : "buy",
        positionSide,
        isClosing: true,
        reduceOnly: false,
        orderType: "market",
        timeInForce: "ioc",
        price: 0,
        size: this.#random.integer(1, held - 1),
      }, atMs)
    );
  }

  /** The trader changes what the bot trades by: nothing that moves its limits. */
  #edit(): void {
    const { rows } = this.#bot();
    const { row } = rows;
    const random = this.#random;
    const spacings = row.strategy === "as_grid"
      ? {
        gridSpacing: random.pick([0.004, 0.006, 0.009]),
        takeProfitSpacing: random.pick([0.003, 0.004, 0.006]),
      }
      : {};
    const config = Object.assign({}, row.config, {
      leverage: random.pick([5, 10, 20]),
      ...spacings,
    });
    this.#world.trace(`user: edit ${JSON.stringify(config)}`);
    rows.row = { ...row, config, configVersion: row.configVersion + 1 };
    this.#world.database.notify(row.id);
  }

  #cancelByHand(
    { venueSymbol, tag }: WatchedBot,
    positionSide: PositionSide,
  ): void {
    const { venue } = this.#world;
    const letter = positionSide === "long" ? "l" : "s";
    const order = [...venue.account.live.values()].find((order) =>
      order.clientOrderId.startsWith(`t${tag}-${letter}`)
    );
    if (order === undefined) return;
    const { orderId } = order;
    venue.run((model, atMs) =>
      cancelOrder(model, UID, { orderId, symbol: venueSymbol }, atMs)
    );
  }

  #market(): void {
    const world = this.#world;
    const { venue } = world;
    const random = this.#random;
    const roll = random.next();
    if (roll < 0.4) {
      venue.liquidity = random.integer(1, 6) / 100;
      world.trace(`liquidity ${venue.liquidity}`);
      this.#after(2_000, 30_000, () => void (venue.liquidity = null));
      return;
    }
    const { venueSymbol, rows } = this.#bot();
    const share = roll < 0.9 ? 0.02 : 0.3;
    const price = Math.round(
      100 * world.priceOf(venueSymbol) * (1 + random.between(-share, share)),
    ) / 100;
    world.trace(`price jumps to ${price}`);
    world.setPrice(venueSymbol, price, rows.row.symbol);
  }

  #account(): void {
    const { venue, trace } = this.#world;
    const random = this.#random;
    const { venueSymbol } = this.#bot();
    const roll = random.next();
    if (roll < 0.4) {
      const rate = toRate(random.pick(["0.0001", "-0.0003", "0.003"]));
      trace.call(this.#world, "funding");
      venue.run((model, atMs) =>
        settleFunding(model, { symbol: venueSymbol, rate, atMs })
      );
    } else if (roll < 0.7) {
      trace.call(this.#world, "transfer");
      venue.run((model, atMs) => transfer(model, UID, 50n * 10n ** 12n, atMs));
    } else {
      trace.call(this.#world, "key revoked");
      venue.isKeyRevoked = true;
      this.#after(1_000, 20_000, () => void (venue.isKeyRevoked = false));
    }
  }

  /** Leverage, price step or position mode change under the bot. */
  #rules(): void {
    const world = this.#world;
    const bot = this.#bot();
    const rule = this.#random.pick(["leverage", "tick", "mode"]);
    world.trace(`rules: ${rule} of ${bot.venueSymbol}`);
    if (rule === "leverage") {
      const leverage = this.#random.pick([3, 10, 50]);
      world.venue.run((model) =>
        setLeverage(model, UID, { symbol: bot.venueSymbol, leverage })
      );
    } else if (rule === "tick") {
      world.venue.changeTick(
        bot.venueSymbol,
        this.#random.pick([1, 2, 5, 10]),
      );
    } else this.#switchMode(bot);
  }

  /** Only an empty account can be switched: the bots stop first. */
  #switchMode(bot: WatchedBot): void {
    const { venue, bots, timeline, trace } = this.#world;
    for (const each of bots) {
      each.rows.desire({
        desiredState: "stopped",
        stopPolicy: "close_positions",
      });
      this.#world.database.notify(each.rows.row.id);
    }
    this.#after(3_000, 30_000, () => {
      const done = venue.run((model) => setPositionMode(model, UID, "one_way"));
      trace.call(this.#world, `one-way: ${done.kind}`);
      bot.rows.desire({ desiredState: "running" });
      this.#world.database.notify(bot.rows.row.id);
      timeline.after(this.#random.between(100, 10_000), () => {
        venue.run((model) => setPositionMode(model, UID, "hedge"));
        for (const each of bots) {
          each.rows.desire({ desiredState: "running" });
          this.#world.database.notify(each.rows.row.id);
        }
      });
    });
  }
}
