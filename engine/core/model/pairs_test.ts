/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { formatDecimal, toDecimal } from "../matching/decimal.ts";
import { movePrice } from "../matching/move_price.ts";
import { placeOrder } from "../matching/place_order.ts";
import { unrealizedPnlOf } from "../matching/margin.ts";
import { accountOf, listingOf, takeChanges } from "../matching/state.ts";
import {
  BNB,
  createTestExchange,
  NOW_MS,
  request,
  UID,
} from "../matching/testing.ts";
import {
  type PairableFill,
  PairBook,
  pairFills,
  type PairRule,
  pairRuleOf,
  type SettledFill,
} from "./pairs.ts";
import { isOpening, type PositionSide, type Purpose } from "./sides.ts";

let ids = 0;

function fill(
  words: `${PositionSide} ${Purpose}`,
  size: string,
  price: string,
  level = 0,
): PairableFill {
  const [positionSide, purpose] = words.split(" ") as [PositionSide, Purpose];
  return { id: `f${++ids}`, positionSide, purpose, level, price, size };
}

Deno.test("PairBook pairs a take-profit with the leg's most recent entries, last in first out", () => {
  const book = new PairBook(pairRuleOf("as_grid"));
  const [first, second, third] = [
    fill("long open", "0.05", "650"),
    fill("long entry", "0.05", "646.1"),
    fill("long entry", "0.05", "642.22"),
  ];
  for (const opening of [first, second, third]) book.open(opening);
  assert.deepEqual(book.close(fill("long take_profit", "0.05", "644.79")), {
    profit: "0.1285",
    entryPrice: "642.22",
    openingIds: [third.id],
    unpairedSize: "0",
  });
  // A doubled take-profit splits: all of the second, half of the first.
  assert.deepEqual(book.close(fill("long take_profit", "0.075", "650")), {
    profit: "0.195",
    entryPrice: "647.4",
    openingIds: [second.id, first.id],
    unpairedSize: "0",
  });
  assert.equal(book.unpairedSize(first.id), "0.025");
  assert.equal(book.unpairedProfit("660"), "0.25");
});

Deno.test("PairBook keeps the legs apart and earns on the short leg when the price falls", () => {
  const book = new PairBook("last_in_first_out");
  book.open(fill("short entry", "0.1", "700"));
  book.open(fill("long entry", "0.1", "600"));
  const { profit, entryPrice } = book.close(
    fill("short take_profit", "0.1", "690.5"),
  );
  assert.deepEqual({ profit, entryPrice }, {
    profit: "0.95",
    entryPrice: "700",
  });
  assert.equal(book.unpairedProfit("590"), "-1");
});

Deno.test("PairBook pairs a range grid's exit with its own interval, then with the opening order, then with the leg", () => {
  const book = new PairBook(pairRuleOf("range_grid"));
  const opening = fill("long open", "0.1", "105");
  const own = fill("long entry", "0.1", "100", 3);
  const other = fill("long entry", "0.2", "101", 4);
  for (const each of [opening, own, other]) book.open(each);
  const exit = () => book.close(fill("long take_profit", "0.1", "103", 3));
  assert.deepEqual(exit().openingIds, [own.id]);
  assert.deepEqual(exit().openingIds, [opening.id]);
  assert.deepEqual(exit().openingIds, [other.id]);
  assert.deepEqual(book.close(fill("long close", "0.1", "99")), {
    profit: "-0.2",
    entryPrice: "101",
    openingIds: [other.id],
    unpairedSize: "0",
  });
});

Deno.test("PairBook closes a range grid's leg newest first, whatever the level", () => {
  const book = new PairBook("interval");
  const openings = [7, 2, 5].map((level) =>
    fill("short entry", "0.1", `1${level}0`, level)
  );
  for (const opening of openings) book.open(opening);
  const { openingIds } = book.close(fill("short close", "0.3", "100"));
  assert.deepEqual(openingIds, openings.map(({ id }) => id).reverse());
});

Deno.test("PairBook gives no profit to what the bot did not open", () => {
  const book = new PairBook("last_in_first_out");
  assert.deepEqual(book.close(fill("long close", "0.1", "650")), {
    profit: null,
    entryPrice: null,
    openingIds: [],
    unpairedSize: "0.1",
  });
  book.open(fill("long entry", "0.1", "640"));
  assert.deepEqual(
    book.close(fill("long close", "0.3", "650")).unpairedSize,
    "0.2",
  );
});

Deno.test("PairBook refuses to open with a closing fill and the other way round", () => {
  const book = new PairBook("last_in_first_out");
  assert.throws(() => book.open(fill("long close", "1", "1")), /Cannot open/);
  assert.throws(() => book.close(fill("long open", "1", "1")), /Cannot close/);
  assert.throws(() => book.open(fill("long open", "1e3", "1")), /malformed/);
});

