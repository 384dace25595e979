/**
 * The exchange as a whole: the pure model, its public markets, the keys and
 * the books, behind one door. Whatever changes the model goes through
 * {@linkcode Venue.run} or {@linkcode Venue.tick}: the changes are written to
 * the books first and only then told to the listeners, all within the call,
 * so a reply or a push never tells what a restart would forget.
 *
 * @module
 */
import {
  type Change,
  createExchange,
  type Exchange,
  finishRestore,
  listInstrument,
  movePrice,
  openAccount,
  parseDecimal,
  restoreAccount,
  restoreBill,
  restoreClosedLeg,
  restoreFill,
  restoreOrder,
  settleFunding,
  snapshotAccount,
  takeChanges,
  toMoney,
  toRate,
} from "@core/matching/mod.ts";
import { assert, assertNever } from "@core/mod.ts";
import type { BookRecord, Books, MarketRecord } from "./books.ts";
import { type ContractTerms, toInstrument } from "./contracts.ts";
import { FaultBoard } from "./faults.ts";
import {
  type ApiKey,
  createApiKey,
  createUid,
  DEFAULT_AUTHORITIES,
} from "./keys.ts";
import { Market } from "./market.ts";
import {
  fromBarRow,
  inLines,
  toBarRow,
  toChangeRecords,
  toMarketRecord,
} from "./records.ts";

/** Told of what a command or a step changed, after it is in the books. */
export type ChangeListener = (changes: readonly Change[], atMs: number) => void;

/** What a new account is opened with. */
export interface AccountOpening {
  /** USDT, decimal text; 10000 unless said. */
  readonly balance?: string;
  readonly authorities?: readonly string[];
  readonly positionMode?: "hedge" | "one_way";
  /** Allowed addresses, comma separated; empty is any. */
  readonly ips?: string;
}

const BALANCE_DEFAULT = "10000";
/** The players' places are written at least this often. */
const PLACE_INTERVAL_MS = 250;
const HOUR_MS = 3_600_000;

/** The paper exchange without its wire. */
export class Venue {
  readonly exchange: Exchange = createExchange();
  readonly markets: Map<string, Market> = new Map();
  readonly faults: FaultBoard;
  readonly #keys: Map<string, ApiKey> = new Map();
  readonly #books: Books;
  readonly #now: () => number;
  readonly #listeners: Set<ChangeListener> = new Set();
  #placesWrittenAtMs = 0;
  #isBroken = false;

  constructor(options: {
    readonly books: Books;
    readonly nowMs: () => number;
    readonly random: () => number;
  }) {
    this.#books = options.books;
    this.#now = options.nowMs;
    this.faults = new FaultBoard(options.random);
  }

  /** The exchange's own clock. */
  nowMs(): number {
    return this.#now();
  }

  /** The clock as the wire shows it: off while a fault says so. */
  wireNowMs(): number {
    return this.#now() + (this.faults.strike(["clock_skew"])?.skewMs ?? 0);
  }

  /** Adds a listener. @returns Its removal. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Lists a contract. */
  list(contract: ContractTerms): Market {
    const known = this.markets.get(contract.symbol);
    if (known !== undefined) return known;
    this.#books.append([{ t: "contract", contract }]);
    return this.#addMarket(contract);
  }

  /** Returns a listed market. @throws {AssertionError} */
  market(symbol: string): Market {
    const market = this.markets.get(symbol);
    assert(market !== undefined, `Symbol "${symbol}" is not listed`);
    return market;
  }

  /** Carries out a command on the model, writes the books, tells the listeners. */
  run<T>(command: (exchange: Exchange, atMs: number) => T): T {
    const atMs = this.nowMs();
    const result = command(this.exchange, atMs);
    this.#settle(atMs, []);
    return result;
  }

