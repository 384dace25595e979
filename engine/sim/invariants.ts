/**
 * What must hold (design.md §6), asked on the exchange's own books after every
 * step. A violation names its invariant.
 *
 * @module
 */
import {
  isFinished,
  isOpening,
  type OrderStatus,
  parseClientOrderId,
  POSITION_SIDES,
  slotKey,
} from "@core/mod.ts";
import { formatMoney, type Order, toMoney } from "@core/matching/mod.ts";
import type { MemoryBot } from "@engine/store/memory_bot_store.ts";
import { fromUnits } from "./markets.ts";
import type { SimDatabase } from "./sim_database.ts";
import type { LeavingOrder } from "./sim_engine.ts";
import type { SimVenue } from "./venue.ts";

/** A broken promise. */
export class Violation extends Error {
  override readonly name = "Violation";
  constructor(readonly invariant: string, message: string) {
    super(`${invariant}: ${message}`);
  }
}

/** Trust without an answer plus the longest wait for the rate limit, ms. */
const LAST_ORDER_MS = 6_000;

/** One bot and what it may do at most. */
export interface WatchedBot {
  readonly rows: MemoryBot;
  readonly tag: string;
  readonly venueSymbol: string;
  readonly baseSize: number;
  /** Largest position it may come to by itself, base. */
  readonly maxSize: number;
}

/** See the module's description. */
export class Invariants {
  readonly #venue: SimVenue;
  readonly #database: SimDatabase;
  readonly #bots: readonly WatchedBot[];
  readonly #seen = new Map<string, [OrderStatus, number]>();
  readonly #known = new Set<string>();
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
  }

  /** The user opened something by hand. */
  openedByHand(leg: string, size: number): void {
    this.#byHand.set(leg, (this.#byHand.get(leg) ?? 0) + size);
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
    this.#checkRows();
    if (this.#changes === this.#venue.changes) return;
    this.#changes = this.#venue.changes;
    this.#checkBooks();
  }

  #checkBooks(): void {
    const live = [...this.#venue.account.live.values()];
    for (const bot of this.#bots) {
      const own = live.flatMap((order) => {
        const parts = parseClientOrderId(order.clientOrderId);
        return parts?.botTag === bot.tag ? [{ order, parts }] : [];
      });
      const slots = new Map<string, string>();
      for (const { order, parts } of own) {
        const key = slotKey(parts);
        const other = slots.get(key);
        if (other !== undefined) {
          throw new Violation("I1", `${other} and ${order.clientOrderId} live`);
        }
        slots.set(key, order.clientOrderId);
        this.#checkBirth(bot, order, live);
      }
      for (const side of POSITION_SIDES) {
        const openings = own.filter(({ parts }) =>
          parts.positionSide === side && isOpening(parts.purpose)
        );
        if (openings.length > 1) {
          throw new Violation(
            "I1",
            `two openings live: ${
              openings.map(({ order }) => order.clientOrderId)
            }`,
          );
        }
        this.#checkExposure(bot, side, openings.map(({ order }) => order));
      }
    }
  }

  /** An order that opens a leg must find it empty, partial fills aside. */
  #checkBirth(bot: WatchedBot, order: Order, _live: readonly Order[]): void {
    if (this.#known.has(order.orderId)) return;
    this.#known.add(order.orderId);
    const parts = parseClientOrderId(order.clientOrderId);
    if (parts?.purpose !== "open") return;
    const key = `${bot.venueSymbol}:${parts.positionSide}`;
    const held = this.#venue.account.legs.get(key)?.size ?? 0;
    const byHand = this.#byHand.get(key) ?? 0;
    const total = fromUnits(held + order.size - order.filledSize - byHand);
    if (total > bot.baseSize + 1e-9) {
      throw new Violation(
        "I8",
        `${order.clientOrderId} opens on top of ${fromUnits(held)}`,
      );
    }
  }

  #checkExposure(
    bot: WatchedBot,
    side: "long" | "short",
    openings: readonly Order[],
  ): void {
    const key = `${bot.venueSymbol}:${side}`;
    const held = this.#venue.account.legs.get(key)?.size ?? 0;
    if (held === 0) this.#byHand.delete(key);
    const pending = openings.reduce((n, o) => n + o.size - o.filledSize, 0);
    const byHand = this.#byHand.get(key) ?? 0;
    const size = fromUnits(held + pending - byHand);
    if (size <= bot.maxSize + 1e-9) return;
    throw new Violation("I8", `${key} is ${size}, at most ${bot.maxSize}`);
  }

  #checkRows(): void {
    for (const { rows } of this.#bots) {
      for (const [id, order] of rows.orders) {
        const seen = this.#seen.get(id);
        if (seen === undefined) {
          this.#seen.set(id, [order.status, order.filledSize]);
          continue;
        }
        const [status, filled] = seen;
        if (status === order.status && filled === order.filledSize) continue;
        if (order.filledSize < filled) {
          throw new Violation("I5", `filled size of ${id} fell`);
        }
        if (
          isFinished(status) && order.status !== status &&
          order.status !== "filled"
        ) {
          throw new Violation("I5", `${id}: ${status} → ${order.status}`);
        }
        this.#seen.set(id, [order.status, order.filledSize]);
      }
    }
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
    for (const side of POSITION_SIDES) {
      const letter = side === "long" ? "l" : "s";
      const own = live.filter((id) => id.includes(`-${letter}`));
      if (own.length > 0) continue;
      const isExplained = rows.statusCode !== null;
      if (!isExplained) {
        return new Violation("liveness", `the ${side} leg has no order`);
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
