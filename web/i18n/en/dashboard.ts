/** Texts: the list of bots. @module */
import type { BotStatus } from "../../data/rows.ts";
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
