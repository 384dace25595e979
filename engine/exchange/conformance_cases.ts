import assert from "node:assert/strict";
import { POSITION_SIDES, type PositionSide } from "@core/mod.ts";
import {
  assertFilled,
  type ConformanceCase,
  type Play,
  play,
  type Stage,
  tell,
} from "./conformance.ts";
import { FAULT_CASES } from "./conformance_faults.ts";
import { ExchangeError } from "./port.ts";
import { until } from "./until.ts";

/** A price at which nothing trades: a tenth away from the market, behind it. */
export function restingPrice(
  { bid, ask }: Play,
  positionSide: PositionSide,
): number {
  return positionSide === "long" ? bid * 0.9 : ask * 1.1;
}

async function tradesFourSides(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const { account, market } = table;
    const size = 2 * market.lotSize *
      Math.ceil(market.minNotional * 2 / table.bid / market.lotSize);
    for (const purpose of ["open", "close"] as const) {
      for (const positionSide of POSITION_SIDES) {
        const order = table.order({ positionSide, purpose, price: null, size });
        const outcome = await table.place(order);
        assert.equal(outcome.kind, "accepted", tell(outcome));
        await assertFilled(table, order);
        const leg = (await account.fetchPositions(market.symbol))
          .find((position) => position.positionSide === positionSide);
        assert.equal(leg?.size ?? 0, purpose === "open" ? order.size : 0);
      }
    }
    await until("a push of no position", () => {
      const last = table.events.findLast(({ kind }) => kind === "positions");
      return last?.kind === "positions" &&
        last.positions.every((position) => position.size === 0);
    });
  });
}

async function restsAndCancels(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    for (const positionSide of POSITION_SIDES) {
      const price = restingPrice(table, positionSide);
      const order = table.order({
        positionSide,
        purpose: "entry",
        price,
        postOnly: true,
      });
      const placed = await table.place(order);
      assert.ok(placed.kind === "accepted", tell(placed));
      const pushed = await table.pushedOrder(order, "open");
      assert.equal(pushed.venueOrderId, placed.venueOrderId);
      const { account } = table;
      const [resting] = await account.fetchOpenOrders(order.symbol);
      assert.ok(resting !== undefined);
      const { clientOrderId, size, ...rest } = resting;
      assert.equal(clientOrderId, order.clientOrderId);
      assert.equal(size, order.size);
      assert.equal(rest.price, order.price);
      assert.equal(rest.positionSide, positionSide);
      assert.equal(rest.orderSide, order.orderSide);
      assert.equal(rest.status, "open");
      assert.equal((await table.cancel(order)).kind, "canceled");
      await table.pushedOrder(order, "canceled");
      assert.deepEqual(await account.fetchOpenOrders(order.symbol), []);
    }
  });
}

async function cancelsWhatIsGone(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const order = table.order({
      positionSide: "long",
      purpose: "open",
      price: table.ask * 1.01,
    });
    await table.place(order);
    await table.pushedOrder(order, "filled");
    assert.equal((await table.cancel(order)).kind, "gone");
    const never = table.order({
      positionSide: "long",
      purpose: "entry",
      price: table.bid,
    });
    assert.equal((await table.cancel(never)).kind, "gone");
    assert.equal(
      await table.account.fetchOrder(never.symbol, never.clientOrderId),
      null,
    );
  });
}

async function refusesDuplicates(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const order = table.order({
      positionSide: "long",
      purpose: "entry",
      price: restingPrice(table, "long"),
    });
    const first = await table.place(order);
    assert.ok(first.kind === "accepted", tell(first));
    assert.deepEqual(await table.place(order), first);
    const other = table.order({
      positionSide: "short",
      purpose: "entry",
      price: restingPrice(table, "short"),
    });
    const [again, fresh] = await table.account.placeOrders([order, other]);
    assert.deepEqual(again, first);
    assert.equal(fresh?.kind, "accepted");
    const open = await table.account.fetchOpenOrders(order.symbol);
    assert.equal(open.length, 2);
  });
}

async function answersEachLeg(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const { account, market, bid } = table;
    const good = table.order({
      positionSide: "long",
      purpose: "entry",
      price: restingPrice(table, "long"),
    });
    const naked = table.order({
      positionSide: "short",
      purpose: "take_profit",
      price: restingPrice(table, "long"),
    });
    const huge = table.order({
      positionSide: "long",
      purpose: "entry",
      price: bid * 0.9,
      size: 1e9 * market.minSize,
    });
    const uneven = { ...naked, clientOrderId: "uneven", size: 0.123456789 };
    const outcomes = await account.placeOrders([good, naked, huge, uneven]);
    assert.deepEqual(outcomes.map(({ kind }) => kind), [
      "accepted",
      "rejected",
      "rejected",
      "rejected",
    ]);
    const reasons = outcomes.map((outcome) =>
      "error" in outcome ? outcome.error.reason : null
    );
    assert.ok(
      ["no_position", "position_too_small"].includes(reasons[1] ?? ""),
      reasons[1] ?? "",
    );
    assert.ok(
      ["insufficient_margin", "above_maximum"].includes(reasons[2] ?? ""),
      reasons[2] ?? "",
    );
    const open = await account.fetchOpenOrders(market.symbol);
    assert.deepEqual(open.map((order) => order.clientOrderId), [
      good.clientOrderId,
    ]);
  });
}

