/**
 * Exchange accounts, one a key, shared by the key's bots: one private socket,
 * one rate limit. Opened with the first bot, closed with the last.
 *
 * @module
 */
import type {
  Credentials,
  ExchangeAccount,
  KeyIdentity,
  Venue,
} from "@engine/exchange/port.ts";
import type { ExchangeKeyRow } from "@engine/store/load_exchange_key.ts";
import { BotFault, faultOf } from "./bot_fault.ts";
import type { SupervisorClock } from "./clock.ts";

/**
 * Bots that start together share one signed call: the exchange allows one a
 * second and account, and an account's bots are claimed together.
 */
export const IDENTITY_FRESH_MS = 10_000;

/** What the pool needs. */
export interface AccountPoolDeps {
  readonly clock: SupervisorClock;
  readonly loadKey: (exchangeKeyId: string) => Promise<ExchangeKeyRow | null>;
  /** @throws When the sealed text does not open; its text carries no secret. */
  readonly openCredentials: (
    key: ExchangeKeyRow & { readonly sealed: string },
  ) => Promise<Credentials>;
  readonly openAccount: (
    options: {
      readonly venue: Venue;
      readonly exchangeKeyId: string;
      readonly credentials: Credentials;
    },
  ) => ExchangeAccount;
}

/** An account in use; release it once. */
export interface AccountUse {
  readonly account: ExchangeAccount;
  readonly venue: Venue;
  release(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<{ account: ExchangeAccount; key: ExchangeKeyRow }>;
  uses: number;
  identity: { readonly value: Promise<KeyIdentity>; atMs: number } | null;
}

/** See the head of this file. */
export class AccountPool {
  readonly #deps: AccountPoolDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: AccountPoolDeps) {
    this.#deps = deps;
  }

  /**
   * Opens or shares the key's account, and verifies it by a signed call: the
   * UID must be the one the key was stored with, and it must not withdraw.
   *
   * @param options.mayOpen False: for stopping only. Then a key will do that
   * may withdraw, or that looks as if it could not trade: less risk is always
   * allowed, and the exchange has the last word.
   * @throws {BotFault} When the trader has to act.
   * @throws {ExchangeError} Retryable, when the exchange does not answer.
   */
  async acquire(
    exchangeKeyId: string,
    { mayOpen = true }: { readonly mayOpen?: boolean } = {},
  ): Promise<AccountUse> {
    const entry = this.#entries.get(exchangeKeyId) ?? this.#open(exchangeKeyId);
    entry.uses += 1;
    try {
      const { account, key } = await entry.opening;
      const identity = await this.#identify(entry, account);
      checkOwner(key, identity);
      if (mayOpen) checkPermissions(key, identity);
      return {
        account,
        venue: key.venue,
        release: () => this.#release(exchangeKeyId, entry),
      };
    } catch (error) {
      await this.#release(exchangeKeyId, entry);
      throw faultOf(error) ?? error;
    }
  }

  /** Closes every account at once: what waits to be sent is refused. */
  async closeAll(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(closeEntry));
  }

  #open(exchangeKeyId: string): Entry {
    const entry: Entry = {
      opening: this.#openAccount(exchangeKeyId),
      uses: 0,
      identity: null,
    };
    this.#entries.set(exchangeKeyId, entry);
    return entry;
  }

  async #openAccount(
    exchangeKeyId: string,
  ): Promise<{ account: ExchangeAccount; key: ExchangeKeyRow }> {
    const key = await this.#deps.loadKey(exchangeKeyId);
    if (key === null || key.sealed === null) {
      throw new BotFault(
        "key_missing",
        "The exchange key of this bot is gone. Connect the account again",
      );
    }
    const credentials = await this.#openCredentials({
      ...key,
      sealed: key.sealed,
    });
    const { venue } = key;
    return {
      key,
      account: this.#deps.openAccount({ venue, exchangeKeyId, credentials }),
    };
  }

  async #openCredentials(
    key: ExchangeKeyRow & { readonly sealed: string },
  ): Promise<Credentials> {
    try {
      return await this.#deps.openCredentials(key);
    } catch (error) {
      throw new BotFault(
        "key_unreadable",
        "The stored exchange key cannot be opened by this engine. Connect the account again, or ask support",
        error,
      );
    }
  }

  #identify(entry: Entry, account: ExchangeAccount): Promise<KeyIdentity> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (
      entry.identity !== null && nowMs - entry.identity.atMs < IDENTITY_FRESH_MS
    ) return entry.identity.value;
    const value = account.identify();
    const identity = { value, atMs: nowMs };
    entry.identity = identity;
    value.catch(() => {
      if (entry.identity === identity) entry.identity = null;
    });
    return value;
  }

  async #release(exchangeKeyId: string, entry: Entry): Promise<void> {
    entry.uses -= 1;
    if (entry.uses > 0) return;
    if (this.#entries.get(exchangeKeyId) === entry) {
      this.#entries.delete(exchangeKeyId);
    }
    await closeEntry(entry);
  }
}

async function closeEntry(entry: Entry): Promise<void> {
  const opened = await entry.opening.catch(() => null); // told to its bots
  await opened?.account.close();
}

function checkOwner(key: ExchangeKeyRow, identity: KeyIdentity): void {
  if (identity.exchangeUid !== key.exchangeUid) {
    throw new BotFault(
      "uid_mismatch",
      `This key belongs to UID ${identity.exchangeUid}, the account was connected as UID ${key.exchangeUid}. Connect the account again`,
    );
  }
}

function checkPermissions(key: ExchangeKeyRow, identity: KeyIdentity): void {
  if (key.status !== "active") {
    throw new BotFault(
      "key_invalid",
      `The exchange key of this bot is ${key.status}. Connect the account again`,
    );
  }
  if (identity.canWithdraw) {
    throw new BotFault(
      "key_can_withdraw",
      "This key may withdraw. Take that permission away at the exchange, or connect a key without it",
    );
  }
  if (!identity.canTrade) {
    throw new BotFault(
      "key_cannot_trade",
      "This key may not trade futures. Give it that permission at the exchange, or connect another one",
    );
  }
}
