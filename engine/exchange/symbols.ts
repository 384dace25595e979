import { malformedError } from "./errors.ts";
import { readText, type Row } from "./fields.ts";

const QUOTE = "USDT";

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

/** Reads the market a row belongs to. @throws {ExchangeError} Malformed, where it is no USDT perpetual. */
export function readSymbol(row: Row, key: string): string {
  const venueSymbol = readText(row, key);
  const symbol = toSymbol(venueSymbol);
  if (symbol !== null) return symbol;
  throw malformedError(
    `Cannot read ${key}: "${venueSymbol}" is no USDT perpetual`,
  );
}
