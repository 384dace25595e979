import type { Log, Market } from "@core/mod.ts";
import { createTransport } from "./ccxt_bitget.ts";
import { AddressLimit } from "./address_limit.ts";
import type { Clock } from "./clock.ts";
import { ConnectGate } from "./connect_gate.ts";
import { readNumber, readRow, readRows, readText } from "./fields.ts";
import { OrderLife } from "./order_life.ts";
import { parseMarket } from "./parse.ts";
import { toVenueSymbol } from "./symbols.ts";
import { type Credentials, ExchangeError, type Venue } from "./port.ts";
import { RestSession } from "./rest.ts";
import type { VenueUrls } from "./urls.ts";

const MARKET_TTL_MS = 3_600_000;
/** The same where an order was refused for its step or size. */
const MARKET_DOUBTED_TTL_MS = 10_000;
const PRODUCT_TYPE = "USDT-FUTURES";

/** What all accounts and the feed of one venue share in this process. */
export interface BitgetVenue {
  readonly venue: Venue;
  readonly urls: VenueUrls;
  readonly clock: Clock;
  /** In [0, 1): spreads reconnects. */
  readonly random: () => number;
  readonly log: Log;
  /** Spreads the opening of sockets. */
  readonly connects: ConnectGate;
  /** The exchange's clock as well as we know it, epoch ms. */
  exchangeNowMs(): number;
  /** Learns the exchange's time anew: a signature of ours was out of time. */
  syncTime(): Promise<void>;
  /** How long a request that places may be under way. */
  readonly life: OrderLife;
  /** Opens a session that signs with this key. */
  openSession(credentials: Credentials): RestSession;
  /** See `MarketFeed.fetchMarket()`. */
  fetchMarket(
    symbol: string,
    options?: { readonly isDoubted?: boolean },
  ): Promise<Market>;
  /** A market already fetched, however long ago, or null: placing never waits for a refresh. */
  knownMarket(symbol: string): Market | null;
}

/**
 * Creates what the accounts of a venue share: one ccxt instance, the address's
 * rate limits, the market list and the exchange's time.
 */
export function createBitgetVenue(
  options: {
    readonly venue: Venue;
    readonly urls: VenueUrls;
    readonly clock: Clock;
    readonly random: () => number;
    readonly log: Log;
  },
): BitgetVenue {
  const { venue, clock, urls } = options;
  const log = options.log.with({ venue });
  const isPaper = venue === "paper";
  let offsetMs = 0;
  let syncing: Promise<void> | null = null;
  const exchangeNowMs = () => clock.nowMs() + offsetMs;
  const transport = createTransport({ urls, clock, nowMs: exchangeNowMs });
  const ipWindow = isPaper ? null : new AddressLimit();
  const publicRest = new RestSession({
    send: transport.as(null),
    clock,
    ipWindow,
    syncTime: () => Promise.resolve(),
  });
  /** All who find the clock wrong at once share one question. */
  const syncTime = () => {
    syncing ??= publicRest.request("time", {}).then((answer) => {
      offsetMs = readNumber(readRow(answer, "time"), "serverTime") -
        clock.nowMs();
      log.info("clock_learnt", { offsetMs });
    }).finally(() => syncing = null);
    return syncing;
  };
  const life = new OrderLife({ clock, syncTime });
  const markets = createMarketCache(publicRest, clock);
  return {
    venue,
    urls,
    clock,
    random: options.random,
    log,
    connects: new ConnectGate({ clock, unlimited: isPaper }),
    exchangeNowMs,
    syncTime,
    life,
    openSession: (credentials) =>
      new RestSession({
        send: transport.as(credentials),
        clock,
        ipWindow,
        syncTime,
        life,
      }),
    ...markets,
  };
}

function createMarketCache(
  rest: RestSession,
  clock: Clock,
): Pick<BitgetVenue, "fetchMarket" | "knownMarket"> {
  const known = new Map<string, { market: Market; atMs: number }>();
  const asking = new Map<string, Promise<Market>>();
  return {
    knownMarket: (symbol) => known.get(symbol)?.market ?? null,
    async fetchMarket(symbol, { isDoubted = false } = {}) {
      const entry = known.get(symbol);
      const ttlMs = isDoubted ? MARKET_DOUBTED_TTL_MS : MARKET_TTL_MS;
      if (entry !== undefined && clock.nowMs() - entry.atMs < ttlMs) {
        return entry.market;
      }
      let question = asking.get(symbol);
      if (question === undefined) {
        question = askMarket(rest, symbol);
        asking.set(symbol, question);
      }
      try {
        const market = await question;
        known.set(symbol, { market, atMs: clock.nowMs() });
        return market;
      } finally {
        asking.delete(symbol);
      }
    },
  };
}

async function askMarket(rest: RestSession, symbol: string): Promise<Market> {
  const venueSymbol = toVenueSymbol(symbol);
  if (venueSymbol === null) throw unknownSymbol(symbol);
  const params = { symbol: venueSymbol, productType: PRODUCT_TYPE };
  const contracts = readRows(
    await rest.request("contracts", params),
    "contracts",
  );
  const contract = contracts.find((row) =>
    readText(row, "symbol") === venueSymbol
  );
  if (contract === undefined) throw unknownSymbol(symbol);
  const tiers = readRows(await rest.request("positionTiers", params), "tiers");
  return parseMarket(contract, tiers);
}

function unknownSymbol(symbol: string): ExchangeError {
  return new ExchangeError(`The exchange has no market "${symbol}"`, {
    code: "unknown_symbol",
    kind: "rejected",
    reason: "unknown_symbol",
  });
}
