import assert from "node:assert/strict";
import type { Position } from "@core/mod.ts";
import {
  DISPUTE_MS,
  PositionBook,
  REST_BEHIND_MS_MAX,
  UNCONFIRMED_MS,
} from "./position_book.ts";

function position(size: number): Position {
  return {
    symbol: "BNB/USDT:USDT",
    positionSide: "long",
    size,
    entryPrice: 650,
    unrealizedPnl: null,
    liquidationPrice: null,
    breakEvenPrice: null,
    leverage: null,
  };
}

Deno.test("PositionBook moves with a fill at once and lets a snapshot confirm it", () => {
  const book = new PositionBook(0.01);
  book.move("long", { delta: 0.05, nowMs: 0, bornAtMs: 0 });
  assert.deepEqual(book.legs.long, {
    size: 0.05,
    entryPrice: null,
    settled: true,
  });
  book.applyPush([position(0.05)], 10);
  assert.equal(book.legs.long.entryPrice, 650);
  assert.equal(book.resyncDueAtMs, null);
});

Deno.test("PositionBook waits when a snapshot is ahead of its fill, and counts it once (failure 7)", () => {
  const book = new PositionBook(0.01);
  book.applyPush([position(0.05)], 0);
  assert.equal(book.legs.long.settled, false);
  assert.equal(book.legs.long.size, 0);
  book.move("long", { delta: 0.05, nowMs: 5, bornAtMs: 5 });
  assert.deepEqual([book.legs.long.size, book.legs.long.settled], [0.05, true]);
});

Deno.test("PositionBook waits when a snapshot is older than a fill (failure 8)", () => {
  const book = new PositionBook(0.01);
  book.move("long", { delta: 0.05, nowMs: 0, bornAtMs: 0 });
  book.move("long", { delta: 0.05, nowMs: 1, bornAtMs: 1 });
  book.applyPush([position(0.05)], 2);
  assert.deepEqual([book.legs.long.size, book.legs.long.settled], [0.1, false]);
  assert.equal(book.needsResync(2 + DISPUTE_MS - 1), false);
  assert.equal(book.needsResync(2 + DISPUTE_MS), true);
  book.applyPush([position(0.1)], 3);
  assert.equal(book.legs.long.settled, true);
});

Deno.test("PositionBook asks when no snapshot confirms a fill", () => {
  const book = new PositionBook(0.01);
  book.move("long", { delta: 0.05, nowMs: 100, bornAtMs: 100 });
  assert.equal(book.resyncDueAtMs, 100 + UNCONFIRMED_MS);
});

Deno.test("PositionBook sets a leg to zero that a full set does not name (failure 2)", () => {
  const book = new PositionBook(0.01);
  book.adopt([position(0.05)], 0);
  assert.equal(book.legs.long.size, 0.05);
  book.move("long", { delta: -0.05, nowMs: 1, bornAtMs: 1 });
  book.adopt([], 1);
  assert.deepEqual(book.legs.long, {
    size: 0,
    entryPrice: null,
    settled: true,
  });
});

Deno.test("PositionBook takes a leg that a full push does not name for closed, and waits for what closed it (failure 2)", () => {
  const book = new PositionBook(0.01);
  book.adopt([position(0.05)], 0);
  book.applyPush([], 1);
  assert.equal(book.legs.long.settled, false, "nothing is decided on it");
  assert.equal(book.needsResync(1 + DISPUTE_MS), true);
  book.move("long", { delta: -0.05, nowMs: 2, bornAtMs: 0 });
  book.applyPush([], 3);
  assert.equal(book.legs.long.size, 0);
  // Nothing ever told: in the end the exchange is right.
  const silent = new PositionBook(0.01);
  silent.adopt([position(0.05)], 0);
  silent.applyPush([], 1);
  silent.adopt([], 1_000);
  silent.adopt([], 1_000 + REST_BEHIND_MS_MAX);
  assert.deepEqual(silent.legs.long, {
    size: 0,
    entryPrice: null,
    settled: true,
  });
});

Deno.test("PositionBook believes the fills before a REST that may lag behind, for a while (failure 8)", () => {
  const book = new PositionBook(0.01);
  book.adopt([], 0);
  book.move("long", { delta: 0.05, nowMs: 100, bornAtMs: 100 });
  book.adopt([], 200);
  assert.equal(book.legs.long.size, 0.05);
  assert.equal(book.legs.long.settled, false, "nothing is decided meanwhile");
  assert.equal(book.needsResync(2_199), false, "and REST is not stormed");
  assert.equal(book.needsResync(2_200), true);
  book.adopt([position(0.05)], 2_200);
  assert.equal(book.legs.long.settled, true);
  book.adopt([], 3_000);
  book.adopt([], 3_000 + REST_BEHIND_MS_MAX);
  assert.deepEqual(book.legs.long, {
    size: 0,
    entryPrice: null,
    settled: true,
  }, "in the end the exchange is right");
});

Deno.test("PositionBook does not believe at first that what was just opened is flat", () => {
  const book = new PositionBook(0.01);
  book.move("long", { delta: 0.05, nowMs: 0, bornAtMs: 0 });
  book.adopt([], 10);
  assert.equal(book.legs.long.settled, false);
  book.adopt([position(0.15)], 2_010);
  assert.equal(book.legs.long.size, 0.15, "fills alone do not make it");
  assert.equal(book.legs.long.settled, true);
});

Deno.test("PositionBook asks again for a leg that was held when it is stored and is flat when it is asked for", () => {
  const book = new PositionBook(0.01);
  book.expectHeld("long");
  book.adopt([], 10);
  assert.equal(book.legs.long.settled, false);
  book.move("long", { delta: -0.05, nowMs: 1_000, bornAtMs: 1_000 }); // It was closed meanwhile.
  book.adopt([], 2_010);
  assert.deepEqual(book.legs.long, {
    size: 0,
    entryPrice: null,
    settled: true,
  });
});

Deno.test("PositionBook gathers no binary noise", () => {
  const book = new PositionBook(0.01);
  for (let i = 0; i < 3; i++) {
    book.move("long", { delta: 0.05, nowMs: 0, bornAtMs: 0 });
  }
  assert.equal(book.legs.long.size, 0.15);
  book.move("long", { delta: -0.2, nowMs: 0, bornAtMs: 0 });
  assert.equal(book.legs.long.size, 0, "never below zero");
});

Deno.test("PositionBook doubts what is told soon after a snapshot was believed, except of orders placed since", () => {
  const book = new PositionBook(0.01);
  book.adopt([position(0.05)], 1_000);
  book.move("long", { delta: 0.05, nowMs: 2_000, bornAtMs: 1_500 });
  assert.equal(book.legs.long.settled, true, "placed after the snapshot");
  book.move("long", { delta: -0.05, nowMs: 3_000, bornAtMs: 500 });
  assert.equal(book.legs.long.settled, false, "in the snapshot, or not?");
  book.adopt([position(0.05)], 3_100);
  assert.equal(book.legs.long.settled, false, "no snapshot can tell yet");
  book.adopt([position(0.1)], 3_000 + REST_BEHIND_MS_MAX);
  assert.deepEqual(book.legs.long, {
    size: 0.1,
    entryPrice: 650,
    settled: true,
  });
});
