/**
 * Every text of the app, in one place, so that another language is one more
 * file of this shape. Sentences: what it is, then what to do.
 *
 * @module
 */
import type { AuthRefusalCode } from "../data/auth_api.ts";
import type { FeedState } from "../data/market_socket.ts";
import type { LinkState } from "../data/live_hub.ts";
import type {
  BotStatus,
  ProfileStatus,
  StopPolicy,
  Venue,
} from "../data/rows.ts";
import type { PositionSide, Purpose } from "@core/model/sides.ts";
import type { OrderStatus } from "@core/model/order.ts";

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const common = {
  appName: "Trellis",
  cancel: "Cancel",
  close: "Close",
  back: "Back",
  retry: "Try again",
  loading: "Loading",
  unknown: "unknown",
  email: "E-mail",
  password: "Password",
  showPassword: "Show password",
  hidePassword: "Hide password",
  skipToContent: "Skip to content",
  working: "Working",
  loadFailed: "This could not be loaded.",
  loadFailedText:
    "The server did not answer. Your bots go on running: this page only looks at them.",
  stale:
    "These figures may be old: the last update did not arrive. Trying again.",
  pageNotFound: "There is no such page.",
  pageNotFoundText:
    "The address may have been mistyped, or the page has moved.",
  crashed: "Something on this page broke.",
  crashedText:
    "Your bots are not affected. Reload the page; if it happens again, tell us what you did.",
  reload: "Reload",
  startFailed: "Trellis could not start.",
  startFailedText:
    "The configuration of this site could not be loaded. Check your connection.",
};

const theme = {
  label: (choice: string) => `Theme: ${choice}`,
  system: "System",
  light: "Light",
  dark: "Dark",
};

const link: Record<LinkState, string> = {
  live: "Live",
  connecting: "Connecting",
  reconnecting: "Reconnecting",
  offline: "Offline",
};

const feed: Record<FeedState, string> = {
  connecting: "Connecting to prices",
  live: "Live prices",
  stale: "Prices are standing still",
  reconnecting: "Reconnecting to prices",
};

const nav = {
  main: "Main",
  bots: "Bots",
  keys: "Keys",
  account: "Account menu",
  settings: "Account",
  signOut: "Sign out",
  inbox: "Local inbox",
  paperBanner: "Paper trading: play money on real prices.",
};

const landing = {
  title: "A grid that tends itself.",
  lead:
    "Trellis runs grid bots on your own Bitget account. You keep your money and your keys; the bot keeps its orders in the book, day and night.",
  getStarted: "Create an account",
  signIn: "Sign in",
  tryDemo: "Look around with the demo",
  points: [
    {
      title: "Your account, your funds",
      text:
        "The key you connect may trade and nothing else. Keys that could withdraw are refused.",
    },
    {
      title: "Sealed keys",
      text:
        "Your secret is encrypted before it is stored. The website can seal it, but never open it.",
    },
    {
      title: "Every order explained",
      text:
        "See each resting order on the chart, each fill as it happens, and why the bot did what it did.",
    },
    {
      title: "Paper first",
      text:
        "Open a paper account with one click and watch the same bot on real prices with play money.",
    },
  ],
  risk:
    "Grid trading with leverage can lose your whole margin. Start on paper, and only risk what you can afford to lose.",
};

const auth = {
  signIn: {
    title: "Sign in",
    submit: "Sign in",
    forgot: "Forgot password?",
    noAccount: "New here?",
    toSignUp: "Create an account",
  },
  signUp: {
    title: "Create your account",
    submit: "Create account",
    hasAccount: "Already have an account?",
    toSignIn: "Sign in",
    passwordHint:
      "At least 8 characters. A few words you can remember work well.",
    confirmTitle: "Check your e-mail",
    confirmText: (email: string) =>
      `We have sent a link to ${email}. Open it to finish; you can close this page.`,
  },
  reset: {
    title: "Reset your password",
    lead: "Enter your e-mail address. We will send you a six-digit code.",
    send: "Send code",
    codeTitle: "Enter the code",
    codeLead: (email: string) =>
      `If ${email} has an account, a code is on its way. It is good for one hour.`,
    code: "Six-digit code",
    verify: "Continue",
    resend: "Send a new code",
    resent: "A new code is on its way.",
    openInbox: "Open the local inbox",
    passwordTitle: "Choose a new password",
    newPassword: "New password",
    save: "Save password",
    backToSignIn: "Back to sign in",
    done: "Your password has been changed.",
  },
  fields: {
    emailMissing: "Enter your e-mail address.",
    emailMalformed: "This does not look like an e-mail address.",
    passwordMissing: "Enter your password.",
    passwordShort: "Too short: use at least 8 characters.",
    codeMalformed: "The code has six digits.",
  },
  refusals: {
    "credentials_wrong": "E-mail or password is wrong.",
    "email_taken":
      "There is already an account with this e-mail. Sign in instead.",
    "email_malformed": "This does not look like an e-mail address.",
    "email_unconfirmed":
      "This address is not confirmed yet. Open the link in the mail we sent you.",
    "password_weak":
      "This password is too weak. Use at least 8 characters, not a common word.",
    "password_same": "This is your present password. Choose another one.",
    "code_wrong": "This code is wrong or has expired. Ask for a new one.",
    "too_many_tries": "Too many tries. Wait a minute and try again.",
    "session_missing": "Your session has ended. Ask for a new code.",
    "offline": "The server cannot be reached. Check your connection.",
    "internal": "Something went wrong on our side. Try again in a minute.",
  } satisfies Record<AuthRefusalCode, string>,
};

