import assert from "node:assert/strict";
import { formatClientOrderId, type PositionSide } from "@core/mod.ts";
import { ExchangeError } from "./port.ts";
import { PAYLOADS, TIER } from "./fixtures.ts";
import { readRow, type Row } from "./fields.ts";
import {
  parseAccountSettings,
  parseIdentity,
  parseMarket,
  parsePosition,
  parsePushedBalance,
  parseQuote,
  parseRestBalance,
} from "./parse.ts";
import { parseFill, parsePushedOrder, parseRestOrder } from "./parse_orders.ts";
import { toSymbol, toVenueSymbol } from "./symbols.ts";

const [REST_ORDER] = PAYLOADS.ordersPending.entrustedList;
const [PUSHED_LIVE] = PAYLOADS.pushedOrderLive.data;
const [PUSHED_FILLED] = PAYLOADS.pushedOrderFilled.data;
const [REST_FILL] = PAYLOADS.fills.fillList;
const [PUSHED_FILL] = PAYLOADS.pushedFill.data;
const [REST_POSITION] = PAYLOADS.positions;

function row(value: unknown, changes: Row = {}): Row {
  return { ...readRow(value, "sample"), ...changes };
}

/** The wire's words and what they mean; `side` is the position's direction. */
const COMBINATIONS = [
  ["long", "buy", "open", "buy"],
  ["long", "buy", "close", "sell"],
  ["short", "sell", "open", "sell"],
  ["short", "sell", "close", "buy"],
] as const;

for (const [positionSide, side, tradeSide, orderSide] of COMBINATIONS) {
  const wire = { posSide: positionSide, side, tradeSide };
  Deno.test(`parseRestOrder() reads ${tradeSide} ${positionSide} as ${orderSide}`, () => {
    const order = parseRestOrder(row(REST_ORDER, wire));
    assert.equal(order.positionSide, positionSide);
    assert.equal(order.orderSide, orderSide);
    assert.equal(order.reduceOnly, tradeSide === "close");
  });

  Deno.test(`parsePushedOrder() reads ${tradeSide} ${positionSide} as ${orderSide}`, () => {
    const order = parsePushedOrder(row(PUSHED_LIVE, wire));
    assert.equal(order.positionSide, positionSide);
    assert.equal(order.orderSide, orderSide);
  });

  Deno.test(`parseFill() reads ${tradeSide} ${positionSide} as ${orderSide}, REST and push`, () => {
    for (const sample of [REST_FILL, PUSHED_FILL]) {
      const fill = parseFill(row(sample, { side, tradeSide }));
      assert.equal(fill.positionSide, positionSide);
      assert.equal(fill.orderSide, orderSide);
    }
  });
}

Deno.test("parseRestOrder() reads a recorded resting order", () => {
  assert.deepEqual(parseRestOrder(row(REST_ORDER)), {
    symbol: "BTC/USDT:USDT",
    venueOrderId: "1111488897767604224",
    clientOrderId: "1111488897805352960",
    positionSide: "long",
    orderSide: "buy",
    reduceOnly: false,
    price: 25000,
    size: 0.002,
    filledSize: 0,
    averagePrice: null,
    status: "open",
    createdAtMs: 1700725524378,
    updatedAtMs: 1700725524378,
  });
});

Deno.test("parseRestOrder() reads the detail's state", () => {
  assert.equal(parseRestOrder(row(PAYLOADS.orderDetail)).status, "open");
});

Deno.test("parseRestOrder() reads both spellings of canceled", () => {
  for (const status of ["canceled", "cancelled"]) {
    const order = parseRestOrder(row(REST_ORDER, { status }));
    assert.equal(order.status, "canceled");
  }
});

Deno.test("parseRestOrder() refuses words it does not know", () => {
  for (
    const changes of [
      { status: "expired_in_match" },
      { posSide: "both" },
      { tradeSide: "reverse" },
      { orderType: "iceberg" },
      { reduceOnly: "maybe" },
    ]
  ) {
    assert.throws(
      () => parseRestOrder(row(REST_ORDER, changes)),
      { reason: "malformed_answer" },
    );
  }
});

