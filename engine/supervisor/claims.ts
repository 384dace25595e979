/**
 * The claims of one engine: which accounts and bots it holds by the locks of
 * its session, and whether more fit.
 *
 * An account whose lock another engine holds is left alone with all its bots,
 * so an account never has two engines. A free account is taken when all its
 * bots fit the capacity, or the engine is empty; a bot of an account that is
 * held is taken beyond it, since no other engine can have it. On an exchange
 * that counts sockets an account also needs one of its own.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Venue } from "@engine/exchange/port.ts";
import type { Claim } from "@engine/store/claim.ts";
import type { LockSession } from "@engine/store/engine_session.ts";
import type { ClaimableBot } from "@engine/store/find_claimable_bots.ts";
import { messageOf } from "@engine/store/errors.ts";
import { LOCK_SPACES, type LockName } from "@engine/store/lock_key.ts";
import type { SupervisorClock } from "./clock.ts";
import type { SocketBudget } from "./socket_budget.ts";

/**
 * A bot is not claimed twice within this time, ms: one that ends at once and
 * still wants an engine (its fault could not be written) must not spin.
 */
export const RECLAIM_MS = 1_000;
/**
 * Accounts claimed side by side: their statements share round trips, and a
 * renewal never queues behind more than these.
 */
export const ACCOUNTS_AT_ONCE = 25;
/** Candidates looked at in one poll. */
const CANDIDATES_MAX = 2_000;

/** A bot that is ours now. */
export interface ClaimedBot {
  readonly claim: Claim;
  readonly exchangeKeyId: string;
  readonly lockKey: number;
}

/** What claiming needs. */
export interface ClaimsDeps {
  readonly capacity: number;
  readonly sockets: SocketBudget;
  readonly clock: SupervisorClock;
  readonly log: Log;
  /** Bots that have a host. */
  readonly botsCount: () => number;
  /** Whether more may be claimed at this moment. */
  readonly isClaiming: () => boolean;
  /** Whether the bot must not be claimed here yet: its old host has not ended. */
  readonly isLeaving: (botId: string) => boolean;
  readonly onClaimed: (bot: ClaimedBot) => void;
}

interface HeldAccount {
  readonly lockKey: number;
  readonly venue: Venue;
  readonly botIds: Set<string>;
}

