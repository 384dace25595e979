/**
 * The passes of a runner's loop: each takes in what has arrived, asks the
 * exchange when it must, decides and acts.
 *
 * @module
 */
import { checkData, type Condition, reconcile } from "@core/mod.ts";
import { messageOf } from "@engine/store/errors.ts";
import { marginRatioOf } from "./account_figures.ts";
import { act } from "./act.ts";
import { drain, endUntold } from "./absorb.ts";
import { TRANSIENT, WIRE } from "./backoff.ts";
import { adoptConfig } from "./adopt_config.ts";
import { type Context, figuresOf, quoteOf } from "./context.ts";
import { recordEarly } from "./early_rows.ts";
import { mayPass } from "./faults.ts";
import { prepareAccount } from "./prepare.ts";
import { keepTakeProfits } from "./grace.ts";
import { REST_BEHIND_MS_MAX } from "./position_book.ts";
import { reachable } from "./reachable.ts";
import { gatherHistory } from "./rebuild_history.ts";
import { commit } from "./record.ts";
import { Reporter } from "./report.ts";
import { lookUp, resync } from "./resync.ts";
import { BalanceWatch, endByRisk, riskFactsOf } from "./risk.ts";
import { isStopDone, planStop } from "./stop_policy.ts";

const HEARTBEAT_MS = 1_000;
/** How often the market's rules are looked at; the feed keeps them an hour. */
const MARKET_INTERVAL_MS = 600_000;
/** What an order has to fit. */
const RULES = [
  "tickSize",
  "lotSize",
  "minSize",
  "minNotional",
  "maxOrderSize",
] as const;
/** Between two tries of a stop, doubling. */
const STOP_RETRY_FIRST_MS = 50;
const STOP_RETRY_MAX_MS = 5_000;

/** How a pass ended. */
export type PassResult =
  | { readonly kind: "again"; readonly waitMs: number }
  | { readonly kind: "stopped" }
  /**
   * The bot is to run, but was opened for stopping only; or for a market that
   * has changed; or it has stopped for an intent that is no longer the newest.
   */
  | { readonly kind: "reopen" };

/** See the module's description. */
export class Passes {
  readonly #context: Context;
  readonly #report: Reporter;
  readonly #balanceWatch: BalanceWatch;
  #marketAskedAtMs: number;
  #isRowDirty = false;
  #configVersion: number;
  #waitsForPrice = false;
  #isHolding = true;
  #hasBegun = false;
  #stopTries = 0;
  /** Of the last decision: they last while the bot holds. */
  #conditions: readonly Condition[] = [];
  /** When waiting alone changes something, epoch ms. */
  #againAtMs: number | null = null;

  constructor(context: Context) {
    this.#context = context;
    this.#report = new Reporter(context);
    this.#balanceWatch = new BalanceWatch(context);
    this.#configVersion = context.bot.configVersion;
    this.#marketAskedAtMs = context.nowMs();
  }

