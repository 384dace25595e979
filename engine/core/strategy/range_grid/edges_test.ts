/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BNB } from "../as_grid/testdata.ts";
import type { EndedOrder } from "../plan.ts";
import { beginLedger } from "../risk/ledger.ts";
import { createRiskState } from "../risk/state.ts";
import { applyRangeGridOrder } from "./apply_order.ts";
import { type RangeGridConfigInput, RangeGridConfigSchema } from "./config.ts";
import type { RangeGridInput } from "./input.ts";
import { checkRangeGridConfig } from "./market_check.ts";
import { planRangeGrid } from "./plan.ts";
import { previewRangeGrid } from "./preview.ts";
import { type KnownGridOrder, rebuildRangeGrid } from "./rebuild.ts";
import {
  heldOf,
  intervalAt,
  type RangeGridState,
  resumeRangeGrid,
} from "./state.ts";
import { EXAMPLE, HandDriven } from "./testing.ts";

/** A grid whose opening position of 0.25 has filled: it exits at 652 … 660. */
function opened(
  input: Partial<RangeGridConfigInput> = {},
  market = BNB,
): HandDriven {
  const grid = new HandDriven({ direction: "long", ...input }, { market });
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  grid.end(open, open.size, 650);
  grid.plan();
  return grid;
}

/** Plans as the hand-driven grid would, with what it does not know. */
function planWith(grid: HandDriven, change: Partial<RangeGridInput>) {
  const position = (side: "long" | "short") => ({
    size: grid.sizes[side],
    entryPrice: null,
    settled: true,
  });
  return planRangeGrid({
    config: grid.config,
    market: grid.market,
    state: grid.state,
    positions: { long: position("long"), short: position("short") },
    quote: { bestBid: grid.price, bestAsk: grid.price },
    marginRatio: 0,
    working: grid.working,
    nowMs: grid.nowMs,
    ...change,
  });
}

const orderAt = (grid: HandDriven, price: number) => {
  const order = grid.plan().desired.find((o) => o.price === price);
  assert.ok(order !== undefined, `no order at ${price}`);
  return order;
};

const halted = (state: RangeGridState): RangeGridState => ({
  ...state,
  risk: {
    ...createRiskState(0),
    halt: { code: "max_loss", message: "Lost too much.", closes: true },
  },
});

Deno.test("RangeGridConfigSchema refuses exits on the ends of the range themselves", () => {
  const refused = (input: Partial<RangeGridConfigInput>) =>
    !RangeGridConfigSchema.safeParse({ ...EXAMPLE, ...input }).success;
  const exits = { stopLossPrice: 640, takeProfitPrice: 660 };
  assert.ok(refused({ direction: "long", stopLossPrice: 640 }));
  assert.ok(refused({ direction: "long", takeProfitPrice: 660 }));
  assert.ok(refused({ direction: "neutral", ...exits }));
  assert.ok(!refused({ direction: "long", stopLossPrice: 639.99 }));
});

Deno.test("checkRangeGridConfig() looks as high as a trailing range comes, and no higher", () => {
  // A step of 2 is twice the round trip up to 2499 … 2501.
  const issues = (trailingUpTo: number) =>
    checkRangeGridConfig(
      RangeGridConfigSchema.parse({
        ...EXAMPLE,
        lowerPrice: 2_478,
        upperPrice: 2_498,
        investment: 1_000,
        trailingUpTo,
      }),
      BNB,
      2_490,
    ).map(({ code }) => code);
  assert.deepEqual(issues(2_501.99), []);
  assert.deepEqual(issues(2_502), ["spacing_below_fees"]);
});

Deno.test("checkRangeGridConfig() warns of the order limit from the first order that cannot rest", () => {
  const codes = (maxOpenOrders: number) =>
    checkRangeGridConfig(
      RangeGridConfigSchema.parse(EXAMPLE),
      { ...BNB, maxOpenOrders },
      650,
    ).map(({ code }) => code);
  assert.deepEqual(codes(12), [], "ten, and two in reserve");
  assert.deepEqual(codes(11), ["levels_above_order_limit"]);
});

