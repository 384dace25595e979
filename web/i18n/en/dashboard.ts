/** Texts: the list of bots. @module */
import type { BotStatus } from "../../data/rows.ts";
import type { PositionSide } from "@core/model/sides.ts";
import type { OnboardingStep, StepState } from "../../state/onboarding.ts";
import type { Span } from "../../state/dashboard.ts";
import { plural } from "./plural.ts";

const botStatus: Record<BotStatus, string> = {
  idle: "Not started",
  starting: "Starting",
  running: "Running",
  stopping: "Stopping",
  stopped: "Stopped",
  faulted: "Needs attention",
};

/** Texts. */
export const bots = {
  title: "Bots",
  create: "New bot",
  empty: "No bots yet",
  emptyText:
    "A grid bot keeps a buy and a sell order on each side of the price and takes many small profits. Create one and watch it work.",
  status: botStatus,
  waiting: { running: "Start requested", stopped: "Stop requested" },
  botCount: (count: number) => plural(count, "bot", "bots"),
  summary: (running: number, all: number) => `${running} of ${all} running`,
  over: (words: string) => `Over: ${words}`,
  purse: {
    title: (coin: string, venue: string) => `${coin} on ${venue}`,
    equity: "Total equity",
    accounts: (count: number) => plural(count, "account", "accounts"),
    asOf: (when: string) => `as of ${when}`,
    today: "Today",
    allTime: "All time",
    without: (count: number) =>
      `without ${plural(count, "bot", "bots")} not known yet`,
    span: "Time shown",
    spans: { day: "24 h", week: "7 d", month: "30 d" } satisfies Record<
      Span,
      string
    >,
    curve: (title: string, from: string, at: string, to: string) =>
      `Equity, ${title}: ${from} at ${at}, ${to} now`,
    noCurve:
      "The curve begins two minutes after the first bot on this account has started.",
  },
  card: {
    net: "Net result",
    costs: "Fees, funding",
    noPositions: "No open position",
    positionsUnknown: "Positions not known yet",
    legs: { long: "long", short: "short" } satisfies Record<
      PositionSide,
      string
    >,
    purpose: (leg: string, purpose: string) => `${leg} ${purpose}`,
    order: (side: string, price: string, purpose: string) =>
      `${side} at ${price} (${purpose})`,
    orders: (orders: string) => `Next: ${orders}`,
    requested: "An engine takes it up in a moment",
    waiting: "Waiting to place its next order",
    silent: (when: string) => `Last in step with the exchange ${when}.`,
    left: (orders: string) => `Still in the book: ${orders}`,
    leftPositions: "Its positions are still open, and no bot looks after them",
    next: {
      idle: "Ready: nothing is traded until you start it",
      starting: "Looks at the account, then places its first orders",
      stopping: "Carries out how you wanted it stopped",
      stopped: "At rest",
      faulted: "Stopped trading on its own",
    } satisfies Record<Exclude<BotStatus, "running">, string>,
  },
  attention: {
    title: "Needs your attention",
    more: (count: number) => `Show ${count} more`,
    held: "It is waiting and places nothing for now.",
    keyInvalidClosed: (bots: number) =>
      `The exchange no longer accepts this key: ${
        plural(bots, "bot", "bots")
      } cannot trade. While your account is closed it cannot be replaced.`,
    keyInvalid: (bots: number) =>
      `The exchange no longer accepts this key: ${
        plural(bots, "bot", "bots")
      } cannot trade. Replace the key.`,
    repeated: (words: string, count: number) => `${words} (${count} times)`,
  },
  welcome: {
    paperTitle: "Try it now, with play money",
    paperText:
      "A paper account fills your orders as the exchange would. It is ready in a second.",
    paperPoints: [
      "10,000 USDT of play money",
      "The same bots, charts and figures",
      "No key, no approval, no risk",
    ],
    realTitle: "Trade for real",
    realText: "Four steps. Each is done once.",
    hide: "Hide",
    states: {
      done: "Done",
      now: "Your turn",
      waiting: "With us",
      later: "Later",
      refused: "Refused",
    } satisfies Record<StepState, string>,
    steps: {
      key: {
        title: "Connect a Bitget key",
        text: {
          done: "Checked with Bitget and sealed.",
          now: "A key that may trade, and nothing else. Takes three minutes.",
          waiting: "",
          later: "Not while the account is closed.",
          refused: "",
        },
      },
      uid: {
        title: "Your Bitget UID",
        text: {
          done: "Bitget named it when the key was checked.",
          now: "",
          waiting: "",
          later: "Read from the key: there is nothing to type.",
          refused: "",
        },
      },
      approval: {
        title: "Approval",
        text: {
          done: "You may trade for real.",
          now: "",
          waiting:
            "An administrator looks at your UID. There is nothing to do: it shows here as soon as it is decided.",
          later:
            "UIDs on our list are approved at once, others by an administrator.",
          refused: "This account is closed to trading. Ask support.",
        },
      },
      bot: {
        title: "Your first bot",
        text: {
          done: "It has traded. You find it below.",
          now: "Choose a market, look at the preview, start it when you like.",
          waiting: "",
          later: "With the values you have tried on paper, for example.",
          refused: "",
        },
      },
    } satisfies Record<
      OnboardingStep,
      { title: string; text: Record<StepState, string> }
    >,
  },
  filter: {
    search: "Find a bot",
    status: "Status",
    all: "All",
    running: "Running",
    resting: "At rest",
    attention: "Attention",
    none: "No bot matches.",
    reset: "Show all",
  },
};