async function refusesSingly(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const { market } = table;
    const naked = await table.place(
      table.order({ positionSide: "long", purpose: "close", price: null }),
    );
    assert.ok(naked.kind === "rejected", tell(naked));
    assert.equal(naked.error.kind, "rejected");
    assert.match(naked.error.message, /^There is no position to close/);
    const small = table.order({
      positionSide: "long",
      purpose: "entry",
      price: restingPrice(table, "long"),
      size: market.lotSize,
    });
    if (market.lotSize * table.bid < market.minNotional) {
      const outcome = await table.place(small);
      assert.ok(outcome.kind === "rejected", tell(outcome));
      assert.equal(outcome.error.reason, "below_minimum");
    }
  });
}

async function neverTakesPostOnly(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const order = table.order({
      positionSide: "long",
      purpose: "entry",
      price: table.ask * 1.01,
      postOnly: true,
    });
    const outcome = await table.place(order);
    if (outcome.kind === "rejected") {
      assert.equal(outcome.error.reason, "post_only_would_cross");
    } else {
      assert.equal(outcome.kind, "accepted", tell(outcome));
      const pushed = await table.pushedOrder(order, "canceled");
      assert.equal(pushed.filledSize, 0);
    }
    assert.deepEqual(table.fillsOf(order), []);
    assert.deepEqual(await table.account.fetchPositions(order.symbol), []);
  });
}

async function fetchesEverything(stage: Stage): Promise<void> {
  await play(stage, async (table) => {
    const { account, market } = table;
    const price = restingPrice(table, "long");
    const orders = Array.from({ length: 120 }, (_, i) =>
      table.order({
        positionSide: "long",
        purpose: "entry",
        price: price - i * market.tickSize,
      }));
    const outcomes = await account.placeOrders(orders);
    assert.ok(outcomes.every(({ kind }) => kind === "accepted"));
    const open = await account.fetchOpenOrders(market.symbol);
    assert.deepEqual(
      new Set(open.map((order) => order.clientOrderId)),
      new Set(orders.map((order) => order.clientOrderId)),
    );
    const canceled = await account.cancelOrders(
      market.symbol,
      orders.map(({ clientOrderId }) => ({
        clientOrderId,
        venueOrderId: null,
      })),
    );
    assert.deepEqual(
      canceled.map(({ clientOrderId }) => clientOrderId),
      orders.map(({ clientOrderId }) => clientOrderId),
    );
    assert.ok(canceled.every(({ kind }) => kind === "canceled"));
    assert.deepEqual(await account.fetchOpenOrders(market.symbol), []);
  });
}

async function setsUp(stage: Stage): Promise<void> {
  const { account, symbol } = stage;
  const identity = await account.identify();
  assert.match(identity.exchangeUid, /^\d+$/);
  assert.equal(identity.canTrade, true);
  assert.equal(identity.canWithdraw, false);
  await account.setHedgeMode();
  assert.equal(await account.fetchPositionMode(symbol), "hedge");
  await account.setCrossMargin(symbol);
  for (const leverage of [7, 7, 10]) {
    await account.setLeverage(symbol, leverage);
  }
  await assert.rejects(
    account.setLeverage(symbol, 10_000),
    (error) => error instanceof ExchangeError && error.kind === "rejected",
  );
  const balance = await account.fetchBalance("USDT");
  assert.ok(balance.equity > 0);
  assert.ok(balance.available <= balance.equity);
}

async function knowsItsMarkets(stage: Stage): Promise<void> {
  const { feed, symbol } = stage;
  const market = await feed.fetchMarket(symbol);
  assert.equal(market.symbol, symbol);
  assert.ok(market.tickSize > 0 && market.lotSize > 0);
  assert.ok(market.maintenanceMarginRate > 0);
  await assert.rejects(feed.fetchMarket("NOSUCHCOIN/USDT:USDT"), {
    kind: "rejected",
    reason: "unknown_symbol",
  });
  const quotes: number[] = [];
  const remove = feed.watch(symbol, (quote) => quotes.push(quote.lastPrice));
  await until("a quote", () => quotes.length > 0);
  remove();
}

/** All cases, in the order they run. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  {
    name: "tells who the key is, and sets and verifies modes and leverage",
    run: setsUp,
  },
  {
    name: "knows a market's rules and prices, and says which it does not know",
    run: knowsItsMarkets,
  },
  {
    name: "opens and closes both legs, pushes and REST agreeing",
    run: tradesFourSides,
  },
  { name: "rests a post-only order and cancels it", run: restsAndCancels },
  { name: "calls gone what can no longer be canceled", run: cancelsWhatIsGone },
  {
    name: "takes a duplicate of its own id for the order it is",
    run: refusesDuplicates,
  },
  { name: "answers each leg of a batch", run: answersEachLeg },
  {
    name: "refuses with the exchange's reason in plain words",
    run: refusesSingly,
  },
  { name: "never lets a post-only order take", run: neverTakesPostOnly },
  { name: "fetches and cancels more than a page", run: fetchesEverything },
  ...FAULT_CASES,
];
