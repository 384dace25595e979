/**
 * What must hold (design.md §6), asked on the exchange's own books after every
 * step. A violation names its invariant.
 *
 * @module
 */
import {
  isFinished,
  isOpening,
  parseClientOrderId,
  POSITION_SIDES,
  type PositionSide,
  slotKey,
} from "@core/mod.ts";
import { formatMoney, type Order, toMoney } from "@core/matching/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import type { BotStatus } from "@engine/store/port.ts";
import { fromUnits, toUnits } from "./markets.ts";
import type { SimDatabase } from "./sim_database.ts";
import type { LeavingOrder } from "./sim_engine.ts";
import type { SimVenue } from "./venue.ts";
import { Violation } from "./violation.ts";
import { legsOf, type WatchedBot } from "./watched_bot.ts";

/** Trust without an answer plus the longest wait for the rate limit, ms. */
const LAST_ORDER_MS = 6_000;

/** See the module's description. */
export class Invariants {
  readonly #venue: SimVenue;
  readonly #database: SimDatabase;
  readonly #bots: readonly WatchedBot[];
  readonly #known = new Set<string>();
  readonly #statuses = new Map<string, BotStatus>();
  /** Opened by hand, by leg, since the leg was flat, units. */
  readonly #byHand = new Map<string, number>();
  #changes = -1;

  constructor(
    venue: SimVenue,
    database: SimDatabase,
    bots: readonly WatchedBot[],
  ) {
    this.#venue = venue;
    this.#database = database;
    this.#bots = bots;
    venue.listen((events) => {
      for (const event of events) this.#noteByHand(event);
    });
  }

