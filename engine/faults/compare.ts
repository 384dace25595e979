/**
 * Holds the rows against the exchange's own books. Each difference is a
 * sentence; none means: to the trade id and to the last digit.
 *
 * @module
 */
import { isOpening, parseClientOrderId } from "@core/mod.ts";
import { isSameDecimal, sumUnits, toUnits } from "./decimal.ts";
import type { FillBookRow, OrderBookRow, RowBooks } from "./row_books.ts";
import type { VenueBooks, VenueFillRow, VenueOrderRow } from "./venue_books.ts";

const RESTING = ["submitted", "open", "partially_filled"];
const NEVER_THERE = ["pending", "canceled", "rejected"];
/** Asked for and not found; its slot waits until it can no longer arrive. */
const MAY_YET_ARRIVE = "unresolved";
const USDT = "USDT";

/** How strictly books are compared. */
export interface CompareOptions {
  /** Orders the exchange does not know may still be waited for. */
  readonly isWaitAllowed: boolean;
}

/** Returns what does not agree. */
export function compareBooks(
  venue: VenueBooks,
  rows: RowBooks,
  options: CompareOptions,
): string[] {
  return [
    ...compareFills(venue, rows),
    ...compareOrders(venue, rows, options),
    ...compareMoney(venue, rows),
    ...comparePositions(venue, rows),
    ...compareTotals(rows),
    ...findOverlaps([...venue.open, ...venue.finished]),
  ];
}

function compareFills(venue: VenueBooks, rows: RowBooks): string[] {
  const wrong: string[] = [];
  const ours = new Map(rows.fills.map((row) => [row.venueTradeId, row]));
  if (ours.size !== rows.fills.length) wrong.push("a trade has two rows");
  for (const fill of venue.fills) {
    const row = ours.get(fill.tradeId);
    ours.delete(fill.tradeId);
    if (row === undefined) wrong.push(`trade ${fill.tradeId} has no row`);
    else wrong.push(...compareFill(fill, row));
  }
  for (const id of ours.keys()) wrong.push(`row of an unknown trade ${id}`);
  return wrong;
}

function compareFill(fill: VenueFillRow, row: FillBookRow): string[] {
  const side = fill.side === "buy" ? "long" : "short";
  const fee = sumUnits(fill.feeDetail.map((line) => line.totalFee));
  const wrong = {
    price: isSameDecimal(fill.price, row.price),
    size: isSameDecimal(fill.baseVolume, row.size),
    fee: row.fee !== null && toUnits(row.fee) === -fee,
    feeCurrency: row.feeCurrency === fill.feeDetail[0]?.feeCoin,
    realized: row.realizedPnl !== null &&
      isSameDecimal(fill.profit, row.realizedPnl),
    leg: side === row.positionSide,
    direction: (row.orderSide === "buy") ===
      ((side === "long") === (fill.tradeSide === "open")),
    order: fill.orderId === row.venueOrderId,
    clientOrder: fill.clientOid === row.clientOrderId,
    liquidity: fill.tradeScope === row.liquidity,
    time: fill.cTime === row.filledAtMs,
    owner: row.botId !== null,
  };
  return Object.entries(wrong).filter(([, isRight]) => !isRight)
    .map(([name]) => `trade ${fill.tradeId}: ${name} differs`);
}

function compareOrders(
  venue: VenueBooks,
  rows: RowBooks,
  { isWaitAllowed }: CompareOptions,
): string[] {
  const wrong: string[] = [];
  const ours = new Map(rows.orders.map((row) => [row.clientOrderId, row]));
  const seen = new Set<string>();
  for (const order of [...venue.open, ...venue.finished]) {
    const id = order.clientOid;
    if (seen.has(id)) wrong.push(`order ${id} exists twice at the exchange`);
    seen.add(id);
    const row = ours.get(id);
    if (row === undefined) wrong.push(`order ${id} has no row`);
    else wrong.push(...compareOrder(order, row));
  }
  for (const row of rows.orders) {
    if (seen.has(row.clientOrderId)) continue;
    const isRight = NEVER_THERE.includes(row.status) ||
      (isWaitAllowed && row.status === MAY_YET_ARRIVE);
    if (!isRight || toUnits(row.filledSize) !== 0n) {
      wrong.push(`order ${row.clientOrderId} is ${row.status} in rows only`);
    }
  }
  return wrong;
}