Deno.test("parseRestOrder() refuses one-way orders with their own reason", () => {
  assert.throws(
    () =>
      parseRestOrder(
        row(REST_ORDER, { posSide: "net", posMode: "one_way_mode" }),
      ),
    { reason: "position_mode" },
  );
});

Deno.test("parseRestOrder() never reads a missing number as zero", () => {
  for (const key of ["size", "price", "cTime", "orderId", "posSide"]) {
    for (const value of [undefined, null, ""]) {
      assert.throws(
        () => parseRestOrder(row(REST_ORDER, { [key]: value })),
        new RegExp(`Cannot read ${key}: m`),
      );
    }
  }
  assert.throws(() => parseRestOrder(row(REST_ORDER, { size: "abc" })));
  assert.throws(() => parseRestOrder(row(REST_ORDER, { price: "0" })));
});

Deno.test("parsePushedOrder() takes the cumulative size, not the last fill's", () => {
  const order = parsePushedOrder(row(PUSHED_FILLED));
  assert.equal(order.filledSize, 13);
  assert.equal(order.status, "filled");
  assert.equal(order.price, null);
  assert.equal(order.averagePrice, 0.804);
  const partial = parsePushedOrder(
    row(PUSHED_FILLED, {
      status: "partially_filled",
      size: "0.01",
      accBaseVolume: "0.007",
      baseVolume: "0.003",
    }),
  );
  assert.equal(partial.filledSize, 0.007);
});

Deno.test("parsePushedOrder() wants the cumulative size of anything that filled", () => {
  const changes = { accBaseVolume: "", status: "partially_filled" };
  assert.throws(() => parsePushedOrder(row(PUSHED_FILLED, changes)));
});

Deno.test("parsePushedOrder() refuses a leg that contradicts our own id", () => {
  const clientOid = (positionSide: PositionSide) =>
    formatClientOrderId({
      botTag: "0123456789abc",
      positionSide,
      purpose: "take_profit",
      level: 0,
      cycle: 1,
      revision: 0,
    });
  const wire = { posSide: "long", side: "buy", tradeSide: "close" };
  parsePushedOrder(row(PUSHED_LIVE, { ...wire, clientOid: clientOid("long") }));
  assert.throws(
    () =>
      parsePushedOrder(
        row(PUSHED_LIVE, { ...wire, clientOid: clientOid("short") }),
      ),
    /contradicts its id/,
  );
  assert.throws(
    () =>
      parseFill(
        row(PUSHED_FILL, {
          side: "sell",
          tradeSide: "close",
          clientOid: clientOid("long"),
        }),
      ),
    /contradicts its id/,
  );
});

Deno.test("parseFill() keeps the exchange's own decimals and turns the fee", () => {
  assert.deepEqual(parseFill(row(REST_FILL)), {
    symbol: "BTC/USDT:USDT",
    venueTradeId: "1111468664328269825",
    venueOrderId: "1111468664264753162",
    clientOrderId: null,
    positionSide: "long",
    orderSide: "sell",
    price: "37271.4",
    size: "0.001",
    fee: "0.02236284",
    feeCurrency: "USDT",
    realizedPnl: "-0.0007",
    liquidity: "taker",
    filledAtMs: 1700720700342,
  });
});

Deno.test("parseFill() adds fee lines of one coin, and leaves mixed coins unknown", () => {
  const line = (feeCoin: string, totalFee: string | null) => ({
    feeCoin,
    totalFee,
  });
  const feeOf = (feeDetail: unknown) => {
    const { fee, feeCurrency } = parseFill(row(REST_FILL, { feeDetail }));
    return [fee, feeCurrency];
  };
  assert.deepEqual(
    feeOf([line("USDT", "-0.1"), line("USDT", "-0.00000000000000000003")]),
    ["0.10000000000000000003", "USDT"],
  );
  assert.deepEqual(feeOf([line("USDT", "0.02")]), ["-0.02", "USDT"]);
  assert.deepEqual(feeOf([line("USDT", "0")]), ["0", "USDT"]);
  assert.deepEqual(feeOf([line("USDT", "-1"), line("BGB", "-1")]), [
    null,
    null,
  ]);
  assert.deepEqual(feeOf([line("USDT", null)]), [null, null]);
  assert.deepEqual(feeOf([]), [null, null]);
  assert.deepEqual(feeOf(null), [null, null]);
});