Deno.test("planRangeGrid() begins on the ends of the range, and not beyond", () => {
  const phase = (price: number) =>
    new HandDriven({}, { price }).plan().state.phase;
  assert.deepEqual([phase(640), phase(660)], ["running", "running"]);
  assert.deepEqual([phase(639.99), phase(660.01)], ["waiting", "waiting"]);
});

Deno.test("planRangeGrid() begins at the trigger itself, from either side", () => {
  for (const [from, before] of [[650, 654.99], [658, 655.01]] as const) {
    const grid = new HandDriven({ triggerPrice: 655 }, { price: from });
    assert.equal(grid.plan(before).state.phase, "waiting");
    assert.equal(grid.plan(655).state.phase, "running");
  }
});

Deno.test("planRangeGrid() takes an interval whose middle is the price for a long one", () => {
  const lines = new HandDriven({}, { price: 651 }).lines();
  assert.ok(lines.includes("long entry 0.05 @ 650"));
  assert.ok(!lines.includes("short entry 0.05 @ 652"));
  const opening = (direction: "long" | "short") =>
    new HandDriven({ direction }, { price: 651 }).plan().desired[0]?.size;
  assert.equal(opening("long"), 0.2, "exits at 654 … 660");
  assert.equal(opening("short"), 0.25, "exits at 640 … 648");
});

Deno.test("planRangeGrid() opens no more than still lacks, nor than one order may be", () => {
  const grid = new HandDriven({ direction: "long" });
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  const part = { ...open, filledSize: 0.1, placedAtMs: 0 };
  grid.sizes.long = 0.1;
  const at = (nowMs: number) =>
    planWith(grid, { working: [part], nowMs }).desired[0]?.size;
  assert.equal(at(9_999), 0.25, "it stands");
  assert.equal(at(10_000), 0.15);
  const market = { ...BNB, maxOrderSize: 0.2 };
  const small = new HandDriven({ direction: "long" }, { market });
  assert.equal(small.plan().desired[0]?.size, 0.2);
  small.marginRatio = 0.6;
  assert.deepEqual(small.plan().desired, [], "nor while entries are off");
});

Deno.test("planRangeGrid() trails down to the line of its limit itself", () => {
  const grid = new HandDriven({
    direction: "short",
    openingPosition: false,
    trailingDownTo: 636,
  });
  grid.plan(650);
  assert.equal(grid.plan(638.01).state.offset, 0);
  assert.equal(grid.plan(638).state.offset, -1);
  assert.equal(grid.plan(630).state.offset, -2);
  const lines = grid.lines(630);
  assert.ok(lines.includes("short entry 0.05 @ 638"));
  assert.ok(!lines.includes("short entry 0.05 @ 660"));
});

Deno.test("planRangeGrid() names the orders of an interval that came in anew", () => {
  const grid = new HandDriven({
    direction: "long",
    openingPosition: false,
    trailingUpTo: 680,
  });
  grid.plan(650);
  const before = orderAt(grid, 640);
  const after = grid.plan(662.01).desired.find((o) => o.level === before.level);
  assert.equal(after?.price, 660);
  assert.ok(after.cycle > before.cycle, "an id must never repeat");
});

Deno.test("planRangeGrid() drops no interval whose order is filling or may have filled", () => {
  const grid = new HandDriven({
    direction: "long",
    openingPosition: false,
    trailingUpTo: 680,
  });
  grid.plan(650);
  const lowest = orderAt(grid, 640);
  grid.price = 662;
  const filling = { ...lowest, filledSize: 0.01, placedAtMs: 0 };
  const { state: stays } = planWith(grid, { working: [filling] });
  assert.equal(stays.offset, 0);
  const unsure = [{ ...lowest }];
  const waiting = planWith(grid, { unsure });
  assert.equal(waiting.state.offset, 0);
  assert.ok(waiting.desired.every((o) => o.price !== 640), "it is canceled");
  // An opening or closing order has level 0 as well, and is no interval's.
  const other = planWith(grid, { unsure: [{ ...lowest, purpose: "close" }] });
  assert.equal(other.state.offset, 1);
  // One that holds something does not fall out: its exit has to rest.
  grid.end(lowest);
  const holding = planWith(grid, {
    unsure: [{ ...lowest, purpose: "take_profit" }],
  });
  assert.ok(
    holding.desired.some((o) => o.purpose === "take_profit" && o.price === 642),
  );
});