function compareOrder(order: VenueOrderRow, row: OrderBookRow): string[] {
  const isOpen = order.status === "live" || order.status === "partially_filled";
  const right = {
    [`status ${order.status} against ${row.status}`]: isOpen
      ? RESTING.includes(row.status)
      : order.status === row.status,
    [`filled ${order.baseVolume} against ${row.filledSize}`]: isSameDecimal(
      order.baseVolume,
      row.filledSize,
    ),
    size: isSameDecimal(order.size, row.size),
    price: isSameDecimal(order.price === "" ? null : order.price, row.price),
    id: row.venueOrderId === order.orderId,
    "intent before the wire": row.createdAtMs <= order.cTime,
  };
  return Object.entries(right).filter(([, isRight]) => !isRight)
    .map(([name]) => `order ${order.clientOid}: ${name}`);
}

/** I3: what the wallet has become follows from what the rows say. */
function compareMoney(venue: VenueBooks, rows: RowBooks): string[] {
  const paidIn = sumUnits(
    venue.bills.filter((bill) => bill.businessType.startsWith("trans_"))
      .map((bill) => bill.amount),
  );
  const known = (texts: readonly (string | null)[]) =>
    sumUnits(texts.filter((text) => text !== null));
  const expected = paidIn + known(rows.fills.map((row) => row.realizedPnl)) -
    known(rows.fills.map((row) => row.fee)) + sumUnits(rows.funding);
  return expected === toUnits(venue.wallet)
    ? []
    : [`the wallet is ${venue.wallet}, the rows say ${expected}e-30`];
}

/** I2: the fills add up to the position. */
function comparePositions(venue: VenueBooks, rows: RowBooks): string[] {
  const sums = new Map<string, bigint>();
  for (const row of rows.fills) {
    const key = `${
      row.symbol.replace("/", "").split(":")[0]
    }:${row.positionSide}`;
    const isEnlarging = (row.orderSide === "buy") ===
      (row.positionSide === "long");
    const size = toUnits(row.size);
    sums.set(key, (sums.get(key) ?? 0n) + (isEnlarging ? size : -size));
  }
  for (const leg of venue.positions) {
    const key = `${leg.symbol}:${leg.holdSide}`;
    sums.set(key, (sums.get(key) ?? 0n) - toUnits(leg.total));
  }
  return [...sums].filter(([, rest]) => rest !== 0n)
    .map(([key, rest]) => `position ${key} is off by ${rest}e-30`);
}

function compareTotals(rows: RowBooks): string[] {
  return rows.totals.flatMap((total) => {
    const fills = rows.fills.filter((row) => row.botId === total.botId);
    const realized = sumUnits(fills.map((row) => row.realizedPnl ?? "0"));
    const fees = sumUnits(fills.map((row) => row.fee ?? "0"));
    const isRight = total.fillsCount === fills.length &&
      toUnits(total.realizedPnl ?? "0") === realized &&
      toUnits(total.fees ?? "0") === fees &&
      fills.every((row) => row.feeCurrency === USDT);
    return isRight ? [] : [`the totals of bot ${total.botId} are off`];
  });
}

/**
 * I1 over the whole history: at no moment did two orders of one slot rest
 * side by side at the exchange, nor two that enlarge one leg.
 */
export function findOverlaps(orders: readonly VenueOrderRow[]): string[] {
  const slots = new Map<string, VenueOrderRow[]>();
  for (const order of orders) {
    const parts = parseClientOrderId(order.clientOid);
    if (parts === null) continue;
    const kind = isOpening(parts.purpose)
      ? "enlarging"
      : `${parts.purpose}${parts.level}`;
    const key = `${parts.botTag} ${parts.positionSide} ${kind}`;
    slots.set(key, [...slots.get(key) ?? [], order]);
  }
  return [...slots].flatMap(([key, inSlot]) => {
    const ordered = inSlot.toSorted((a, b) => a.cTime - b.cTime);
    return ordered.slice(1).flatMap((order, i) => {
      const before = ordered[i];
      return before !== undefined && endOf(before) > order.cTime
        ? [`${key}: ${before.clientOid} and ${order.clientOid} side by side`]
        : [];
    });
  });
}

function endOf(order: VenueOrderRow): number {
  const isOpen = order.status === "live" || order.status === "partially_filled";
  return isOpen ? Infinity : order.uTime;
}
