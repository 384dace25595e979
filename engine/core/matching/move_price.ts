import { liquidate } from "./liquidate.ts";
import { fillOrder, takeLiquidity } from "./execution.ts";
import { isLiquidatable } from "./margin.ts";
import {
  accountOf,
  type Exchange,
  type Fill,
  legKey,
  type Listing,
  listingOf,
  type Order,
} from "./state.ts";

/** One straight piece of a price path. */
export interface PriceMove {
  readonly symbol: string;
  /** Where the price goes, units. */
  readonly to: number;
  readonly atMs: number;
  /** Size that may trade on the way, units; leave out for unlimited. */
  readonly liquidity?: number | null;
  /**
   * Called after each fill, the price standing where it happened: orders
   * placed or canceled here take part in the rest of the walk.
   */
  readonly onFill?: (fill: Fill) => void;
}

/**
 * Walks the price from where it stands to `to` and fills what rests on the
 * way: falling, buys with a limit p fill when the price goes **below** p, the
 * highest first; rising, sells when it goes above p, the lowest first; each at
 * its limit. Liquidations are checked at the end of the walk, at that price.
 *
 * An order the step's liquidity did not suffice for stays, behind the price,
 * and goes on filling in the next steps.
 */
export function movePrice(exchange: Exchange, move: PriceMove): void {
  const listing = listingOf(exchange, move.symbol);
  listing.liquidity = move.liquidity ?? null;
  if (listing.lastPrice === 0) listing.lastPrice = move.to;
  const from = listing.lastPrice;
  if (move.to !== from) listing.isRising = move.to > from;
  for (;;) {
    const order = nextToFill(listing, move.to);
    if (order === null) break;
    const size = takeLiquidity(listing, tradableSize(exchange, order));
    if (size === 0) break;
    if (move.onFill !== undefined) standAt(listing, order.price, move.to);
    const fill = fillOrder(exchange, listing, order, {
      price: order.price,
      size,
      liquidity: "maker",
      atMs: move.atMs,
    }, { isResting: true });
    move.onFill?.(fill);
  }
  listing.lastPrice = move.to;
  checkLiquidations(exchange, listing, move.atMs);
}

/** Puts the price where a fill happens, unless that lies behind it. */
function standAt(listing: Listing, price: number, to: number): void {
  const isAhead = to > listing.lastPrice
    ? price > listing.lastPrice
    : price < listing.lastPrice;
  if (isAhead) listing.lastPrice = price;
}

/** What remains of an order; a reduce-only one never trades beyond the position. */
function tradableSize(exchange: Exchange, order: Order): number {
  const remaining = order.size - order.filledSize;
  if (!order.reduceOnly) return remaining;
  const side = order.orderSide === "buy" ? "short" : "long";
  const leg = accountOf(exchange, order.uid).legs.get(
    legKey(order.symbol, side),
  );
  return Math.min(remaining, leg?.size ?? 0);
}

/** The order the walk to `to` fills next; what it left behind comes first. */
function nextToFill(listing: Listing, to: number): Order | null {
  const buy = listing.buys.best();
  const sell = listing.sells.best();
  const fillsBuy = buy !== null && Math.min(to, listing.lastPrice) < buy.price;
  const fillsSell = sell !== null &&
    Math.max(to, listing.lastPrice) > sell.price;
  if (to >= listing.lastPrice) {
    return fillsBuy ? buy : fillsSell ? sell : null;
  }
  return fillsSell ? sell : fillsBuy ? buy : null;
}

function checkLiquidations(
  exchange: Exchange,
  listing: Listing,
  atMs: number,
): void {
  for (const account of [...listing.holders]) {
    if (isLiquidatable(exchange, account)) {
      liquidate(exchange, account.uid, atMs);
    }
  }
}