Deno.test("planRangeGrid() stays where the budget has nothing left for a new interval", () => {
  const market = { ...BNB, minSize: 0.05 };
  // 330 ÷ 6,600 is 0.05 to the lot: the next line up is one too many.
  const grid = new HandDriven({
    direction: "long",
    openingPosition: false,
    trailingUpTo: 680,
    investment: 65.2,
  }, { market });
  grid.plan(650);
  const { state } = grid.plan(680);
  const sizes = state.intervals.map(({ size }) => size);
  assert.ok(sizes.every((size) => size >= 0.05), String(sizes));
  assert.equal(state.offset, 0);
});

Deno.test("planRangeGrid() takes no leg for flat whose exit has just filled", () => {
  const grid = new HandDriven();
  grid.end(orderAt(grid, 648));
  const exit = orderAt(grid, 650);
  grid.sizes.long = 0;
  const working = [{ ...exit, filledSize: exit.size, placedAtMs: 0 }];
  assert.equal(planWith(grid, { working }).state.flatSinceMs.long, null);
  assert.equal(planWith(grid, { working: [] }).state.flatSinceMs.long, 0);
});

Deno.test("planRangeGrid() counts what exits have filled as given back already", () => {
  const grid = opened();
  const working = grid.working.map((order) =>
    order.price === 652 ? { ...order, filledSize: 0.02 } : order
  );
  grid.sizes.long = 0.23;
  const { desired } = planWith(grid, { working });
  const exits = desired.filter((o) => o.purpose === "take_profit");
  assert.deepEqual(exits.map((o) => o.size), [0.05, 0.05, 0.05, 0.05, 0.05]);
});

Deno.test("planRangeGrid() begins an emptied leg under new names", () => {
  const grid = opened();
  const cycle = intervalAt(grid.state, 7).cycle;
  grid.sizes.long = 0;
  grid.plan();
  grid.nowMs = 90_000;
  assert.ok(intervalAt(grid.plan().state, 7).cycle > cycle);
});

Deno.test("planRangeGrid() exits by one order, of no more than the exchange shows, and ends when it is over", () => {
  const grid = opened({ stopLossPrice: 630 });
  grid.plan(630);
  grid.sizes.long = 0.12;
  const once = planWith(grid, { state: halted(grid.state) }).desired;
  assert.deepEqual(once.map((o) => [o.purpose, o.size]), [["close", 0.12]]);
  grid.sizes.long = 0.25;
  const [close] = grid.plan(630).desired;
  assert.ok(close !== undefined);
  grid.end(close);
  const left = { ...close, filledSize: 0, placedAtMs: 0 };
  const open = planWith(grid, { working: [left] }).state.phase;
  assert.equal(open, "exiting", "an order still works");
  assert.equal(planWith(grid, {}).state.phase, "ended");
});

Deno.test("planRangeGrid() cancels a leg's exits before a risk layer closes it", () => {
  const grid = opened();
  const state = halted(grid.state);
  assert.deepEqual(planWith(grid, { state }).desired, []);
  const [close, ...rest] = planWith(grid, { state, working: [] }).desired;
  assert.deepEqual([close?.purpose, close?.size], ["close", 0.25]);
  assert.deepEqual(rest, []);
});

Deno.test("planRangeGrid() forgets the closing of legs once its trailing take-profit ends it", () => {
  const layer = { startProfit: 1, minDrawdown: 0.5, drawdownFraction: 0.1 };
  const grid = opened({ risk: { trailingTakeProfit: layer } });
  const at = (markPrice: number) => {
    const facts = {
      runVersion: 1,
      equity: 1_000,
      markPrice,
      fundingRate: null,
      entryPrices: { long: 650, short: null },
    };
    const { state } = planWith(grid, { facts });
    grid.state = state;
    return state;
  };
  assert.equal(at(660).phase, "running");
  const turned = at(655);
  assert.equal(turned.endedBy, "trailing_take_profit");
  assert.deepEqual(turned.risk?.closing, { long: null, short: null });
});

