/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseBotGrid } from "../data/bot_grid.ts";
import type { BotGrid } from "../data/bot_grid.ts";
import { type IdleInput, idleLevelsOf } from "./idle_levels.ts";
import { anOrder, BNB } from "./testing.ts";

const EMPTY = { size: 0.1, held: 0, isExiting: false };
const HELD = { size: 0.1, held: 0.1, isExiting: true };

/** Ten intervals of ten from 600 to 700, long below 650. */
function aGrid(change: Partial<BotGrid> = {}): BotGrid {
  return {
    phase: "running",
    isTriggered: true,
    entriesOff: false,
    offset: 0,
    splitAt: 5,
    center: null,
    grid: {
      lowerPrice: 600,
      upperPrice: 700,
      levels: 10,
      spacing: "arithmetic",
      direction: "neutral",
      budget: 1_000,
    },
    intervals: Array.from({ length: 10 }, () => EMPTY),
    ...change,
  };
}

function input(change: Partial<IdleInput> = {}): IdleInput {
  return {
    grid: aGrid(),
    market: BNB,
    orders: [],
    blocked: [],
    price: 650,
    isRunning: true,
    ...change,
  };
}

const reasons = (change: Partial<IdleInput>) =>
  idleLevelsOf(input(change)).map(({ reason }) => reason);

Deno.test("idleLevelsOf() has each interval once: in an order or idle", () => {
  const levels = fc.subarray(Array.from({ length: 10 }, (_, i) => i));
  const offset = fc.integer({ min: -25, max: 25 });
  fc.assert(fc.property(levels, offset, (taken, at) => {
    const orders = taken.map((level) => anOrder({ id: `${level}`, level }));
    const idle = idleLevelsOf(input({ grid: aGrid({ offset: at }), orders }));
    const all = [...taken, ...idle.map(({ level }) => level)];
    assert.deepEqual(all.toSorted((a, b) => a - b), [
      0,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
    ]);
  }));
});

Deno.test("idleLevelsOf() puts an interval where its order would be", () => {
  const intervals = aGrid().intervals.with(2, HELD).with(7, HELD);
  const idle = idleLevelsOf(input({ grid: aGrid({ intervals }) }));
  const at = (level: number) => idle.find((one) => one.level === level);
  // Long enters at the lower line and leaves at the upper, short the reverse.
  assert.deepEqual([at(1)?.price, at(1)?.purpose], [610, "entry"]);
  assert.deepEqual([at(2)?.price, at(2)?.purpose], [630, "take_profit"]);
  assert.deepEqual([at(6)?.price, at(6)?.positionSide], [670, "short"]);
  assert.deepEqual([at(7)?.price, at(7)?.size], [670, 0.1]);
});

Deno.test("idleLevelsOf() says why: what holds the whole grid back", () => {
  const all = (change: Partial<IdleInput>, reason: string) =>
    assert.deepEqual([...new Set(reasons(change))], [reason]);
  all({ isRunning: false }, "stopped");
  all({ grid: aGrid({ phase: "waiting" }) }, "outside");
  all({ grid: aGrid({ phase: "waiting", isTriggered: false }) }, "trigger");
  all({ grid: aGrid({ phase: "opening" }) }, "opening");
  all({ grid: aGrid({ phase: "exiting" }) }, "ended");
  all({ grid: aGrid({ phase: "ended" }) }, "ended");
  all({ grid: aGrid({ entriesOff: true }) }, "margin");
  all({ price: null }, "soon");
});

Deno.test("idleLevelsOf() says why: what holds one interval back", () => {
  const intervals = aGrid().intervals.with(0, HELD);
  const grid = aGrid({ intervals, entriesOff: true });
  assert.deepEqual(reasons({ grid })[0], "soon", "an exit is no entry");
  // The price is at 625: the lines 630 to 640 of the long side lie above it.
  assert.deepEqual(reasons({ price: 625 }), [
    ...["soon", "soon", "soon", "passed", "passed"],
    ...["soon", "soon", "soon", "soon", "soon"],
  ]);
  const blocked = [anOrder({ level: 4, status: "rejected" })];
  assert.equal(reasons({ blocked })[4], "refused");
  const market = { ...BNB, maxOpenOrders: 5 };
  assert.deepEqual(reasons({ market, grid: aGrid({ center: 4 }) }), [
    ...["far", "far", "far", "soon", "soon"],
    ...["soon", "far", "far", "far", "far"],
  ]);
});

Deno.test("parseBotGrid() reads the view's row, and none where no grid has begun", () => {
  const { grid, intervals } = aGrid();
  const row = {
    "bot_id": "b",
    phase: "running",
    awaits: null,
    "ended_by": null,
    "entries_off": false,
    "range_offset": 0,
    "split_at": 5,
    center: null,
    grid,
    intervals,
  };
  assert.deepEqual(parseBotGrid(row), aGrid());
  assert.equal(parseBotGrid({ ...row, phase: null, grid: null }), null);
  assert.throws(() => parseBotGrid({ ...row, phase: "dancing" }), TypeError);
});

Deno.test("idleLevelsOf() takes an entry at the very price for passed, and a close for no interval's", () => {
  const at = (price: number, level: number) =>
    idleLevelsOf(input({ price })).find((one) => one.level === level)?.reason;
  assert.equal(at(640, 4), "passed", "long, at its lower line");
  assert.equal(at(640.01, 4), "soon");
  assert.equal(at(660, 5), "passed", "short, at its upper line");
  assert.equal(at(659.99, 5), "soon");
  const close = anOrder({ purpose: "close", level: 0, price: null });
  assert.equal(idleLevelsOf(input({ orders: [close] })).length, 10);
});
