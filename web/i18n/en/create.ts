/** Texts: making and changing a bot. @module */

/** Texts. */
export const form = {
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

/** Texts. */
export const preview = {
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
