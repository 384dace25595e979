/**
 * Pairing: which opening fills a closing fill gave back, and what that earned.
 * *Grid profit* is the sum of the pairs' profits, gross; whatever else the
 * bot's fills and positions came to is *unpaired*:
 *
 *     grid profit + unpaired = realized + unrealized      (to the last digit)
 *
 * The exchange's realized PnL is by average cost and mixes what is closed with
 * what is held; a pair is what the trader placed: bought here, sold there.
 *
 * Rules, both newest first:
 * - `last_in_first_out` (AS grid): a closing fill gives back the most recent
 *   unpaired openings of its leg.
 * - `interval` (range grid): a take-profit gives back its own level's entries,
 *   then what the opening order brought, then anything else of the leg; a
 *   reduction or a close gives back the leg's most recent.
 *
 * Sizes are split where they do not match. What finds no opening (a position
 * the bot did not open) has no pair and so no profit. Decimals are exact: the
 * exchange's text in, text out.
 *
 * @module
 */
import { formatDecimal, toDecimal } from "../matching/decimal.ts";
import { assert } from "./assert.ts";
import { isOpening, type PositionSide, type Purpose } from "./sides.ts";

/** How a strategy's fills find each other. */
export type PairRule = "last_in_first_out" | "interval";

/** Returns the rule of a strategy. */
export function pairRuleOf(strategy: "as_grid" | "range_grid"): PairRule {
  return strategy === "range_grid" ? "interval" : "last_in_first_out";
}

/** A fill as far as pairing looks at it. */
export interface PairableFill {
  /** The exchange's trade id, or any name that is used once. */
  readonly id: string;
  readonly positionSide: PositionSide;
  readonly purpose: Purpose;
  /** The order's grid level. */
  readonly level: number;
  /** Quote per base, decimal text, > 0. */
  readonly price: string;
  /** Base, decimal text, > 0. */
  readonly size: string;
}

/** What a closing fill was paired with. */
export interface Pair {
  /** Gross, quote, signed, exact; null: it found no opening. */
  readonly profit: string | null;
  /** Mean price of what was given back, to 12 digits after the point. */
  readonly entryPrice: string | null;
  /** The opening fills it gave back, newest first. */
  readonly openingIds: readonly string[];
  /** What of the closing fill found no opening, base; "0" as a rule. */
  readonly unpairedSize: string;
}

/** Decimal places of a price or a size; a product has twice as many. */
const SCALE = 12;
/** Emptied lots kept before a stack is cleared of them. */
const EMPTY_KEPT = 32;

interface Lot {
  readonly id: string;
  readonly price: bigint;
  /** The stacks that hold it. */
  readonly stacks: readonly Stack[];
  left: bigint;
}

interface Stack {
  lots: Lot[];
  /** At least so many of them were emptied from elsewhere. */
  empty: number;
}

/**
 * One bot's openings that wait for their closing. Each fill is told once, in
 * the order of time; a fill costs as many steps as it touches openings.
 */
export class PairBook {
  readonly #rule: PairRule;
  /** By leg; of the interval rule also by leg and level, see `keyOf()`. */
  readonly #stacks = new Map<string, Stack>();
  readonly #lots = new Map<string, Lot>();

  constructor(rule: PairRule) {
    this.#rule = rule;
  }

  /**
   * Takes an opening fill in.
   *
   * @param unpairedSize What of it waits still; without it, all.
   * @throws {AssertionError} If it is no opening, or a number is malformed.
   */
  open(fill: PairableFill, unpairedSize: string = fill.size): void {
    assert(isOpening(fill.purpose), `Cannot open with a ${fill.purpose} fill`);
    const stacks = [this.#stack(fill.positionSide)];
    if (this.#rule === "interval") stacks.push(this.#stack(keyOf(fill)));
    const lot = {
      id: fill.id,
      price: read(fill.price),
      left: read(unpairedSize),
      stacks,
    };
    this.#lots.set(fill.id, lot);
    for (const { lots } of stacks) lots.push(lot);
  }

  /**
   * Pairs a closing fill.
   *
   * @throws {AssertionError} If it is an opening, or a number is malformed.
   */
  close(fill: PairableFill, unpairedSize: string = fill.size): Pair {
    assert(!isOpening(fill.purpose), `Cannot close with ${fill.purpose}`);
    const price = read(fill.price);
    const size = read(unpairedSize);
    const ids = new Set<string>();
    let left = size;
    let cost = 0n;
    for (const stack of this.#stacksFor(fill)) {
      left = take(stack, left, (lot, used) => {
        cost += lot.price * used;
        ids.add(lot.id);
        if (lot.left === 0n) this.#emptied(lot, stack);
      });
      if (left === 0n) break;
    }
    const paired = size - left;
    const gain = fill.positionSide === "long"
      ? price * paired - cost
      : cost - price * paired;
    return {
      profit: paired === 0n ? null : formatDecimal(gain, 2 * SCALE),
      entryPrice: paired === 0n ? null : meanOf(cost, paired),
      openingIds: [...ids],
      unpairedSize: formatDecimal(left, SCALE),
    };
  }

  /** What of an opening waits still, base; "0" when nothing or unknown. */
  unpairedSize(openingId: string): string {
    return formatDecimal(this.#lots.get(openingId)?.left ?? 0n, SCALE);
  }

  /**
   * What the waiting openings would earn at these prices, quote, gross: the
   * counterpart of the exchange's unrealized PnL.
   */
  unpairedProfit(markPrice: string): string {
    const mark = read(markPrice);
    let sum = 0n;
    for (const [side, sign] of [["long", 1n], ["short", -1n]] as const) {
      for (const lot of this.#stack(side).lots) {
        sum += sign * (mark - lot.price) * lot.left;
      }
    }
    return formatDecimal(sum, 2 * SCALE);
  }

  *#stacksFor(fill: PairableFill): Iterable<Stack> {
    if (this.#rule === "interval" && fill.purpose === "take_profit") {
      yield this.#stack(keyOf(fill));
      yield this.#stack(keyOf({ ...fill, purpose: "open" }));
    }
    yield this.#stack(fill.positionSide);
  }

  #emptied(lot: Lot, from: Stack): void {
    this.#lots.delete(lot.id);
    for (const stack of lot.stacks) if (stack !== from) clear(stack);
  }

  #stack(key: string): Stack {
    let stack = this.#stacks.get(key);
    if (stack === undefined) {
      stack = { lots: [], empty: 0 };
      this.#stacks.set(key, stack);
    }
    return stack;
  }
}

