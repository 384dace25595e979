/**
 * The exchange's public REST, at a polite pace: one request after the other,
 * tried again where the exchange or the network stumbles.
 *
 * @module
 */
import { type CandlePage, pageQuery } from "@core/candles/mod.ts";
import { UsageError } from "../usage_error.ts";

const TIMEOUT_MS = 10_000;
const TRIES = 6;
const RETRY_MS = 500;
const PATH = "/api/v2/mix/market/";
const FUNDING_PAGE_SIZE = 100;

/** An answer worth another try. */
class Stumble extends Error {
  override readonly name = "Stumble";
}

const pause = (ms: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** One symbol at one exchange. */
export class Venue {
  readonly #url: string;
  readonly #symbol: string;
  readonly #betweenMs: number;
  readonly #retryMs: number;
  #nextAtMs = 0;

  /** @param options.rate Requests a second, > 0. */
  constructor(
    options: {
      readonly url: string;
      readonly symbol: string;
      readonly rate: number;
      readonly retryMs?: number;
    },
  ) {
    this.#url = options.url;
    this.#symbol = options.symbol;
    this.#betweenMs = 1_000 / options.rate;
    this.#retryMs = options.retryMs ?? RETRY_MS;
  }

  /**
   * Loads a page's rows as they come.
   *
   * @throws {UsageError} When the exchange refuses or stays away.
   */
  candles(page: CandlePage): Promise<unknown> {
    return this.#ask(page.endpoint, pageQuery(page, this.#symbol));
  }

  /** Loads a page of funding settlements, the newest first; pages from 1. */
  funding(pageNo: number): Promise<unknown> {
    return this.#ask("history-fund-rate", {
      symbol: this.#symbol,
      productType: "USDT-FUTURES",
      pageSize: String(FUNDING_PAGE_SIZE),
      pageNo: String(pageNo),
    });
  }

  async #ask(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    for (let tries = 1;; tries++) {
      await pause(this.#nextAtMs - performance.now());
      this.#nextAtMs = performance.now() + this.#betweenMs;
      try {
        return await this.#send(path, query);
      } catch (error) {
        if (!(error instanceof Stumble)) throw error;
        if (tries === TRIES) {
          throw new UsageError(
            `Cannot reach ${this.#url} after ${TRIES} tries: ${error.message}`,
          );
        }
        await pause(this.#retryMs * 2 ** (tries - 1));
      }
    }
  }

  async #send(
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const url = `${this.#url}${PATH}${path}?${new URLSearchParams(query)}`;
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new Stumble(error instanceof Error ? error.message : `${error}`);
    }
    const answer = parseAnswer(text);
    if (answer?.code === "00000") return answer.data;
    if (status === 429 || status >= 500 || answer === null) {
      throw new Stumble(`status ${status}`);
    }
    throw new UsageError(
      `${this.#url} refuses ${path} of ${this.#symbol}: ${answer.code} ${answer.msg}`,
    );
  }
}

interface Answer {
  readonly code: string;
  readonly msg: string;
  readonly data: unknown;
}

/** Null: not the exchange's envelope. */
function parseAnswer(text: string): Answer | null {
  try {
    const row: unknown = JSON.parse(text);
    if (typeof row !== "object" || row === null || !("code" in row)) {
      return null;
    }
    const { code, msg, data } = row as Record<string, unknown>;
    return { code: String(code), msg: String(msg ?? ""), data };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
