/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { setLeverage } from "./accounts.ts";
import { amendOrder, cancelOrder } from "./change_order.ts";
import type { Money } from "./decimal.ts";
import { figuresOf, isLiquidatable, unrealizedPnlOf } from "./margin.ts";
import { movePrice } from "./move_price.ts";
import { placeOrder } from "./place_order.ts";
import {
  finishRestore,
  restoreAccount,
  restoreBill,
  restoreClosedLeg,
  restoreFill,
  restoreOrder,
  snapshotAccount,
} from "./restore.ts";
import { settleFunding } from "./settle_funding.ts";
import {
  accountOf,
  createExchange,
  type Exchange,
  legKey,
  listingOf,
  listInstrument,
  type Order,
  takeChanges,
} from "./state.ts";
import { BNB, createTestExchange, NOW_MS, request, UID } from "./testing.ts";

type Command =
  | {
    readonly kind: "place";
    readonly orderSide: "buy" | "sell";
    readonly isClosing: boolean;
    readonly orderType: "limit" | "market";
    readonly timeInForce: "gtc" | "ioc" | "fok" | "post_only";
    readonly offset: number;
    readonly size: number;
  }
  | { readonly kind: "cancel"; readonly pick: number }
  | { readonly kind: "amend"; readonly pick: number; readonly offset: number }
  | {
    readonly kind: "move";
    readonly offset: number;
    readonly liquidity: number | null;
  }
  | { readonly kind: "fund"; readonly rate: number }
  | { readonly kind: "leverage"; readonly leverage: number };

const PLACE = fc.record({
  kind: fc.constant("place" as const),
  orderSide: fc.constantFrom("buy" as const, "sell" as const),
  isClosing: fc.boolean(),
  orderType: fc.constantFrom(
    "limit" as const,
    "limit" as const,
    "market" as const,
  ),
  timeInForce: fc.constantFrom(
    "gtc" as const,
    "gtc" as const,
    "post_only" as const,
    "ioc" as const,
    "fok" as const,
  ),
  offset: fc.integer({ min: -300, max: 300 }),
  size: fc.integer({ min: 1, max: 300 }),
});
const MOVE = fc.record({
  kind: fc.constant("move" as const),
  offset: fc.integer({ min: -800, max: 800 }),
  liquidity: fc.option(fc.integer({ min: 0, max: 200 })),
});
const OTHERS = fc.oneof(
  fc.record({ kind: fc.constant("cancel" as const), pick: fc.nat(50) }),
  fc.record({
    kind: fc.constant("amend" as const),
    pick: fc.nat(50),
    offset: fc.integer({ min: -300, max: 300 }),
  }),
  fc.record({
    kind: fc.constant("fund" as const),
    rate: fc.integer({ min: -10_000_000, max: 10_000_000 }),
  }),
  fc.record({
    kind: fc.constant("leverage" as const),
    leverage: fc.integer({ min: 1, max: 75 }),
  }),
);
const COMMANDS = fc.array(fc.oneof(PLACE, PLACE, MOVE, MOVE, OTHERS), {
  maxLength: 60,
});

function liveOrder(exchange: Exchange, pick: number): Order | undefined {
  const live = [...accountOf(exchange, UID).live.values()];
  return live[pick % Math.max(1, live.length)];
}

function apply(exchange: Exchange, command: Command, atMs: number): void {
  const { lastPrice } = listingOf(exchange, BNB.symbol);
  const isHedge = accountOf(exchange, UID).positionMode === "hedge";
  switch (command.kind) {
    case "place": {
      const { orderSide, isClosing, offset } = command;
      const isLong = (orderSide === "buy") !== isClosing;
      placeOrder(
        exchange,
        UID,
        request({
          ...command,
          positionSide: isHedge ? (isLong ? "long" : "short") : null,
          isClosing: isHedge && isClosing,
          reduceOnly: !isHedge && isClosing,
          price: lastPrice + offset,
        }),
        atMs,
      );
      return;
    }
    case "move":
      return movePrice(exchange, {
        symbol: BNB.symbol,
        to: Math.max(1_000, lastPrice + command.offset),
        atMs,
        liquidity: command.liquidity,
      });
    case "cancel": {
      const order = liveOrder(exchange, command.pick);
      if (order !== undefined) cancelOrder(exchange, UID, order, atMs);
      return;
    }
    case "amend": {
      const order = liveOrder(exchange, command.pick);
      if (order === undefined) return;
      amendOrder(exchange, UID, {
        symbol: BNB.symbol,
        orderId: order.orderId,
        newClientOrderId: request().clientOrderId,
        price: lastPrice + command.offset,
        size: order.size,
      }, atMs);
      return;
    }
    case "fund":
      return settleFunding(exchange, {
        symbol: BNB.symbol,
        rate: BigInt(command.rate),
        atMs,
      });
    case "leverage":
      setLeverage(exchange, UID, { symbol: BNB.symbol, ...command });
  }
}

