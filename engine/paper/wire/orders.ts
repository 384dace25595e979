/** Orders and fills as REST and the sockets show them. @module */
import {
  type Fill,
  formatMoney,
  notionalOf,
  type Order,
} from "@core/matching/mod.ts";
import type { Market } from "../market.ts";
import {
  averageText,
  type WireObject,
  wirePositionMode,
  wireSide,
  wireTradeSide,
} from "./words.ts";

/** Returns what REST says of an order; its state goes under `status` or `state`. */
export function orderRow(
  market: Market,
  order: Order,
  stateName: "status" | "state",
): WireObject {
  return {
    symbol: order.symbol,
    size: market.sizeText(order.size),
    orderId: order.orderId,
    clientOid: order.clientOrderId,
    baseVolume: market.sizeText(order.filledSize),
    fee: formatMoney(-order.fee),
    price: order.orderType === "limit" ? market.priceText(order.price) : "",
    priceAvg: averageText(market, {
      notional: order.filledNotional,
      size: order.filledSize,
    }),
    [stateName]: order.state,
    side: wireSide(order),
    force: order.timeInForce,
    totalProfits: formatMoney(order.realizedPnl),
    posSide: order.positionSide ?? "net",
    marginCoin: "USDT",
    presetStopSurplusPrice: "",
    presetStopLossPrice: "",
    quoteVolume: formatMoney(order.filledNotional),
    orderType: order.orderType,
    leverage: String(order.leverage),
    marginMode: "crossed",
    reduceOnly: order.reduceOnly ? "YES" : "NO",
    enterPointSource: order.source === "trader" ? "API" : "SYS",
    tradeSide: wireTradeSide(order),
    posMode: wirePositionMode(order.positionSide),
    orderSource: order.source === "trader" ? "normal" : "liquidation",
    cancelReason: order.cancelReason ?? "",
    cTime: String(order.createdAtMs),
    uTime: String(order.updatedAtMs),
  };
}

/** Returns what REST says of a fill. */
export function fillRow(market: Market, fill: Fill): WireObject {
  return {
    tradeId: fill.tradeId,
    symbol: fill.symbol,
    marginMode: "crossed",
    marginCoin: "USDT",
    orderId: fill.orderId,
    clientOid: fill.clientOrderId,
    price: market.priceText(fill.price),
    baseVolume: market.sizeText(fill.size),
    feeDetail: [feeDetail(fill)],
    side: wireSide(fill),
    quoteVolume: formatMoney(fill.notional),
    profit: formatMoney(fill.realizedPnl),
    enterPointSource: fill.source === "trader" ? "API" : "SYS",
    tradeSide: wireTradeSide(fill),
    posMode: wirePositionMode(fill.positionSide),
    tradeScope: fill.liquidity,
    cTime: String(fill.atMs),
    uTime: String(fill.atMs),
  };
}

function feeDetail(fill: Fill): WireObject {
  return {
    deduction: "no",
    feeCoin: "USDT",
    totalDeductionFee: "0",
    totalFee: formatMoney(-fill.fee),
  };
}

/** Returns what the `orders` channel says: an order as it is, and its newest fill. */
export function orderPush(
  market: Market,
  order: Order,
  fill: Fill | null,
): WireObject {
  const { instrument } = market.listing;
  const price = order.orderType === "limit"
    ? order.price
    : market.listing.lastPrice;
  const common = {
    accBaseVolume: market.sizeText(order.filledSize),
    cTime: String(order.createdAtMs),
    clientOid: order.clientOrderId,
    enterPointSource: order.source === "trader" ? "API" : "SYS",
    feeDetail: [{ feeCoin: "USDT", fee: formatMoney(-order.fee) }],
    force: order.timeInForce,
    instId: order.symbol,
    leverage: String(order.leverage),
    marginCoin: "USDT",
    marginMode: "crossed",
    notionalUsd: formatMoney(
      notionalOf(instrument, { price, size: order.size }),
    ),
    orderId: order.orderId,
    orderType: order.orderType,
    posMode: wirePositionMode(order.positionSide),
    posSide: order.positionSide ?? "net",
    price: order.orderType === "limit" ? market.priceText(order.price) : "0",
    reduceOnly: order.reduceOnly ? "yes" : "no",
    side: wireSide(order),
    size: market.sizeText(order.size),
    status: order.state,
    tradeSide: wireTradeSide(order),
    presetStopSurplusPrice: "",
    presetStopLossPrice: "",
    stpMode: "none",
    totalProfits: formatMoney(order.realizedPnl),
    cancelReason: order.cancelReason ?? "",
    uTime: String(order.updatedAtMs),
  };
  const priceAvg = averageText(market, {
    notional: order.filledNotional,
    size: order.filledSize,
  });
  if (fill === null) return { ...common, priceAvg };
  return {
    ...common,
    baseVolume: market.sizeText(fill.size),
    fillFee: formatMoney(-fill.fee),
    fillFeeCoin: "USDT",
    fillNotionalUsd: formatMoney(fill.notional),
    fillPrice: market.priceText(fill.price),
    fillTime: String(fill.atMs),
    pnl: formatMoney(fill.realizedPnl),
    priceAvg,
    tradeId: fill.tradeId,
    tradeScope: fill.liquidity === "maker" ? "M" : "T",
  };
}

/** Returns what the `fill` channel says. */
export function fillPush(market: Market, fill: Fill): WireObject {
  return {
    orderId: fill.orderId,
    clientOid: fill.clientOrderId,
    tradeId: fill.tradeId,
    symbol: fill.symbol,
    orderType: fill.orderType,
    side: wireSide(fill),
    price: market.priceText(fill.price),
    baseVolume: market.sizeText(fill.size),
    quoteVolume: formatMoney(fill.notional),
    profit: formatMoney(fill.realizedPnl),
    tradeSide: wireTradeSide(fill),
    posMode: wirePositionMode(fill.positionSide),
    tradeScope: fill.liquidity,
    feeDetail: [feeDetail(fill)],
    cTime: String(fill.atMs),
    uTime: String(fill.atMs),
  };
}
