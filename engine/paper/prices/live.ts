/**
 * Bitget's live public prices: contract rules and history over REST, trades
 * and funding over its public socket. Each live trade is a tick; what happened
 * while the socket was down is walked at once by the next one.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import { z } from "zod";
import type { ContractTerms } from "../contracts.ts";
import { PaperFailure } from "../failure.ts";
import type { Venue } from "../venue.ts";
import type { Bar } from "./candles.ts";
import { LiveSocket } from "./live_socket.ts";

/** Where the live prices are. */
export interface LiveUrls {
  readonly rest: string;
  /** The public socket's full address. */
  readonly ws: string;
}

/** Bitget itself. */
export const BITGET_URLS: LiveUrls = {
  rest: "https://api.bitget.com",
  ws: "wss://ws.bitget.com/v2/ws/public",
};

/** Symbols played live unless told otherwise. */
export const LIVE_SYMBOLS: readonly string[] = [
  "BNBUSDT",
  "BTCUSDT",
  "ETHUSDT",
  "SOLUSDT",
];

const REQUEST_MS = 15_000;
const PRODUCT = "productType=USDT-FUTURES";

const CONTRACT = z.object({
  symbol: z.string(),
  pricePlace: z.coerce.number().int(),
  priceEndStep: z.coerce.number().int().positive(),
  volumePlace: z.coerce.number().int(),
  sizeMultiplier: z.coerce.number().positive(),
  minTradeNum: z.string(),
  minTradeUSDT: z.string(),
  makerFeeRate: z.string(),
  takerFeeRate: z.string(),
  minLever: z.coerce.number().int(),
  maxLever: z.coerce.number().int(),
  maxSymbolOrderNum: z.coerce.number().int().positive(),
  fundInterval: z.coerce.number().int().positive(),
});
const CANDLES = z.array(z.array(z.coerce.number()).min(7));
const TRADE = z.object({
  ts: z.coerce.number(),
  price: z.coerce.number().positive(),
  size: z.coerce.number().nonnegative(),
});
const TICKER = z.object({
  lastPr: z.coerce.number().positive(),
  fundingRate: z.string().regex(/^-?\d+(\.\d{1,10})?$/),
  nextFundingTime: z.coerce.number(),
});

const ANSWER = z.object({ code: z.string(), data: z.unknown() });

async function get(urls: LiveUrls, path: string): Promise<unknown> {
  const refuse = (why: string, cause?: unknown) =>
    new PaperFailure(
      `Cannot fetch Bitget's prices from ${urls.rest}: ${why}: try again later, or play others with --prices synthetic:1`,
      { cause },
    );
  const signal = AbortSignal.timeout(REQUEST_MS);
  const response = await fetch(urls.rest + path, { signal })
    .catch((error: unknown) => {
      throw refuse(error instanceof Error ? error.message : "failed", error);
    });
  const body: unknown = await response.json().catch(() => undefined);
  const answer = ANSWER.safeParse(body);
  if (!response.ok) throw refuse(`status ${response.status}`);
  if (!answer.success) throw refuse("what came is no answer of Bitget's");
  const { code, data } = answer.data;
  if (code !== "00000") throw refuse(`code ${code}`);
  return data;
}

function toTerms(row: z.infer<typeof CONTRACT>): ContractTerms {
  const { symbol, pricePlace, volumePlace } = row;
  return {
    symbol,
    priceScale: pricePlace,
    priceStep: row.priceEndStep,
    sizeScale: volumePlace,
    sizeStep: Math.round(row.sizeMultiplier * 10 ** volumePlace),
    maxLeverage: row.maxLever,
    startPrice: 1,
    rules: {
      minSize: row.minTradeNum,
      minNotional: row.minTradeUSDT,
      makerFeeRate: row.makerFeeRate,
      takerFeeRate: row.takerFeeRate,
      minLeverage: row.minLever,
      maxOpenOrders: row.maxSymbolOrderNum,
      fundingIntervalHours: row.fundInterval,
    },
  };
}

async function fetchBars(urls: LiveUrls, symbol: string): Promise<Bar[]> {
  const path =
    `/api/v2/mix/market/candles?symbol=${symbol}&granularity=1m&limit=1000&${PRODUCT}`;
  const rows = CANDLES.parse(await get(urls, path));
  return rows.map((row) => {
    const [openTimeMs = 0, open = 0, high = 0, low = 0, close = 0] = row;
    const [volume = 0, quoteVolume = 0] = row.slice(5);
    return { openTimeMs, open, high, low, close, volume, quoteVolume };
  });
}

/** Plays live prices on a venue. */
export class LivePrices {
  readonly #venue: Venue;
  readonly #socket: LiveSocket;

  private constructor(
    venue: Venue,
    options: {
      readonly symbols: readonly string[];
      readonly urls: LiveUrls;
      readonly log: Log;
    },
  ) {
    this.#venue = venue;
    this.#socket = new LiveSocket({
      url: options.urls.ws,
      log: options.log,
      args: options.symbols.flatMap((instId) =>
        ["trade", "ticker"].map((channel) => ({
          instType: "USDT-FUTURES",
          channel,
          instId,
        }))
      ),
      onPush: (arg, action, data) => this.#onPush(arg, action, data),
    });
  }

  /**
   * Lists the symbols with Bitget's rules, loads their history, and follows
   * them from then on.
   *
   * @throws {PaperFailure} If Bitget cannot be reached or does not know a
   *   symbol.
   */
  static async start(
    venue: Venue,
    options: {
      readonly symbols: readonly string[];
      readonly urls: LiveUrls;
      readonly log: Log;
    },
  ): Promise<LivePrices> {
    const { symbols, urls } = options;
    const rows = z.array(z.looseObject({ symbol: z.string() })).parse(
      await get(urls, `/api/v2/mix/market/contracts?${PRODUCT}`),
    );
    for (const symbol of symbols) {
      const row = rows.find((contract) => contract.symbol === symbol);
      if (row === undefined) {
        throw new PaperFailure(
          `Cannot play "${symbol}": Bitget does not list it`,
        );
      }
      const market = venue.list(toTerms(CONTRACT.parse(row)));
      const bars = await fetchBars(urls, symbol);
      market.series.replace(bars);
      const price = bars.at(-1)?.close;
      if (price !== undefined) venue.tick(symbol, { price, volume: 0 });
    }
    const live = new LivePrices(venue, options);
    live.#socket.start();
    return live;
  }

  stop(): void {
    this.#socket.stop();
  }

  #onPush(
    arg: { readonly channel: string; readonly instId: string },
    action: string,
    data: readonly unknown[],
  ): void {
    const market = this.#venue.markets.get(arg.instId);
    if (market === undefined || market.isHeld) return;
    if (arg.channel === "ticker") {
      const ticker = TICKER.parse(data[0]);
      market.fundingRate = ticker.fundingRate;
      if (ticker.nextFundingTime > this.#venue.nowMs()) {
        market.nextFundingMs = ticker.nextFundingTime;
      }
      return;
    }
    // The snapshot's trades are of the past: only the newest one still counts.
    // They come newest first.
    const trades = data.map((row) => TRADE.parse(row)).reverse()
      .sort((a, b) => a.ts - b.ts)
      .slice(action === "snapshot" ? -1 : 0);
    for (const { price, size } of trades) {
      const volume = action === "snapshot" ? 0 : size;
      this.#venue.tick(arg.instId, { price, volume });
    }
  }
}
