import { bookBill } from "./accounting.ts";
import { applyRate } from "./decimal.ts";
import { noteAccount } from "./execution.ts";
import { legNotional } from "./margin.ts";
import { type Exchange, legKey, listingOf } from "./state.ts";
import { POSITION_SIDES } from "../model/sides.ts";

/**
 * Settles one funding interval of a symbol: at a rate > 0 longs pay and shorts
 * receive rate × notional at the last price.
 */
export function settleFunding(
  exchange: Exchange,
  settlement: {
    readonly symbol: string;
    /** Fraction at RATE_SCALE, signed. */
    readonly rate: bigint;
    readonly atMs: number;
  },
): void {
  const { symbol, rate, atMs } = settlement;
  const listing = listingOf(exchange, symbol);
  for (const account of listing.holders) {
    for (const side of POSITION_SIDES) {
      const leg = account.legs.get(legKey(symbol, side));
      if (leg === undefined) continue;
      const due = applyRate(legNotional(listing, leg), rate);
      const amount = side === "long" ? -due : due;
      leg.funding += amount;
      bookBill(exchange, account, {
        kind: "funding",
        symbol,
        positionSide: side,
        amount,
        fee: 0n,
        atMs,
      });
    }
    noteAccount(exchange, account.uid);
  }
}
