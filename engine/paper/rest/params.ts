import { parseDecimal } from "@core/matching/mod.ts";
import { ApiError, invalid, missing, toApiError } from "../api_error.ts";
import type { Market } from "../market.ts";
import type { Venue } from "../venue.ts";

/** The only product the paper exchange has. */
export const PRODUCT_TYPE = "USDT-FUTURES";

const OTHER_PRODUCT_TYPES: ReadonlySet<string> = new Set([
  "COIN-FUTURES",
  "USDC-FUTURES",
  "SUSDT-FUTURES",
  "SCOIN-FUTURES",
  "SUSDC-FUTURES",
]);

/** A query's or body's values, read one by one and refused where they cannot be. */
export class Params {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** Returns a text, or null where it is absent or empty. Numbers count as text. */
  optional(name: string): string | null {
    const value = this.#values[name];
    if (value === undefined || value === null || value === "") return null;
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") throw invalid(name);
    return value;
  }

  /** @throws {ApiError} 40019 if absent. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === null) throw missing(name);
    return value;
  }

  /** Returns one of `choices`, whatever its case; null where absent. */
  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return null;
    const found = choices.find((choice) => choice.toLowerCase() === value);
    if (found === undefined) throw invalid(name);
    return found;
  }

  /** Returns a whole number within bounds, or the fallback. */
  integer(
    name: string,
    options: {
      readonly fallback: number;
      readonly min: number;
      readonly max: number;
    },
  ): number {
    const text = this.optional(name);
    if (text === null) return options.fallback;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < options.min) {
      throw invalid(name);
    }
    return Math.min(value, options.max);
  }

  /** Returns the product asked for. @throws {ApiError} If Bitget has none of that name. */
  productType(): string {
    const value = this.required("productType").toUpperCase();
    if (value !== PRODUCT_TYPE && !OTHER_PRODUCT_TYPES.has(value)) {
      throw invalid("productType");
    }
    return value;
  }

  /** @throws {ApiError} Unless the product is the one traded here. */
  requireProduct(): void {
    if (this.productType() !== PRODUCT_TYPE) throw invalid("productType");
  }

  /** Returns the market asked for. @throws {ApiError} 40019 absent, 40034 unknown. */
  market(venue: Venue): Market {
    const symbol = this.required("symbol").toUpperCase();
    const market = venue.markets.get(symbol);
    if (market === undefined) throw toApiError("unknown_symbol");
    return market;
  }

  /** Returns the symbol named, or null. @throws {ApiError} 40034 unknown. */
  optionalSymbol(venue: Venue): string | null {
    return this.optional("symbol") === null ? null : this.market(venue).symbol;
  }

  /** @throws {ApiError} If a margin coin is named that is not USDT. */
  checkMarginCoin(name = "marginCoin"): void {
    const coin = this.optional(name);
    if (coin !== null && coin.toUpperCase() !== "USDT") throw invalid(name);
  }

  /** Returns a price in units, > 0. @throws {ApiError} */
  price(name: string, market: Market): number {
    const { priceScale, priceStep } = market.listing.instrument;
    const units = parseDecimal(this.required(name), priceScale);
    if (units === "malformed") throw invalid(name);
    if (
      units === "too_fine" || units <= 0n || units % BigInt(priceStep) !== 0n
    ) throw toApiError("price_off_tick", market.priceText(priceStep));
    return toSafe(units, name);
  }

  /** Returns a size in units, > 0. @throws {ApiError} */
  size(name: string, market: Market): number {
    const { sizeScale } = market.listing.instrument;
    const units = parseDecimal(this.required(name), sizeScale);
    if (units === "malformed") throw invalid(name);
    if (units === "too_fine") throw toApiError("size_off_lot");
    if (units <= 0n) throw toApiError("size_too_small");
    return toSafe(units, name);
  }

  /** Returns a list of objects, or null where absent. */
  list(name: string): Params[] | null {
    const value = this.#values[name];
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) throw invalid(name);
    return value.map((entry: unknown) => {
      if (typeof entry !== "object" || entry === null) throw invalid(name);
      return new Params(entry as Record<string, unknown>);
    });
  }

  /** Returns these values with others underneath, for what a list shares. */
  over(base: Params): Params {
    return new Params({ ...base.#values, ...this.#values });
  }
}

function toSafe(units: bigint, name: string): number {
  const value = Number(units);
  if (!Number.isSafeInteger(value)) throw invalid(name);
  return value;
}

/**
 * Reads a JSON body.
 *
 * @throws {ApiError} 40017 if it is not an object.
 */
export function parseBody(text: string): Params {
  try {
    const value: unknown = JSON.parse(text === "" ? "{}" : text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return new Params(value as Record<string, unknown>);
    }
  } catch {
    // Falls through to the refusal below: malformed JSON is a wrong parameter.
  }
  throw new ApiError("40017", "Parameter verification failed");
}
