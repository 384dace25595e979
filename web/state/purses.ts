/**
 * What a trader owns and made, per coin and kind of money: USDT and USDC are
 * different money, and so are real and paper. Never added up across.
 *
 * @module
 */
import type { DashboardRows } from "../data/dashboard_rows.ts";
import type { Bot, BotMetrics, ExchangeKey, Venue } from "../data/rows.ts";
import { netResultOf } from "./figures.ts";

/** A sum, and of how many parts it lacks the figure. */
export interface Sum {
  /** The known parts; null when none is known. */
  readonly value: number | null;
  /** How many parts are unknown and so not in it. */
  readonly unknown: number;
}

/** A point of a curve. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** One kind of money and what stands in it. */
export interface Purse {
  readonly venue: Venue;
  /** `USDT`, `USDC`. */
  readonly coin: string;
  /** Connected accounts with bots. */
  readonly accounts: number;
  readonly bots: number;
  /** Of the connected accounts, open positions included. */
  readonly equity: Sum;
  /** How old the oldest part of it is, epoch ms; null while unknown. */
  readonly equityAtMs: number | null;
  /** Net result since the day began. */
  readonly today: Sum;
  /** Net result of all bots ever. */
  readonly allTime: Sum;
  readonly curve: readonly Point[];
}

/** What purses are made of. */
export interface PurseRows {
  readonly bots: readonly Bot[];
  readonly keys: readonly ExchangeKey[];
  readonly metrics: ReadonlyMap<string, BotMetrics>;
  /** Null until they are loaded. The first instant is the day's beginning. */
  readonly history: DashboardRows | null;
}

/** Returns the coin a symbol is settled in: `BNB/USDT:USDT` → `USDT`. */
export function coinOf(symbol: string): string {
  const [pair = "", settle] = symbol.split(":");
  return settle ?? pair.split("/")[1] ?? pair;
}

function sumOf(parts: readonly (number | null)[]): Sum {
  const known = parts.filter((part) => part !== null);
  return {
    value: known.length === 0 && parts.length > 0
      ? null
      : known.reduce((sum, part) => sum + part, 0),
    unknown: parts.length - known.length,
  };
}

/** Returns what a bot made since the history's first instant. */
export function todayOf(
  bot: Bot,
  metrics: BotMetrics | null,
  atDayStart: number | null | undefined,
): number | null {
  if (metrics === null && bot.startedAtMs === null) return 0;
  const net = netResultOf(metrics);
  if (net === null || atDayStart === null || atDayStart === undefined) {
    return null;
  }
  return net - atDayStart;
}

function allTimeOf(bot: Bot, metrics: BotMetrics | null): number | null {
  return metrics === null && bot.startedAtMs === null
    ? 0
    : netResultOf(metrics);
}

/** Returns the newest figures of an account, of whichever bot saw it last. */
function newestOf(
  bots: readonly Bot[],
  metrics: ReadonlyMap<string, BotMetrics>,
): BotMetrics | null {
  let newest: BotMetrics | null = null;
  for (const bot of bots) {
    const row = metrics.get(bot.id);
    if (row === undefined || row.equity === null) continue;
    if (newest === null || ageOf(row) > ageOf(newest)) newest = row;
  }
  return newest;
}

function ageOf(row: BotMetrics): number {
  return row.lastSyncAtMs ?? row.updatedAtMs;
}

function curveOf(
  keyIds: ReadonlySet<string>,
  coin: string,
  history: DashboardRows | null,
): readonly Point[] {
  if (history === null) return [];
  const accounts = history.accounts.filter((account) =>
    account.coin === coin && keyIds.has(account.exchangeKeyId)
  );
  const points: Point[] = [];
  // The first instant is the day's beginning, not a step of the curve.
  for (let i = 1; i < history.instants.length; i++) {
    const { value } = sumOf(
      accounts.map(({ equity }) => equity[i] ?? null),
    );
    const atMs = history.instants[i];
    if (value !== null && accounts.length > 0 && atMs !== undefined) {
      points.push({ atMs, value });
    }
  }
  return points;
}

function purseOf(
  venue: Venue,
  coin: string,
  bots: readonly Bot[],
  rows: PurseRows,
): Purse {
  const connected = new Set(
    rows.keys.filter((key) => key.status !== "revoked").map((key) => key.id),
  );
  const byAccount = Map.groupBy(
    bots.filter((bot) => connected.has(bot.exchangeKeyId)),
    (bot) => bot.exchangeKeyId,
  );
  const newest = [...byAccount.values()]
    // An account on which nothing was ever started has not been looked at.
    .filter((list) => list.some((bot) => bot.startedAtMs !== null))
    .map((list) => newestOf(list, rows.metrics));
  const ages = newest.flatMap((row) => row === null ? [] : [ageOf(row)]);
  const metricsOf = (bot: Bot) => rows.metrics.get(bot.id) ?? null;
  const dayStarts = new Map(
    rows.history?.bots.map(({ botId, net }) => [botId, net[0]]),
  );
  return {
    venue,
    coin,
    accounts: byAccount.size,
    bots: bots.length,
    equity: newest.length === 0
      ? { value: null, unknown: 0 }
      : sumOf(newest.map((row) => row?.equity ?? null)),
    equityAtMs: ages.length === 0 ? null : Math.min(...ages),
    today: sumOf(
      bots.map((bot) => todayOf(bot, metricsOf(bot), dayStarts.get(bot.id))),
    ),
    allTime: sumOf(bots.map((bot) => allTimeOf(bot, metricsOf(bot)))),
    curve: curveOf(new Set(byAccount.keys()), coin, rows.history),
  };
}

/** Real money first. */
const VENUE_ORDER: readonly Venue[] = ["bitget", "bitget_demo", "paper"];

/** Returns the purses bots trade with, real money first. */
export function pursesOf(rows: PurseRows): readonly Purse[] {
  const venueOf = new Map(rows.keys.map((key) => [key.id, key.venue]));
  const groups = Map.groupBy(
    rows.bots,
    (bot) =>
      `${venueOf.get(bot.exchangeKeyId) ?? "paper"} ${coinOf(bot.symbol)}`,
  );
  const purses: Purse[] = [];
  for (const venue of VENUE_ORDER) {
    const keys = [...groups.keys()].filter((key) =>
      key.startsWith(`${venue} `)
    );
    for (const key of keys.sort().reverse()) {
      const coin = key.slice(venue.length + 1);
      purses.push(purseOf(venue, coin, groups.get(key) ?? [], rows));
    }
  }
  return purses;
}
