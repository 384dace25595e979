import { type Condition, POSITION_SIDES } from "@core/mod.ts";
import { metricsOf } from "./account_figures.ts";
import { Conditions } from "./conditions.ts";
import { type Context, figuresOf } from "./context.ts";

/**
 * Figures are written at least this often, and not more often without news of
 * an order, a position or the wallet: as often as they are broadcast. What
 * moves meanwhile are prices, and those the page hears from the exchange itself.
 */
const METRICS_INTERVAL_MS = 5_000;

/** Tells the trader how the bot is: status, conditions, figures. */
export class Reporter {
  readonly #context: Context;
  readonly #conditions = new Conditions();
  #reported: string | null = null;
  #hasBegun = false;
  #metricsAtMs = 0;
  #metricsStamp = "";

  constructor(context: Context) {
    this.#context = context;
  }

  /** Reports a running bot and what is the matter with it. */
  async all(conditions: readonly Condition[]): Promise<void> {
    const { store, bot, lastSyncAtMs, runningConfigVersion, isTakeOver } =
      this.#context;
    this.metrics();
    const events = this.#conditions.update(conditions);
    if (events.length > 0) store.addEvents(events);
    const worst = this.#conditions.present.find((c) => c.level !== "info");
    const detail = {
      code: worst?.code ?? null,
      reason: worst?.message ?? null,
    };
    const isSynced = lastSyncAtMs > 0;
    const report = JSON.stringify([
      isSynced,
      bot.desiredVersion,
      runningConfigVersion,
      detail.code,
    ]);
    if (report === this.#reported) return;
    await (isSynced
      ? store.setStatus("running", {
        ...detail,
        acknowledgedVersion: bot.desiredVersion,
        runningConfigVersion,
      })
      : store.setStatus("starting", detail));
    this.#reported = report;
    if (!isSynced || this.#hasBegun) return;
    this.#hasBegun = true;
    store.addEvents([{
      level: "info",
      ...(isTakeOver
        ? {
          code: "bot_taken_over",
          message: `The bot goes on trading ${bot.symbol} after a hand-over ` +
            "between engines or a restart",
        }
        : { code: "bot_running", message: `The bot trades ${bot.symbol}` }),
      data: { configVersion: runningConfigVersion },
    }]);
  }

  /** Writes the figures of the moment, where they are news or due. */
  metrics(): void {
    const context = this.#context;
    const nowMs = context.nowMs();
    const stamp = stampOf(context);
    const isDue = nowMs - this.#metricsAtMs >= METRICS_INTERVAL_MS ||
      this.#metricsStamp !== stamp;
    if (!isDue || context.lastSyncAtMs === 0) return;
    this.#metricsAtMs = nowMs;
    this.#metricsStamp = stamp;
    context.store.setMetrics(metricsOf({
      ...figuresOf(context),
      openOrders: context.orders.live.length,
      lastSyncAtMs: context.lastSyncAtMs,
      legPrices: context.legPrices,
    }));
  }

  /**
   * The stop has been carried out and verified.
   *
   * @returns False: the trader has asked for something else meanwhile.
   */
  async stopped(): Promise<boolean> {
    const { store, bot, positions } = this.#context;
    this.#metricsAtMs = 0;
    this.metrics();
    const isHeld = POSITION_SIDES.some((side) => positions.legs[side].size > 0);
    store.addEvents([{
      level: "info",
      code: "bot_stopped",
      message: STOPPED[bot.stopPolicy],
      data: { stopPolicy: bot.stopPolicy },
    }, ...(isHeld ? [FUNDING_LATER] : [])]);
    // Whoever reads "stopped" must find the orders' ends and the last figures
    // beside it: they are queued, the status is written at once.
    await store.flush();
    return await store.setStatus("stopped", {
      acknowledgedVersion: bot.desiredVersion,
    });
  }
}

/**
 * What the figures follow from, prices aside. Average price and wallet are told
 * a moment after the fill: without them its figures would be wrong for seconds.
 */
function stampOf({ newsCount, positions, legPrices, equity }: Context): string {
  const { balance } = equity;
  const prices = POSITION_SIDES.map((side) => [
    legPrices[side].liquidationPrice,
    legPrices[side].breakEvenPrice,
  ]);
  const wallet = balance === null
    ? null
    : (balance.equity - balance.unrealizedPnl).toFixed(8);
  return JSON.stringify([newsCount, positions.entryPrices, prices, wallet]);
}

const FUNDING_LATER = {
  level: "info",
  code: "funding_recorded_later",
  message:
    "A position stays open. The funding it pays or earns while the bot " +
    "is stopped is recorded when the bot is started again",
} as const;

const STOPPED = {
  "keep_take_profits":
    "Stopped: entries are canceled, the take-profits rest on the exchange",
  "cancel_orders":
    "Stopped: all orders of the bot are canceled, positions stay open",
  "close_positions": "Stopped: orders are canceled and positions closed",
} as const;