Deno.test("parseFill() names the leg of a liquidation by its trade side", () => {
  for (const side of ["buy", "sell"]) {
    const fill = parseFill(
      row(REST_FILL, { side, tradeSide: "burst_close_short" }),
    );
    assert.equal(fill.positionSide, "short");
    assert.equal(fill.orderSide, "buy");
  }
});

Deno.test("parseFill() reads the socket's short liquidity words", () => {
  const liquidity = (tradeScope: string) =>
    parseFill(row(PUSHED_FILL, { tradeScope })).liquidity;
  assert.deepEqual(["T", "M", "taker", "maker"].map(liquidity), [
    "taker",
    "maker",
    "taker",
    "maker",
  ]);
  assert.throws(() => liquidity("x"));
});

Deno.test("parsePosition() reads REST rows and pushes alike", () => {
  assert.deepEqual(parsePosition(row(REST_POSITION)), {
    symbol: "BTC/USDT:USDT",
    positionSide: "long",
    size: 0.002,
    entryPrice: 37355.5,
    unrealizedPnl: 0.03,
    liquidationPrice: 31725.023602417,
    breakEvenPrice: null,
    leverage: 20,
  });
  const pushed = parsePosition(row(PAYLOADS.pushedPosition));
  assert.equal(pushed.size, 0.001);
  assert.equal(pushed.leverage, 20);
  const told = parsePosition(row(REST_POSITION, { breakEvenPrice: "37400.1" }));
  assert.equal(told.breakEvenPrice, 37400.1);
});

Deno.test("parsePosition() refuses the positions of an account in one-way mode, whatever leg they name", () => {
  for (const value of [REST_POSITION, PAYLOADS.pushedPosition]) {
    for (
      const change of [{ posMode: "one_way_mode" }, { holdSide: "net" }]
    ) {
      assert.throws(() => parsePosition(row(value, change)), {
        reason: "position_mode",
      });
    }
  }
});

Deno.test("parsePosition() reads a zero size as flat, and an open leg without a price as an error", () => {
  const flat = parsePosition(
    row(REST_POSITION, { total: "0", openPriceAvg: "" }),
  );
  assert.equal(flat.size, 0);
  assert.equal(flat.entryPrice, null);
  for (const openPriceAvg of ["", "0", null, undefined]) {
    assert.throws(() => parsePosition(row(REST_POSITION, { openPriceAvg })));
  }
});

Deno.test("parseRestBalance() wants every figure", () => {
  const [account] = PAYLOADS.accounts;
  assert.deepEqual(
    parseRestBalance(
      row(account, {
        accountEquity: "100.5",
        crossedMaxAvailable: "90",
        unrealizedPL: "-1.5",
        crossedRiskRate: "0.01",
      }),
    ),
    {
      coin: "USDT",
      available: 90,
      equity: 100.5,
      unrealizedPnl: -1.5,
      marginRatio: 0.01,
    },
  );
  assert.throws(() => parseRestBalance(row(account, { accountEquity: "" })));
  assert.throws(() => parseRestBalance(row(account, { unrealizedPL: "" })));
});

Deno.test("parsePushedBalance() is null without the unrealized PnL", () => {
  const [account] = PAYLOADS.pushedAccount.data;
  assert.equal(parsePushedBalance(row(account)), null);
  assert.equal(
    parsePushedBalance(row(account, { unrealizedPL: "0.25" }))?.equity,
    26.14309528,
  );
});