  /** Whether the next price should wake the loop at once. */
  get waitsForPrice(): boolean {
    if (this.#waitsForPrice || this.#isHolding) return this.#waitsForPrice;
    const quote = quoteOf(this.#context);
    return quote !== null && this.#context.strategy.isAwaited(quote);
  }

  /** The row is to be read by the next pass. */
  rowIsDirty(): void {
    this.#isRowDirty = true;
  }

  /** A fill has arrived: its row need not wait for the pass under way. */
  fillArrived(): void {
    recordEarly(this.#context);
  }

  /** Makes one pass. @throws What the bot cannot go on from. */
  async pass(): Promise<PassResult> {
    try {
      return await this.#pass();
    } catch (error) {
      if (!mayPass(error)) throw error;
      return this.#rest(error);
    }
  }

  /** Leaves orders as they are, and what is known in the database. */
  async release(): Promise<void> {
    drain(this.#context);
    await commit(this.#context, []);
    this.#report.metrics();
    await this.#context.store.flush();
  }

  async #pass(): Promise<PassResult> {
    const context = this.#context;
    drain(context);
    if (this.#isRowDirty) await this.#readRow();
    const isWireResting = context.backoffs.rests(WIRE, context.nowMs());
    if (context.bot.desiredState === "stopped") {
      return isWireResting ? this.#again() : await this.#stop();
    }
    if (context.strategy.isInert) return { kind: "reopen" };
    if (this.#stopTries > 0) context.backoffs.clearAll();
    this.#stopTries = 0;
    if (isWireResting) {
      this.#report.metrics();
      return this.#again();
    }
    await this.#gather();
    this.#balanceWatch.watch();
    if (await this.#isMarketChanged()) {
      context.log.warn("market_changed", {});
      await commit(context, []);
      return { kind: "reopen" };
    }
    return await this.#decide();
  }

  /** Whether orders must fit other steps and limits than the bot was opened with. */
  async #isMarketChanged(): Promise<boolean> {
    const context = this.#context;
    const { feed, market, isMarketDoubted: isDoubted } = context;
    const isDue = isDoubted ||
      context.nowMs() - this.#marketAskedAtMs >= MARKET_INTERVAL_MS;
    if (!isDue) return false;
    const now = await feed.fetchMarket(market.symbol, { isDoubted });
    this.#marketAskedAtMs = context.nowMs();
    context.isMarketDoubted = false;
    return RULES.some((rule) => now[rule] !== market[rule]);
  }

  async #readRow(): Promise<void> {
    const context = this.#context;
    // What changes while we read is told again by another `wake()`.
    this.#isRowDirty = false;
    try {
      context.bot = await context.store.loadBot();
      const { desiredState, configVersion } = context.bot;
      if (desiredState === "stopped" || context.strategy.isInert) return;
      if (configVersion === this.#configVersion) return;
      if (await adoptConfig(context)) this.#configVersion = configVersion;
      else this.#isRowDirty = true;
    } catch (error) {
      this.#isRowDirty = true;
      throw error;
    }
  }

  /** Asks the exchange where the books alone cannot be relied on. */
  async #gather(): Promise<void> {
    const context = this.#context;
    if (context.isAccountDoubted) {
      await prepareAccount(context);
      context.isAccountDoubted = false;
    }
    const nowMs = context.nowMs();
    const isDue = context.resyncReason !== null ||
      nowMs - context.lastSyncAtMs >= context.auditIntervalMs ||
      context.positions.needsResync(nowMs) || this.#isEndDue(nowMs);
    if (!isDue || !context.account.connected) return;
    await resync(context);
    drain(context);
    const quote = quoteOf(context);
    if (context.strategy.hasState || quote === null) return;
    context.strategy.rebuild(await gatherHistory(context, quote.lastPrice));
  }

  /** REST must show by now whether an order traded that is over. */
  #isEndDue(nowMs: number): boolean {
    const { orders, lastSyncAtMs } = this.#context;
    return orders.untold.some(({ status, overAtMs }) => {
      if (status !== "canceled" || overAtMs === null) return false;
      const dueAtMs = overAtMs + REST_BEHIND_MS_MAX;
      return lastSyncAtMs < dueAtMs && dueAtMs <= nowMs;
    });
  }

  async #decide(): Promise<PassResult> {
    const context = this.#context;
    const nowMs = context.nowMs();
    const problem = this.#problem(nowMs);
    this.#isHolding = problem !== null;
    if (problem !== null) {
      await commit(context, []);
      await this.#report.all([problem, ...this.#conditions]);
      return this.#again();
    }
    const quote = quoteOf(context);
    if (quote === null) return this.#again();
    this.#begin(quote.lastPrice);
    const planned = context.strategy.plan({
      positions: context.positions.legs,
      quote,
      marginRatio: marginRatioOf(figuresOf(context)),
      working: context.orders.working,
      unsure: context.orders.untold.filter(({ status }) =>
        status !== "rejected"
      ),
      nowMs,
      facts: riskFactsOf(context, quote),
    });
    const decision = context.bot.keepsTakeProfitsOnly
      ? keepTakeProfits(planned)
      : planned;
    const actions = reconcile({
      botTag: context.botTag,
      desired: reachable(decision.desired, { quote, market: context.market }),
      heldLegs: decision.heldLegs,
      orders: context.orders.all,
      venueOrders: null,
      venueAskedAtMs: 0,
      backoffs: context.backoffs.untilMs,
      nowMs,
      arrivesWithinMs: context.account.arrivesWithinMs,
    });
    this.#againAtMs = actions.againAtMs;
    this.#conditions = decision.conditions;
    await act(context, actions);
    await lookUp(context, actions.lookUps);
    await this.#report.all(decision.conditions);
    if (decision.stop !== null) {
      const isLast = await endByRisk(context, decision.stop);
      return { kind: isLast ? "stopped" : "reopen" };
    }
    return actions.lookUps.length > 0
      ? { kind: "again", waitMs: 0 }
      : this.#again();
  }

  /** Once, before the first plan: until then fills may be told that count. */
  #begin(referencePrice: number): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { orders, strategy } = this.#context;
    const isIdle = orders.untold.every((order) => order.status === "rejected");
    strategy.begin({ referencePrice, isIdle });
  }

  /** Why nothing may be placed or canceled now. */
  #problem(nowMs: number): Condition | null {
    const context = this.#context;
    const problem = checkData({
      quote: quoteOf(context),
      connected: context.account.connected,
      staleDataSeconds: context.strategy.staleDataSeconds,
      nowMs,
    });
    this.#waitsForPrice = problem !== null &&
      problem.code !== "private_socket_down";
    if (problem !== null) {
      return { ...problem, level: "warning", positionSide: null };
    }
    if (context.resyncReason === null || context.lastSyncAtMs > 0) {
      return context.resyncReason === "disconnected"
        ? {
          code: "private_socket_down",
          level: "warning",
          positionSide: null,
          message: "The connection to the exchange account has just come " +
            "back; the bot is being brought up to date",
        }
        : null;
    }
    return {
      code: "not_synchronised",
      level: "warning",
      positionSide: null,
      message: "The bot is being brought up to date with the exchange",
    };
  }