  /** Walks a symbol's price to a new trade. */
  tick(
    symbol: string,
    tick: { readonly price: number; readonly volume: number },
  ): void {
    const atMs = this.nowMs();
    const market = this.market(symbol);
    const { sizeScale } = market.listing.instrument;
    const drought = this.faults.strike(["liquidity"], { symbol });
    const liquidity = drought === null
      ? null
      : parseDecimal(drought.sizePerStep, sizeScale);
    movePrice(this.exchange, {
      symbol,
      to: market.toPriceUnits(tick.price),
      atMs,
      liquidity: typeof liquidity === "bigint" ? Number(liquidity) : null,
    });
    const closed = market.addTick({ volume: tick.volume, atMs });
    const records: BookRecord[] = [];
    if (closed.length > 0) {
      records.push({ t: "bars", symbol, bars: closed.map(toBarRow) });
    }
    if (atMs - this.#placesWrittenAtMs >= PLACE_INTERVAL_MS) {
      this.#placesWrittenAtMs = atMs;
      records.push(...this.#marketRecords());
    }
    this.#settle(atMs, records, symbol);
  }

  /** Writes a market's place and settings, after they were changed by hand. */
  record(market: Market): void {
    this.#books.append([{ t: "market", market: toMarketRecord(market) }]);
  }

  /** Settles funding where it is due, or now where told. */
  settleFunding(only?: { readonly symbol: string }): void {
    const atMs = this.nowMs();
    const records: BookRecord[] = [];
    for (const market of this.markets.values()) {
      const isDue = only === undefined
        ? atMs >= market.nextFundingMs
        : only.symbol === market.symbol;
      if (!isDue || market.listing.lastPrice === 0) continue;
      const { symbol, fundingRate } = market;
      const rate = toRate(fundingRate);
      settleFunding(this.exchange, { symbol, rate, atMs });
      const funding = { symbol, rate: fundingRate, atMs };
      market.addFunding(funding);
      if (only === undefined) {
        const hours = market.listing.instrument.fundingIntervalHours;
        market.nextFundingMs = nextFundingMs(atMs, hours);
      }
      records.push({ t: "funding", funding });
    }
    this.#settle(atMs, records);
  }

  /** Opens an account with one key. */
  openAccount(opening: AccountOpening = {}): ApiKey {
    let uid = createUid();
    while (this.exchange.accounts.has(uid)) uid = createUid();
    const key = createApiKey({
      uid,
      authorities: opening.authorities ?? DEFAULT_AUTHORITIES,
      ips: opening.ips ?? "",
      createdAtMs: this.nowMs(),
    });
    const balance = toMoney(opening.balance ?? BALANCE_DEFAULT);
    const positionMode = opening.positionMode ?? "hedge";
    this.run((exchange, atMs) =>
      openAccount(exchange, { uid, balance, positionMode }, atMs)
    );
    this.putKey(key);
    return key;
  }

  /** Adds a key, or replaces one of the same name. */
  putKey(key: ApiKey): void {
    this.#keys.set(key.apiKey, key);
    this.#books.append([{ t: "key", key }]);
  }

  /** Returns a key by its public part. */
  key(apiKey: string): ApiKey | undefined {
    return this.#keys.get(apiKey);
  }

  /** Returns the keys of an account. */
  keysOf(uid: string): ApiKey[] {
    return [...this.#keys.values()].filter((key) => key.uid === uid);
  }

  /** Takes up stored books. Call once, before anything else. */
  restore(lines: Iterable<readonly BookRecord[]>): MarketRecord[] {
    const places = new Map<string, MarketRecord>();
    for (const records of lines) {
      for (const record of records) this.#restoreRecord(record, places);
    }
    finishRestore(this.exchange);
    return [...places.values()];
  }

  /** Rewrites the books as a snapshot. */
  compact(): void {
    this.#books.compact(this.#snapshot());
  }

  /** Writes the players' places and lets go of the books. */
  close(): void {
    this.#books.append(this.#marketRecords());
    this.#books.close();
  }

  #addMarket(contract: ContractTerms): Market {
    const known = this.markets.get(contract.symbol);
    if (known !== undefined) return known;
    const listing = listInstrument(this.exchange, toInstrument(contract));
    const market = new Market(contract, listing);
    market.nextFundingMs = nextFundingMs(
      this.nowMs(),
      listing.instrument.fundingIntervalHours,
    );
    this.markets.set(contract.symbol, market);
    return market;
  }

  #settle(
    atMs: number,
    records: BookRecord[],
    movedSymbol?: string,
  ): void {
    const changes = takeChanges(this.exchange);
    const accounts = new Set<string>();
    for (const change of changes) {
      if (change.kind === "account") accounts.add(change.uid);
    }
    // Accounts first: a line is restored in its order, and all else names one.
    for (const uid of accounts) {
      const account = this.exchange.accounts.get(uid);
      assert(account !== undefined, `Account ${uid} does not exist`);
      records.push({ t: "account", account: snapshotAccount(account) });
    }
    for (const change of changes) {
      if (change.kind !== "account") records.push(...toChangeRecords(change));
    }
    if (records.length === 0) return;
    if (movedSymbol !== undefined && changes.length > 0) {
      records.push({
        t: "market",
        market: toMarketRecord(this.market(movedSymbol)),
      });
    }
    this.#write(records);
    if (changes.length === 0) return;
    for (const listener of this.#listeners) listener(changes, atMs);
  }

  /**
   * Writes to the books. When that fails (a full disk), memory is ahead of the
   * books for good: nothing more is accepted until a restart.
   */
  #write(records: readonly BookRecord[]): void {
    assert(!this.#isBroken, "The books could not be written: start again");
    this.#isBroken = true;
    this.#books.append(records);
    if (this.#books.isLarge) this.compact();
    this.#isBroken = false;
  }

  #marketRecords(): BookRecord[] {
    return [...this.markets.values()].map((market) => ({
      t: "market" as const,
      market: toMarketRecord(market),
    }));
  }

  #restoreRecord(record: BookRecord, places: Map<string, MarketRecord>): void {
    switch (record.t) {
      case "contract":
        this.#addMarket(record.contract);
        return;
      case "key":
        this.#keys.set(record.key.apiKey, record.key);
        return;
      case "account":
        return restoreAccount(this.exchange, record.account);
      case "order":
        return restoreOrder(this.exchange, record.order);
      case "fill":
        return restoreFill(this.exchange, record.fill);
      case "bill":
        return restoreBill(this.exchange, record.bill);
      case "closed":
        return restoreClosedLeg(this.exchange, record.uid, record.leg);
      case "bars":
        return this.market(record.symbol).series.append(
          record.bars.map(fromBarRow),
        );
      case "market":
        places.set(record.market.symbol, record.market);
        return this.#restoreMarket(record.market);
      case "funding":
        return this.market(record.funding.symbol).addFunding(record.funding);
      default:
        return assertNever(record);
    }
  }