Deno.test("planRangeGrid() stops no leg over a stranger's position", () => {
  const grid = new HandDriven({ risk: { hardStop: {} } });
  grid.plan();
  for (const side of ["long", "short"] as const) {
    const loss = side === "long" ? 500 : 800;
    const held = { size: 5, entryPrice: 650, settled: true };
    const flat = { size: 0, entryPrice: null, settled: true };
    const positions = { long: flat, short: flat, [side]: held };
    const facts = {
      runVersion: 1,
      equity: 1_000,
      markPrice: loss,
      fundingRate: null,
      entryPrices: { long: 650, short: 650 },
    };
    const { risk } = planWith(grid, { positions, facts }).state;
    assert.deepEqual(risk?.closing, { long: null, short: null }, side);
  }
});

Deno.test("applyRangeGridOrder() counts a late fill of a known order, whatever began since", () => {
  const grid = new HandDriven();
  const told = grid.end(orderAt(grid, 648), 0.02);
  grid.end(orderAt(grid, 648));
  assert.equal(intervalAt(grid.state, 4).isExiting, true);
  grid.tell({ ...told, filledSize: 0.03 });
  assert.equal(intervalAt(grid.state, 4).held, 0.06);
  assert.equal(intervalAt(grid.state, 4).isExiting, true);
});

Deno.test("applyRangeGridOrder() gives back an entry whose rest cannot be bought alone", () => {
  const market = { ...BNB, minSize: 0.03 };
  const grid = new HandDriven({}, { market });
  grid.end(orderAt(grid, 648), 0.03);
  assert.ok(grid.lines(648).includes("long take_profit 0.03 @ 650"));
});

Deno.test("applyRangeGridOrder() counts no profit on what the interval did not hold", () => {
  const grid = new HandDriven();
  grid.end(orderAt(grid, 648));
  const exit = orderAt(grid, 650);
  grid.end(exit, 0.07);
  const { gross, turnover } = grid.state.pairs;
  assert.ok(Math.abs(gross - 0.05 * 2) < 1e-12);
  assert.ok(Math.abs(turnover - 0.05 * (648 + 650)) < 1e-9);
});

Deno.test("applyRangeGridOrder() takes a reduction from the intervals that would exit last", () => {
  const grid = opened();
  const reduce: EndedOrder = {
    positionSide: "long",
    purpose: "reduce",
    level: 0,
    cycle: 7,
    size: 0.07,
    clientOrderId: "reduce",
    filledSize: 0.07,
    averagePrice: 650,
    status: "filled",
  };
  grid.tell(reduce);
  const held = [5, 6, 7, 8, 9].map((k) => intervalAt(grid.state, k).held);
  assert.deepEqual(held, [0.05, 0.05, 0.05, 0.03, 0]);
  assert.equal(intervalAt(grid.state, 9).isExiting, false);
  assert.equal(grid.state.cycles.long, 8, "above every cycle used");
});

Deno.test("applyRangeGridOrder() leaves alone what is no interval of this grid", () => {
  const grid = new HandDriven();
  const entry = orderAt(grid, 648);
  const order: EndedOrder = {
    ...entry,
    clientOrderId: "strange",
    filledSize: entry.size,
    averagePrice: 648,
    status: "filled",
  };
  const { state } = grid;
  const after = (change: Partial<EndedOrder>) =>
    applyRangeGridOrder(state, { order: { ...order, ...change }, market: BNB });
  assert.notEqual(after({}), state);
  assert.equal(after({ level: 14 }), state, "of a grid with more levels");
  assert.equal(after({ positionSide: "short" }), state);
});