  async #stop(): Promise<PassResult> {
    const context = this.#context;
    const { stopPolicy } = context.bot;
    if (this.#stopTries === 0) await context.store.setStatus("stopping");
    await resync(context);
    drain(context);
    if (isStopDone(context, stopPolicy)) {
      // Nobody asks after them any more: their rows must not stay open.
      for (const order of context.orders.all) {
        const isUntold = order.status === "canceled" && !order.isEndTold;
        if (isUntold) endUntold(context, order.clientOrderId);
      }
      await commit(context, []);
      const isLast = await this.#report.stopped();
      return { kind: isLast ? "stopped" : "reopen" };
    }
    const actions = reconcile({
      botTag: context.botTag,
      desired: planStop(context, stopPolicy),
      heldLegs: [],
      orders: context.orders.all,
      venueOrders: null,
      venueAskedAtMs: 0,
      backoffs: new Map(),
      nowMs: context.nowMs(),
      arrivesWithinMs: context.account.arrivesWithinMs,
    });
    await act(context, actions);
    await lookUp(context, actions.lookUps);
    this.#report.metrics();
    const waitMs = Math.min(
      STOP_RETRY_MAX_MS,
      STOP_RETRY_FIRST_MS * 2 ** Math.min(this.#stopTries, 10),
    );
    this.#stopTries++;
    return { kind: "again", waitMs };
  }

  async #rest(error: unknown): Promise<PassResult> {
    const context = this.#context;
    context.log.warn("pass_failed", { error: messageOf(error) });
    context.resyncReason ??= "pass_failed";
    const nowMs = context.nowMs();
    if (!context.backoffs.rests(WIRE, nowMs)) {
      context.backoffs.fail(WIRE, { limits: TRANSIENT, nowMs });
    }
    try {
      await this.#report.all([{
        code: "exchange_unavailable",
        level: "warning",
        positionSide: null,
        message: `The exchange or the database does not answer, the bot ` +
          `keeps trying: ${messageOf(error)}`,
      }, ...this.#conditions]);
    } catch (reporting) {
      if (!mayPass(reporting)) throw reporting;
    }
    return this.#again();
  }

  #again(): PassResult {
    const context = this.#context;
    if (context.inbox.length > 0) return { kind: "again", waitMs: 0 };
    const nowMs = context.nowMs();
    const dueMs = [
      this.#againAtMs,
      context.positions.resyncDueAtMs,
      context.backoffs.untilMs.get(WIRE) ?? null,
    ].filter((atMs) => atMs !== null).map((atMs) => atMs - nowMs)
      .filter((ms) => ms > 0);
    return { kind: "again", waitMs: Math.min(HEARTBEAT_MS, ...dueMs) };
  }
}
