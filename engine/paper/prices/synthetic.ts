/**
 * Made-up minutes that look like a perpetual's: a random walk with fat-tailed
 * steps and clustered volatility, drawn softly back to its start so that a
 * demo can run for weeks. The same seed and symbol give the same minutes.
 *
 * @module
 */
import type { Candle } from "@core/mod.ts";
import { termsFor } from "../contracts.ts";
import { backwards } from "./player.ts";
import type { MinuteSource } from "./source.ts";

/** Steps within a minute that its candle is made of. */
const STEPS = 12;
/** Standard deviation of a minute's return in calm and in wild times. */
const VOLATILITY_MIN = 0.0003;
const VOLATILITY_MAX = 0.003;
const VOLATILITY_MEAN = 0.0008;
/** Pull per minute back to the start price, as a fraction of the distance. */
const REVERSION = 0.0004;
const PRICE_MIN_FRACTION = 0.2;

/** How one market differs from another. */
interface Temper {
  /** Times the moves of a market of temper 1. */
  readonly moves: number;
  /** Times its turnover. */
  readonly turnover: number;
  /** Decimal text, fraction an interval; below zero the shorts pay. */
  readonly fundingRate: string;
}

/** Bitget's large markets beside one another, BNB being 1. */
const TEMPERS: Readonly<Record<string, Temper>> = {
  BTCUSDT: { moves: 0.75, turnover: 14, fundingRate: "0.00008" },
  ETHUSDT: { moves: 1.15, turnover: 9, fundingRate: "0.00006" },
  SOLUSDT: { moves: 1.5, turnover: 4, fundingRate: "-0.00005" },
  XRPUSDT: { moves: 1.4, turnover: 3, fundingRate: "0.00012" },
  DOGEUSDT: { moves: 1.9, turnover: 2, fundingRate: "0.0002" },
};
const TEMPER: Temper = { moves: 1, turnover: 1, fundingRate: "0.0001" };

interface State {
  readonly kind: "synthetic";
  /** State of the generator, 32 bits. */
  random: number;
  price: number;
  volatility: number;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

/** Makes up minutes for one symbol. */
export class SyntheticSource implements MinuteSource {
  readonly contract;
  readonly history: readonly Candle[];
  readonly fundingRate: string;
  readonly #seed: string;
  readonly #anchor: number;
  readonly #temper: Temper;
  #state: State;

  constructor(
    symbol: string,
    options: { readonly seed: string; readonly historyMinutes: number },
  ) {
    this.contract = termsFor(symbol);
    this.#seed = options.seed;
    this.#temper = TEMPERS[symbol] ?? TEMPER;
    this.fundingRate = this.#temper.fundingRate;
    this.#anchor = this.contract.startPrice;
    this.#state = {
      kind: "synthetic",
      random: hash(`${options.seed}:${symbol}`),
      price: this.#anchor,
      volatility: VOLATILITY_MEAN,
    };
    this.history = Array.from(
      { length: options.historyMinutes },
      () => this.next(),
    );
  }

  next(): Candle {
    const state = this.#state;
    state.volatility = this.#nextVolatility(state.volatility);
    const open = state.price;
    const deviation = state.volatility * this.#temper.moves;
    let high = open;
    let low = open;
    let travelled = 0;
    for (let i = 0; i < STEPS; i++) {
      const before = state.price;
      const pull = REVERSION / STEPS * (this.#anchor - before);
      const step = before * deviation / Math.sqrt(STEPS) *
        this.#normal();
      const floor = this.#anchor * PRICE_MIN_FRACTION;
      state.price = Math.max(floor, before + step + pull);
      travelled += Math.abs(state.price - before);
      high = Math.max(high, state.price);
      low = Math.min(low, state.price);
    }
    const usual = VOLATILITY_MEAN * this.#temper.moves;
    const turnover = 200_000 * this.#temper.turnover *
      (0.2 + this.#uniform()) * (1 + travelled / open / usual);
    return {
      openTimeMs: 0,
      open,
      high,
      low,
      close: state.price,
      volume: turnover / open,
    };
  }

  /** A walk away from the start, told backwards: it ends where history begins. */
  *past(): Generator<Candle> {
    const older = new SyntheticSource(this.contract.symbol, {
      seed: `${this.#seed}:past`,
      historyMinutes: 0,
    });
    for (;;) yield backwards(older.next());
  }

  save(): unknown {
    return { ...this.#state };
  }

  restore(place: unknown): boolean {
    if (typeof place !== "object" || place === null) return false;
    const { kind, random, price, volatility } = place as Record<
      string,
      unknown
    >;
    if (
      kind !== "synthetic" || typeof random !== "number" ||
      typeof price !== "number" || typeof volatility !== "number"
    ) return false;
    this.#state = { kind, random, price, volatility };
    return true;
  }

  #nextVolatility(before: number): number {
    const shock = Math.exp(0.15 * this.#normal());
    const next = (before + 0.03 * (VOLATILITY_MEAN - before)) * shock;
    return Math.min(VOLATILITY_MAX, Math.max(VOLATILITY_MIN, next));
  }

  /** Mulberry32. */
  #uniform(): number {
    this.#state.random = (this.#state.random + 0x6d2b79f5) >>> 0;
    let t = this.#state.random;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** Box-Muller, with a tail: one step in fifty is three times as large. */
  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#uniform()));
    const value = radius * Math.cos(2 * Math.PI * this.#uniform());
    return this.#uniform() < 0.02 ? value * 3 : value;
  }
}
