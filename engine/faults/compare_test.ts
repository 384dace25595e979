import assert from "node:assert/strict";
import { compareBooks } from "./compare.ts";
import type { RowBooks } from "./row_books.ts";
import type { VenueBooks, VenueOrderRow } from "./venue_books.ts";

const TAG = "0123456789abc";
const ORDER: VenueOrderRow = {
  symbol: "BNBUSDT",
  orderId: "1",
  clientOid: `t${TAG}-lo0-0-0`,
  posSide: "long",
  tradeSide: "open",
  price: "650.10",
  size: "0.07",
  baseVolume: "0.07",
  status: "filled",
  cTime: 1_000,
  uTime: 2_000,
};
const RESTING: VenueOrderRow = {
  ...ORDER,
  orderId: "2",
  clientOid: `t${TAG}-le0-1-0`,
  status: "live",
  price: "640.00",
  baseVolume: "0",
  cTime: 2_000,
  uTime: 2_000,
};
const VENUE: VenueBooks = {
  open: [RESTING],
  finished: [ORDER],
  fills: [{
    symbol: "BNBUSDT",
    tradeId: "9",
    orderId: "1",
    clientOid: ORDER.clientOid,
    side: "buy",
    tradeSide: "open",
    price: "650.10",
    baseVolume: "0.07",
    profit: "0",
    tradeScope: "maker",
    feeDetail: [{ feeCoin: "USDT", totalFee: "-0.0091014" }],
    cTime: 2_000,
  }],
  positions: [{ symbol: "BNBUSDT", holdSide: "long", total: "0.07" }],
  bills: [{ businessType: "trans_from_exchange", amount: "100" }],
  wallet: "99.9908986",
};
const BOT = "bot";
const ROWS = {
  orders: [ORDER, RESTING].map((order) => ({
    botId: BOT,
    clientOrderId: order.clientOid,
    venueOrderId: order.orderId,
    price: order.price,
    size: order.size,
    filledSize: order.baseVolume,
    status: order.status === "live" ? "open" : order.status,
    createdAtMs: order.cTime - 1,
  })),
  fills: [{
    botId: BOT,
    clientOrderId: ORDER.clientOid,
    venueOrderId: "1",
    venueTradeId: "9",
    symbol: "BNB/USDT:USDT",
    positionSide: "long",
    orderSide: "buy",
    price: "650.1",
    size: "0.07",
    fee: "0.0091014",
    feeCurrency: "USDT",
    realizedPnl: "0",
    liquidity: "maker",
    filledAtMs: 2_000,
  }],
  totals: [{ botId: BOT, fillsCount: 1, realizedPnl: "0", fees: "0.0091014" }],
  funding: [],
} satisfies RowBooks;
const STRICT = { isWaitAllowed: false };

const [filled, resting] = ROWS.orders;
const [fill] = ROWS.fills;
assert.ok(filled && resting && fill);
const row = { ...filled, clientOrderId: "t-x", status: "unresolved" };

/** What goes wrong, the books then, and what is said of it. */
const WRONGS: readonly (readonly [
  string,
  Partial<VenueBooks>,
  Partial<RowBooks>,
  RegExp,
])[] = [
  ["a fill not recorded", {}, { fills: [] }, /trade 9 has no row/],
  [
    "a fill of nowhere",
    {},
    { fills: [fill, { ...fill, venueTradeId: "10" }] },
    /unknown trade 10/,
  ],
  [
    "a digit of the fee",
    {},
    { fills: [{ ...fill, fee: "0.00910141" }] },
    /trade 9: fee differs/,
  ],
  [
    "a fee that is unknown",
    {},
    { fills: [{ ...fill, fee: null }] },
    /trade 9: fee differs/,
  ],
  ["an order without a row", {}, { orders: [filled] }, /le0-1-0 has no row/],
  [
    "an order recorded after the wire",
    {},
    { orders: [filled, { ...resting, createdAtMs: 2_001 }] },
    /intent before the wire/,
  ],
  [
    "a row that rests alone",
    { open: [] },
    {},
    /le0-1-0 is open in rows only/,
  ],
  ["a row never cleared up", {}, { orders: [filled, resting, row] }, /t-x/],
  [
    "two orders side by side",
    { open: [RESTING, { ...RESTING, clientOid: `t${TAG}-lo0-1-0` }] },
    {},
    /side by side/,
  ],
  [
    "the same order twice",
    { open: [RESTING, RESTING] },
    {},
    /exists twice/,
  ],
  [
    "a position nobody traded",
    { positions: [{ symbol: "BNBUSDT", holdSide: "long", total: "0.14" }] },
    {},
    /position BNBUSDT:long is off/,
  ],
  ["a cent in the wallet", { wallet: "99.9908987" }, {}, /the wallet is/],
  [
    "totals of yesterday",
    {},
    {
      totals: [{
        ...ROWS.totals[0],
        botId: BOT,
        fillsCount: 0,
        realizedPnl: "0",
        fees: "0",
      }],
    },
    /totals of bot/,
  ],
];

Deno.test("compareBooks() is content with books that agree", () => {
  assert.deepEqual(compareBooks(VENUE, ROWS, STRICT), []);
});

for (const [what, venue, rows, expected] of WRONGS) {
  Deno.test(`compareBooks() sees ${what}`, () => {
    const wrong = compareBooks(
      { ...VENUE, ...venue },
      { ...ROWS, ...rows },
      STRICT,
    );
    assert.ok(
      wrong.some((sentence) => expected.test(sentence)),
      `said ${JSON.stringify(wrong)}`,
    );
  });
}
