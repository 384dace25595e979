/**
 * The paper exchange in process: what main.ts runs, and what tests start.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import { shutDown } from "../shut_down.ts";
import { FileBooks, MEMORY_BOOKS } from "./books.ts";
import { Control } from "./control.ts";
import { RateLimits } from "./limits.ts";
import { Playback } from "./playback.ts";
import type { AtEnd } from "./prices/csv.ts";
import {
  BITGET_URLS,
  LIVE_SYMBOLS,
  LivePrices,
  type LiveUrls,
} from "./prices/live.ts";
import { openSources, parsePrices } from "./prices/parse.ts";
import { createServer } from "./server.ts";
import { listSources } from "./stage.ts";
import { Venue } from "./venue.ts";
import { Hub } from "./ws/hub.ts";
import { pushChanges, pushPrivateSnapshot } from "./ws/private_pushes.ts";
import { PublicPushes } from "./ws/public_pushes.ts";
import { PRIVATE_CHANNELS } from "./ws/channels.ts";

export type { AccountBooks, Control, PaperAccount } from "./control.ts";
export type { FaultInput } from "./faults.ts";

/** How long a client may take to be answered at the end, ms. */
const LEAVE_MS = 500;

/** How a paper exchange is started. */
export interface PaperOptions {
  /** 0: any free one. */
  readonly port: number;
  /** `csv:FILE`, `synthetic:SEED` or `bitget`. */
  readonly prices: string;
  /** Played time ÷ wall time; default 1. */
  readonly speed?: number;
  /** Where the books live; without it they are forgotten. */
  readonly dataDir?: string;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Bitget's rate limits; default on. */
  readonly limits?: boolean;
  /** Start with the players paused: prices move by `control` alone. */
  readonly isPaused?: boolean;
  /** Symbols of synthetic and live prices; default a handful. */
  readonly symbols?: readonly string[];
  /** What follows the end of a CSV file; default mirror. */
  readonly atEnd?: AtEnd;
  /** Where live prices come from; default Bitget. */
  readonly liveUrls?: LiveUrls;
  readonly log?: Log;
  /** Epoch ms; default the machine's clock. */
  readonly nowMs?: () => number;
  /** [0, 1); default Math.random. */
  readonly random?: () => number;
}

/** A running paper exchange. */
export interface PaperExchange extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `ws://127.0.0.1:PORT`; sockets at `/v2/ws/public` and `/v2/ws/private`. */
  readonly wsUrl: string;
  readonly control: Control;
  /** Stops serving and lets go of the books. Safe twice. */
  close(): Promise<void>;
}

const SILENT: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => SILENT,
};

/**
 * Starts a paper exchange.
 *
 * @throws {SyntaxError} If `prices` or the books cannot be read.
 */
export async function startPaper(
  options: PaperOptions,
): Promise<PaperExchange> {
  const log = options.log ?? SILENT;
  const { venue, live } = await openVenue(options, log);
  const limits = new RateLimits(options.limits ?? true);
  const hub: Hub = new Hub({
    faults: venue.faults,
    log,
    nowMs: () => venue.nowMs(),
    findKey: (apiKey) => venue.key(apiKey),
    hasSymbol: (symbol) => venue.markets.has(symbol),
    isLimited: () => limits.isOn,
    onSubscribed: (connection, subscription) =>
      PRIVATE_CHANNELS.has(subscription.channel)
        ? pushPrivateSnapshot(hub, venue, connection, subscription)
        : publicPushes.pushSnapshot(connection, subscription),
  });
  const publicPushes = new PublicPushes(hub, venue);
  venue.listen((changes, atMs) => pushChanges(hub, venue, changes, atMs));
  const playback = new Playback(venue, {
    speed: options.speed ?? 1,
    isPaused: options.isPaused ?? false,
  });
  const control = new Control({ venue, playback, hub, limits });
  const closing = new AbortController();
  const { signal } = closing;
  const parts = { venue, hub, limits, control, log, closing: signal };
  const server = listen(createServer(parts), options);
  playback.start();
  publicPushes.start();
  let closed: Promise<void> | null = null;
  const close = async () => {
    live?.stop();
    playback.stop();
    publicPushes.stop();
    closing.abort();
    hub.close();
    await shutDown(server, LEAVE_MS);
    venue.close();
  };
  const address = `${server.addr.hostname}:${server.addr.port}`;
  return {
    url: `http://${address}`,
    wsUrl: `ws://${address}`,
    control,
    close: () => closed ??= close(),
    [Symbol.asyncDispose]: () => closed ??= close(),
  };
}

/** Opens the books and the prices. Whatever fails, the books are let go. */
async function openVenue(
  options: PaperOptions,
  log: Log,
): Promise<{ readonly venue: Venue; readonly live: LivePrices | null }> {
  const spec = parsePrices(options.prices);
  const sources = await openSources(spec, {
    symbols: options.symbols ?? null,
    atEnd: options.atEnd ?? "mirror",
  });
  const books = options.dataDir === undefined
    ? null
    : new FileBooks(options.dataDir);
  try {
    const venue = new Venue({
      books: books ?? MEMORY_BOOKS,
      nowMs: options.nowMs ?? Date.now,
      random: options.random ?? Math.random,
    });
    listSources(venue, sources, books?.read() ?? []);
    if (spec.kind !== "bitget") return { venue, live: null };
    const live = await LivePrices.start(venue, {
      symbols: options.symbols ?? LIVE_SYMBOLS,
      urls: options.liveUrls ?? BITGET_URLS,
      log,
    });
    return { venue, live };
  } catch (error) {
    books?.close();
    throw error;
  }
}

function listen(
  app: ReturnType<typeof createServer>,
  options: PaperOptions,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    {
      port: options.port,
      hostname: options.host ?? "127.0.0.1",
      onListen: () => {},
    },
    (request, info) =>
      app.fetch(request, {
        remoteAddress: info.remoteAddr.hostname,
        completed: info.completed,
      }),
  );
}
