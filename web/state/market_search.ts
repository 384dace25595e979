/** Which markets a typed text means, the likeliest first. Pure. @module */
import type { Market } from "@core/model/market.ts";

/** How well a name fits, best first; null: not at all. */
function fitOf({ base, venueSymbol }: Market, wanted: string): number | null {
  if (base === wanted) return 0;
  if (venueSymbol.startsWith(wanted)) return 1;
  if (base.includes(wanted)) return 2;
  return venueSymbol.includes(wanted) ? 3 : null;
}

/**
 * Finds markets: whose coin is what was typed, then those that begin with it,
 * then those that have it; among equals what is traded most comes first.
 *
 * @param options.typed `bnb`, `BNB/USDT`, `ｂｎｂ`; empty: all of them.
 * @param options.turnovers Of a day, quote, by the exchange's symbol.
 */
export function findMarkets(
  markets: readonly Market[],
  options: {
    readonly typed: string;
    readonly turnovers: ReadonlyMap<string, number>;
    readonly max: number;
  },
): readonly Market[] {
  const typed = options.typed.normalize("NFKC").toUpperCase().trim();
  const wanted = typed.replaceAll(/[^\p{L}\p{N}]/gu, "");
  if (typed !== "" && wanted === "") return [];
  const turnoverOf = ({ venueSymbol }: Market) =>
    options.turnovers.get(venueSymbol) ?? 0;
  return markets
    .flatMap((market) => {
      const fit = wanted === "" ? 0 : fitOf(market, wanted);
      return fit === null ? [] : [{ market, fit }];
    })
    .sort((a, b) =>
      a.fit - b.fit || turnoverOf(b.market) - turnoverOf(a.market) ||
      (a.market.symbol < b.market.symbol ? -1 : 1)
    )
    .slice(0, options.max)
    .map(({ market }) => market);
}
