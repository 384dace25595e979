import { GridLeg, GridTerms } from "@core/backtest/as_grid_leg.ts";
import {
  type AsGridConfig,
  type Market,
  type PositionSide,
  roundToLot,
} from "@core/mod.ts";
import { type ParityFill, type Role, TICKS_A_CANDLE } from "./events.ts";

/** A leg between two fills. */
export interface LegState {
  readonly size: number;
  /** Price of the leg's order of each role; NaN while none rests. */
  readonly prices: Readonly<Record<Role, number>>;
}

/** What the strategy says of an order. */
export interface Answer {
  /** It wants an order of this purpose, and of this size. */
  readonly isRole: boolean;
  readonly price: number;
}

interface Moment {
  readonly tick: number;
  readonly legs: Readonly<Record<PositionSide, LegState>>;
}

/** What the strategy says of a sequence of fills, step by step. */
export class LegTimeline {
  readonly #moments: Moment[] = [];
  readonly #answers = new Map<ParityFill, Answer>();

  /**
   * @param fills Of one side, oldest first.
   * @param ticks Four a candle: a flat leg's opening follows the close.
   */
  constructor(
    { config, market }: {
      readonly config: AsGridConfig;
      readonly market: Market;
    },
    fills: readonly ParityFill[],
    ticks: readonly number[],
  ) {
    const start = ticks[0] ?? NaN;
    const terms = new GridTerms(config, market, start);
    const legs = {
      long: new GridLeg("long", terms),
      short: new GridLeg("short", terms),
    };
    const sizes = { long: 0, short: 0 };
    const keep = (tick: number) =>
      this.#moments.push({
        tick,
        legs: {
          long: stateOf(legs.long, sizes.long),
          short: stateOf(legs.short, sizes.short),
        },
      });
    legs.long.rest(start);
    legs.short.rest(start);
    keep(-1);
    let next = 0;
    for (let tick = 0; tick < ticks.length; tick++) {
      for (; fills[next]?.tick === tick; next++) {
        const fill = fills[next];
        if (fill === undefined) break;
        const leg = legs[fill.positionSide];
        this.#answers.set(fill, answerOf(leg, fill));
        const change = fill.role === "add" ? fill.size : -fill.size;
        const { lotSize } = market;
        const own = roundToLot(sizes[fill.positionSide] + change, lotSize);
        sizes[fill.positionSide] = own;
        const other = fill.positionSide === "long" ? sizes.short : sizes.long;
        if (own === 0) leg.rest(fill.price);
        else leg.hang(fill.price, own, other);
        keep(tick);
      }
      if (tick % TICKS_A_CANDLE !== TICKS_A_CANDLE - 1) continue;
      for (const leg of [legs.long, legs.short]) {
        if (leg.isFlat) leg.rest(ticks[tick] ?? NaN);
      }
      keep(tick);
    }
  }

  /** What the strategy wanted of the order that then filled. */
  answerTo(fill: ParityFill): Answer {
    return this.#answers.get(fill) ?? { isRole: false, price: NaN };
  }

  /** How a leg stood when a tick began. */
  before(tick: number, side: PositionSide): LegState {
    const moment = this.#moments.findLast((one) => one.tick < tick);
    if (moment === undefined) throw new RangeError(`No moment before ${tick}`);
    return moment.legs[side];
  }

  /** How a leg stood when a tick was over. */
  after(tick: number, side: PositionSide): LegState {
    return this.before(tick + 1, side);
  }
}

function stateOf(leg: GridLeg, size: number): LegState {
  const price = (value: number) => Number.isFinite(value) ? value : NaN;
  return {
    size,
    prices: { add: price(leg.addPrice), exit: price(leg.exitPrice) },
  };
}

function answerOf(leg: GridLeg, fill: ParityFill): Answer {
  const isOpen = fill.purpose === "open";
  return {
    isRole: leg.isFlat === isOpen &&
      (fill.role === "add" || leg.exitSize === fill.size),
    price: fill.role === "add" ? leg.addPrice : leg.exitPrice,
  };
}
