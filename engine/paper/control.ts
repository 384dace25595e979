/**
 * What tests, the local start and demos may do to the exchange from outside:
 * open accounts, set prices, pause, step, switch faults on. The HTTP form is
 * control_routes.ts; in process the same object is used directly.
 *
 * @module
 */
import {
  accountOf,
  figuresOf,
  formatMoney,
  toMoney,
  toRate,
  transfer,
} from "@core/matching/mod.ts";
import type { Fault, FaultInput } from "./faults.ts";
import type { RateLimits } from "./limits.ts";
import type { Playback } from "./playback.ts";
import type { AccountOpening, Venue } from "./venue.ts";
import { billRow } from "./wire/accounts.ts";
import { fillRow, orderRow } from "./wire/orders.ts";
import { positionRow } from "./wire/positions.ts";
import type { WireObject } from "./wire/words.ts";
import type { Hub } from "./ws/hub.ts";

/** A new account's credentials; the secret is not shown again. */
export interface PaperAccount {
  readonly uid: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
}

/** An account's books in full: the truth that tests compare with. */
export interface AccountBooks {
  readonly uid: string;
  /** Decimal texts. wallet = Σ bills (amount + fee). */
  readonly wallet: string;
  readonly equity: string;
  readonly unrealizedPnl: string;
  readonly realizedPnl: string;
  /** Paid > 0. */
  readonly fees: string;
  /** Received > 0. */
  readonly funding: string;
  /** Paid in less paid out, bankruptcy cover included. */
  readonly transfers: string;
  readonly positions: readonly WireObject[];
  readonly openOrders: readonly WireObject[];
  /** Oldest first. */
  readonly finishedOrders: readonly WireObject[];
  /** Oldest first. */
  readonly fills: readonly WireObject[];
  /** Oldest first. */
  readonly bills: readonly WireObject[];
}

/** The exchange's moment. */
export interface PaperState {
  readonly isPaused: boolean;
  readonly speed: number;
  readonly sockets: number;
  /** Channels subscribed, over all sockets. */
  readonly subscriptions: number;
  readonly accounts: number;
  readonly limits: boolean;
  readonly symbols: readonly {
    readonly symbol: string;
    readonly lastPrice: string;
    readonly isHeld: boolean;
    readonly fundingRate: string;
  }[];
}

/** The control of one paper exchange. */
export class Control {
  readonly #venue: Venue;
  readonly #playback: Playback;
  readonly #hub: Hub;
  readonly #limits: RateLimits;

  constructor(parts: {
    readonly venue: Venue;
    readonly playback: Playback;
    readonly hub: Hub;
    readonly limits: RateLimits;
  }) {
    this.#venue = parts.venue;
    this.#playback = parts.playback;
    this.#hub = parts.hub;
    this.#limits = parts.limits;
  }

