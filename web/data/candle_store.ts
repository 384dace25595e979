/**
 * A market's past minutes, loaded page by page at a polite pace and kept in
 * memory while the app is open. Newest first, so that a market without a long
 * past is known after one empty page; where minutes are missing in between,
 * only those after the gap are given, and it is said.
 *
 * @module
 */
import { CandleBuffer } from "@core/candles/buffer.ts";
import { type CandleColumns, MINUTE_MS } from "@core/candles/columns.ts";
import { type AskPage, loadPage } from "@core/candles/load_page.ts";
import {
  candlePages,
  type CandleSpan,
  closedSpan,
  minutesIn,
} from "@core/candles/pages.ts";
import type { CandleGap, CandleRow } from "@core/candles/venue_rows.ts";
import type { VenueEndpoints } from "./runtime_config.ts";
import { loadCandlePage, VenueError } from "./venue_market.ts";

/** Minutes kept together: what one request of recent candles brings. */
const CHUNK_MS = 960 * MINUTE_MS;
/** Half of what Bitget allows an address for public data. */
const BETWEEN_REQUESTS_MS = 100;
const AT_ONCE = 4;
const TRIES = 4;
const RETRY_MS = 1_000;
/** Chunks kept: a year and a bit, 23 MB. */
const CHUNKS_MAX = 600;
/** Opening time, open, high, low, close. */
const ROW = 5;

/** Where minutes come from. */
export interface CandleSource {
  readonly endpoints: VenueEndpoints;
  readonly venueSymbol: string;
}

/** Told while loading. */
export type OnMinutes = (loaded: number, wanted: number) => void;

/** Minutes without a gap, and what is missing of those wanted. */
export interface LoadedCandles {
  readonly columns: CandleColumns;
  /** Minutes wanted that have ended by now. */
  readonly wanted: number;
  /** Before the minutes given; null: none, or the market is not older. */
  readonly gap: CandleGap | null;
}

/** Options of one load. */
export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onMinutes?: OnMinutes;
  readonly nowMs: number;
}

/** See the header of this file. */
export class CandleStore {
  /** Whole chunks by source and time; the last used are the last. */
  readonly #chunks = new Map<string, Float64Array>();
  #nextRequestAtMs = 0;

  /**
   * Loads a span.
   *
   * @throws {VenueError} When the exchange does not answer.
   * @throws {CandleRowError} When it answers what is no candle.
   */
  async load(
    source: CandleSource,
    wanted: CandleSpan,
    options: LoadOptions,
  ): Promise<LoadedCandles> {
    const span = closedSpan(wanted, options.nowMs);
    const minutes = minutesIn(span);
    const starts: number[] = [];
    const first = Math.floor(span.fromMs / CHUNK_MS) * CHUNK_MS;
    for (let at = first; at < span.toMs; at += CHUNK_MS) starts.unshift(at);
    const parts: Float64Array[] = [];
    let loaded = 0;
    for (let i = 0; i < starts.length; i += AT_ONCE) {
      const rows = await Promise.all(
        starts.slice(i, i + AT_ONCE).map((startMs) =>
          this.#chunk(source, startMs, options)
        ),
      );
      for (const part of rows) {
        parts.unshift(part);
        loaded += part.length / ROW;
      }
      options.onMinutes?.(Math.min(loaded, minutes), minutes);
      if (rows.at(-1)?.length === 0) break; // Nothing older.
    }
    return { ...join(parts, span), wanted: minutes };
  }

  async #chunk(
    source: CandleSource,
    startMs: number,
    options: LoadOptions,
  ): Promise<Float64Array> {
    const { rest } = source.endpoints;
    const key = `${rest} ${source.venueSymbol} ${startMs}`;
    const known = this.#chunks.get(key);
    if (known !== undefined) {
      this.#chunks.delete(key);
      this.#chunks.set(key, known);
      return known;
    }
    const span = closedSpan(
      { fromMs: startMs, toMs: startMs + CHUNK_MS },
      options.nowMs,
    );
    const ask: AskPage = (page) => this.#ask(source, page, options.signal);
    const rows: CandleRow[] = [];
    for (const page of candlePages(span, options.nowMs)) {
      rows.push(...await loadPage(ask, page));
    }
    const chunk = pack(rows);
    if (rows.length * MINUTE_MS === CHUNK_MS) this.#keep(key, chunk);
    return chunk;
  }

  #keep(key: string, chunk: Float64Array): void {
    this.#chunks.set(key, chunk);
    const [oldest] = this.#chunks.keys();
    if (this.#chunks.size > CHUNKS_MAX && oldest !== undefined) {
      this.#chunks.delete(oldest);
    }
  }

  async #ask(
    { endpoints, venueSymbol }: CandleSource,
    page: Parameters<AskPage>[0],
    signal: AbortSignal,
  ): Promise<unknown> {
    for (let tries = 1;; tries++) {
      const atMs = Math.max(Date.now(), this.#nextRequestAtMs);
      this.#nextRequestAtMs = atMs + BETWEEN_REQUESTS_MS;
      await pause(atMs - Date.now(), signal);
      try {
        return await loadCandlePage(endpoints, { venueSymbol, page, signal });
      } catch (error) {
        if (!(error instanceof VenueError) || tries === TRIES) throw error;
        await pause(RETRY_MS * tries, signal);
      }
    }
  }
}

/** @throws The signal's reason, as soon as it is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** Rows one behind the other in one array: a year takes 21 MB. */
function pack(rows: readonly CandleRow[]): Float64Array {
  return Float64Array.from(rows.flatMap((row) => row.slice(0, ROW)));
}

/** Joins chunks, oldest first; of several stretches the newest is kept. */
function join(
  chunks: readonly Float64Array[],
  span: CandleSpan,
): Pick<LoadedCandles, "columns" | "gap"> {
  const room = chunks.reduce((sum, chunk) => sum + chunk.length / ROW, 0);
  let buffer = new CandleBuffer(room);
  let gap: CandleGap | null = null;
  const row = new Float64Array(ROW);
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += ROW) {
      for (let j = 0; j < ROW; j++) row[j] = chunk[i + j] ?? NaN;
      const at = row[0] ?? NaN;
      if (at < span.fromMs || at >= span.toMs) continue;
      const nextMs = buffer.lastOpenTimeMs + MINUTE_MS;
      if (buffer.length > 0 && at !== nextMs) {
        gap = { fromMs: nextMs, minutes: (at - nextMs) / MINUTE_MS };
        buffer = new CandleBuffer(room);
      }
      buffer.push(row);
    }
  }
  return { columns: buffer.columns(), gap };
}
