import {
  type Balance,
  type EndedOrder,
  type Log,
  type Market,
  POSITION_SIDES,
  type Quote,
} from "@core/mod.ts";
import type {
  AccountEvent,
  ExchangeAccount,
  MarketFeed,
} from "@engine/exchange/port.ts";
import type {
  BotRow,
  BotStore,
  FillRecord,
  OrderUpdate,
} from "@engine/store/port.ts";
import type { AccountEquity, OwnLegs } from "./account_equity.ts";
import { type FiguresInput, unrealizedPnlOf } from "./account_figures.ts";
import type { Backoffs } from "./backoff.ts";
import type { EarlyRows } from "./early_rows.ts";
import type { EndReasons } from "./end_reasons.ts";
import type { LegPrices } from "./leg_prices.ts";
import type { LedgerKeeper } from "./ledger.ts";
import type { OrderBook } from "./order_book.ts";
import type { PositionBook } from "./position_book.ts";
import type { BotStrategy } from "./strategy.ts";
import type { TradeIds } from "./trade_ids.ts";

/** What one runner knows and works with, once its bot has been opened. */
export interface Context {
  readonly store: BotStore;
  readonly account: ExchangeAccount;
  readonly feed: MarketFeed;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly market: Market;
  readonly botTag: string;
  readonly orders: OrderBook;
  readonly positions: PositionBook;
  /** What both come to, for the runner after this one. */
  readonly ledger: LedgerKeeper;
  readonly strategy: BotStrategy;
  readonly backoffs: Backoffs;
  readonly trades: TradeIds;
  readonly earlyRows: EarlyRows;
  readonly endReasons: EndReasons;
  /** Account events not yet absorbed, oldest first. */
  readonly inbox: AccountEvent[];
  /** The exchange is asked for everything at least this often. */
  readonly auditIntervalMs: number;
  /** The bot was running already, under another runner. */
  readonly isTakeOver: boolean;
  bot: BotRow;
  /** The version of the configuration in use. */
  runningConfigVersion: number;
  readonly equity: AccountEquity;
  /** What the exchange last said of both legs. */
  legPrices: LegPrices;
  /** State and ledger as last committed, by identity. */
  savedState: unknown;
  /** Ends of orders whose rows wait for the state that follows from them. */
  readonly updatesBehindState: OrderUpdate[];
  /** All fills up to here have been asked for; exchange clock, epoch ms. */
  fillsSinceMs: number;
  /**
   * Fills of orders not known, up to here, are counted: recorded before this
   * runner, or in its ledger; the exchange's clock, 0 none.
   */
  readonly recordedUntilMs: number;
  /** Fills may have been missed: later ones are not recorded before those. */
  hasGap: boolean;
  readonly fillsBehindGap: FillRecord[];
  fundingSinceMs: number;
  /** When funding was last asked for; 0 never. */
  fundingAskedAtMs: number;
  /** Why the exchange must be asked before anything is placed; null: no need. */
  resyncReason: string | null;
  lastSyncAtMs: number;
  /** An order was refused for its step or size: the market may have changed. */
  isMarketDoubted: boolean;
  /** The account may not be as `prepareAccount` left it, or has not been yet. */
  isAccountDoubted: boolean;
  /** Our ids whose rows are finished and that the exchange does not know as live. */
  readonly strays: Set<string>;
  /** Ends that came before there was a state to count them in. */
  readonly endedEarly: EndedOrder[];
  /** Pieces of news that changed an order or a position: a stamp. */
  newsCount: number;
}

/** Returns the newest quote. */
export function quoteOf(context: Context): Quote | null {
  return context.feed.quote(context.bot.symbol);
}

/** Returns what the account's figures are computed from. */
export function figuresOf(context: Context): FiguresInput {
  return {
    balance: context.equity.balance,
    othersPnl: context.equity.othersPnl,
    positions: context.positions.legs,
    quote: quoteOf(context),
    market: context.market,
  };
}

/**
 * Returns the bot's legs and what they have gained at the mark price: null
 * while a fill has moved an average price that the exchange has not told yet.
 */
export function ownLegsOf(context: Context): OwnLegs {
  const { positions } = context;
  const { entryPrices, legs } = positions;
  const isCurrent = POSITION_SIDES.every((side) =>
    legs[side].size === 0 || entryPrices[side] !== null
  );
  const pnl = isCurrent ? unrealizedPnlOf(legs, quoteOf(context)) : null;
  return { legs, pnl, nowMs: context.nowMs() };
}

/** Takes a balance over. */
export function takeBalance(context: Context, balance: Balance): void {
  if (balance.coin !== context.market.quote) return;
  context.equity.take(balance, ownLegsOf(context));
}