  #restoreMarket(record: MarketRecord): void {
    const market = this.market(record.symbol);
    market.listing.lastPrice = record.lastPrice;
    market.listing.isRising = record.isRising;
    market.isHeld = record.isHeld;
    market.fundingRate = record.fundingRate;
    market.nextFundingMs = record.nextFundingMs;
  }

  *#snapshot(): Generator<readonly BookRecord[]> {
    for (const { contract } of this.markets.values()) {
      yield [{ t: "contract", contract }];
    }
    for (const key of this.#keys.values()) yield [{ t: "key", key }];
    for (const market of this.markets.values()) {
      yield [{
        t: "bars",
        symbol: market.symbol,
        bars: market.series.kept().slice(0, -1).map(toBarRow),
      }];
      yield* inLines(
        market.fundingHistory,
        (funding) => ({ t: "funding", funding }),
      );
    }
    for (const account of this.exchange.accounts.values()) {
      const { uid } = account;
      yield [{ t: "account", account: snapshotAccount(account) }];
      for (const orders of [account.finished, [...account.live.values()]]) {
        yield* inLines(orders, (order) => ({ t: "order", order }));
      }
      yield* inLines(account.fills, (fill) => ({ t: "fill", fill }));
      yield* inLines(account.bills, (bill) => ({ t: "bill", bill }));
      yield* inLines(account.closedLegs, (leg) => ({ t: "closed", uid, leg }));
    }
    yield this.#marketRecords();
  }
}

/** Funding is due at whole multiples of the interval in UTC. */
function nextFundingMs(atMs: number, intervalHours: number): number {
  const intervalMs = intervalHours * HOUR_MS;
  return (Math.floor(atMs / intervalMs) + 1) * intervalMs;
}
