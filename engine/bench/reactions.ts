import type { Books } from "./paper_process.ts";

/**
 * Returns how long each fill waited for the answer to it, ms: from the fill on
 * the exchange to the arrival there of the next order of the same leg, both by
 * the exchange's clock (resolution 1 ms). It holds the push, the decision, the
 * commit of the intent, the request. Fills not answered yet are left out.
 *
 * @param options.sinceMs Fills before this moment do not count.
 */
export function reactionsOf(
  books: Books,
  options: { readonly sinceMs: number },
): number[] {
  const orders = [...books.openOrders, ...books.finishedOrders]
    .sort((a, b) => a.cTime - b.cTime);
  return books.fills
    .filter(({ cTime }) => cTime >= options.sinceMs)
    .flatMap((fill) => {
      const next = orders.find((order) =>
        order.posSide === legOf(fill) && order.cTime >= fill.cTime &&
        order.orderId !== fill.orderId
      );
      return next === undefined ? [] : [next.cTime - fill.cTime];
    });
}

/** On the wire `side` is the position's direction, also when closing. */
function legOf(fill: Books["fills"][number]): string {
  return fill.side === "buy" ? "long" : "short";
}