/** A fill with what earlier pairing has left of it. */
export interface SettledFill extends PairableFill {
  /** Null: not looked at yet. */
  readonly unpairedSize: string | null;
  readonly pair: Pick<Pair, "profit" | "entryPrice" | "openingIds"> | null;
}

/** What pairing says of one fill. */
export interface PairChange {
  readonly id: string;
  readonly unpairedSize: string;
  /** Null for openings. */
  readonly pair: Pick<Pair, "profit" | "entryPrice" | "openingIds"> | null;
}

/**
 * Goes on pairing a bot's fills where the last time ended: the fills not
 * looked at yet, the openings that wait, the closings that found nothing.
 *
 * @param fills Oldest first.
 * @returns What has changed, in the same order.
 */
export function pairFills(
  rule: PairRule,
  fills: readonly SettledFill[],
): PairChange[] {
  const book = new PairBook(rule);
  const pairs = new Map<string, PairChange>();
  for (const fill of fills) {
    const size = fill.unpairedSize ?? fill.size;
    if (isOpening(fill.purpose)) {
      book.open(fill, size);
      continue;
    }
    const pair = book.close(fill, size);
    const unpairedSize = pair.unpairedSize;
    if (isSame(unpairedSize, fill.unpairedSize)) continue;
    pairs.set(fill.id, {
      id: fill.id,
      unpairedSize,
      pair: merge(fill, pair),
    });
  }
  return fills.flatMap((fill) => {
    if (!isOpening(fill.purpose)) return pairs.get(fill.id) ?? [];
    const unpairedSize = book.unpairedSize(fill.id);
    return isSame(unpairedSize, fill.unpairedSize)
      ? []
      : [{ id: fill.id, unpairedSize, pair: null }];
  });
}

/** A closing paired in part before: what it was paired with since comes to it. */
function merge(fill: SettledFill, now: Pair): PairChange["pair"] {
  const before = fill.pair;
  if (before === null || before.profit === null) return now;
  if (now.profit === null || before.entryPrice === null) return before;
  const scale = 2 * SCALE;
  const profit = toDecimal(before.profit, scale) +
    toDecimal(now.profit, scale);
  const size = read(fill.size) -
    read(now.unpairedSize);
  const worth = read(fill.price) * size;
  const cost = fill.positionSide === "long" ? worth - profit : worth + profit;
  return {
    profit: formatDecimal(profit, scale),
    entryPrice: meanOf(cost, size),
    openingIds: [...new Set([...before.openingIds, ...now.openingIds])],
  };
}

function isSame(size: string, before: string | null): boolean {
  return before !== null && read(size) === read(before);
}

/** Reads a price or a size; digits beyond the twelfth, which no market has, are left out. */
function read(text: string): bigint {
  return toDecimal(text.replace(/(\.\d{12})\d+$/, "$1"), SCALE);
}

/** The opening order's fills belong to no level. */
function keyOf(fill: PairableFill): string {
  const { positionSide, purpose, level } = fill;
  return purpose === "open"
    ? `${positionSide}:open`
    : `${positionSide}:${level}`;
}

/** Takes from the newest lots. @returns What was not there. */
function take(
  stack: Stack,
  size: bigint,
  onUsed: (lot: Lot, used: bigint) => void,
): bigint {
  let left = size;
  for (;;) {
    const lot = stack.lots.at(-1);
    if (lot === undefined || left === 0n) return left;
    if (lot.left > 0n) {
      const used = lot.left < left ? lot.left : left;
      lot.left -= used;
      left -= used;
      onUsed(lot, used);
    }
    if (lot.left === 0n) stack.lots.pop();
  }
}

/** Notes that a lot was emptied from elsewhere; clears the stack now and then. */
function clear(stack: Stack): void {
  stack.empty++;
  if (stack.empty < EMPTY_KEPT || stack.empty < stack.lots.length / 2) return;
  stack.lots = stack.lots.filter((lot) => lot.left > 0n);
  stack.empty = 0;
}

/** Σ price × size ÷ Σ size, both scaled; rounded half up. */
function meanOf(cost: bigint, size: bigint): string {
  return formatDecimal((cost + size / 2n) / size, SCALE);
}