const FILLS = fc.array(
  fc.record({
    positionSide: fc.constantFrom("long" as const, "short" as const),
    purpose: fc.constantFrom(
      "open" as const,
      "entry" as const,
      "take_profit" as const,
      "close" as const,
    ),
    level: fc.nat(4),
    size: fc.integer({ min: 1, max: 60 }),
    move: fc.integer({ min: -500, max: 500 }),
  }),
  { maxLength: 80 },
);
const RULE = fc.constantFrom<PairRule>("last_in_first_out", "interval");

const sum = (texts: readonly string[]): bigint =>
  texts.reduce((total, text) => total + toDecimal(text, 24), 0n);

Deno.test("Σ pair profit + unpaired = realized + unrealized of the exchange, to the last digit", () => {
  fc.assert(fc.property(RULE, FILLS, (rule, plans) => {
    const exchange = createTestExchange({ balance: "1000000" });
    const book = new PairBook(rule);
    const profits: string[] = [];
    let realized = 0n;
    for (
      const [i, { positionSide, purpose, level, size, move }] of plans.entries()
    ) {
      const atMs = NOW_MS + i;
      const { lastPrice } = listingOf(exchange, BNB.symbol);
      const to = Math.max(20_000, lastPrice + move);
      movePrice(exchange, { symbol: BNB.symbol, to, atMs });
      takeChanges(exchange);
      placeOrder(
        exchange,
        UID,
        request({
          positionSide,
          orderSide: (positionSide === "long") === isOpening(purpose)
            ? "buy"
            : "sell",
          isClosing: !isOpening(purpose),
          orderType: "market",
          size,
        }),
        atMs,
      );
      for (const change of takeChanges(exchange)) {
        if (change.kind !== "order" || change.fill === null) continue;
        realized += change.fill.realizedPnl;
        const told: PairableFill = {
          id: change.fill.tradeId,
          positionSide,
          purpose,
          level,
          price: formatDecimal(change.fill.price, BNB.priceScale),
          size: formatDecimal(change.fill.size, BNB.sizeScale),
        };
        if (isOpening(purpose)) book.open(told);
        else {
          const pair = book.close(told);
          assert.equal(pair.unpairedSize, "0");
          if (pair.profit !== null) profits.push(pair.profit);
        }
      }
    }
    const listing = listingOf(exchange, BNB.symbol);
    const unrealized = [...accountOf(exchange, UID).legs.values()]
      .reduce((total, leg) => total + unrealizedPnlOf(listing, leg), 0n);
    const mark = formatDecimal(listing.lastPrice, BNB.priceScale);
    assert.equal(
      sum([...profits, book.unpairedProfit(mark)]),
      (realized + unrealized) * 10n ** 12n,
    );
  }));
});

Deno.test("pairFills() says the same in pieces, with what is unpaired kept in between, as in one go", () => {
  fc.assert(
    fc.property(RULE, FILLS, fc.array(fc.nat(20)), (rule, plans, cuts) => {
      const fills: SettledFill[] = plans.map((plan, i) => ({
        ...plan,
        id: `f${i}`,
        price: formatDecimal(60_000 + plan.move, 2),
        size: formatDecimal(plan.size, 2),
        unpairedSize: null,
        pair: null,
      }));
      const whole = applyAll(rule, fills, []);
      const inPieces = applyAll(rule, fills, cuts);
      // A closing that found nothing finds a later opening in neither.
      assert.deepEqual(inPieces, whole);
    }),
  );
});

/** Pairs in pieces of the given lengths, loading each time only what is open. */
function applyAll(
  rule: PairRule,
  fills: readonly SettledFill[],
  lengths: readonly number[],
): SettledFill[] {
  const rows: SettledFill[] = [];
  let rest = [...fills];
  for (const length of [...lengths, fills.length]) {
    rows.push(...rest.slice(0, length));
    rest = rest.slice(length);
    const loaded = rows.filter(({ purpose, unpairedSize }) =>
      unpairedSize === null || (isOpening(purpose) && unpairedSize !== "0")
    );
    for (const { id, ...change } of pairFills(rule, loaded)) {
      const at = rows.findIndex((row) => row.id === id);
      const row = rows[at];
      if (row !== undefined) rows[at] = { ...row, ...change };
    }
  }
  return rows;
}

Deno.test("pairFills() pairs a closing told before its opening when that is told", () => {
  const opening = fill("long entry", "0.1", "640");
  const early = fill("long entry", "0.05", "630");
  const closing = fill("long take_profit", "0.15", "650");
  const [, half] = pairFills("last_in_first_out", [
    { ...early, unpairedSize: null, pair: null },
    { ...closing, unpairedSize: null, pair: null },
  ]);
  assert.equal(half?.unpairedSize, "0.1");
  assert.equal(half?.pair?.profit, "1");
  const changes = pairFills("last_in_first_out", [
    { ...opening, unpairedSize: null, pair: null },
    { ...closing, unpairedSize: half.unpairedSize, pair: half.pair },
  ]);
  assert.deepEqual(changes, [
    { id: opening.id, unpairedSize: "0", pair: null },
    {
      id: closing.id,
      unpairedSize: "0",
      pair: {
        profit: "2",
        entryPrice: "636.666666666667",
        openingIds: [early.id, opening.id],
      },
    },
  ]);
});
