/** Texts: making and changing a bot. @module */

/** Texts. */
export const form = {
  createTitle: "New grid bot",
  editTitle: (name: string) => `Edit “${name}”`,
  lead:
    "Choose a market and a preset, look at the grid on the chart, start when it suits you.",
  strategy: "Strategy",
  strategies: { "as_grid": "AS grid", "range_grid": "Range grid" },
  strategyHints: {
    "as_grid":
      "One entry and one take-profit on each side, carried along by the fills.",
    "range_grid":
      "A fixed range of lines: buys below, sells above, again and again.",
  },
  account: "Account",
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
  takeProfitSpacing: "Take-profit spacing",
  takeProfitSpacingHint: "How far a position runs before it is closed.",
  gridSpacing: "Entry spacing",
  gridSpacingHint: "How far the price must go against you before the bot adds.",
  sizeBy: "Order size in",
  orderSize: "Order size",
  orderSizeHint: (other: string) => `${other} per order, in whole lots.`,
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
  off: "Off",
  on: "On",
  unreadable: "These settings were made by a newer version of Trellis.",
  submitCreate: "Create bot",
  submitEdit: "Save changes",
  createdHint: "Nothing is traded until you start it.",
  aboveZero: "Must be more than zero.",
  tooSmall: (min: string) => `At least ${min}.`,
  tooLarge: (max: string) => `At most ${max}.`,
  notNumber: "Enter a number.",
  ambiguousComma: "This comma can mean two things: write 1234 or 1.234.",
  notWhole: "Enter a whole number.",
  checkFields: "Some values need another look.",
  noKeys: "No account to trade on",
  noKeysText:
    "Open a paper account with one click, or connect a Bitget key first.",
  runningNote:
    "The bot is running: it takes new settings over as soon as you save them.",
  runningNoteRange:
    "The grid is running: exits, following, leverage and risk count as soon as you save. Lines, size and direction come with the next start that finds the grid holding nothing.",
  maxEntryAboveBoost:
    "Must be above the size at which the take-profit doubles.",
  coin: "coin",
  seconds: "s",
  times: "×",
  /** English says it with the numbers of the core's own sentence. */
  marketIssue: (_code: string, sentence: string): string => sentence,
  lowerPrice: "Lower price",
  upperPrice: "Upper price",
  fromPrice: (distance: string) => `${distance} from the present price`,
  levels: "Grids",
  levelsHint: (step: string) => `One every ${step}`,
  spacing: "Steps",
  spacings: { arithmetic: "Equal amounts", geometric: "Equal percent" },
  direction: "Direction",
  directions: { neutral: "Neutral", long: "Long", short: "Short" },
  directionHints: {
    neutral: "Buys below the price, sells above it; earns while it swings.",
    long: "Holds coins and sells them higher; best in a rising range.",
    short: "Sells first and buys back lower; best in a falling range.",
  },
  openingPosition: "Open the position at once",
  openingPositionHint:
    "Takes what the grid would hold at this price. Off: it waits for the lines.",
  investment: "Investment",
  investmentHint: (size: string) => `${size} per order`,
  rangeLeverageHint: "Investment × leverage is what the grid can hold.",
  rangeHolds: (value: string) =>
    `Holds up to ${value}: investment\u00a0×\u00a0leverage.`,
  conditions: "Start and end conditions",
  triggerPrice: "Start at",
  triggerPriceHint: "Empty: it starts at once.",
  stopLossPrice: "Stop-loss",
  takeProfitPrice: "Take-profit",
  exitHint: "Closes everything there. Empty: never.",
  trailingUpTo: "Follow up to",
  trailingDownTo: "Follow down to",
  trailingHint: "The range moves with the price until there. Empty: it stays.",
  optional: "optional",
  presets: {
    title: "Presets",
    lead: (day: string) =>
      `From how this market has moved lately: ${day} a day.`,
    waiting: "Measuring how much this market moves.",
    unknown: "How much this market moves is not known: type the values.",
    names: {
      conservative: "Conservative",
      balanced: "Balanced",
      active: "Active",
    },
    texts: {
      conservative: "Wide steps, few orders, little leverage",
      balanced: "For most days",
      active: "Narrow steps, many fills, more fees",
    },
    entry: "Entry",
    profit: "Take-profit",
    range: "Range",
    grids: "Grids",
    gridsOf: (levels: string, step: string) => `${levels} of ${step}`,
    leverage: "Leverage",
  },
  chart: {
    title: "The grid on the chart",
    hint: "Drag a line, or type the value in its field.",
    lines: (count: number) => `${count} lines`,
  },
  volatility24h: (range: string) => `${range} in 24 h`,
  importFile: "Import",
  importDone: (name: string) => `“${name}” is in the form. Look it over.`,
  importFailed: "This file cannot be used:",
  copiedFrom: (name: string) => `Copy of ${name}`,
  file: {
    notJson: "It is not JSON.",
    notOurs: "It is not a bot's settings exported from Trellis.",
    newer: "It was made by another version of Trellis.",
    strategy: (name: string) => `The strategy “${name}” is not known.`,
    symbol: (symbol: string) => `“${symbol}” is no market's symbol.`,
    config: "Its settings cannot be read.",
    unknown: (keys: string) => `Unknown settings: ${keys}.`,
    notTraded: (symbol: string) =>
      `${symbol} is not traded on this account's exchange.`,
  },
  rules: {
    upperAboveLower: "Must lie above the lower price.",
    triggerInside: "Must lie within the range.",
    stopLoss: {
      neutral: "Must lie outside the range.",
      long: "Must lie below the range.",
      short: "Must lie above the range.",
    },
    takeProfit: {
      neutral: "Must lie outside the range.",
      long: "Must lie above the range.",
      short: "Must lie below the range.",
    },
    differentSides: "Must lie on the other side of the range than the stop.",
    shortTrailsDown: "A short grid follows down only.",
    longTrailsUp: "A long grid follows up only.",
    aboveUpper: "Must lie above the upper price.",
    belowLower: "Must lie below the lower price.",
  },
};