Deno.test("applyRangeGridOrder() counts the fees of resting exits as a maker's", () => {
  const grid = new HandDriven();
  grid.end(orderAt(grid, 648));
  const exit = orderAt(grid, 650);
  const ledger = beginLedger({ net: 0.05, price: 650, nowMs: 0 });
  grid.state = {
    ...grid.state,
    risk: { ...createRiskState(1), ledger },
  };
  grid.end(exit);
  const cash = grid.state.risk?.ledger?.cash ?? NaN;
  assert.ok(Math.abs(cash + 0.05 * 650 * 0.0002) < 1e-9, String(cash));
});

Deno.test("resumeRangeGrid() keeps names new and what its risk layers remember", () => {
  const grid = new HandDriven();
  for (const price of [648, 650, 648, 650]) grid.end(orderAt(grid, price));
  const used = Math.max(...grid.state.intervals.map(({ cycle }) => cycle));
  assert.ok(used > grid.state.cycles.long);
  const risk = {
    ...createRiskState(1),
    restsUntilMs: { long: 99_000, short: 0 },
  };
  const next = resumeRangeGrid({ ...grid.state, risk }, {
    config: grid.config,
    market: BNB,
    referencePrice: 650,
    runVersion: 2,
    isIdle: true,
  });
  assert.ok(next.intervals.every(({ cycle }) => cycle > used));
  assert.equal(next.risk, risk);
});

function rebuilt(
  known: readonly Partial<KnownGridOrder>[],
  sizes: { readonly long?: number; readonly short?: number },
  direction: RangeGridConfigInput["direction"] = "neutral",
): RangeGridState {
  const leg = (size = 0) => ({ size, entryPrice: null, settled: true });
  return rebuildRangeGrid({
    config: RangeGridConfigSchema.parse({ ...EXAMPLE, direction }),
    market: BNB,
    referencePrice: 650,
    runVersion: 1,
    nextCycle: { long: 9, short: 9 },
    positions: { long: leg(sizes.long), short: leg(sizes.short) },
    known: known.map((order) => ({
      positionSide: "long",
      purpose: "entry",
      level: 0,
      price: null,
      cycle: 1,
      revision: 0,
      status: "open",
      ...order,
    })),
  });
}

Deno.test("rebuildRangeGrid() hands out no position of a leg it never traded", () => {
  const known = [0, 1, 2, 3, 4].map((level) => ({ level }));
  const state = rebuilt(known, { long: 0.05, short: 0.1 });
  assert.equal(heldOf(state, "long", 0.01), 0.05);
  assert.equal(heldOf(state, "short", 0.01), 0);
});

Deno.test("rebuildRangeGrid() goes by the newest revision of a slot", () => {
  const newest = { level: 2, revision: 1, status: "filled" };
  const older = { level: 2, revision: 0, status: "canceled" };
  for (const known of [[newest, older], [older, newest]]) {
    const state = rebuilt([...known, { level: 3 }], { long: 0.05 }, "long");
    assert.equal(intervalAt(state, 2).held, 0.05);
  }
});

Deno.test("rebuildRangeGrid() hands out first to the exits nearest beyond the price", () => {
  const known = Array.from({ length: 10 }, (_, level) => ({ level }));
  const state = rebuilt(known, { long: 0.1 }, "long");
  const holding = [...state.intervals.keys()].filter((k) =>
    intervalAt(state, k).held > 0
  );
  assert.deepEqual(holding, [5, 6], "exits at 652 and 654");
});

Deno.test("previewRangeGrid() wants the worse leg's margin and loss, not both", () => {
  const preview = previewRangeGrid({
    config: RangeGridConfigSchema.parse(EXAMPLE),
    market: BNB,
    referencePrice: 646,
    equity: null,
  });
  const [long, short] = preview.legs;
  assert.ok(long !== undefined && short !== undefined);
  assert.ok(short.notional > long.notional);
  assert.equal(preview.worstNotional, short.notional);
  const worst = Math.max(long.loss + long.fees, short.loss + short.fees);
  assert.equal(preview.requiredEquity, preview.worstMargin + worst);
  assert.ok(worst > 0);
});
