/**
 * How long the exchange room takes, against the paper exchange in a process of
 * its own: `deno run -A engine/exchange/place_bench.ts`. All times in ms.
 *
 * @module
 */
import {
  formatClientOrderId,
  type Log,
  type PositionSide,
  type Purpose,
} from "@core/mod.ts";
import { createBitgetAccount } from "./account.ts";
import { createSystemClock } from "./clock.ts";
import { createBitgetFeed } from "./feed.ts";
import type { Credentials, ExchangeAccount, NewOrder } from "./port.ts";
import { until } from "./until.ts";
import { venueUrls } from "./urls.ts";
import { type BitgetVenue, createBitgetVenue } from "./venue.ts";

const SYMBOL = "BNB/USDT:USDT";
const ACCOUNTS = 100;
/** Below the account's ten a second: the limiter must not be what is measured. */
const ORDERS_PER_ACCOUNT = 8;

/** A distribution of durations. */
export interface BenchRow {
  readonly what: string;
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Measures against a paper exchange that listens there, with rate limits on. */
export async function benchExchange(paperUrl: string): Promise<BenchRow[]> {
  const venue = createBitgetVenue({
    venue: "paper",
    urls: venueUrls("paper", paperUrl),
    clock: createSystemClock(),
    random: Math.random,
    log: SILENT,
  });
  await using feed = createBitgetFeed({ venue, log: SILENT });
  const { tickSize, lotSize } = await feed.fetchMarket(SYMBOL);
  feed.watch(SYMBOL, () => {});
  await until("a quote", () => feed.quote(SYMBOL) !== null);
  const bid = feed.quote(SYMBOL)?.bestBid ?? 0;
  const resting = Number((Math.round(bid * 0.8 / tickSize) * tickSize)
    .toFixed(8));
  const size = Number((Math.ceil(10 / resting / lotSize) * lotSize).toFixed(8));
  const rssBefore = Deno.memoryUsage().rss;
  const accounts: ExchangeAccount[] = [];
  for (let i = 0; i < ACCOUNTS; i++) {
    accounts.push(await openConnected(venue, paperUrl));
  }
  const rssEach = (Deno.memoryUsage().rss - rssBefore) / ACCOUNTS / 2 ** 20;
  try {
    const singles = await measure(accounts, async (account) => {
      await account.placeOrders([newOrder({ price: resting, size })]);
    });
    const batches = await measure(accounts.slice(0, 40), async (account) => {
      const orders = Array.from(
        { length: 2 },
        () => newOrder({ price: resting, size }),
      );
      await account.placeOrders(orders);
    }, 4);
    const fills = await measurePushes(accounts, { size });
    return [
      row("one order, round trip", singles),
      row("two orders in a batch, round trip", batches),
      row("market order sent → its fill pushed to a listener", fills),
      row(`memory of a connected account, MB (${ACCOUNTS} accounts)`, [
        rssEach,
      ]),
    ];
  } finally {
    await Promise.all(accounts.map((account) => account.close()));
  }
}

async function openConnected(
  venue: BitgetVenue,
  paperUrl: string,
): Promise<ExchangeAccount> {
  const response = await fetch(`${paperUrl}/paper/accounts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const credentials: Credentials = await response.json();
  const account = createBitgetAccount({ venue, credentials, log: SILENT });
  account.listen(() => {});
  await until("the socket", () => account.connected);
  return account;
}

async function measure(
  accounts: readonly ExchangeAccount[],
  act: (account: ExchangeAccount) => Promise<void>,
  rounds = ORDERS_PER_ACCOUNT,
): Promise<number[]> {
  const durations: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const account of accounts) {
      const startedAt = performance.now();
      await act(account);
      durations.push(performance.now() - startedAt);
    }
  }
  return durations;
}

async function measurePushes(
  accounts: readonly ExchangeAccount[],
  order: { readonly size: number },
): Promise<number[]> {
  const durations: number[] = [];
  for (const account of accounts) {
    const filled = Promise.withResolvers<void>();
    let startedAt = 0;
    const remove = account.listen((event) => {
      if (event.kind !== "fill") return;
      durations.push(performance.now() - startedAt);
      filled.resolve();
    });
    startedAt = performance.now();
    await account.placeOrders([newOrder({ ...order, price: null })]);
    await filled.promise;
    remove();
  }
  return durations;
}

let revision = 0;

function newOrder(
  order: { readonly price: number | null; readonly size: number },
): NewOrder {
  const positionSide: PositionSide = "long";
  const purpose: Purpose = "entry";
  const clientOrderId = formatClientOrderId({
    botTag: "0000000bench0",
    positionSide,
    purpose,
    level: 0,
    cycle: Date.now(),
    revision: revision++,
  });
  return {
    ...order,
    symbol: SYMBOL,
    clientOrderId,
    positionSide,
    orderSide: "buy",
    purpose,
    postOnly: order.price !== null,
  };
}

function row(what: string, values: readonly number[]): BenchRow {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    Number(
      (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ??
        NaN).toFixed(2),
    );
  return {
    what,
    count: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

const SILENT: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => SILENT,
};

if (import.meta.main) {
  const paper = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "engine/paper/main.ts", "--port", "0", "--json"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = paper.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value } = await reader.read();
    const ready: { url: string } = JSON.parse(value ?? "");
    for (const line of await benchExchange(ready.url)) {
      const text = JSON.stringify(line) + "\n";
      await Deno.stdout.write(new TextEncoder().encode(text));
    }
  } finally {
    paper.kill("SIGTERM");
    await reader.cancel();
    await paper.status;
  }
}