/** See the head of this file. */
export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #held = new Map<string, HeldAccount>();
  readonly #claimedAtMs = new Map<string, number>();
  /** Locks of bots that are not ours, still to be given back. */
  readonly #owed = new Set<LockName>();
  /** Bots being claimed at this moment: they count against the capacity. */
  #reserved = 0;

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  /** Accounts held. */
  get accounts(): number {
    return this.#held.size;
  }

  /** Forgets everything: the session is lost, and every lock with it. */
  clear(): void {
    for (const keyId of this.#held.keys()) this.#deps.sockets.release(keyId);
    this.#held.clear();
    this.#owed.clear();
  }

  /** Takes what waits and fits. */
  async claim(session: LockSession): Promise<void> {
    await this.#giveBackOwed(session);
    const candidates = await session.findClaimableBots({
      limit: CANDIDATES_MAX,
      exchangeKeyIds: [...this.#held.keys()],
    });
    this.#forgetOldClaims();
    this.#deps.sockets.startRound();
    const accounts = [...groupByKey(candidates).values()];
    for (let at = 0; at < accounts.length; at += ACCOUNTS_AT_ONCE) {
      if (!this.#deps.isClaiming() || !session.isOpen) return;
      const some = accounts.slice(at, at + ACCOUNTS_AT_ONCE);
      await settleAll(some.map((bots) => this.#claimBots(session, bots)));
    }
  }

  /** Gives a bot back, and its account when it was the last. */
  async release(session: LockSession, bot: ClaimedBot): Promise<void> {
    const { claim, exchangeKeyId, lockKey } = bot;
    await session.releaseBot(claim, lockKey);
    this.#held.get(exchangeKeyId)?.botIds.delete(claim.botId);
    await this.#releaseIfEmpty(session, exchangeKeyId);
  }

  /** Claims these bots of one account. */
  async #claimBots(
    session: LockSession,
    bots: readonly ClaimableBot[],
  ): Promise<void> {
    const [first] = bots;
    if (first === undefined) return;
    if (bots.some(({ botId }) => this.#isTooEarly(botId))) return;
    const { exchangeKeyId: keyId, venue } = first;
    const known = this.#held.get(keyId);
    if (known === undefined) {
      if (!this.#hasRoom(bots.length)) return;
      if (!this.#deps.sockets.take(keyId, venue)) return;
    }
    this.#reserved += bots.length;
    try {
      const held = known ?? await this.#takeAccount(session, first);
      if (held === null) return;
      await settleAll(bots.map((bot) => this.#take(session, held, bot)));
    } finally {
      this.#reserved -= bots.length;
      if (!this.#held.has(keyId)) this.#deps.sockets.release(keyId);
    }
    await this.#releaseIfEmpty(session, keyId);
  }

  /** Whether a free account with so many bots fits; an empty engine takes any. */
  #hasRoom(bots: number): boolean {
    const taken = this.#deps.botsCount() + this.#reserved;
    const room = this.#deps.capacity - taken;
    return room > 0 && (bots <= room || taken === 0);
  }

  /** Null when another engine has it. */
  async #takeAccount(
    session: LockSession,
    bot: ClaimableBot,
  ): Promise<HeldAccount | null> {
    const lockKey = bot.keyLockKey;
    const locked = await session.tryLock({
      space: LOCK_SPACES.exchangeKey,
      lockKey,
    });
    if (!locked) return null;
    const held = { lockKey, venue: bot.venue, botIds: new Set<string>() };
    this.#held.set(bot.exchangeKeyId, held);
    return held;
  }

  async #take(
    session: LockSession,
    held: HeldAccount,
    bot: ClaimableBot,
  ): Promise<void> {
    const { botId, exchangeKeyId, botLockKey: lockKey } = bot;
    const lock = { space: LOCK_SPACES.bot, lockKey };
    if (!await session.tryLock(lock)) return;
    let claim = null;
    try {
      claim = await session.claimBot(botId);
    } catch (error) {
      this.#deps.log.warn("claim_failed", { botId, error: messageOf(error) });
    }
    if (!session.isOpen) return;
    if (claim === null) return await this.#giveBack(session, lock);
    held.botIds.add(botId);
    this.#claimedAtMs.set(botId, this.#deps.clock.monotonicMs());
    this.#deps.log.info("bot_claimed", { ...claim });
    this.#deps.onClaimed({ claim, exchangeKeyId, lockKey });
  }

  /** A lock that stayed with us unnoticed would keep its bot from everybody. */
  async #giveBack(session: LockSession, lock: LockName): Promise<void> {
    this.#owed.add(lock);
    await session.unlock(lock);
    this.#owed.delete(lock);
  }

  /** What the database did not answer to when it was given back. */
  async #giveBackOwed(session: LockSession): Promise<void> {
    for (const lock of [...this.#owed]) await this.#giveBack(session, lock);
    for (const keyId of [...this.#held.keys()]) {
      await this.#releaseIfEmpty(session, keyId);
    }
  }

  #isTooEarly(botId: string): boolean {
    return this.#deps.isLeaving(botId) || this.#claimedAtMs.has(botId);
  }

  #forgetOldClaims(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const [botId, atMs] of this.#claimedAtMs) {
      if (nowMs - atMs >= RECLAIM_MS) this.#claimedAtMs.delete(botId);
    }
  }

  async #releaseIfEmpty(session: LockSession, keyId: string): Promise<void> {
    const held = this.#held.get(keyId);
    if (held === undefined || held.botIds.size > 0 || !session.isOpen) return;
    this.#held.delete(keyId);
    try {
      await session.unlock({
        space: LOCK_SPACES.exchangeKey,
        lockKey: held.lockKey,
      });
    } catch (error) {
      // Still held: who forgot it would keep the account from everybody.
      if (session.isOpen) this.#held.set(keyId, held);
      throw error;
    } finally {
      if (!this.#held.has(keyId)) this.#deps.sockets.release(keyId);
    }
  }
}

function groupByKey(
  bots: readonly ClaimableBot[],
): Map<string, ClaimableBot[]> {
  return Map.groupBy(bots, (bot) => bot.exchangeKeyId);
}

/**
 * Waits until all have ended, then throws what the first failed with: what
 * still runs must not overlap with the next round.
 */
async function settleAll(runs: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(runs);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
