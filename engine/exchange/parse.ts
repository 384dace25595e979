/**
 * Bitget's payloads about positions, money, markets, prices and keys in our
 * words; orders and fills are `parse_orders.ts`. Everything is parsed once,
 * here and there; nothing else in the engine knows a field of Bitget's.
 *
 * @module
 */
import type { Balance, Market, Position, Quote } from "@core/mod.ts";
import { malformedError } from "./errors.ts";
import {
  readNumber,
  readNumberOrNull,
  readPositive,
  readPositiveOrNull,
  readRow,
  readText,
  readTextOrNull,
  readWord,
  type Row,
} from "./fields.ts";
import { LEGS, refuseOneWay, refuseOneWayMode } from "./legs.ts";
import type { KeyIdentity } from "./port.ts";
import { readSymbol } from "./symbols.ts";

/** More decimals than any price has: the text is damaged. */
const DECIMALS_MAX = 12;

/** Everyone's right to send money away; a key that has it is refused. */
const WITHDRAWAL = /^wwow$|withdraw/i;
const TRADING = ["coow", "cpow"];

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