/** Texts of the risk section: by layer, by field, by choice. */
export const risk = {
  title: "Risk",
  lead: "Protections and overlays. Off unless you switch them on.",
  on: (count: number) => count === 0 ? "none on" : `${count} on`,
  range: (from: string, to: string) => `${from} to ${to}`,
  setting: (name: string, value: string) => `${name} ${value}`,
  layers: {
    marginGuard: {
      title: "Margin guard",
      text:
        "Stops adding before the margin runs out; an AS grid then reduces as well.",
    },
    bothLegsHeavy: {
      title: "Both sides heavy",
      text:
        "Takes a part off both sides when both have grown large, so that margin does not lie idle.",
    },
    trailingTakeProfit: {
      title: "Trailing take-profit",
      text:
        "Closes everything once the unrealized profit has turned and given back a part.",
    },
    hardStop: {
      title: "Hard stop",
      text: "Closes a side that has lost too much of the account, then rests.",
    },
    maxLoss: {
      title: "Maximum loss of this bot",
      text: "Closes everything and stops the bot, fees and funding included.",
    },
    accountMaxLoss: {
      title: "Maximum loss of the account",
      text:
        "Closes and stops this bot when the account's equity has fallen this far since the start, whatever the cause.",
    },
    fundingBias: {
      title: "Funding bias",
      text: "Adds less on the side that pays funding, more on the one paid.",
    },
    inventorySkew: {
      title: "Inventory skew",
      text: "Adds less on the heavier side, more on the lighter one.",
    },
    volatilitySpacing: {
      title: "Spacing follows volatility",
      text: "Widens both spacings when the market moves, narrows them in calm.",
    },
  } as Readonly<
    Record<string, { readonly title: string; readonly text: string }>
  >,
  fields: {
    staleDataSeconds: "Wait when prices are older than",
    entryLimit: "No new entries above",
    reduceLimit: "Reduce above",
    heavyFraction: "Heavy from, of the largest size",
    releaseFraction: "Released below, of the largest size",
    reduceFraction: "Takes off each side, of the largest size",
    cooldownSeconds: "Rest afterwards",
    maxPerDay: "Stop after so many",
    startProfit: "Armed from a profit of",
    minDrawdown: "Closes after giving back at least",
    drawdownFraction: "and at least, of its peak",
    maxLossFraction: "Largest loss, of the equity",
    maxLoss: "Largest loss",
    threshold: "From a funding rate of",
    payingFactor: "Entry size of the side that pays",
    receivingFactor: "Entry size of the side that is paid",
    gamma: "Strength",
    windowMinutes: "Measured over",
    referenceVolatility: "Unchanged at a volatility of",
    min: "Never narrower than",
    max: "Never wider than",
  } as Readonly<Record<string, string>>,
  units: {
    seconds: "s",
    minutes: "min",
    hours: "h",
    percent: "%",
    perDay: "a day",
  },
  choices: {} as Readonly<Record<string, string>>,
  rules: {
    "risk.marginGuard.reduceLimit": "Must be above the limit for new entries.",
    "risk.bothLegsHeavy.releaseFraction":
      "Must be at or below the size that is heavy.",
    "risk.trailingTakeProfit.minDrawdown":
      "Must not be larger than the profit that arms it.",
  } as Readonly<Record<string, string>>,
};

/** Texts. */
export const preview = {
  title: "Preview",
  unit: (quote: string) => `in ${quote}`,
  empty: "Choose a market and a size to see what the bot would do.",
  failed: "The preview is not available right now.",
  retrying: "The preview is not available right now. Trying again.",
  fixFirst: "Correct the marked values to see the preview.",
  orders: "First orders at the present price",
  notional: "Largest position",
  margin: "Margin at worst",
  liquidation: "Estimated liquidation",
  afterFees: "after fees",
  updating: "Updating",
  never: "none",
  estimate: "Estimates at the present price. The market does as it likes.",
  netProfitRange: "Net profit per grid",
  worstLoss: "Loss at worst",
  worstLossHint: "if the price runs to the end of the grid without a turn",
  smallestInvestment: "Smallest investment",
  smallestHint: "with the smallest order this market takes",
  equityNeeded: "Balance needed",
  equityNeededHint: "so that no order is refused while the price runs one way",
  bothSides: "with both sides full",
  liquidationHint: (equity: string) => `with ${equity} in the account`,
  ordersResting: "Orders",
  ordersOf: (allowed: number, wanted: number) =>
    allowed < wanted ? `${allowed} of ${wanted} at a time` : `${wanted}`,
  moreOrders: (count: number) => `and ${count} more, further away`,
};
