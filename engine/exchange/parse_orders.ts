/**
 * Bitget's orders and fills, REST and socket, in our words.
 *
 * The trap of hedge mode: on the wire `side` is the direction of the
 * *position*. Closing a long is `side: buy, tradeSide: close`. Orders carry
 * `posSide` besides, fills do not; so an order's leg comes from `posSide`, a
 * fill's from `side`, and the direction of the trade from leg and `tradeSide`.
 *
 * @module
 */
import {
  type OrderSide,
  orderSideOf,
  parseClientOrderId,
  type PositionSide,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import { malformedError } from "./errors.ts";
import {
  addDecimals,
  negateDecimal,
  readDecimal,
  readDecimalOrNull,
  readNumber,
  readNumberOrNull,
  readPositive,
  readPositiveOrNull,
  readRows,
  readText,
  readTextOrNull,
  readWord,
  type Row,
} from "./fields.ts";
import { LEGS, refuseOneWay, refuseOneWayMode } from "./legs.ts";
import { readSymbol } from "./symbols.ts";

const STATUSES: Readonly<Record<string, VenueOrder["status"]>> = {
  live: "open",
  new: "open",
  "partially_filled": "partially_filled",
  filled: "filled",
  canceled: "canceled",
  cancelled: "canceled",
};
const LEG_OF_SIDE: Readonly<Record<string, PositionSide>> = {
  buy: "long",
  sell: "short",
};
const YES_NO: Readonly<Record<string, boolean>> = { yes: true, no: false };
const LIQUIDITIES: Readonly<Record<string, VenueFill["liquidity"]>> = {
  maker: "maker",
  m: "maker",
  taker: "taker",
  t: "taker",
};
/** Closings the exchange itself makes name the leg: `burst_close_long` is a liquidation. */
const FORCED_CLOSE =
  /^(?:reduce|burst|offset|delivery|dte_sys_adl)_close_(long|short)$/;

/** Reads an order of a REST answer: `baseVolume` is cumulative. */
export function parseRestOrder(row: Row): VenueOrder {
  return parseOrder(row, {
    symbol: "symbol",
    filledSize: "baseVolume",
    status: readTextOrNull(row, "status") === null ? "state" : "status",
  });
}

/** Reads an order of the `orders` channel: `baseVolume` is the last fill, `accBaseVolume` cumulative. */
export function parsePushedOrder(row: Row): VenueOrder {
  return parseOrder(row, {
    symbol: "instId",
    filledSize: "accBaseVolume",
    status: "status",
  });
}

function parseOrder(
  row: Row,
  keys: {
    readonly symbol: string;
    readonly filledSize: string;
    readonly status: string;
  },
): VenueOrder {
  refuseOneWay(row, "posSide");
  const positionSide = readWord(row, "posSide", LEGS);
  const closing = isClosing(row, positionSide);
  const clientOrderId = readTextOrNull(row, "clientOid") ??
    readTextOrNull(row, "clientOId");
  const orderSide = directionOf(positionSide, closing);
  checkOurId({ clientOrderId, positionSide, orderSide });
  const isMarket = readWord(row, "orderType", { limit: false, market: true });
  const createdAtMs = readNumber(row, "cTime");
  return {
    symbol: readSymbol(row, keys.symbol),
    venueOrderId: readText(row, "orderId"),
    clientOrderId,
    positionSide,
    orderSide,
    reduceOnly: closing || readWord(row, "reduceOnly", YES_NO),
    price: isMarket ? null : readPositive(row, "price"),
    size: readPositive(row, "size"),
    // A push of a resting order may leave the field empty; "" is no fill yet.
    filledSize: readNumberOrNull(row, keys.filledSize) ?? noFillYet(row, keys),
    averagePrice: readPositiveOrNull(row, "priceAvg"),
    status: readWord(row, keys.status, STATUSES),
    createdAtMs,
    updatedAtMs: readNumberOrNull(row, "uTime") ?? createdAtMs,
  };
}

function noFillYet(
  row: Row,
  keys: { readonly filledSize: string; readonly status: string },
): number {
  const status = readWord(row, keys.status, STATUSES);
  if (status === "open") return 0;
  throw malformedError(
    `Cannot read ${keys.filledSize}: missing when ${status}`,
  );
}

/** Reads an execution of `order/fills` or of the `fill` channel. */
export function parseFill(row: Row): VenueFill {
  const positionSide = legOfFill(row);
  const orderSide = directionOf(positionSide, isClosing(row, positionSide));
  const clientOrderId = readTextOrNull(row, "clientOid");
  checkOurId({ clientOrderId, positionSide, orderSide });
  return {
    symbol: readSymbol(row, "symbol"),
    venueTradeId: readText(row, "tradeId"),
    venueOrderId: readText(row, "orderId"),
    clientOrderId,
    positionSide,
    orderSide,
    price: readDecimal(row, "price"),
    size: readDecimal(row, "baseVolume"),
    ...readFee(row),
    realizedPnl: readDecimalOrNull(row, "profit"),
    liquidity: readWord(row, "tradeScope", LIQUIDITIES),
    filledAtMs: readNumber(row, "cTime"),
  };
}

function legOfFill(row: Row): PositionSide {
  if (readTextOrNull(row, "posSide") !== null) {
    refuseOneWay(row, "posSide");
    return readWord(row, "posSide", LEGS);
  }
  refuseOneWayMode(row);
  const forced = FORCED_CLOSE.exec(readText(row, "tradeSide").toLowerCase());
  if (forced !== null) return forced[1] === "long" ? "long" : "short";
  return readWord(row, "side", LEG_OF_SIDE);
}

/** Bitget's fee is negative when paid, ours positive; several lines of one coin add up. */
function readFee(row: Row): Pick<VenueFill, "fee" | "feeCurrency"> {
  const lines = readRows(row.feeDetail ?? null, "feeDetail");
  const coins = new Set(lines.map((line) => readTextOrNull(line, "feeCoin")));
  const [coin] = coins;
  let total: string | null = null;
  for (const line of lines) {
    const fee = readDecimalOrNull(line, "totalFee");
    if (fee === null) return { fee: null, feeCurrency: null };
    total = total === null ? fee : addDecimals(total, fee);
  }
  if (total === null || coins.size !== 1 || !coin) {
    return { fee: null, feeCurrency: null };
  }
  return { fee: negateDecimal(total), feeCurrency: coin };
}

function isClosing(row: Row, positionSide: PositionSide): boolean {
  const tradeSide = readText(row, "tradeSide").toLowerCase();
  if (tradeSide === "open") return false;
  if (tradeSide === "close") return true;
  if (FORCED_CLOSE.exec(tradeSide)?.[1] === positionSide) return true;
  throw malformedError(`Cannot read tradeSide: unknown value "${tradeSide}"`);
}

function directionOf(positionSide: PositionSide, closing: boolean): OrderSide {
  return orderSideOf(positionSide, closing ? "close" : "open");
}

/** Our own ids say the leg too: a contradiction means that the wire changed, and must stop us. */
function checkOurId(order: {
  readonly clientOrderId: string | null;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
}): void {
  if (order.clientOrderId === null) return;
  const parts = parseClientOrderId(order.clientOrderId);
  if (parts === null) return;
  const expected = orderSideOf(parts.positionSide, parts.purpose);
  if (
    parts.positionSide === order.positionSide && expected === order.orderSide
  ) return;
  throw malformedError(
    `Cannot read order ${order.clientOrderId}: ${order.orderSide} ${order.positionSide} contradicts its id`,
  );
}
