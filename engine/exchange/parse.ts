/**
 * Bitget's payloads, REST and socket, in our words. Everything is parsed once,
 * here; nothing else in the engine knows a field of Bitget's.
 *
 * The trap of hedge mode: on the wire `side` is the direction of the
 * *position*. Closing a long is `side: buy, tradeSide: close`. Orders carry
 * `posSide` besides, fills do not; so an order's leg comes from `posSide`, a
 * fill's from `side`, and the direction of the trade from leg and `tradeSide`.
 *
 * @module
 */
import {
  type Balance,
  type Market,
  type OrderSide,
  orderSideOf,
  parseClientOrderId,
  type Position,
  type PositionSide,
  type Quote,
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
  readRow,
  readRows,
  readText,
  readTextOrNull,
  readWord,
  type Row,
} from "./fields.ts";
import { ExchangeError, type KeyIdentity } from "./port.ts";

const QUOTE = "USDT";
const STATUSES: Readonly<Record<string, VenueOrder["status"]>> = {
  live: "open",
  new: "open",
  "partially_filled": "partially_filled",
  filled: "filled",
  canceled: "canceled",
  cancelled: "canceled",
};
const LEGS: Readonly<Record<string, PositionSide>> = {
  long: "long",
  short: "short",
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
/** More decimals than any price has: the text is damaged. */
const DECIMALS_MAX = 12;

/** Closings the exchange itself makes name the leg: `burst_close_long` is a liquidation. */
const FORCED_CLOSE =
  /^(?:reduce|burst|offset|delivery|dte_sys_adl)_close_(long|short)$/;
/** Everyone's right to send money away; a key that has it is refused. */
const WITHDRAWAL = /^wwow$|withdraw/i;
const TRADING = ["coow", "cpow"];

/** Returns `BNB/USDT:USDT` for `BNBUSDT`, or null where it is no USDT perpetual. */
export function toSymbol(venueSymbol: string): string | null {
  const base = venueSymbol.slice(0, -QUOTE.length);
  if (base === "" || !venueSymbol.endsWith(QUOTE)) return null;
  return `${base}/${QUOTE}:${QUOTE}`;
}

/** Returns `BNBUSDT` for `BNB/USDT:USDT`, or null where it is no USDT perpetual. */
export function toVenueSymbol(symbol: string): string | null {
  const base = /^([^/:]+)\/USDT:USDT$/.exec(symbol)?.[1];
  return base === undefined ? null : base + QUOTE;
}

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

/** Reads one leg of a position, REST or push; size 0 is flat. */
export function parsePosition(row: Row): Position {
  refuseOneWay(row, "holdSide");
  refuseOneWayMode(row);
  const size = readNumber(row, "total");
  if (size < 0) throw malformedError(`Cannot read total: negative, ${size}`);
  return {
    symbol: readSymbol(row, row.symbol === undefined ? "instId" : "symbol"),
    positionSide: readWord(row, "holdSide", LEGS),
    size,
    entryPrice: size === 0 ? null : readPositive(row, "openPriceAvg"),
    unrealizedPnl: readNumberOrNull(row, "unrealizedPL"),
    liquidationPrice: readPositiveOrNull(row, "liquidationPrice"),
    breakEvenPrice: readPositiveOrNull(row, "breakEvenPrice"),
    leverage: readPositiveOrNull(row, "leverage"),
  };
}

/** Reads a coin's row of `account/accounts`. */
export function parseRestBalance(row: Row): Balance {
  return {
    coin: readText(row, "marginCoin"),
    available: readNumber(row, "crossedMaxAvailable"),
    equity: readNumber(row, "accountEquity"),
    // Bitget leaves the field empty while there is no position.
    unrealizedPnl: readNumberOrNull(row, "unrealizedPL") ??
      readNumber(row, "crossedUnrealizedPL"),
    marginRatio: readNumberOrNull(row, "crossedRiskRate"),
  };
}

/**
 * Reads a coin's row of the `account` channel.
 *
 * @returns Null when it lacks the unrealized PnL, as older servers' rows do:
 * the balance must then be fetched.
 */
export function parsePushedBalance(row: Row): Balance | null {
  const unrealizedPnl = readNumberOrNull(row, "unrealizedPL");
  if (unrealizedPnl === null) return null;
  return {
    coin: readText(row, "marginCoin"),
    available: readNumber(row, "maxOpenPosAvailable"),
    equity: readNumber(row, "equity"),
    unrealizedPnl,
    marginRatio: readNumberOrNull(row, "crossedRiskRate"),
  };
}

/**
 * Reads a contract.
 *
 * @param tiers Rows of `query-position-lever`: the maintenance rate is the
 * first tier's.
 */
export function parseMarket(row: Row, tiers: readonly Row[]): Market {
  const venueSymbol = readText(row, "symbol");
  const first =
    [...tiers].sort((a, b) =>
      readNumber(a, "level") - readNumber(b, "level")
    )[0];
  if (first === undefined) {
    throw malformedError(`Cannot read ${venueSymbol}: no position tiers`);
  }
  return {
    symbol: readSymbol(row, "symbol"),
    venueSymbol,
    base: readText(row, "baseCoin"),
    quote: readText(row, "quoteCoin"),
    tickSize: readTickSize(row),
    lotSize: readPositive(row, "sizeMultiplier"),
    minSize: readPositive(row, "minTradeNum"),
    minNotional: readPositive(row, "minTradeUSDT"),
    minLeverage: readPositive(row, "minLever"),
    maxLeverage: readPositive(row, "maxLever"),
    makerFeeRate: readNumber(row, "makerFeeRate"),
    takerFeeRate: readNumber(row, "takerFeeRate"),
    maxOpenOrders: readPositive(row, "maxSymbolOrderNum"),
    maxOrderSize: readMaxOrderSize(row),
    maintenanceMarginRate: readPositive(first, "keepMarginRate"),
    fundingIntervalHours: readPositive(row, "fundInterval"),
  };
}

/**
 * The smaller of the two: a leg is closed by market orders, and those may be
 * a fifth of what a limit order may.
 */
function readMaxOrderSize(row: Row): number | null {
  const sizes = ["maxOrderQty", "maxMarketOrderQty"]
    .map((key) => readPositiveOrNull(row, key)).filter((size) => size !== null);
  return sizes.length === 0 ? null : Math.min(...sizes);
}

/** `priceEndStep` in units of the last of `pricePlace` decimals. */
function readTickSize(row: Row): number {
  const places = readNumber(row, "pricePlace");
  const steps = readPositive(row, "priceEndStep");
  // Through text: 5 × 10^-4 must be 0.0005, not 0.0005000000000000001.
  const tickSize = Number(`${steps}e-${places}`);
  const isReadable = Number.isInteger(places) && places >= 0 &&
    places <= DECIMALS_MAX && Number.isFinite(tickSize) && tickSize > 0;
  if (isReadable) return tickSize;
  throw malformedError(
    `Cannot read the price step: priceEndStep ${steps}, pricePlace ${places}`,
  );
}

/** Reads a row of the `ticker` channel or of `market/ticker`. */
export function parseQuote(row: Row, receivedAtMs: number): Quote {
  return {
    symbol: readSymbol(row, row.instId === undefined ? "symbol" : "instId"),
    bestBid: readPositive(row, "bidPr"),
    bestAsk: readPositive(row, "askPr"),
    lastPrice: readPositive(row, "lastPr"),
    markPrice: readPositive(row, "markPrice"),
    fundingRate: readNumberOrNull(row, "fundingRate"),
    receivedAtMs,
  };
}

/** Reads who a key is; unknown authorities grant nothing. */
export function parseIdentity(row: Row): KeyIdentity {
  const { authorities } = row;
  if (!Array.isArray(authorities)) {
    throw malformedError("Cannot read authorities: not a list");
  }
  const permissions = authorities.map(String);
  return {
    exchangeUid: readText(row, "userId"),
    permissions,
    canTrade: TRADING.every((code) => permissions.includes(code)),
    canWithdraw: permissions.some((code) => WITHDRAWAL.test(code)),
    ipRestricted: readTextOrNull(row, "ips") !== null,
  };
}

/** Reads the account's setting for a symbol. */
export function parseAccountSettings(value: unknown): {
  readonly positionMode: "hedge" | "one_way";
  readonly marginMode: "crossed" | "isolated";
  readonly crossLeverage: number;
} {
  const row = readRow(value, "account");
  return {
    positionMode: readWord<"hedge" | "one_way">(row, "posMode", {
      "hedge_mode": "hedge",
      "one_way_mode": "one_way",
    }),
    marginMode: readWord<"crossed" | "isolated">(row, "marginMode", {
      crossed: "crossed",
      isolated: "isolated",
    }),
    crossLeverage: readPositive(row, "crossedMarginLeverage"),
  };
}

function readSymbol(row: Row, key: string): string {
  const venueSymbol = readText(row, key);
  const symbol = toSymbol(venueSymbol);
  if (symbol !== null) return symbol;
  throw malformedError(
    `Cannot read ${key}: "${venueSymbol}" is no USDT perpetual`,
  );
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

function refuseOneWay(row: Row, key: string): void {
  if (readText(row, key).toLowerCase() === "net") throw oneWay();
}

/** In one-way mode a position names a leg all the same. */
function refuseOneWayMode(row: Row): void {
  const posMode = readTextOrNull(row, "posMode");
  if (posMode !== null && posMode.toLowerCase() !== "hedge_mode") {
    throw oneWay();
  }
}

function oneWay(): ExchangeError {
  return new ExchangeError(
    "The account is in one-way mode; grid bots need hedge mode",
    { code: "one_way", kind: "rejected", reason: "position_mode" },
  );
}
