import type { Market } from "../model/market.ts";
import { ceilToTick, floorToTick, roundToLot } from "../model/rounding.ts";
import type { PositionSide } from "../model/sides.ts";
import type { AsGridConfig } from "../strategy/as_grid/config.ts";
import {
  entryPrice,
  lockedPrice,
  lockRatio,
  profitPrice,
  takeProfitSize,
} from "../strategy/as_grid/prices.ts";
import { createAsGridState, thresholdsOf } from "../strategy/as_grid/state.ts";

/** What both legs of a run share: the strategy's own numbers, worked out once. */
export class GridTerms {
  readonly market: Market;
  readonly baseSize: number;
  readonly boost: number;
  readonly maxEntry: number;
  readonly gridSpacing: number;
  readonly entryStep: {
    readonly gridSpacing: number;
    readonly tickSize: number;
  };
  readonly profitStep: { readonly distance: number; readonly tickSize: number };

  /** @param price Quote per base: sizes a `baseNotional`. */
  constructor(config: AsGridConfig, market: Market, price: number) {
    const state = createAsGridState(config, market, price);
    const { boost, maxEntry } = thresholdsOf(state, config);
    const { tickSize } = market;
    this.market = market;
    this.baseSize = state.baseSize;
    this.boost = boost;
    this.maxEntry = maxEntry;
    this.gridSpacing = config.gridSpacing;
    this.entryStep = { gridSpacing: config.gridSpacing, tickSize };
    this.profitStep = { distance: config.takeProfitSpacing, tickSize };
  }
}

/**
 * One leg's resting orders. `add` is its opening order or its entry, `exit`
 * its take-profit; an order that does not rest stands where no price passes.
 */
export class GridLeg {
  readonly side: PositionSide;
  readonly #terms: GridTerms;
  readonly #sizing;
  addPrice: number;
  exitPrice: number;
  exitSize = 0;
  /** The add is an opening order: the leg is flat. */
  isFlat = true;
  /** An entry could not be margined: tried again at the next close. */
  isStarved = false;
  /** Frozen exit of a paused leg; 0 while not paused. */
  lockedAt = 0;
  #anchor = 0;

  constructor(side: PositionSide, terms: GridTerms) {
    this.side = side;
    this.#terms = terms;
    this.addPrice = this.#never(true);
    this.exitPrice = this.#never(false);
    const { baseSize, boost, maxEntry } = terms;
    this.#sizing = { baseSize, boost, maxEntry, own: 0, other: 0, price: 0 };
  }

  get isPaused(): boolean {
    return this.lockedAt !== 0;
  }

  /** Rests the opening order at a price: long floored to the tick, short ceiled. */
  rest(price: number): void {
    const { tickSize } = this.#terms.market;
    this.isFlat = true;
    this.isStarved = false;
    this.lockedAt = 0;
    this.addPrice = this.side === "long"
      ? floorToTick(price, tickSize)
      : ceilToTick(price, tickSize);
    this.exitPrice = this.#never(false);
    this.exitSize = 0;
  }

  /**
   * Plans the pair of a leg that holds a position, anchored at its last fill.
   *
   * @param own This leg's size, > 0; `other` the other leg's.
   */
  hang(anchor: number, own: number, other: number): void {
    const { market, maxEntry, gridSpacing } = this.#terms;
    this.isFlat = false;
    this.#anchor = anchor;
    if (own <= maxEntry) this.lockedAt = 0;
    else if (this.lockedAt === 0) {
      const ratio = lockRatio({ own, other }, gridSpacing);
      this.lockedAt = lockedPrice(
        this.side,
        { price: anchor, ratio },
        market.tickSize,
      );
    }
    this.exitPrice = this.lockedAt !== 0
      ? this.lockedAt
      : profitPrice(this.side, anchor, this.#terms.profitStep);
    this.exitSize = this.#exitSize(own, other);
    this.addEntry();
  }

  /** Rests the entry beside the take-profit, unless the leg is paused. */
  addEntry(): void {
    const price = this.lockedAt === 0
      ? entryPrice(this.side, this.#anchor, this.#terms.entryStep)
      : 0;
    this.addPrice = price > 0 ? price : this.#never(true);
    this.isStarved = false;
  }

  /** Takes the entry away until the next close. */
  starve(): void {
    this.addPrice = this.#never(true);
    this.isStarved = true;
  }

  /** Returns the leg's size after an order, freed of binary noise. */
  sized(size: number): number {
    return roundToLot(size, this.#terms.market.lotSize);
  }

  #exitSize(own: number, other: number): number {
    this.#sizing.own = own;
    this.#sizing.other = other;
    this.#sizing.price = this.exitPrice;
    return takeProfitSize(this.#sizing, this.#terms.market);
  }

  /** A price no walk passes: buys far below, sells far above. */
  #never(isAdd: boolean): number {
    return (this.side === "long") === isAdd ? -Infinity : Infinity;
  }
}