function sum<T>(entries: readonly T[], money: (entry: T) => Money): Money {
  return entries.reduce((total, entry) => total + money(entry), 0n);
}

/** What must hold after every command. */
function check(exchange: Exchange): void {
  const account = accountOf(exchange, UID);
  const listing = listingOf(exchange, BNB.symbol);
  const { bills, fills } = account;
  const of = (kind: string) => bills.filter((bill) => bill.kind === kind);
  const transfers = sum(
    [...of("transfer"), ...of("bankruptcy_cover")],
    (b) => b.amount,
  );
  const funding = sum(of("funding"), (bill) => bill.amount);
  const realized = sum(fills, (fill) => fill.realizedPnl);
  const fees = sum(fills, (fill) => fill.fee);
  assert.equal(account.wallet, transfers + realized - fees + funding, "I3");
  assert.equal(account.wallet, sum(bills, (b) => b.amount - b.fee), "ledger");

  let unrealized = 0n;
  let cost = 0n;
  let net = 0;
  for (const leg of account.legs.values()) {
    const sign = leg.positionSide === "long" ? 1 : -1;
    assert.ok(leg.size > 0 && leg.cost > 0n, "a leg holds something");
    unrealized += unrealizedPnlOf(listing, leg);
    net += sign * leg.size;
    cost += BigInt(sign) * leg.cost;
  }
  const traded = fills.reduce(
    (n, fill) => n + (fill.orderSide === "buy" ? fill.size : -fill.size),
    0,
  );
  assert.equal(net, traded, "I2: positions are the sum of fills");
  const paid = sum(
    fills,
    (f) => f.orderSide === "buy" ? f.notional : -f.notional,
  );
  assert.equal(
    realized,
    cost - paid,
    "realized = money made, to the last digit",
  );
  const figures = figuresOf(exchange, account);
  assert.equal(figures.equity, account.wallet + unrealized);
  assert.equal(
    figures.available,
    figures.equity - figures.positionMargin - figures.orderMargin,
  );
  checkOrders(exchange);
}

function checkOrders(exchange: Exchange): void {
  const account = accountOf(exchange, UID);
  const listing = listingOf(exchange, BNB.symbol);
  const resting = [...listing.buys, ...listing.sells];
  assert.equal(resting.length, account.live.size, "live orders rest");
  const closing = { long: 0, short: 0 };
  for (const order of resting) {
    assert.equal(account.live.get(order.orderId), order);
    const remaining = order.size - order.filledSize;
    assert.ok(remaining > 0);
    if (order.isClosing && order.positionSide !== null) {
      closing[order.positionSide] += remaining;
    }
  }
  for (const side of ["long", "short"] as const) {
    const held = account.legs.get(legKey(BNB.symbol, side))?.size ?? 0;
    assert.ok(closing[side] <= held, "closes never exceed the leg");
  }
  const prices = [...listing.buys].map((order) => order.price);
  assert.deepEqual(prices, [...prices].sort((a, b) => b - a), "best first");
  assert.equal(listing.holders.has(account), account.legs.size > 0);
}

/** Watches orders over time: filled size never falls, the finished stay so. */
function watchOrders(): (exchange: Exchange) => void {
  const filled = new Map<string, number>();
  const finished = new Set<string>();
  return (exchange) => {
    for (const change of takeChanges(exchange)) {
      if (change.kind !== "order") continue;
      const { orderId, filledSize, state, size } = change.order;
      assert.ok(!finished.has(orderId), "a finished order never reopens (I5)");
      assert.ok(filledSize >= (filled.get(orderId) ?? 0), "I5");
      assert.ok(filledSize <= size);
      filled.set(orderId, filledSize);
      if (state === "filled" || state === "canceled") finished.add(orderId);
    }
  };
}

