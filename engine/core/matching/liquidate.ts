import { bookBill } from "./accounting.ts";
import { cancelOrders } from "./change_order.ts";
import { fillOrder, noteAccount } from "./execution.ts";
import { enterOrder } from "./place_order.ts";
import { accountOf, type Exchange, leverageOf, listingOf } from "./state.ts";

/**
 * Liquidates an account: its orders are canceled, each leg is closed at the
 * last price at the taker fee. What the wallet lacks afterwards the exchange
 * covers, with a ledger line of its own, so that it ends at zero and the
 * ledger still adds up.
 */
export function liquidate(exchange: Exchange, uid: string, atMs: number): void {
  const account = accountOf(exchange, uid);
  cancelOrders(exchange, uid, { reason: "liquidation", atMs });
  for (const leg of [...account.legs.values()]) {
    const listing = listingOf(exchange, leg.symbol);
    const isHedge = account.positionMode === "hedge";
    const order = enterOrder(exchange, account, {
      symbol: leg.symbol,
      clientOrderId: `liquidation-${leg.positionId}`,
      orderSide: leg.positionSide === "long" ? "sell" : "buy",
      positionSide: isHedge ? leg.positionSide : null,
      isClosing: isHedge,
      reduceOnly: !isHedge,
      orderType: "market",
      timeInForce: "ioc",
      price: 0,
      size: leg.size,
    }, {
      size: leg.size,
      leverage: leverageOf(account, listing.instrument),
      source: "liquidation",
      atMs,
    });
    fillOrder(exchange, listing, order, {
      price: listing.lastPrice,
      size: leg.size,
      liquidity: "taker",
      atMs,
    }, { isResting: false });
  }
  if (account.wallet < 0n) {
    bookBill(exchange, account, {
      kind: "bankruptcy_cover",
      amount: -account.wallet,
      fee: 0n,
      atMs,
    });
    noteAccount(exchange, uid);
  }
}