  /** The trader's own openings are not the bot's doing. */
  #noteByHand(event: AccountEvent): void {
    if (event.kind !== "fill") return;
    const { clientOrderId, orderSide, positionSide, symbol, size } = event.fill;
    const isOpened = (orderSide === "buy") === (positionSide === "long");
    if (!isOpened || parseClientOrderId(clientOrderId ?? "") !== null) return;
    const leg = `${symbol.replace("/USDT:USDT", "USDT")}:${positionSide}`;
    const before = this.#byHand.get(leg) ?? 0;
    this.#byHand.set(leg, before + toUnits(Number(size)));
  }

  /** An engine asks for cancellations. @throws {Violation} */
  cancels(venueSymbol: string, ids: readonly string[]): void {
    const bot = this.#bots.find((bot) => bot.venueSymbol === venueSymbol);
    for (const id of ids) {
      const order = this.#venue.account.live.get(id);
      const clientOrderId = order?.clientOrderId ?? id;
      if (parseClientOrderId(clientOrderId)?.botTag === bot?.tag) continue;
      throw new Violation("I7", `${clientOrderId} is not the bot's to cancel`);
    }
  }

  /** An order leaves an engine. @throws {Violation} */
  leaves(order: LeavingOrder): void {
    const { clientOrderId, epoch } = order;
    const tag = parseClientOrderId(clientOrderId)?.botTag;
    const bot = this.#bots.find((bot) => bot.tag === tag);
    const commit = this.#database.commits.get(clientOrderId);
    if (bot === undefined || commit === undefined) {
      throw new Violation("I6", `${clientOrderId} left without an intent`);
    }
    const newer = this.#database.claims.find((claim) =>
      claim.botId === bot.rows.row.id && claim.epoch > epoch
    );
    if (newer === undefined) return;
    const { nowMs } = this.#database.timeline;
    if (commit.epoch === epoch && commit.atMs > newer.atMs) {
      throw new Violation(
        "I6",
        `${clientOrderId} was committed under epoch ${epoch} after ${newer.epoch} was claimed`,
      );
    }
    if (nowMs - newer.atMs > LAST_ORDER_MS) {
      throw new Violation(
        "I6",
        `${clientOrderId} left under epoch ${epoch}, ${
          nowMs - newer.atMs
        } ms after ${newer.epoch} was claimed`,
      );
    }
  }

  /** After every step. @throws {Violation} */
  check(): void {
    for (const { rows } of this.#bots) {
      if (rows.orders.problem !== null) throw rows.orders.problem;
    }
    for (const bot of this.#bots) this.#checkStop(bot);
    if (this.#changes === this.#venue.changes) return;
    this.#changes = this.#venue.changes;
    this.#checkBooks();
  }

  /** Who reads "stopped" must find it so on the exchange. */
  #checkStop({ rows, tag, venueSymbol }: WatchedBot): void {
    const { id, status, stopPolicy, desiredState } = rows.row;
    if (this.#statuses.get(id) === status) return;
    this.#statuses.set(id, status);
    if (status !== "stopped") return;
    for (const { clientOrderId } of this.#venue.account.live.values()) {
      const parts = parseClientOrderId(clientOrderId);
      if (parts?.botTag !== tag) continue;
      const isKept = stopPolicy === "keep_take_profits" &&
        parts.purpose === "take_profit";
      if (!isKept) {
        throw new Violation(
          "I7",
          `${clientOrderId} rests after a stop by ${stopPolicy}`,
        );
      }
    }
    if (stopPolicy !== "close_positions" || desiredState !== "stopped") return;
    for (const side of POSITION_SIDES) {
      const key = `${venueSymbol}:${side}`;
      const held = this.#venue.account.legs.get(key)?.size ?? 0;
      if (held <= (this.#byHand.get(key) ?? 0)) continue;
      throw new Violation(
        "I7",
        `${key} is ${fromUnits(held)} after a stop by ${stopPolicy}`,
      );
    }
  }

  #checkBooks(): void {
    const live = [...this.#venue.account.live.values()];
    for (const bot of this.#bots) {
      const own = live.flatMap((order) => {
        const parts = parseClientOrderId(order.clientOrderId);
        return parts?.botTag === bot.tag ? [{ order, parts }] : [];
      });
      const places = new Map<string, string>();
      for (const { order, parts } of own) {
        const { positionSide, level, purpose } = parts;
        const isEnlarging = isOpening(purpose);
        // One slot, and where a leg is enlarged one of a level, whatever for.
        const keys = isEnlarging
          ? [slotKey(parts), `${positionSide}:${level}:opening`]
          : [slotKey(parts)];
        for (const key of keys) {
          const other = places.get(key);
          if (other !== undefined) {
            throw new Violation(
              "I1",
              `${other} and ${order.clientOrderId} live`,
            );
          }
          places.set(key, order.clientOrderId);
        }
        this.#checkBirth(bot, order);
      }
      for (const side of POSITION_SIDES) {
        const openings = own.filter(({ parts }) =>
          parts.positionSide === side && isOpening(parts.purpose)
        );
        this.#checkExposure(bot, side, openings.map(({ order }) => order));
      }
    }
  }

  /** An order that opens a leg must find it empty, partial fills aside. */
  #checkBirth(bot: WatchedBot, order: Order): void {
    if (this.#known.has(order.orderId)) return;
    this.#known.add(order.orderId);
    const parts = parseClientOrderId(order.clientOrderId);
    if (parts?.purpose !== "open") return;
    const { positionSide } = parts;
    const key = `${bot.venueSymbol}:${positionSide}`;
    const held = this.#venue.account.legs.get(key)?.size ?? 0;
    const byHand = this.#byHand.get(key) ?? 0;
    const total = fromUnits(held + order.size - order.filledSize - byHand);
    if (total > bot.openingLimit(positionSide) + 1e-9) {
      throw new Violation(
        "I8",
        `${order.clientOrderId} opens on top of ${fromUnits(held)}`,
      );
    }
  }

  #checkExposure(
    bot: WatchedBot,
    side: PositionSide,
    openings: readonly Order[],
  ): void {
    const key = `${bot.venueSymbol}:${side}`;
    const held = this.#venue.account.legs.get(key)?.size ?? 0;
    if (held === 0) this.#byHand.delete(key);
    const pending = openings.reduce((n, o) => n + o.size - o.filledSize, 0);
    const byHand = this.#byHand.get(key) ?? 0;
    const size = fromUnits(held + pending - byHand);
    if (size === 0) return;
    const limit = bot.sizeLimit(side);
    if (size <= limit + 1e-9) return;
    throw new Violation("I8", `${key} is ${size}, at most ${limit}`);
  }

  /** When everything has come to rest. @returns What does not hold, or null. */
  atRest(): Violation | null {
    for (const bot of this.#bots) {
      const problem = this.#botAtRest(bot);
      if (problem !== null) return problem;
    }
    return this.#money();
  }

  #botAtRest(bot: WatchedBot): Violation | null {
    const { rows, venueSymbol } = bot;
    const { account } = this.#venue;
    if (rows.row.status !== "running") {
      return new Violation(
        "liveness",
        `bot is ${rows.row.status}: ${rows.statusCode} ${rows.statusReason}`,
      );
    }
    if (
      rows.row.runningConfigVersion !== rows.row.configVersion &&
      rows.events.every(({ code }) => code !== "config_refused")
    ) {
      return new Violation(
        "liveness",
        `the bot trades by configuration ${rows.row.runningConfigVersion} of ${rows.row.configVersion}`,
      );
    }
    const truth = account.fills.filter((f) => f.symbol === venueSymbol)
      .map((fill) => fill.tradeId).toSorted();
    const recorded = [...rows.fills.keys()].toSorted();
    if (`${truth}` !== `${recorded}`) {
      const missing = truth.filter((id) => !rows.fills.has(id));
      return new Violation(
        "I4",
        `${missing.length} fills missing of ${truth.length}, ${recorded.length} recorded: ${
          missing.slice(0, 3)
        }`,
      );
    }
    for (const side of POSITION_SIDES) {
      const held = this.#venue.sizeOf(venueSymbol, side);
      const ours = side === "long"
        ? rows.metrics?.longSize
        : rows.metrics?.shortSize;
      if (held !== ours) {
        return new Violation("I2", `${side} is ${held}, we believe ${ours}`);
      }
    }
    return this.#ordersAtRest(bot);
  }

  #ordersAtRest({ rows, tag, venueSymbol }: WatchedBot): Violation | null {
    const live = [...this.#venue.account.live.values()].filter((order) =>
      order.symbol === venueSymbol &&
      parseClientOrderId(order.clientOrderId)?.botTag === tag
    ).map((order) => order.clientOrderId).toSorted();
    const open = [...rows.orders.values()]
      .filter((order) => !isFinished(order.status));
    const ids = open.map((order) => order.clientOrderId).toSorted();
    if (`${live}` !== `${ids}`) {
      return new Violation(
        "I1",
        `the rows say that ${
          open.map((o) => `${o.clientOrderId} ${o.status}`)
        } rest, the exchange ${live}`,
      );
    }
    if (rows.statusCode !== null) return null;
    for (const side of legsOf(rows)) {
      const letter = side === "long" ? "l" : "s";
      const own = live.filter((id) => id.includes(`-${letter}`));
      // A range grid waits where the price has passed all its entries.
      const isIdle = rows.row.strategy === "as_grid"
        ? own.length === 0
        : live.length === 0 && this.#venue.sizeOf(venueSymbol, side) > 0;
      if (isIdle) {
        return new Violation("liveness", `the ${side} leg has no order`);
      }
      const isHeld = this.#venue.sizeOf(venueSymbol, side) > 0 &&
        rows.row.strategy === "as_grid";
      if (isHeld && !own.some((id) => id.includes(`-${letter}t`))) {
        return new Violation("liveness", `the ${side} leg has no take-profit`);
      }
    }
    return null;
  }

  /** To the last digit, of everything that was ever booked. */
  #money(): Violation | null {
    let expected = 0n;
    for (const { rows } of this.#bots) {
      for (const { fill } of rows.fills.values()) {
        if (fill.fee === null || fill.realizedPnl === null) {
          return new Violation("I9", `${fill.venueTradeId} without its cost`);
        }
        const cost = this.#venue.feeOf(fill.venueTradeId);
        if (fill.fee !== cost) {
          return new Violation(
            "I9",
            `${fill.venueTradeId} cost ${cost}, recorded ${fill.fee}`,
          );
        }
        expected += toMoney(fill.realizedPnl) - toMoney(fill.fee);
      }
      for (const { amount } of rows.funding.values()) {
        expected += toMoney(amount);
      }
    }
    const { wallet, bills } = this.#venue.account;
    for (const bill of bills) {
      if (bill.kind === "transfer" || bill.kind === "bankruptcy_cover") {
        expected += bill.amount - bill.fee;
      }
    }
    if (expected === wallet) return null;
    return new Violation(
      "I3",
      `the wallet holds ${formatMoney(wallet)}, our books ${
        formatMoney(expected)
      }`,
    );
  }
}
