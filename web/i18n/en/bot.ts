/** Texts: one bot's page and its chart. @module */
import type { FeedState } from "../../data/market_socket.ts";
import type { StopPolicy } from "../../data/rows.ts";
import type { PositionSide, Purpose } from "@core/model/sides.ts";
import type { OrderStatus } from "@core/model/order.ts";
import { plural } from "./plural.ts";

/** Texts. */
export const bot = {
  notFound: "This bot does not exist.",
  notFoundText: "It may belong to another account, or the address is mistyped.",
  start: "Start",
  stop: "Stop",
  edit: "Edit",
  more: "More actions",
  closePositions: "Close out",
  startTitle: (name: string) => `Start “${name}”?`,
  startText: (venue: string) =>
    `The bot begins to place orders on your ${venue} account at once, with the settings below.`,
  startReal: "This trades real money.",
  startConfirm: "Start bot",
  stopTitle: (name: string) => `Stop “${name}”`,
  stopLead: (orders: string, positions: string) =>
    `It has ${orders} and ${positions}. What should happen to them?`,
  ordersResting: (count: number | null) =>
    count === null
      ? "an unknown number of orders"
      : count === 0
      ? "no resting orders"
      : plural(count, "resting order", "resting orders"),
  positionsOpen: (count: number | null) =>
    count === null
      ? "positions that are not known yet"
      : count === 0
      ? "no open position"
      : plural(count, "open position", "open positions"),
  stopPolicies: {
    "keep_take_profits": {
      title: "Keep the take-profits",
      text:
        "Entries are canceled; take-profit orders stay in the book and close positions at a profit when they fill. Open positions stay at risk.",
    },
    "cancel_orders": {
      title: "Cancel all orders",
      text:
        "Every order of this bot is canceled. Open positions stay as they are, without any order to close them.",
    },
    "close_positions": {
      title: "Close everything now",
      text:
        "Orders are canceled and positions closed at the market price. Losses become final. This cannot be undone.",
    },
  } satisfies Record<StopPolicy, { title: string; text: string }>,
  stopConfirm: {
    "keep_take_profits": "Stop, keep take-profits",
    "cancel_orders": "Stop and cancel orders",
    "close_positions": "Stop and close positions",
  } satisfies Record<StopPolicy, string>,
  closeTitle: (name: string) => `Close out “${name}”?`,
  closeText: (orders: string, positions: string) =>
    `The bot has ${orders} and ${positions}. Orders are canceled and positions are closed at the market price. Losses become final. This cannot be undone.`,
  closeConfirm: "Close out now",
  faulted: "The bot has stopped trading on its own.",
  faultedHint: "Fix the cause, then start it again.",
  figures: "Figures",
  realized: "Realized",
  fees: "Fees",
  funding: "Funding",
  unrealized: "Unrealized",
  equity: "Account equity",
  noEquity: "The first points appear after two minutes of trading.",
  equityWords: (from: string, at: string, to: string) =>
    `Account equity: ${from} at ${at}, ${to} now`,
  silent: (when: string) =>
    `The bot was last in step with the exchange ${when}. Its orders stay in the book; the engine takes it up again by itself.`,
  net: "Net result",
  netHint: "realized − fees + funding + unrealized",
  marginRatio: "Margin used",
  updated: (when: string) => `in USDT, updated ${when}`,
  positions: "Positions",
  long: "Long",
  short: "Short",
  flat: "Flat",
  entryAt: (price: string) => `at ${price}`,
  openOrders: "Open orders",
  fills: "Fills",
  events: "Events",
  settings: "Settings",
  noOrders: "No resting orders",
  noOrdersIdle: "Orders appear here once the bot is running.",
  noOrdersRunning: "The bot is about to place its first orders.",
  noFills: "No fills yet",
  noFillsText: "Each execution appears here, and on the chart, as it happens.",
  noEvents: "Nothing has happened yet",
  noEventsText: "Starts, stops and everything unusual are written down here.",
  levels: { info: "Note", warning: "Warning", error: "Error" },
  details: "Orders, fills, events and settings",
  newFill: (what: string) => `New fill: ${what}`,
  columns: {
    time: "Time",
    order: "Order",
    price: "Price",
    size: "Size",
    filled: "Filled",
    state: "State",
    fee: "Fee",
    pnl: "PnL",
  },
  purposes: {
    open: "open",
    entry: "entry",
    "take_profit": "take-profit",
    reduce: "reduce",
    close: "close",
  } satisfies Record<Purpose, string>,
  foreign: "manual order",
  buy: "Buy",
  sell: "Sell",
  orderStatus: {
    pending: "Being sent",
    submitted: "Sent",
    open: "Resting",
    "partially_filled": "Partly filled",
    filled: "Filled",
    canceled: "Canceled",
    rejected: "Rejected",
    unresolved: "Checking",
  } satisfies Record<OrderStatus, string>,
  feeRebate: "rebate",
};

const feed: Record<FeedState, string> = {
  connecting: "Connecting to prices",
  live: "Live prices",
  stale: "Prices are standing still",
  reconnecting: "Reconnecting to prices",
};

/** Texts. */
export const chart = {
  title: (symbol: string) => `Price chart of ${symbol}`,
  summary: (orders: number, fills: number) =>
    `Candles with ${
      plural(orders, "resting order", "resting orders")
    } as lines and ${
      plural(fills, "fill", "fills")
    } as markers; the same figures are in the tables below.`,
  interval: "Candle length",
  intervals: { "1m": "1m", "5m": "5m", "15m": "15m", "1H": "1h" } as Readonly<
    Record<string, string>
  >,
  failed: "The price history could not be loaded.",
  failedText:
    "The exchange did not answer. Orders and fills below are not affected.",
  noVenue: "No price source is set up for this account.",
  credit: "Charts by TradingView",
  reset: "Newest",
  feed,
  lineTitles: {
    long: {
      open: "L open",
      entry: "L entry",
      "take_profit": "L TP",
      reduce: "L reduce",
      close: "L close",
    },
    short: {
      open: "S open",
      entry: "S entry",
      "take_profit": "S TP",
      reduce: "S reduce",
      close: "S close",
    },
  } satisfies Record<PositionSide, Record<Purpose, string>>,
};
