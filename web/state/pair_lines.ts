import type { Fill } from "../data/rows.ts";

/** A closed pair as the chart shows it. */
export interface PairLine {
  readonly entryAtMs: number;
  readonly entryPrice: number;
  readonly exitAtMs: number;
  readonly exitPrice: number;
  /** After the fees of both ends, quote; null while a fee is unknown. */
  readonly net: number | null;
}

/**
 * Returns the pairs whose two ends are among the fills. A closing fill that
 * gave several openings back begins at the oldest of them, at their mean price.
 *
 * @param fills Of one bot, any order.
 */
export function pairLinesOf(fills: readonly Fill[]): readonly PairLine[] {
  const byTrade = new Map(fills.map((fill) => [fill.tradeId, fill]));
  return fills.flatMap((exit) => {
    if (exit.pairProfit === null || exit.pairEntryPrice === null) return [];
    const openings = exit.pairTradeIds.map((id) => byTrade.get(id));
    const known = openings.filter((fill) => fill !== undefined);
    const first = known.at(-1);
    if (first === undefined || known.length < openings.length) return [];
    return [{
      entryAtMs: first.filledAtMs,
      entryPrice: exit.pairEntryPrice,
      exitAtMs: exit.filledAtMs,
      exitPrice: exit.price,
      net: netOf(exit, known),
    }];
  });
}

/** An opening that was given back in part has paid for that part. */
function netOf(exit: Fill, openings: readonly Fill[]): number | null {
  if (exit.pairProfit === null || exit.fee === null) return null;
  const size = openings.reduce((sum, fill) => sum + fill.size, 0);
  let fees = 0;
  for (const { fee } of openings) {
    if (fee === null) return null;
    fees += fee;
  }
  const part = size > 0 ? Math.min(1, exit.size / size) : 0;
  return exit.pairProfit - exit.fee - fees * part;
}