for (const positionMode of ["hedge", "one_way"] as const) {
  Deno.test(`the exchange model keeps its sums under any commands, ${positionMode}`, () => {
    fc.assert(
      fc.property(
        COMMANDS,
        fc.constantFrom("30", "200", "5000"),
        (commands, balance) => {
          const exchange = createTestExchange({ positionMode, balance });
          const watch = watchOrders();
          commands.forEach((command, index) => {
            apply(exchange, command, NOW_MS + index);
            check(exchange);
            watch(exchange);
            if (command.kind !== "move") return;
            const account = accountOf(exchange, UID);
            assert.equal(isLiquidatable(exchange, account), false);
            assert.ok(account.wallet >= 0n || account.legs.size > 0);
          });
        },
      ),
      { numRuns: 300 },
    );
  });
}

Deno.test("ids rise and are never given twice", () => {
  fc.assert(
    fc.property(
      COMMANDS,
      fc.array(fc.integer({ min: -5, max: 5 })),
      (commands, jumps) => {
        const exchange = createTestExchange({ balance: "5000" });
        commands.forEach((command, index) =>
          apply(exchange, command, NOW_MS + (jumps[index] ?? 0))
        );
        const { fills, bills } = accountOf(exchange, UID);
        for (
          const ids of [fills.map((f) => f.tradeId), bills.map((b) => b.billId)]
        ) {
          assert.deepEqual(ids, [...ids].sort());
          assert.equal(new Set(ids).size, ids.length);
          assert.ok(ids.every((id) => /^\d{19}$/.test(id)));
        }
      },
    ),
    { numRuns: 100 },
  );
});

Deno.test("restoring from the changes' records gives the same exchange", () => {
  fc.assert(
    fc.property(COMMANDS, COMMANDS, (commands, more) => {
      const exchange = createTestExchange({ balance: "5000" });
      const copy = createExchange();
      const listing = listInstrument(copy, BNB);
      const [deposit] = accountOf(exchange, UID).bills;
      assert.ok(deposit !== undefined);
      restoreAccount(copy, snapshotAccount(accountOf(exchange, UID)));
      restoreBill(copy, deposit);
      commands.forEach((command, index) => {
        apply(exchange, command, NOW_MS + index);
        record(exchange, copy);
      });
      const { lastPrice, isRising } = listingOf(exchange, BNB.symbol);
      Object.assign(listing, { lastPrice, isRising });
      finishRestore(copy);
      listingOf(exchange, BNB.symbol).liquidity = null;
      const pair = [exchange, copy];
      assert.deepEqual(...shapes(pair));
      more.forEach((command, index) => {
        const named = command.kind === "place" || command.kind === "amend"
          ? null
          : command;
        if (named === null) return;
        for (const each of pair) apply(each, named, NOW_MS + 1_000 + index);
      });
      assert.deepEqual(...shapes(pair));
    }),
    { numRuns: 100 },
  );
});

function record(from: Exchange, to: Exchange): void {
  restoreAccount(to, snapshotAccount(accountOf(from, UID)));
  for (const change of takeChanges(from)) {
    switch (change.kind) {
      case "order":
        restoreOrder(to, { ...change.order });
        if (change.fill !== null) restoreFill(to, change.fill);
        break;
      case "bill":
        restoreBill(to, change.bill);
        break;
      case "position_closed":
        restoreClosedLeg(to, UID, change.leg);
    }
  }
}

function shapes(pair: readonly Exchange[]): [unknown, unknown] {
  const [left, right] = pair.map((exchange) => {
    const account = accountOf(exchange, UID);
    const { buys, sells } = listingOf(exchange, BNB.symbol);
    return {
      ...account,
      leverage: [...account.leverage],
      queues: [[...buys], [...sells]],
      lastId: [exchange.lastIdMs, exchange.lastIdSequence],
    };
  });
  return [left, right];
}
