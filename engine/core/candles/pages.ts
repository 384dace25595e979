/**
 * Which requests bring which minutes. Bitget's two endpoints both answer the
 * newest candles of a window, so that a window must never hold more than a
 * page: `candles` brings a thousand and reaches back a month, older minutes
 * come two hundred at a time from `history-candles`. Both bounds are set half
 * a minute beside the minutes, where it does not matter whether they count.
 *
 * @module
 */
import { MINUTE_MS } from "./columns.ts";

const DAY_MS = 86_400_000;
/** `candles` reaches back one month; two days less are certain. */
const RECENT_MS = 28 * DAY_MS;
/** Minutes asked for a request: less than it may bring, so that none is lost. */
const MINUTES = { "candles": 960, "history-candles": 192 } as const;
const LIMITS = { "candles": 1_000, "history-candles": 200 } as const;

/** One request. */
export interface CandlePage {
  /** The last part of the path. */
  readonly endpoint: "candles" | "history-candles";
  /** First minute wanted, its opening time. */
  readonly fromMs: number;
  /** End of the last minute wanted. */
  readonly toMs: number;
}

/** Minutes to load: opening times in [fromMs, toMs), whole minutes. */
export interface CandleSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Returns the minutes that have ended by now, at most. */
export function closedSpan(
  span: CandleSpan,
  nowMs: number,
): CandleSpan {
  const floor = (ms: number) => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  const toMs = Math.min(floor(span.toMs), floor(nowMs));
  const fromMs = Math.ceil(span.fromMs / MINUTE_MS) * MINUTE_MS;
  return { fromMs: Math.min(fromMs, toMs), toMs };
}

/** How many minutes a span has. */
export function minutesIn({ fromMs, toMs }: CandleSpan): number {
  return Math.round((toMs - fromMs) / MINUTE_MS);
}

/** Returns the requests that bring a span, oldest first. */
export function candlePages(
  { fromMs, toMs }: CandleSpan,
  nowMs: number,
): CandlePage[] {
  const pages: CandlePage[] = [];
  for (let at = fromMs; at < toMs;) {
    const endpoint = at >= nowMs - RECENT_MS ? "candles" : "history-candles";
    const end = Math.min(toMs, at + MINUTES[endpoint] * MINUTE_MS);
    pages.push({ endpoint, fromMs: at, toMs: end });
    at = end;
  }
  return pages;
}

/** Returns a request's query. */
export function pageQuery(
  page: CandlePage,
  venueSymbol: string,
): Readonly<Record<string, string>> {
  return {
    symbol: venueSymbol,
    productType: "USDT-FUTURES",
    granularity: "1m",
    startTime: String(page.fromMs - MINUTE_MS / 2),
    endTime: String(page.toMs - MINUTE_MS / 2),
    limit: String(LIMITS[page.endpoint]),
  };
}
