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
  closePositions: "Close out",
  startTitle: (name: string) => `Start “${name}”?`,
  startText: (venue: string) =>
    `The bot begins to place orders on your ${venue} account at once, with the settings below.`,
  startReal: "This trades real money.",
  startDemo: "This trades the coins of Bitget's demo account, no real money.",
  startType: (coin: string) => `Type ${coin} to confirm`,
  startConfirm: "Start bot",
  stopTitle: (name: string) => `Stop “${name}”`,
  stopLead: (orders: string, positions: string) =>
    `It has ${orders} and ${positions}. What should happen to them?`,
  stopEffect: {
    canceled: (count: number | null) =>
      count === null
        ? "all other orders canceled"
        : `${plural(count, "order", "orders")} canceled`,
    kept: (count: number | null) =>
      count === null
        ? "take-profits kept"
        : `${plural(count, "take-profit", "take-profits")} kept`,
    closed: (count: number | null) =>
      count === null
        ? "all positions closed at the market price"
        : `${
          plural(count, "position", "positions")
        } closed at the market price`,
    left: (count: number | null) =>
      count === null
        ? "positions stay open"
        : `${plural(count, "position stays", "positions stay")} open`,
  },
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
  faultedKeys: "Look at your keys",
  faultedSettings: "Change the settings",
  figures: "Figures",
  equity: "Account equity",
  noEquity: "The first points appear after two minutes of trading.",
  equityWords: (from: string, at: string, to: string) =>
    `Account equity: ${from} at ${at}, ${to} now`,
  silent: (when: string) =>
    `The bot was last in step with the exchange ${when}. Its orders stay in the book; the engine takes it up again by itself.`,
  marginRatio: "Margin ratio",
  marginRatioHint: "at 100 % the exchange liquidates",
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

/** Texts of the bot page's panels: ladder, money, trust, lists. */
export const desk = {
  strip: {
    gridProfit: {
      name: "Grid profit",
      what: "what closed pairs earned, before fees",
    },
    pairs: (count: number) =>
      `${plural(count, "closed pair", "closed pairs")}, before fees`,
    unpaired: {
      name: "Unpaired",
      what: "what is still held, at the price of now",
    },
    fees: { name: "Fees", what: "paid to the exchange" },
    funding: { name: "Funding", what: "received or paid while holding" },
    total: { name: "Total", what: "the sum of the four, to the last digit" },
    equity: "of the whole account",
  },
  blocked: "Orders the exchange refused",
  noReason: "no reason given",
  tones: {
    blocked: "Refused:",
  },
  breakEven: "Break-even",
  liquidation: "Liquidation",
  liquidationFar: "far from the price",
  level: "Level",
  value: "Value",
  distance: "Distance",
  age: "Age",
  price: "Price now",
  atMarket: "market",
  waits: { entry: "Waits for its entry", exit: "Waits for its exit" },
  idle: {
    refused: "No order: the exchange refused it, see above",
    stopped: "No order: the bot does not run",
    outside: "No order: the grid begins when the price is in its range",
    trigger: "No order: the grid waits for its start price",
    opening: "No order: the position is opened first",
    ended: "No order: the grid has ended",
    margin: "No order: the margin guard keeps entries off",
    far: "No order: too far away for the exchange's order limit",
    passed: "No order: the price has passed it and must come back first",
    soon: "No order yet",
  },
  showAll: (count: number) => `Show all ${count}`,
  showNear: "Show those near the price",
  filled: (part: string) => `${part} filled`,
  all: "All",
  csv: "Download CSV",
  csvCut: (rows: string) => `The file holds the newest ${rows} rows only.`,
  pages: "Pages",
  newer: "Newer",
  older: "Older",
  rowsOf: (first: string, last: string, total: string) =>
    `${first}–${last} of ${total}`,
  nothing: "Nothing matches.",
  side: "Side",
  purpose: "Purpose",
  status: "State",
  importance: "Importance",
  pair: "Pair profit",
  pairOf: (entry: string) => `from ${entry}`,
  orders: "Order history",
  average: (price: string) => `filled at ${price}`,
  trust: {
    title: "Can I trust this?",
    good: "agrees",
    bad: "look here",
    sync: "Last full look",
    syncHint: "what follows is as of then",
    position: (leg: string) => `${leg}: ours · exchange`,
    oursTheirs: (ours: string, theirs: string) => `${ours} · ${theirs}`,
    orders: "Orders: expected · found",
    expectedFound: (expected: number, found: number) =>
      `${expected} · ${found}`,
    engine: "Engine",
    noEngine: "none",
    lease: "Lease",
    leaseWords: (age: string, epoch: number) => `renewed ${age} · no. ${epoch}`,
    settings: "Settings",
    version: (version: number) => `version ${version}`,
    acknowledged: (version: number) => `version ${version}, taken over`,
    behind: (running: number, saved: number) =>
      `trades by ${running}, saved ${saved}`,
  },
  decisions: {
    title: "Last ten decisions",
    none: "No order yet.",
    rules: {
      "open_at_touch": "Opens at the best price",
      "opening_position": "Takes what the grid would hold at this price",
      entry: "Adds one spacing away from the anchor",
      "take_profit": "Closes one spacing in profit",
      "take_profit_boosted": "Closes a double part: the position is large",
      "take_profit_paused": "The leg is full: closes at a better price only",
      "take_profit_waits_for_entry": "Waits until the entry has ended",
      "grid_entry": "Enters at the line of its interval",
      "grid_exit": "Leaves at the other line of its interval",
      "margin_guard_reduce": "The margin guard reduces",
      "both_legs_heavy_reduce": "Both sides are heavy: a part comes off each",
      "trailing_take_profit": "The profit has turned: everything is closed",
      "hard_stop": "This side has lost too much of the account",
      "max_loss": "The bot's largest loss was reached",
      "account_max_loss": "The account's largest loss was reached",
      "stop_close_positions": "Closes because the bot was stopped",
      "stop_loss": "The stop-loss was reached",
      exit: "Closes what is held",
      adopted: "Found on the exchange and taken over",
    } as Readonly<Record<string, string>>,
    because: (rule: string, inputs: string) => `${rule} (${inputs})`,
    inputs: {
      anchor: "anchor",
      touch: "best price",
      price: "price",
      held: "held",
      position: "position",
      interval: "interval",
      basis: "entered at",
      exit: "leaves at",
      rest: "still to open",
      marginRatio: "margin ratio",
      lockPrice: "lock",
    } as Readonly<Record<string, string>>,
    ends: {
      superseded: "replaced by another",
      "not_wanted": "no longer wanted",
      "stop_policy": "by the stop",
      "canceled_elsewhere": "canceled elsewhere",
      "post_only_refused": "it would have traded at once",
      refused: "refused",
      "never_sent": "never sent",
      "never_arrived": "never arrived",
    } as Readonly<Record<string, string>>,
  },
  savedNotTaken: (saved: number, running: number) =>
    `Version ${saved} of the settings is saved; the engine still trades by version ${running}.`,
  copy: "Copy",
  exportConfig: "Export",
  retrying: "Trying again.",
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
  missing: "The chart could not be loaded. Reload the page to see it.",
  failed: "The price history could not be loaded.",
  failedText:
    "The exchange did not answer. Orders and fills below are not affected.",
  credit: "Charts by TradingView",
  legend: {
    entry: "entry",
    exit: "exit",
    waiting: "on its way",
    even: "break-even",
    liquidation: "liquidation",
  },
  breakEven: { long: "L even", short: "S even" },
  liquidation: { long: "L liq.", short: "S liq." },
  mark: "mark",
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
