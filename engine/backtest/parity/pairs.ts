import { buys, type ParityFill, TICKS_A_CANDLE } from "./events.ts";

/** One order of the one, of the other, or of both. */
export interface Pair {
  readonly live: ParityFill | null;
  readonly backtest: ParityFill | null;
}

/** Fills of both within this many ticks are the same event. */
const WINDOW_TICKS = TICKS_A_CANDLE;

/**
 * Pairs fills of the same kind in their order.
 *
 * @param keyOf Fills with different keys are never paired.
 * @returns Oldest first; of one tick the exit first: it makes room for what
 * opens behind it.
 */
export function pairUp(
  { live, backtest }: {
    readonly live: readonly ParityFill[];
    readonly backtest: readonly ParityFill[];
  },
  keyOf: (fill: ParityFill) => string,
): Pair[] {
  const pairs: Pair[] = [];
  const keys = new Set([...live, ...backtest].map(keyOf));
  for (const key of [...keys].sort()) {
    const of = (fills: readonly ParityFill[]) =>
      fills.filter((one) => keyOf(one) === key);
    const [ours, theirs] = [of(live), of(backtest)];
    let [i, j] = [0, 0];
    while (i < ours.length || j < theirs.length) {
      const [one = null, two = null] = [ours[i], theirs[j]];
      const lead = (one?.tick ?? Infinity) - (two?.tick ?? Infinity);
      const isPair = Math.abs(lead) <= WINDOW_TICKS;
      pairs.push({
        live: isPair || lead < 0 ? one : null,
        backtest: isPair || lead > 0 ? two : null,
      });
      if (isPair || lead < 0) i++;
      if (isPair || lead > 0) j++;
    }
  }
  const rank = ({ live, backtest }: Pair) =>
    (live ?? backtest)?.role === "exit" ? 0 : 1;
  return pairs.map((pair, at) => ({ pair, at })).sort((a, b) =>
    tickOf(a.pair) - tickOf(b.pair) || rank(a.pair) - rank(b.pair) ||
    a.at - b.at
  ).map(({ pair }) => pair);
}

/** What a fill has brought once the price stands where it ends, quote. */
export function worthOf(fill: ParityFill | null, last: number): number {
  if (fill === null) return 0;
  const { positionSide, role, price, size, fee } = fill;
  const direction = buys(positionSide, role) ? 1 : -1;
  return direction * size * (last - price) - fee;
}

function tickOf({ live, backtest }: Pair): number {
  return Math.min(live?.tick ?? Infinity, backtest?.tick ?? Infinity);
}