const apiErrors: Readonly<Record<string, string>> = {
  "offline": "The server cannot be reached. Nothing was changed.",
  "internal":
    "Something went wrong on our side. Look at the list before you try again.",
};

const venues: Record<Venue, string> = {
  paper: "Paper",
  bitget: "Bitget",
  "bitget_demo": "Bitget demo",
};

const keys = {
  title: "Exchange accounts",
  lead: "Where your bots trade. A key can trade, and nothing else.",
  connect: "Connect a key",
  openPaper: "Open a paper account",
  openingPaper: "Opening a paper account",
  empty: "No account connected",
  emptyText:
    "Open a paper account to try everything with play money, or connect a Bitget key to trade for real.",
  uid: (uid: string) => `UID ${uid}`,
  hint: (hint: string) => `Key ${hint}`,
  permissions: "May",
  permissionNames: {
    "coow": "place orders",
    "cpow": "manage positions",
    "coor": "read orders",
    "cpor": "read positions",
    "trade": "trade",
    "readonly": "read",
    "read": "read",
  } as Readonly<Record<string, string>>,
  connectedOn: (date: string) => `connected ${date}`,
  botCount: (count: number) => plural(count, "bot", "bots"),
  ipBound: "Bound to our addresses",
  ipOpen: "Works from any address",
  status: {
    active: "Active",
    invalid: "No longer accepted",
    revoked: "Removed",
  },
  invalidText:
    "Bitget no longer accepts this key. Bots on it cannot trade until you connect a new one.",
  remove: "Remove",
  removeLabel: (label: string) => `Remove ${label}`,
  removeTitle: (label: string) => `Remove “${label}”?`,
  removeText:
    "Our sealed copy of the key is deleted and cannot be brought back. Stopped bots keep their history but can no longer be started. Delete the key on Bitget as well.",
  removePaperText:
    "The paper account is disconnected for good. Stopped bots keep their history but can no longer be started.",
  removeConfirm: "Remove key",
  showRevoked: (count: number) =>
    `${plural(count, "removed key", "removed keys")}`,
  verification: {
    "pending_key": null,
    "pending_review":
      "Your Bitget UID is waiting to be verified. Until then you can trade on paper.",
    active: null,
    suspended: "Your account is suspended.",
    rejected: "Your Bitget UID was not accepted. You can still trade on paper.",
  } satisfies Record<ProfileStatus, string | null>,
};

const connect = {
  title: "Connect a Bitget key",
  lead: "Takes about three minutes. You need a Bitget Classic account.",
  stepsTitle: "Make a safe key",
  steps: [
    "On Bitget, open API management and create a system-generated key.",
    "Permissions: futures orders and futures holdings, read and write. Nothing else.",
    "Leave withdrawal and transfer off. We refuse keys that can move money.",
    "Best on a sub-account that holds only what the bot may use.",
    "Bind our IP addresses if you can: a key bound to addresses is useless to a thief.",
  ],
  label: "Name",
  labelHint: "For you, to tell accounts apart.",
  labelDefault: "My Bitget account",
  venue: "Account",
  venueReal: "Real",
  venueDemo: "Bitget demo",
  apiKey: "API key",
  apiSecret: "Secret key",
  passphrase: "Passphrase",
  passphraseHint: "The one you chose when you made the key.",
  submit: "Check and connect",
  sealed:
    "The key is checked with Bitget, sealed, and never shown again. Only the trading engine can open it.",
  missing: "This is needed.",
  labelMissing: "Give it a name.",
  malformed: "Copy it again from Bitget, without spaces.",
  paperInstead: "Rather try it first?",
};

const botStatus: Record<BotStatus, string> = {
  idle: "Not started",
  starting: "Starting",
  running: "Running",
  stopping: "Stopping",
  stopped: "Stopped",
  faulted: "Needs attention",
};

const bots = {
  title: "Bots",
  create: "New bot",
  empty: "No bots yet",
  emptyText:
    "A grid bot keeps a buy and a sell order on each side of the price and takes many small profits. Create one and watch it work.",
  emptyNoKey: "First, an account",
  emptyNoKeyText:
    "A bot needs an account to trade on. A paper account takes one click and costs nothing.",
  status: botStatus,
  waiting: { running: "Start requested", stopped: "Stop requested" },
  realized: "Net realized",
  netOfCosts: "after fees and funding",
  unrealized: "Unrealized",
  equity: "Equity",
  fillsCount: (count: number) => plural(count, "fill", "fills"),
  openOrders: (count: number) => plural(count, "order", "orders"),
  running: (since: string) => `started ${since}`,
  summary: (running: number, all: number) => `${running} of ${all} running`,
  never: "never started",
};

