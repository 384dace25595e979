/**
 * How many accounts of real exchanges an engine may hold. Bitget lets one
 * address open 100 sockets; an account needs one, prices share a few. An
 * account beyond that would never come up, or worse, get the address blocked:
 * it is left to an engine behind another address.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Venue } from "@engine/exchange/port.ts";

/** Bitget: open sockets of one address. */
export const SOCKETS_MAX = 100;
/**
 * Sockets that no account may have: the shared ones of prices, and those that
 * the exchange still counts while they are replaced.
 */
export const SOCKETS_KEPT = 10;

/** See the head of this file. */
export class SocketBudget {
  readonly #accountsMax: number;
  readonly #log: Log;
  readonly #taken = new Set<string>();
  readonly #told = new Set<string>();
  #refused = new Set<string>();

  /** @param options.socketsMax This engine's share of its address's sockets. */
  constructor(options: { readonly socketsMax: number; readonly log: Log }) {
    this.#accountsMax = Math.max(0, options.socketsMax - SOCKETS_KEPT);
    this.#log = options.log;
  }

  /** Accounts of real exchanges that fit. */
  get accountsMax(): number {
    return this.#accountsMax;
  }

  /** Accounts of real exchanges held. */
  get taken(): number {
    return this.#taken.size;
  }

  /** Accounts that wait for another engine since the last round of claiming. */
  get refused(): number {
    return this.#refused.size;
  }

  /** A round of claiming begins: who is refused is counted anew. */
  startRound(): void {
    for (const keyId of this.#told) {
      if (!this.#refused.has(keyId)) this.#told.delete(keyId);
    }
    this.#refused = new Set();
  }

  /** Takes a socket for an account; false when there is none left. */
  take(exchangeKeyId: string, venue: Venue): boolean {
    if (venue === "paper" || this.#taken.has(exchangeKeyId)) return true;
    if (this.#taken.size < this.#accountsMax) {
      this.#taken.add(exchangeKeyId);
      return true;
    }
    this.#refused.add(exchangeKeyId);
    if (this.#told.has(exchangeKeyId)) return false;
    this.#told.add(exchangeKeyId);
    this.#log.warn("account_not_claimed", {
      exchangeKeyId,
      reason: "no_socket_left",
      accountsMax: this.#accountsMax,
    });
    return false;
  }

  /** Gives an account's socket back. Safe without one. */
  release(exchangeKeyId: string): void {
    this.#taken.delete(exchangeKeyId);
  }
}
