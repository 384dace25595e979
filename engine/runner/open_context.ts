import {
  assert,
  botTag,
  type Log,
  type Market,
  POSITION_SIDES,
} from "@core/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import type { BotRow, OrderRow, RecoveredBot } from "@engine/store/port.ts";
import { AccountEquity } from "./account_equity.ts";
import { Backoffs } from "./backoff.ts";
import type { Context } from "./context.ts";
import { EarlyRows } from "./early_rows.ts";
import { EndReasons } from "./end_reasons.ts";
import { createInertStrategy } from "./inert_strategy.ts";
import {
  foldedSize,
  type Ledger,
  LedgerKeeper,
  resumePositions,
  splitState,
} from "./ledger.ts";
import { NO_LEG_PRICES } from "./leg_prices.ts";
import { OrderBook } from "./order_book.ts";
import { PositionBook } from "./position_book.ts";
import { type BotStrategy, countInState, createStrategy } from "./strategy.ts";
import { TradeIds } from "./trade_ids.ts";
import type { RunnerDeps } from "./types.ts";

/**
 * A bot without fills asks for those, and for funding, since its start, and
 * this much before: our clock may be ahead of the exchange's.
 */
const FIRST_FILLS_BEFORE_MS = 60_000;
/**
 * Asked for before the newest recorded fill: the push of an earlier one may
 * have been lost, and the engine before us died before its next audit.
 */
const FILLS_BEFORE_MS = 600_000;

/** Spread, so that bots started together do not all ask at once. */
const AUDIT_INTERVAL_MS = 60_000;

/** What a context is opened with. */
export interface OpeningInput {
  readonly recovered: RecoveredBot;
  readonly market: Market;
  /** Null only where the bot is to be stopped. */
  readonly referencePrice: number | null;
  readonly inbox: AccountEvent[];
  readonly log: Log;
}

/**
 * Puts a runner's context together from what was recovered.
 *
 * @throws {FaultError} If the configuration is not acceptable and the bot is
 * to run.
 */
export function openContext(
  deps: RunnerDeps,
  { recovered, market, referencePrice, inbox, log }: OpeningInput,
): Context {
  const { bot, orders } = recovered;
  const { state, ledger } = splitState(recovered.state);
  const nowMs = deps.clock.nowMs();
  const book = openBook(market, { orders, ledger, nowMs });
  const strategy = openStrategy(bot, {
    market,
    referencePrice: referencePrice ?? lastPriceOf(orders),
    state,
  });
  const positions = new PositionBook(
    market.lotSize,
    (side) => book.owedSinceMs(side),
  );
  if (ledger !== null) {
    resumePositions(positions, { ledger, rows: orders, nowMs });
  } else expectHeld(positions, strategy);
  const countedUntilMs = Math.max(
    recovered.lastFillAtMs ?? 0,
    ledger?.othersUntilMs ?? 0,
  );
  return {
    store: deps.store,
    account: deps.account,
    feed: deps.feed,
    log,
    nowMs: () => deps.clock.nowMs(),
    market,
    botTag: botTag(bot.id),
    orders: book,
    positions,
    ledger: new LedgerKeeper(book, positions, ledger?.othersUntilMs ?? 0),
    strategy,
    backoffs: new Backoffs(deps.random),
    trades: new TradeIds(),
    earlyRows: new EarlyRows(),
    endReasons: new EndReasons(),
    inbox,
    auditIntervalMs: AUDIT_INTERVAL_MS * (1 - deps.random() / 5),
    isTakeOver: bot.status === "running",
    bot,
    runningConfigVersion: bot.configVersion,
    equity: new AccountEquity(),
    legPrices: NO_LEG_PRICES,
    savedState: null,
    updatesBehindState: [],
    ...askedSince(recovered, nowMs),
    recordedUntilMs: countedUntilMs,
    hasGap: true,
    fillsBehindGap: [],
    fundingAskedAtMs: 0,
    resyncReason: "start",
    lastSyncAtMs: 0,
    isMarketDoubted: false,
    isAccountDoubted: true,
    strays: new Set(),
    endedEarly: [],
    newsCount: 0,
  };
}

/** From when on fills and funding are asked for; the exchange's clock, epoch ms. */
function askedSince(
  { bot, orders, lastFillAtMs, lastFundingAtMs }: RecoveredBot,
  nowMs: number,
): Pick<Context, "fillsSinceMs" | "fundingSinceMs"> {
  // What rested through a fault was placed before the start that follows it.
  const firstMs = Math.min(
    bot.startedAtMs ?? nowMs,
    ...orders.map((order) => order.createdAtMs),
  ) - FIRST_FILLS_BEFORE_MS;
  const since = (newestMs: number | null) =>
    newestMs === null ? firstMs : newestMs - FILLS_BEFORE_MS;
  return {
    fillsSinceMs: since(lastFillAtMs),
    fundingSinceMs: since(lastFundingAtMs),
  };
}

function openBook(
  market: Market,
  { orders, ledger, nowMs }: {
    readonly orders: readonly OrderRow[];
    readonly ledger: Ledger | null;
    readonly nowMs: number;
  },
): OrderBook {
  const book = new OrderBook(market);
  for (const row of orders) {
    const overAtMs = ledger?.over[row.clientOrderId] ?? null;
    const countedSize = foldedSize(ledger, row);
    book.load(row, { nowMs, countedSize, overAtMs });
  }
  return book;
}

/** Without a ledger: what the strategy says it holds is not flat. */
function expectHeld(positions: PositionBook, strategy: BotStrategy): void {
  for (const side of POSITION_SIDES) {
    const { hasState, isInert } = strategy;
    if (hasState && !isInert && strategy.ownsLeg(side)) {
      positions.expectHeld(side);
    }
  }
}

/** A stop depends neither on a price nor on a configuration that is right. */
function openStrategy(
  bot: BotRow,
  { market, referencePrice, state }:
    & Pick<OpeningInput, "market" | "referencePrice">
    & { readonly state: unknown },
): BotStrategy {
  const isStop = bot.desiredState === "stopped";
  const inert = () =>
    createInertStrategy(
      state,
      (stored, order) => countInState(bot.strategy, stored, { order, market }),
    );
  try {
    assert(referencePrice !== null, "Cannot open a strategy without a price");
    const strategy = createStrategy(bot, { market, state, referencePrice });
    return isStop && !strategy.hasState ? inert() : strategy;
  } catch (error) {
    if (!isStop) throw error;
    return inert();
  }
}

/** Where no price has come yet and none is waited for: what was traded at. */
function lastPriceOf(orders: readonly OrderRow[]): number | null {
  return orders.findLast((order) => order.price !== null)?.price ?? null;
}
