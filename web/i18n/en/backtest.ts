/** Texts: trying a strategy on past candles. @module */
import type { FillModel } from "@core/backtest/report.ts";
import { plural } from "./plural.ts";

/** Texts. */
export const backtest = {
  title: "Backtest",
  lead:
    "Your strategy on past minutes, with the code that trades live. Three rules for fills show how much of the result is luck of the order book.",
  models: {
    pessimistic: "Pessimistic",
    path: "Path",
    optimistic: "Optimistic",
  } as Readonly<Record<FillModel, string>>,
  modelHints: {
    pessimistic:
      "An order fills only where the price traded a whole tick beyond it, once a minute.",
    path: "The price walks open, low, high, close; it must pass the order.",
    optimistic: "The same walk; touching the order is enough.",
  } as Readonly<Record<FillModel, string>>,
  run: "Run backtest",
  again: "Run again",
  cash: "Starting balance",
  cashWrong: "Enter an amount above zero.",
  loadingMinutes: (done: string, total: string) =>
    `Loading minutes: ${done} of ${total}`,
  running: (done: number, total: number) => `Running: ${done} of ${total}`,
  progress: "Progress of the backtest",
  canceled: "Canceled.",
  finished: "The backtest has finished. Its result stands below.",
  stale: "The settings have changed: these figures are from before.",
  fixFirst: "Correct the marked values to run a backtest.",
  chooseMarket: "Choose a market to run a backtest.",
  failed: {
    venue:
      "The exchange did not answer. Past candles come from its public data.",
    noCandles: "The exchange has no candles for this time.",
    config: (words: string) => `This cannot run: ${words}.`,
    data: (words: string) => `The exchange sent a wrong candle: ${words}`,
    tooShort: "There are too few minutes to split: choose a longer time.",
    worker: "The browser could not run the backtest.",
    other: "The backtest broke off.",
  },
  band: {
    title: "Last 30 days",
    empty:
      "See what these settings would have done: profit and drawdown under three rules for fills.",
  },
  table: {
    label: "Results of the three fill models",
    figure: "Figure",
    return: "Return",
    finalEquity: "Final equity",
    maxDrawdown: "Max drawdown",
    fills: "Fills",
    trades: "Finished trades",
    gridProfit: "Grid profit",
    unpaired: "Unpaired",
    fees: "Fees",
    funding: "Funding",
    largest: "Largest position, long / short",
    sharpe: "Sharpe",
    ambiguous: "Ambiguous minutes",
    ambiguousHint: "Minutes in which more than one order of a leg could fill.",
    outcome: "Ended",
    liquidated: "Liquidated",
    survived: "Running",
    stoppedOut: "Stopped out",
    unknown: "unknown",
  },
  coverage: (from: string, to: string, minutes: string) =>
    `${from} to ${to}: ${minutes} minutes, none missing.`,
  coverageShort: (share: string) =>
    `Only ${share} of the time asked for: the exchange has nothing older.`,
  coverageGap: (minutes: number, at: string) =>
    `The exchange is missing ${
      plural(minutes, "minute", "minutes")
    } at ${at}: the test begins after them.`,
  fundingUnknown:
    "Funding is unknown for this time and left out of the result.",
  assumptions: (version: string, hash: string) =>
    `Engine ${version} · data ${hash} · no slippage, orders arrive at once`,
  form: {
    setup: "What to try",
    venue: "Prices from",
    span: "Time",
    spans: {
      "7": "7 days",
      "30": "30 days",
      "90": "90 days",
      "custom": "Dates",
    },
    from: "From",
    to: "Until",
    dates: "UTC days; the last one counts whole.",
    datesWrong: "The first day must not lie after the last.",
    tooLong: (days: number) => `At most ${days} days at once.`,
  },
  results: {
    empty: "Nothing tried yet",
    emptyText:
      "Choose a market and a time, then run: results, curves and fills appear here.",
    equity: "Equity",
    drawdown: "Drawdown",
    equityWords: (low: string, high: string) =>
      `Equity of the three fill models, between ${low} and ${high}.`,
    drawdownWords: (worst: string) =>
      `Drawdown of the three fill models, at worst ${worst}.`,
    fillsOn: "Fills on the chart",
    fillsWords: (fills: string, model: string) =>
      `Candles with ${fills} fills of the model “${model}”.`,
    toBot: "Turn into a bot",
  },
  sweep: {
    title: "Sweep two parameters",
    lead:
      "Tries every pair of values. With a walk forward, values are chosen on one part of the time and judged on the part after it: only that says anything about tomorrow.",
    across: "Across",
    down: "Down",
    from: "from",
    to: "to",
    steps: "Steps",
    split: "Judge on",
    splits: {
      "none": "the same time",
      "walk": "the time after (3 folds)",
    },
    model: "Fill model",
    minTrades: "Least trades",
    run: (count: number) =>
      `Try ${plural(count, "combination", "combinations")}`,
    minTradesWrong: "A whole number, 0 or more.",
    runOne: "Run sweep",
    sameTwice: "Choose two different parameters.",
    rangeWrong: "From must lie below to.",
    stepsWrong: (max: number) => `2 to ${max} steps.`,
    progress: (done: number, total: number) => `${done} of ${total}`,
    empty: "The heat map of returns appears here.",
    mapLabel: (down: string, across: string) =>
      `Return by ${down} (rows) and ${across} (columns)`,
    cell: (down: string, across: string, value: string) =>
      `${down}, ${across}: ${value}`,
    cellTrades: (trades: number) =>
      plural(trades, "finished trade", "finished trades"),
    inSample: "in sample",
    outOfSample: "out of sample",
    disqualified: {
      "refused": "not allowed",
      "few_trades": "too few trades",
      "liquidated": "liquidated",
    },
    best: "Best of those that count",
    noBest: "No combination traded enough.",
    take: "Use these values",
    asMap: "Heat map",
    asTable: "Table",
    view: "Show as",
    keys: "Arrow keys walk, Enter uses the values.",
    tap: "Tap a cell to use its values.",
    swipe: "Scroll the map sideways for the rest.",
    faded: "Faded: too few trades to judge, liquidated or not allowed.",
    walk: (value: string) =>
      `Choosing the best of each past part and keeping it for the next would have brought ${value} a part, on average.`,
    parameters: {
      takeProfitSpacing: "Take-profit spacing",
      gridSpacing: "Entry spacing",
      size: "Order size",
      leverage: "Leverage",
      takeProfitBoostMultiplier: "Doubles above",
      maxEntryMultiplier: "Stops adding above",
      levels: "Grids",
      lowerPrice: "Lower price",
      upperPrice: "Upper price",
      investment: "Investment",
    },
  },
};