const bot = {
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

const chart = {
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

const form = {
  createTitle: "New grid bot",
  editTitle: (name: string) => `Edit “${name}”`,
  lead:
    "One entry and one take-profit on each side, carried along by the fills. Sensible values are filled in.",
  account: "Account",
  accountHint: (venue: string) => venue,
  market: "Market",
  marketPlaceholder: "Search, for example BNB",
  marketHint: (minNotional: string, leverage: number) =>
    `Smallest order ${minNotional} · leverage up to ${leverage}×`,
  marketNone: "No market matches.",
  marketFailed:
    "The list of markets could not be loaded. Type the symbol in full, for example BNB/USDT:USDT.",
  marketMissing: "Choose a market.",
  marketLoading: "Loading markets",
  name: "Name",
  nameMissing: "Give the bot a name.",
  nameDefault: (base: string) => `${base} grid`,
  grid: "Grid",
  takeProfitSpacing: "Take-profit spacing",
  takeProfitSpacingHint: "How far a position runs before it is closed.",
  gridSpacing: "Entry spacing",
  gridSpacingHint: "How far the price must go against you before the bot adds.",
  sizeBy: "Order size in",
  orderSize: "Order size",
  orderSizeHint: (other: string) => `About ${other} per order.`,
  leverage: "Leverage",
  leverageHint:
    "Sets the margin the exchange asks for, not the size of orders.",
  advanced: "Limits and details",
  takeProfitBoostMultiplier: "Double the take-profit above",
  maxEntryMultiplier: "Stop adding above",
  multiplierUnit: "× order size",
  multiplierHint: (size: string) => `Held position of ${size}`,
  legs: "Sides",
  legsNames: { both: "Long and short", long: "Long only", short: "Short only" },
  openRequoteSeconds: "Follow the price every",
  openRequoteHint:
    "How long an opening order waits before it follows the price.",
  staleDataSeconds: "Wait when prices are older than",
  marginGuard: "Margin guard",
  marginGuardOn: "Protect against liquidation",
  entryLimit: "No new entries above",
  reduceLimit: "Reduce above",
  marginUnit: "% margin used",
  off: "Off",
  guardWords: (entry: string, reduce: string) =>
    `No entries above ${entry}, reduce above ${reduce}`,
  unreadable: "These settings were made by a newer version of Trellis.",
  submitCreate: "Create bot",
  submitEdit: "Save changes",
  createdHint: "Nothing is traded until you start it.",
  aboveZero: "Must be more than zero.",
  tooSmall: (min: string) => `At least ${min}.`,
  tooLarge: (max: string) => `At most ${max}.`,
  notNumber: "Enter a number.",
  notWhole: "Enter a whole number.",
  checkFields: "Some values need another look.",
  noKeys: "No account to trade on",
  noKeysText:
    "Open a paper account with one click, or connect a Bitget key first.",
  runningNote:
    "The bot is running: it takes new settings over as soon as you save them.",
  maxEntryAboveBoost:
    "Must be above the size at which the take-profit doubles.",
  reduceAboveEntry: "Must be above the limit for new entries.",
  staleDataHint: "Nothing is placed or canceled while prices are this old.",
  coin: "coin",
  seconds: "s",
  times: "×",
};

const preview = {
  title: "Preview",
  unit: (quote: string) => `in ${quote}`,
  empty: "Choose a market and a size to see what the bot would do.",
  failed: "The preview is not available right now.",
  fixFirst: "Correct the marked values to see the preview.",
  orders: "First orders at the present price",
  notional: "Largest position",
  margin: "Margin at worst",
  liquidation: "Estimated liquidation",
  netProfit: "Net profit per round trip",
  minInvestment: "Balance needed",
  afterFees: "after fees",
  updating: "Updating",
  never: "none",
  estimate: "Estimates at the present price. The market does as it likes.",
};

const account = {
  title: "Account",
  email: "E-mail",
  verification: "Real trading",
  verificationStates: {
    "pending_key": "Connect a Bitget key to be verified",
    "pending_review": "Waiting for verification",
    active: "Verified",
    suspended: "Suspended",
    rejected: "Not accepted",
  } satisfies Record<ProfileStatus, string>,
  theme: "Appearance",
  password: "Password",
  changePassword: "Change password",
};

const time = {
  justNow: "just now",
  secondsAgo: (n: number) => `${n} s ago`,
  minutesAgo: (n: number) => `${n} min ago`,
  hoursAgo: (n: number) => `${n} h ago`,
};

/** The English texts. */
export const en = {
  locale: "en-GB",
  account,
  apiErrors,
  auth,
  bot,
  bots,
  chart,
  common,
  connect,
  form,
  keys,
  landing,
  link,
  nav,
  preview,
  theme,
  time,
  venues,
};

/** The shape every language has. */
export type Texts = typeof en;
