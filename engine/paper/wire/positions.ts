/** Positions, open and closed, as REST and the sockets show them. @module */
import {
  type Account,
  closableSize,
  type ClosedLeg,
  divideRounded,
  figuresOf,
  formatDecimal,
  formatMoney,
  type Leg,
  legMargin,
  leverageOf,
  liquidationPriceOf,
  type Money,
  notionalOf,
  RATE_SCALE,
  unrealizedPnlOf,
} from "@core/matching/mod.ts";
import type { Market } from "../market.ts";
import type { Venue } from "../venue.ts";
import { averageText, ratioText, type WireObject } from "./words.ts";

interface LegFigures {
  readonly market: Market;
  readonly locked: number;
  readonly margin: Money;
  readonly unrealizedPnl: Money;
  readonly liquidationPrice: string;
  readonly breakEvenPrice: string;
  readonly keepMarginRate: string;
  readonly marginRatio: string;
}

function legFigures(venue: Venue, account: Account, leg: Leg): LegFigures {
  const market = venue.market(leg.symbol);
  const { instrument } = market.listing;
  const isHedge = account.positionMode === "hedge";
  const closable = isHedge
    ? closableSize(account, leg.symbol, leg.positionSide)
    : leg.size;
  const figures = figuresOf(venue.exchange, account);
  const liquidation = liquidationPriceOf(venue.exchange, account, leg.symbol);
  return {
    market,
    locked: leg.size - closable,
    margin: legMargin(account, market.listing, leg),
    unrealizedPnl: unrealizedPnlOf(market.listing, leg),
    liquidationPrice: liquidation === null
      ? "0"
      : market.priceText(liquidation),
    breakEvenPrice: breakEvenText(market, leg),
    keepMarginRate: formatDecimal(instrument.maintenanceMarginRate, RATE_SCALE),
    marginRatio: ratioText(figures.maintenanceMargin, figures.equity),
  };
}

/**
 * Where closing what is held, as a taker, earns back what the position has
 * cost besides its price: fees paid and funding. Empty where no price does.
 */
function breakEvenText(market: Market, leg: Leg): string {
  const { instrument } = market.listing;
  const rateOne = 10n ** BigInt(RATE_SCALE);
  const costs = leg.openFee + leg.closeFee - leg.funding;
  const isLong = leg.positionSide === "long";
  const worth = isLong ? leg.cost + costs : leg.cost - costs;
  const rate = isLong
    ? rateOne - instrument.takerFeeRate
    : rateOne + instrument.takerFeeRate;
  const unit = notionalOf(instrument, { price: 1, size: leg.size });
  const price = divideRounded(worth * rateOne, unit * rate);
  return price > 0n ? market.priceText(Number(price)) : "";
}

function openOrderSize(account: Account, leg: Leg): number {
  let size = 0;
  for (const order of account.live.values()) {
    const opens = order.symbol === leg.symbol && !order.isClosing &&
      order.positionSide === leg.positionSide;
    if (opens) size += order.size - order.filledSize;
  }
  return size;
}

/** Returns what REST says of an open position. */
export function positionRow(
  venue: Venue,
  account: Account,
  leg: Leg,
): WireObject {
  const figures = legFigures(venue, account, leg);
  const { market, locked } = figures;
  return {
    marginCoin: "USDT",
    symbol: leg.symbol,
    holdSide: leg.positionSide,
    openDelegateSize: market.sizeText(openOrderSize(account, leg)),
    marginSize: formatMoney(figures.margin),
    available: market.sizeText(leg.size - locked),
    locked: market.sizeText(locked),
    total: market.sizeText(leg.size),
    leverage: String(leverageOf(account, market.listing.instrument)),
    achievedProfits: formatMoney(leg.realizedPnl),
    openPriceAvg: averageText(market, { notional: leg.cost, size: leg.size }),
    marginMode: "crossed",
    posMode: modeOf(account),
    unrealizedPL: formatMoney(figures.unrealizedPnl),
    liquidationPrice: figures.liquidationPrice,
    keepMarginRate: figures.keepMarginRate,
    markPrice: market.priceText(market.listing.lastPrice),
    marginRatio: figures.marginRatio,
    breakEvenPrice: figures.breakEvenPrice,
    totalFee: formatMoney(leg.funding),
    deductedFee: formatMoney(leg.openFee + leg.closeFee),
    takeProfit: "",
    stopLoss: "",
    takeProfitId: "",
    stopLossId: "",
    assetMode: "single",
    autoMargin: "off",
    grant: "",
    cTime: String(leg.openedAtMs),
    uTime: String(leg.updatedAtMs),
  };
}

