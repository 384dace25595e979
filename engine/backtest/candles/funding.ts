import type { CandleSpan } from "@core/candles/mod.ts";
import { UsageError } from "../usage_error.ts";
import { minuteText } from "./download.ts";
import type { Venue } from "./venue.ts";

const PAGES_MAX = 200;

interface Settlement {
  readonly atMs: number;
  readonly rate: number;
}

function settlementOf(row: unknown): Settlement {
  const { fundingTime, fundingRate } = typeof row === "object" && row !== null
    ? row as Record<string, unknown>
    : {};
  const atMs = Number(fundingTime ?? NaN);
  const rate = Number(fundingRate ?? NaN);
  if (Number.isFinite(atMs) && Number.isFinite(rate)) return { atMs, rate };
  throw new UsageError(
    `Cannot read a funding settlement: ${JSON.stringify(row)}`,
  );
}

/**
 * Loads the settlements within a span as CSV, oldest first.
 *
 * @returns The text, how many there are, and a warning where the exchange does
 *   not remember all of them: then a backtest would take what is missing for
 *   no funding.
 */
export async function downloadFunding(
  venue: Venue,
  span: CandleSpan,
): Promise<
  {
    readonly csv: string;
    readonly count: number;
    readonly warning: string | null;
  }
> {
  const rates = new Map<number, number>();
  let oldestMs = Infinity;
  for (let page = 1; page <= PAGES_MAX && oldestMs > span.fromMs; page++) {
    const rows = await venue.funding(page);
    const settlements = Array.isArray(rows) ? rows.map(settlementOf) : [];
    if (settlements.length === 0) break;
    for (const { atMs, rate } of settlements) {
      rates.set(atMs, rate);
      oldestMs = Math.min(oldestMs, atMs);
    }
  }
  const within = [...rates].sort(([a], [b]) => a - b)
    .filter(([atMs]) => atMs >= span.fromMs && atMs < span.toMs);
  const lines = within.map(([atMs, rate]) => `${atMs},${rate}\n`);
  const isWhole = oldestMs <= span.fromMs + DAY_MS;
  return {
    csv: `at_ms,rate\n${lines.join("")}`,
    count: within.length,
    warning: isWhole
      ? null
      : oldestMs === Infinity
      ? "The exchange remembers no funding settlement"
      : `Funding is known from ${minuteText(oldestMs)} on only`,
  };
}

const DAY_MS = 86_400_000;
