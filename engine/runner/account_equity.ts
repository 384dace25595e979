import type { Balance, LegPositions } from "@core/mod.ts";

/** Quotes told so long after a balance may be the first to know its price. */
const SKEW_MS = 1_000;

/** What is known of the bot's own legs when something is told. */
export interface OwnLegs {
  readonly legs: LegPositions;
  /** Unrealized PnL of both at the mark price, quote; null is unknown. */
  readonly pnl: number | null;
  readonly nowMs: number;
}

/**
 * The account's equity between two balances: the wallet, which a balance
 * states together with the unrealized PnL in it, and what is unrealized since:
 * this bot's legs at the price of now, and other symbols' positions as they
 * stood.
 *
 * Where the account has no other positions, nothing but that message and the
 * price of now is used. Where it has some, their PnL is what the message leaves
 * beside ours; its price and our newest quote may be a moment apart, so that it
 * lies between two bounds, and layers that close on a loss are given the one
 * that makes the loss smaller, until the next balance.
 */
export class AccountEquity {
  #balance: Balance | null = null;
  #toldAtMs = 0;
  /** Sizes the balance was told for. */
  #sizes = "";
  #hasOthers: boolean | null = null;
  /** Other symbols' unrealized PnL, as first worked out; null is unknown. */
  #others: number | null = null;
  /** The most that it may be. */
  #othersMost: number | null = null;

  /** As last told; null: never. */
  get balance(): Balance | null {
    return this.#balance;
  }

  /** Unrealized PnL of the account's other symbols, quote; null is unknown. */
  get othersPnl(): number | null {
    return this.#hasOthers === false ? 0 : this.#others;
  }

  /** Whether the account holds other symbols' positions; null is unknown. */
  holdsOthers(hasOthers: boolean | null): void {
    this.#hasOthers = hasOthers;
  }

  /** A balance is told. A push without a margin ratio keeps the last one known. */
  take(balance: Balance, own: OwnLegs): void {
    this.#balance = {
      ...balance,
      marginRatio: balance.marginRatio ?? this.#balance?.marginRatio ?? null,
    };
    this.#toldAtMs = own.nowMs;
    this.#sizes = sizesOf(own.legs);
    this.#others = null;
    this.#othersMost = null;
    this.observe(own);
  }

  /** Completes what was unknown when the balance was told, and its bounds. */
  observe({ legs, pnl, nowMs }: OwnLegs): void {
    if (this.#balance === null || pnl === null) return;
    if (this.#sizes !== sizesOf(legs)) return;
    const others = this.#balance.unrealizedPnl - pnl;
    this.#others ??= others;
    this.#othersMost ??= others;
    if (nowMs - this.#toldAtMs > SKEW_MS) return;
    this.#othersMost = Math.max(this.#othersMost, others);
  }

  /**
   * Returns the equity that a layer may act on, never less than it is by what
   * is not known exactly. Null while a fill is not in the balance yet, or a
   * number is missing: wallet and positions would be of two moments.
   */
  certain({ legs, pnl }: OwnLegs): number | null {
    if (this.#balance === null || pnl === null || this.isOwed(legs)) {
      return null;
    }
    const others = this.#hasOthers === false ? 0 : this.#othersMost;
    if (others === null) return null;
    return this.#balance.equity - this.#balance.unrealizedPnl + pnl + others;
  }

  /** Whether the legs have changed since the balance was told. */
  isOwed(legs: LegPositions): boolean {
    return this.#sizes !== sizesOf(legs);
  }
}

function sizesOf({ long, short }: LegPositions): string {
  return `${long.size} ${short.size}`;
}