Deno.test("parseMarket() computes the tick from place and step, without noise", () => {
  const tickOf = (pricePlace: string, priceEndStep: string) =>
    parseMarket(row(PAYLOADS.contract, { pricePlace, priceEndStep }), [TIER])
      .tickSize;
  assert.equal(tickOf("1", "1"), 0.1);
  assert.equal(tickOf("4", "5"), 0.0005);
  assert.equal(tickOf("7", "1"), 1e-7);
  assert.equal(tickOf("0", "10"), 10);
  const market = parseMarket(row(PAYLOADS.contract), [
    { ...TIER, level: "2", keepMarginRate: "0.01" },
    TIER,
  ]);
  assert.equal(market.symbol, "BTC/USDT:USDT");
  assert.equal(market.maintenanceMarginRate, 0.004);
  assert.equal(market.maxOpenOrders, 200);
  assert.equal(market.maxOrderSize, null);
  const maxOf = (limits: Readonly<Record<string, string>>) =>
    parseMarket(row(PAYLOADS.contract, limits), [TIER]).maxOrderSize;
  // What closes a leg is a market order, and may be less.
  assert.equal(maxOf({ maxOrderQty: "1200", maxMarketOrderQty: "220" }), 220);
  assert.equal(maxOf({ maxOrderQty: "1200" }), 1_200);
  assert.equal(maxOf({ maxOrderQty: "1200", maxMarketOrderQty: "" }), 1_200);
  assert.throws(() => parseMarket(row(PAYLOADS.contract), []), /tiers/);
});

Deno.test("parseQuote() reads the ticker channel and refuses one without a bid", () => {
  const [ticker] = PAYLOADS.pushedTicker.data;
  assert.deepEqual(parseQuote(row(ticker), 7), {
    symbol: "BTC/USDT:USDT",
    bestBid: 43476.3,
    bestAsk: 43476.8,
    lastPrice: 43480.4,
    markPrice: 43476.4,
    fundingRate: 0.000096,
    receivedAtMs: 7,
  });
  assert.throws(() => parseQuote(row(ticker, { bidPr: "" }), 7));
  assert.throws(() => parseQuote(row(ticker, { markPrice: "0" }), 7));
});

Deno.test("parseIdentity() sees withdrawal rights, and grants nothing to words it does not know", () => {
  const identity = (authorities: unknown) =>
    parseIdentity({ userId: 123, ips: "", authorities });
  assert.deepEqual(identity(["coow", "cpow", "coor"]), {
    exchangeUid: "123",
    permissions: ["coow", "cpow", "coor"],
    canTrade: true,
    canWithdraw: false,
    ipRestricted: false,
  });
  assert.equal(identity(["coow", "cpow", "wwow"]).canWithdraw, true);
  assert.equal(identity(["trade", "readonly"]).canTrade, false);
  assert.equal(identity(["coow"]).canTrade, false);
  assert.throws(() => identity(null));
});

Deno.test("parseAccountSettings() reads modes and leverage", () => {
  assert.deepEqual(parseAccountSettings(PAYLOADS.account), {
    positionMode: "hedge",
    marginMode: "crossed",
    crossLeverage: 20,
  });
  const other = { ...PAYLOADS.account, posMode: "no_mode" };
  assert.throws(() => parseAccountSettings(other));
});

Deno.test("toSymbol() and toVenueSymbol() undo each other", () => {
  for (const venueSymbol of ["BTCUSDT", "1000BONKUSDT", "USDCUSDT"]) {
    assert.equal(toVenueSymbol(toSymbol(venueSymbol) ?? ""), venueSymbol);
  }
  assert.equal(toSymbol("BTCPERP"), null);
  assert.equal(toSymbol("USDT"), null);
  assert.equal(toVenueSymbol("BTC/USDT"), null);
  assert.equal(toVenueSymbol("BTC/USD:BTC"), null);
});

Deno.test("parseMarket() refuses a price step it cannot read", () => {
  for (const pricePlace of ["-5e-324", "1.5", "-1", "400"]) {
    const row = { ...readRow(PAYLOADS.contract, "contract"), pricePlace };
    assert.throws(() => parseMarket(row, [TIER]), ExchangeError, pricePlace);
  }
});