  /** Opens an account; hedge mode and 10000 USDT unless said. */
  createAccount(opening: AccountOpening = {}): PaperAccount {
    const { uid, apiKey, apiSecret, passphrase } = this.#venue.openAccount(
      opening,
    );
    return { uid, apiKey, apiSecret, passphrase };
  }

  /** Replaces what an account's keys may do, or revokes them. */
  changeKeys(
    uid: string,
    change: {
      readonly authorities?: readonly string[];
      readonly ips?: string;
      readonly isRevoked?: boolean;
    },
  ): void {
    for (const key of this.#venue.keysOf(uid)) {
      this.#venue.putKey({ ...key, ...change });
    }
  }

  /** Pays in (> 0) or out (< 0), decimal text. */
  transfer(uid: string, amount: string): void {
    this.#venue.run((exchange, atMs) =>
      transfer(exchange, uid, toMoney(amount), atMs)
    );
  }

  /** Tells whether an account exists. */
  hasAccount(uid: string): boolean {
    return this.#venue.exchange.accounts.has(uid);
  }

  /** Returns an account's books. */
  books(uid: string): AccountBooks {
    const venue = this.#venue;
    const account = accountOf(venue.exchange, uid);
    const figures = figuresOf(venue.exchange, account);
    const sum = (kinds: readonly string[]) =>
      account.bills.filter((bill) => kinds.includes(bill.kind))
        .reduce((total, bill) => total + bill.amount, 0n);
    return {
      uid,
      wallet: formatMoney(account.wallet),
      equity: formatMoney(figures.equity),
      unrealizedPnl: formatMoney(figures.unrealizedPnl),
      realizedPnl: formatMoney(sum(["open", "close"])),
      fees: formatMoney(account.bills.reduce((all, b) => all + b.fee, 0n)),
      funding: formatMoney(sum(["funding"])),
      transfers: formatMoney(sum(["transfer", "bankruptcy_cover"])),
      positions: [...account.legs.values()]
        .map((leg) => positionRow(venue, account, leg)),
      openOrders: [...account.live.values()].map((order) =>
        orderRow(venue.market(order.symbol), order, "status")
      ),
      finishedOrders: account.finished.map((order) =>
        orderRow(venue.market(order.symbol), order, "status")
      ),
      fills: account.fills.map((fill) =>
        fillRow(venue.market(fill.symbol), fill)
      ),
      bills: account.bills.map((bill) => billRow(bill, null)),
    };
  }

  /**
   * Walks a symbol's price to this one, filling what lies between, and holds
   * it there until `resume`.
   */
  setPrice(symbol: string, price: number): void {
    const market = this.#venue.market(symbol);
    market.isHeld = true;
    this.#venue.tick(symbol, { price, volume: 0 });
    this.#venue.record(market);
  }

  /** Returns a symbol's last price. */
  price(symbol: string): number {
    const { listing } = this.#venue.market(symbol);
    return listing.lastPrice / 10 ** listing.instrument.priceScale;
  }

  pause(): void {
    this.#playback.pause();
  }

  /** Lets the players go on, also with held symbols. */
  resume(symbol?: string): void {
    this.#playback.resume(symbol);
  }

  /** Plays on by so much played time at once, paused or not. */
  step(playedMs: number): void {
    this.#playback.step(playedMs);
  }

  setSpeed(speed: number): void {
    this.#playback.setSpeed(speed);
  }

  /** Sets a symbol's funding rate, decimal text. */
  setFundingRate(symbol: string, rate: string): void {
    toRate(rate);
    const market = this.#venue.market(symbol);
    market.fundingRate = rate;
    this.#venue.record(market);
  }

  /** Settles one funding interval of a symbol now. */
  settleFunding(symbol: string): void {
    this.#venue.settleFunding({ symbol });
  }

  /** Switches a fault on. @returns Its id. */
  addFault(fault: FaultInput): string {
    return this.#venue.faults.add(fault);
  }

  /** Switches one fault off, or all. */
  clearFaults(id?: string): number {
    return this.#venue.faults.clear(id);
  }

  faults(): readonly { readonly id: string; readonly fault: Fault }[] {
    return this.#venue.faults.list();
  }

  /** Closes sockets: all, or an account's. @returns How many. */
  kickSockets(uid?: string): number {
    return this.#hub.kick(uid);
  }

  /** Switches rate limits on or off. */
  setLimits(isOn: boolean): void {
    this.#limits.isOn = isOn;
  }

  state(): PaperState {
    return {
      isPaused: this.#playback.isPaused,
      speed: this.#playback.speed,
      sockets: this.#hub.size,
      subscriptions: this.#hub.subscriptions,
      accounts: this.#venue.exchange.accounts.size,
      limits: this.#limits.isOn,
      symbols: [...this.#venue.markets.values()].map((market) => ({
        symbol: market.symbol,
        lastPrice: market.priceText(market.listing.lastPrice),
        isHeld: market.isHeld,
        fundingRate: market.fundingRate,
      })),
    };
  }
}
