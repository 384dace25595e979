/**
 * Brings a span of minutes into a file: page after page, oldest first, each
 * written before the next is asked for.
 *
 * @module
 */
import {
  type CandlePage,
  candlePages,
  type CandleRow,
  CandleRowError,
  type CandleSpan,
  closedSpan,
  loadPage,
  MINUTE_MS,
  minutesIn,
} from "@core/candles/mod.ts";
import { UsageError } from "../usage_error.ts";
import { PartialFile } from "./partial_file.ts";
import type { Venue } from "./venue.ts";

/** What to bring where. */
export interface Download {
  readonly venue: Venue;
  readonly span: CandleSpan;
  readonly out: string;
  readonly gaps: "refuse" | "flat";
  readonly nowMs: number;
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

/** What was brought. */
export interface Downloaded {
  /** Minutes in the file now. */
  readonly minutes: number;
  /** Of them there before. */
  readonly resumed: number;
  /** Of those brought, minutes in which nothing was traded. */
  readonly quiet: number;
  /** Minutes that were missing and filled. */
  readonly filled: number;
}

/** `2025-07-01T00:00Z` */
export function minuteText(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}

/**
 * Downloads, or goes on with a download.
 *
 * @throws {UsageError} Where minutes are missing, the exchange has none that
 *   old, or the file is about something else.
 */
export async function download(order: Download): Promise<Downloaded> {
  const span = closedSpan(order.span, order.nowMs);
  const total = minutesIn(span);
  using file = await PartialFile.open(order.out);
  const resumed = file.count;
  await checkResumed(file, order.venue, span);
  let quiet = 0;
  let filled = 0;
  const rest = {
    fromMs: resumed === 0 ? span.fromMs : file.lastMs + MINUTE_MS,
    toMs: span.toMs,
  };
  await order.onProgress(file.count, total);
  for (const page of candlePages(rest, order.nowMs)) {
    const rows = await askPage(order.venue, page);
    if (rows.length === 0 && file.count === 0) {
      await refuseTooOld(order, span);
    }
    const whole = await withoutGaps(rows, page, { order, file });
    filled += whole.length - rows.length;
    quiet += rows.filter((row) => row[5] === 0).length;
    await file.append(whole);
    await order.onProgress(file.count, total);
  }
  return { minutes: file.count, resumed, quiet, filled };
}

async function askPage(
  venue: Venue,
  page: CandlePage,
): Promise<CandleRow[]> {
  try {
    return await loadPage((asked) => venue.candles(asked), page);
  } catch (error) {
    if (error instanceof CandleRowError) throw new UsageError(error.message);
    throw error;
  }
}

/** Missing minutes are refused, what came before them is kept, or filled. */
async function withoutGaps(
  rows: readonly CandleRow[],
  page: CandlePage,
  { order, file }: { readonly order: Download; readonly file: PartialFile },
): Promise<CandleRow[]> {
  const whole: CandleRow[] = [];
  let close = file.last?.[4];
  const fill = async (atMs: number, untilMs: number) => {
    const minutes = Math.round((untilMs - atMs) / MINUTE_MS);
    if (minutes === 0) return;
    if (order.gaps === "refuse" || close === undefined) {
      await file.append(whole);
      throw new UsageError(
        `Cannot go on: ${minutes} minutes are missing from ${
          minuteText(atMs)
        } on; ${order.out} holds everything before. ` +
          "--gaps flat fills them with the last close",
      );
    }
    for (let ms = atMs; ms < untilMs; ms += MINUTE_MS) {
      whole.push([ms, close, close, close, close, 0]);
    }
  };
  let next = page.fromMs;
  for (const row of rows) {
    await fill(next, row[0] ?? NaN);
    whole.push(row);
    close = row[4];
    next = (row[0] ?? NaN) + MINUTE_MS;
  }
  await fill(next, page.toMs);
  return whole;
}

/** A file that is there must be about these minutes and this symbol. */
async function checkResumed(
  file: PartialFile,
  venue: Venue,
  span: CandleSpan,
): Promise<void> {
  const { last, firstMs, lastMs, path } = file;
  if (last === null) return;
  if (firstMs !== span.fromMs) {
    throw new UsageError(
      `Cannot continue ${path}: it begins at ${minuteText(firstMs)}, wanted ${
        minuteText(span.fromMs)
      }`,
    );
  }
  if (lastMs >= span.toMs) {
    throw new UsageError(
      `Cannot continue ${path}: it ends at ${minuteText(lastMs)}, after --to ${
        minuteText(span.toMs)
      }`,
    );
  }
  const page = {
    endpoint: "history-candles",
    fromMs: lastMs,
    toMs: lastMs + MINUTE_MS,
  } as const;
  const [row] = await askPage(venue, page);
  const isSame = row !== undefined &&
    [1, 2, 3, 4].every((i) => row[i] === last[i]);
  if (isSame) return;
  throw new UsageError(
    `Cannot continue ${path}: its minute ${
      minuteText(lastMs)
    } is not the exchange's: another symbol or exchange?`,
  );
}

/** Says where the exchange's minutes begin. */
async function refuseTooOld(order: Download, span: CandleSpan): Promise<never> {
  const pages = candlePages(span, order.nowMs);
  let low = 1;
  let high = pages.length;
  // The first page that has anything; before it all are empty.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const page = pages[middle];
    const rows = page === undefined ? [] : await askPage(order.venue, page);
    if (rows.length > 0) high = middle;
    else low = middle + 1;
  }
  const page = pages[low];
  const [first] = page === undefined ? [] : await askPage(order.venue, page);
  const where = first === undefined
    ? `none up to ${minuteText(span.toMs)}`
    : `its minutes begin at ${minuteText(first[0] ?? NaN)}`;
  throw new UsageError(
    `The exchange has no candles at ${minuteText(span.fromMs)}: ${where}`,
  );
}