/** Returns what the `positions` channel says of an open position. */
export function positionPush(
  venue: Venue,
  account: Account,
  leg: Leg,
): WireObject {
  const figures = legFigures(venue, account, leg);
  const { market, locked } = figures;
  return {
    posId: leg.positionId,
    instId: leg.symbol,
    marginCoin: "USDT",
    marginSize: formatMoney(figures.margin),
    marginMode: "crossed",
    holdSide: leg.positionSide,
    posMode: modeOf(account),
    total: market.sizeText(leg.size),
    available: market.sizeText(leg.size - locked),
    frozen: market.sizeText(locked),
    openPriceAvg: averageText(market, { notional: leg.cost, size: leg.size }),
    leverage: leverageOf(account, market.listing.instrument),
    achievedProfits: formatMoney(leg.realizedPnl),
    unrealizedPL: formatMoney(figures.unrealizedPnl),
    unrealizedPLR: ratioText(figures.unrealizedPnl, figures.margin),
    liquidationPrice: figures.liquidationPrice,
    keepMarginRate: figures.keepMarginRate,
    marginRate: figures.marginRatio,
    markPrice: market.priceText(market.listing.lastPrice),
    breakEvenPrice: figures.breakEvenPrice,
    totalFee: formatMoney(leg.funding),
    deductedFee: formatMoney(leg.openFee + leg.closeFee),
    assetMode: "single",
    autoMargin: "off",
    cTime: String(leg.openedAtMs),
    uTime: String(leg.updatedAtMs),
  };
}

/** Returns what REST says of a closed position. */
export function closedPositionRow(market: Market, leg: ClosedLeg): WireObject {
  const net = leg.realizedPnl - leg.openFee - leg.closeFee + leg.funding;
  return {
    positionId: leg.positionId,
    symbol: leg.symbol,
    marginCoin: "USDT",
    holdSide: leg.positionSide,
    openAvgPrice: averageText(market, {
      notional: leg.openedNotional,
      size: leg.openedSize,
    }),
    closeAvgPrice: averageText(market, {
      notional: leg.closedNotional,
      size: leg.closedSize,
    }),
    marginMode: "crossed",
    openTotalPos: market.sizeText(leg.openedSize),
    closeTotalPos: market.sizeText(leg.closedSize),
    pnl: formatMoney(leg.realizedPnl),
    netProfit: formatMoney(net),
    totalFunding: formatMoney(leg.funding),
    openFee: formatMoney(-leg.openFee),
    closeFee: formatMoney(-leg.closeFee),
    ctime: String(leg.openedAtMs),
    utime: String(leg.closedAtMs),
  };
}

/** Returns what the `positions-history` channel says of a closed position. */
export function closedPositionPush(
  market: Market,
  account: Account,
  leg: ClosedLeg,
): WireObject {
  const row = closedPositionRow(market, leg);
  return {
    posId: leg.positionId,
    instId: leg.symbol,
    marginCoin: "USDT",
    marginMode: "crossed",
    holdSide: leg.positionSide,
    posMode: modeOf(account),
    openPriceAvg: row.openAvgPrice,
    closePriceAvg: row.closeAvgPrice,
    openSize: row.openTotalPos,
    closeSize: row.closeTotalPos,
    achievedProfits: row.pnl,
    settleFee: row.totalFunding,
    openFee: row.openFee,
    closeFee: row.closeFee,
    cTime: row.ctime,
    uTime: row.utime,
  };
}

function modeOf(account: Account): string {
  return account.positionMode === "hedge" ? "hedge_mode" : "one_way_mode";
}
