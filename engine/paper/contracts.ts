/**
 * The contract rules the paper exchange lists, in the figures Bitget uses for
 * its USDT perpetuals, and their form on the wire.
 *
 * @module
 */
import {
  formatDecimal,
  formatMoney,
  type Instrument,
  RATE_SCALE,
  toDecimal,
  toMoney,
  toRate,
} from "@core/matching/mod.ts";

/** What a contract's rules follow from. */
export interface ContractTerms {
  /** `BNBUSDT`. */
  readonly symbol: string;
  readonly priceScale: number;
  readonly priceStep: number;
  readonly sizeScale: number;
  readonly sizeStep: number;
  readonly maxLeverage: number;
  /** Where synthetic prices start, quote. */
  readonly startPrice: number;
  /** Bitget's own figures, where prices are live; otherwise the usual ones. */
  readonly rules?: ContractRules;
}

/** Figures a contract may have of its own; decimal texts and numbers. */
export interface ContractRules {
  readonly minSize: string;
  readonly minNotional: string;
  readonly makerFeeRate: string;
  readonly takerFeeRate: string;
  readonly minLeverage: number;
  readonly maxOpenOrders: number;
  readonly fundingIntervalHours: number;
}

const KNOWN: readonly ContractTerms[] = [
  terms("BNBUSDT", { priceScale: 2, sizeScale: 2 }, 75, 650),
  terms("BTCUSDT", { priceScale: 1, sizeScale: 3 }, 125, 65_000),
  terms("ETHUSDT", { priceScale: 2, sizeScale: 2 }, 100, 3_500),
  terms("SOLUSDT", { priceScale: 3, sizeScale: 1 }, 75, 150),
  terms("XRPUSDT", { priceScale: 4, sizeScale: 0 }, 75, 2.2),
  terms("DOGEUSDT", { priceScale: 5, sizeScale: 0 }, 75, 0.2),
];

function terms(
  symbol: string,
  scales: { readonly priceScale: number; readonly sizeScale: number },
  maxLeverage: number,
  startPrice: number,
): ContractTerms {
  return {
    symbol,
    ...scales,
    priceStep: 1,
    sizeStep: 1,
    maxLeverage,
    startPrice,
  };
}

/** Symbols synthetic prices are made for, unless told otherwise. */
export const SYNTHETIC_SYMBOLS: readonly string[] = [
  "BNBUSDT",
  "BTCUSDT",
  "ETHUSDT",
  "SOLUSDT",
  "XRPUSDT",
  "DOGEUSDT",
];

/** Further from the usual price than this, a symbol's usual steps do not fit. */
const PRICE_FACTOR_MAX = 20;

/**
 * Returns a symbol's terms; for an unknown one, and for a known one at a price
 * it never has, terms that suit the price.
 *
 * @param price Quote; where there is none yet, the symbol's usual one.
 */
export function termsFor(symbol: string, price?: number): ContractTerms {
  const known = KNOWN.find((contract) => contract.symbol === symbol);
  if (known !== undefined && (price === undefined || isUsual(known, price))) {
    return known;
  }
  const startPrice = price ?? 1;
  const magnitude = Math.floor(Math.log10(startPrice));
  const priceScale = Math.min(8, Math.max(1, 4 - magnitude));
  const sizeScale = Math.min(4, Math.max(0, magnitude));
  return terms(symbol, { priceScale, sizeScale }, 50, startPrice);
}

function isUsual({ startPrice }: ContractTerms, price: number): boolean {
  const factor = Math.max(price / startPrice, startPrice / price);
  return factor <= PRICE_FACTOR_MAX;
}

const LOTS_IN_LARGEST_ORDER = 1_000_000;
/** Quote: of a coin that costs next to nothing, more lots are one order. */
const LARGEST_ORDER_NOTIONAL_MIN = 5_000_000;

function largestOrderLots(contract: ContractTerms): number {
  const { rules, startPrice, sizeScale, sizeStep } = contract;
  if (rules !== undefined) return LOTS_IN_LARGEST_ORDER; // no price known
  const lotPrice = startPrice * sizeStep / 10 ** sizeScale;
  const lots = Math.ceil(LARGEST_ORDER_NOTIONAL_MIN / lotPrice);
  return Math.max(LOTS_IN_LARGEST_ORDER, lots);
}

/** Returns the exchange model's rules of a contract. */
export function toInstrument(contract: ContractTerms): Instrument {
  const { symbol, priceScale, priceStep, sizeScale, sizeStep } = contract;
  const { rules } = contract;
  const largest = sizeStep * largestOrderLots(contract);
  return {
    symbol,
    base: symbol.replace(/USDT$/, ""),
    quote: "USDT",
    priceScale,
    priceStep,
    sizeScale,
    sizeStep,
    minSize: rules === undefined
      ? sizeStep
      : Number(toDecimal(rules.minSize, sizeScale)),
    maxLimitSize: largest,
    maxMarketSize: sizeStep * Math.floor(largest / sizeStep / 4),
    minNotional: toMoney(rules?.minNotional ?? "5"),
    makerFeeRate: toRate(rules?.makerFeeRate ?? "0.0002"),
    takerFeeRate: toRate(rules?.takerFeeRate ?? "0.0006"),
    maintenanceMarginRate: toRate("0.005"),
    priceBandRate: toRate("0.05"),
    minLeverage: rules?.minLeverage ?? 1,
    maxLeverage: contract.maxLeverage,
    maxOpenOrders: rules?.maxOpenOrders ?? 200,
    fundingIntervalHours: rules?.fundingIntervalHours ?? 8,
  };
}

/** Returns a contract as `GET /api/v2/mix/market/contracts` shows it. */
export function toContractRow(instrument: Instrument): Record<string, unknown> {
  const { priceScale, sizeScale } = instrument;
  const size = (units: number) => formatDecimal(units, sizeScale);
  const rate = (value: bigint) => formatDecimal(value, RATE_SCALE);
  return {
    symbol: instrument.symbol,
    baseCoin: instrument.base,
    quoteCoin: instrument.quote,
    buyLimitPriceRatio: rate(instrument.priceBandRate),
    sellLimitPriceRatio: rate(instrument.priceBandRate),
    feeRateUpRatio: "0.005",
    makerFeeRate: rate(instrument.makerFeeRate),
    takerFeeRate: rate(instrument.takerFeeRate),
    openCostUpRatio: "0.01",
    supportMarginCoins: [instrument.quote],
    minTradeNum: size(instrument.minSize),
    priceEndStep: String(instrument.priceStep),
    volumePlace: String(sizeScale),
    pricePlace: String(priceScale),
    sizeMultiplier: size(instrument.sizeStep),
    symbolType: "perpetual",
    minTradeUSDT: formatMoney(instrument.minNotional),
    maxSymbolOrderNum: String(instrument.maxOpenOrders),
    maxProductOrderNum: "400",
    maxPositionNum: "150",
    symbolStatus: "normal",
    offTime: "-1",
    limitOpenTime: "-1",
    deliveryTime: "",
    deliveryStartTime: "",
    deliveryPeriod: "",
    launchTime: "",
    fundInterval: String(instrument.fundingIntervalHours),
    minLever: String(instrument.minLeverage),
    maxLever: String(instrument.maxLeverage),
    posLimit: "0.05",
    maintainTime: "",
    openTime: "",
    maxMarketOrderQty: size(instrument.maxMarketSize),
    maxOrderQty: size(instrument.maxLimitSize),
    isRwa: "NO",
  };
}
