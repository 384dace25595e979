/**
 * One symbol's public side: candles, ticker figures, recent trades, and the
 * player that moves it.
 *
 * @module
 */
import { formatDecimal, type Listing, touchOf } from "@core/matching/mod.ts";
import type { ContractTerms } from "./contracts.ts";
import type { FundingRecord } from "./books.ts";
import { type Bar, CandleSeries } from "./prices/candles.ts";
import type { Player } from "./prices/player.ts";

/** A trade anyone may see. */
export interface PublicTrade {
  readonly tradeId: string;
  /** Units. */
  readonly price: number;
  /** Units. */
  readonly size: number;
  readonly orderSide: "buy" | "sell";
  readonly atMs: number;
}

/** The last day in figures. */
export interface DayFigures {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly baseVolume: number;
  readonly quoteVolume: number;
  /** Open of the current UTC day. */
  readonly openUtc: number;
}

const TRADES_MAX = 500;
const FUNDING_HISTORY_MAX = 1_000;
const DAY_MS = 86_400_000;
const FIGURES_MAX_AGE_MS = 1_000;

/** A listed symbol with everything the public sees of it. */
export class Market {
  readonly series = new CandleSeries();
  readonly contract: ContractTerms;
  readonly listing: Listing;
  /** Null: nothing moves this symbol by itself. */
  player: Player | null = null;
  /** A price was set by hand: the player waits. */
  isHeld = false;
  /** Decimal text, fraction an interval. */
  fundingRate = "0.0001";
  nextFundingMs = 0;
  /** Settled intervals, oldest first. */
  readonly fundingHistory: FundingRecord[] = [];
  /** Newest last. */
  readonly trades: PublicTrade[] = [];
  /** Trades since the last public push, oldest first. */
  unpushedTrades: PublicTrade[] = [];
  /** Price or volume changed since the last public push. */
  isDirty = true;
  #leftover = 0;
  #tradeSequence = 0;
  #figures: { readonly atMs: number; readonly figures: DayFigures } | null =
    null;

  constructor(contract: ContractTerms, listing: Listing) {
    this.contract = contract;
    this.listing = listing;
  }

  get symbol(): string {
    return this.contract.symbol;
  }

  /** Returns a price as whole units, on the tick. */
  toPriceUnits(price: number): number {
    const { priceScale, priceStep } = this.listing.instrument;
    return Math.max(
      1,
      Math.round(price * 10 ** priceScale / priceStep),
    ) * priceStep;
  }

  /** Returns price units as text. */
  priceText(units: number): string {
    return formatDecimal(units, this.listing.instrument.priceScale);
  }

  /** Returns size units as text. */
  sizeText(units: number): string {
    return formatDecimal(units, this.listing.instrument.sizeScale);
  }

  /** Returns the best prices as text. */
  touch(): { readonly bid: string; readonly ask: string } {
    const { bid, ask } = touchOf(this.listing);
    return { bid: this.priceText(bid), ask: this.priceText(ask) };
  }

  /**
   * Takes up a tick after the matching has: candle, public trade. A new price
   * is a trade of at least one lot, as nothing else moves a last price.
   *
   * @param tick.volume Base traded since the last one.
   * @returns The minutes it closed.
   */
  addTick(tick: {
    readonly volume: number;
    readonly atMs: number;
  }): readonly Bar[] {
    const { lastPrice, isRising, instrument } = this.listing;
    const { volume, atMs } = tick;
    this.isDirty = true;
    const lot = instrument.sizeStep / 10 ** instrument.sizeScale;
    const whole = Math.max(0, Math.floor((volume + this.#leftover) / lot));
    const hasMoved = this.trades.at(-1)?.price !== lastPrice;
    const lots = whole === 0 && hasMoved ? 1 : whole;
    this.#leftover += volume - lots * lot;
    if (lots > 0) {
      this.#addTrade({
        tradeId: this.#nextTradeId(atMs),
        price: lastPrice,
        size: lots * instrument.sizeStep,
        orderSide: isRising ? "buy" : "sell",
        atMs,
      });
    }
    return this.series.addTick({
      price: lastPrice / 10 ** instrument.priceScale,
      volume: lots * lot,
      atMs,
    });
  }

  /** Returns the last 24 hours, at most a second old. */
  dayFigures(atMs: number): DayFigures {
    const cached = this.#figures;
    if (cached !== null && atMs - cached.atMs < FIGURES_MAX_AGE_MS) {
      return cached.figures;
    }
    const bars = this.series.since(atMs - DAY_MS);
    const last = this.listing.lastPrice /
      10 ** this.listing.instrument.priceScale;
    const dayOpenMs = Math.floor(atMs / DAY_MS) * DAY_MS;
    const firstToday = bars.find((bar) => bar.openTimeMs >= dayOpenMs);
    let high = last;
    let low = last;
    let baseVolume = 0;
    let quoteVolume = 0;
    for (const bar of bars) {
      high = Math.max(high, bar.high);
      low = Math.min(low, bar.low);
      baseVolume += bar.volume;
      quoteVolume += bar.quoteVolume;
    }
    const figures = {
      open: bars[0]?.open ?? last,
      high,
      low,
      baseVolume,
      quoteVolume,
      openUtc: firstToday?.open ?? last,
    };
    this.#figures = { atMs, figures };
    return figures;
  }

  /** Notes a settled funding interval. */
  addFunding(record: FundingRecord): void {
    this.fundingHistory.push(record);
    if (this.fundingHistory.length > FUNDING_HISTORY_MAX) {
      this.fundingHistory.shift();
    }
  }

  #addTrade(trade: PublicTrade): void {
    this.trades.push(trade);
    if (this.trades.length > TRADES_MAX) this.trades.shift();
    this.unpushedTrades.push(trade);
    if (this.unpushedTrades.length > TRADES_MAX) this.unpushedTrades.shift();
  }

  #nextTradeId(atMs: number): string {
    this.#tradeSequence = (this.#tradeSequence + 1) % 1_000_000;
    return `${atMs}${String(this.#tradeSequence).padStart(6, "0")}`;
  }
}
