/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { AsGridConfigSchema } from "./config.ts";
import { type AsGridPreview, previewAsGrid } from "./preview.ts";
import { BNB } from "./testdata.ts";

const PRICE = 650;

function preview(
  config: Record<string, unknown> = {},
  equity: number | null = null,
): AsGridPreview {
  return previewAsGrid({
    config: AsGridConfigSchema.parse({ baseSize: 0.05, ...config }),
    market: BNB,
    referencePrice: PRICE,
    equity,
  });
}

/**
 * Equity minus maintenance margin of one leg at a price, walked order by
 * order; `filled`: whether an entry exactly there has been filled.
 */
function cushionAt(
  price: number,
  leg: AsGridPreview["legs"][number],
  { equity, filled }: { readonly equity: number; readonly filled: boolean },
): number {
  const long = leg.positionSide === "long";
  const reached = leg.steps.filter((step, i) =>
    i === 0 || (filled && price === step.price) ||
    (long ? price < step.price : price > step.price)
  );
  const { positionSize, notional, fees } = reached.at(-1) ??
    { positionSize: 0, notional: 0, fees: 0 };
  const value = positionSize * price;
  const pnl = long ? value - notional : notional - value;
  return equity - fees + pnl - BNB.maintenanceMarginRate * value;
}

Deno.test("previewAsGrid() shows the orders of the worked example", () => {
  const orders = preview().orders.map((o) =>
    `${o.positionSide} ${o.purpose} ${o.size} @ ${o.price}`
  );
  assert.deepEqual(orders, [
    "long open 0.05 @ 650",
    "long entry 0.05 @ 646.1",
    "long take_profit 0.05 @ 652.6",
    "short open 0.05 @ 650",
    "short entry 0.05 @ 653.9",
    "short take_profit 0.05 @ 647.4",
  ]);
});

Deno.test("previewAsGrid() ends a leg one entry beyond the limit, as the strategy does", () => {
  for (const [multiplier, entries] of [[20, 21], [7.5, 8], [6, 7]] as const) {
    const leg = preview({ maxEntryMultiplier: multiplier }).legs[0];
    assert.equal(leg?.steps.length, entries);
    assert.ok(
      Math.abs((leg.steps.at(-1)?.positionSize ?? 0) - 0.05 * entries) < 1e-9,
    );
  }
});

Deno.test("previewAsGrid() counts only the legs that run", () => {
  const both = preview();
  const long = preview({ legs: "long" });
  assert.deepEqual(both.legs.map((leg) => leg.positionSide), ["long", "short"]);
  assert.deepEqual(long.legs.map((leg) => leg.positionSide), ["long"]);
  assert.ok(long.worstMargin < both.worstMargin);
});

Deno.test("previewAsGrid() takes both fees off a grid's profit", () => {
  const { profitPerGrid } = preview();
  assert.ok(Math.abs(profitPerGrid.gross - 0.05 * 2.6) < 1e-9);
  assert.ok(Math.abs(profitPerGrid.fees - 0.05 * 0.0002 * 1302.6) < 1e-9);
  assert.equal(profitPerGrid.net, profitPerGrid.gross - profitPerGrid.fees);
  assert.ok(preview({ takeProfitSpacing: 0.0005 }).profitPerGrid.net > 0);
});

Deno.test("previewAsGrid() names what the market has against it instead of refusing", () => {
  const small = preview({ baseSize: 0.001, leverage: 100 });
  assert.deepEqual(small.issues.map((issue) => issue.code), [
    "size_below_minimum",
    "leverage_out_of_range",
  ]);
  assert.deepEqual(small.legs, []);
  assert.equal(small.minimumInvestment, 0);
  assert.equal(small.profitPerGrid.netFraction, 0);
});

Deno.test("previewAsGrid() takes a size in quote at the price of now", () => {
  assert.equal(
    preview({ baseSize: undefined, baseNotional: 33 }).baseSize,
    0.05,
  );
});

const configs = fc.record({
  gridSpacing: fc.double({ min: 0.0005, max: 0.2, noNaN: true }),
  takeProfitSpacing: fc.double({ min: 0.0005, max: 0.1, noNaN: true }),
  baseSize: fc.integer({ min: 1, max: 1_000 }).map((n) => n / 100),
  leverage: fc.integer({ min: 1, max: 75 }),
  maxEntryMultiplier: fc.integer({ min: 6, max: 200 }),
  legs: fc.constantFrom("both", "long", "short"),
}).map((record) => ({ ...record }));

Deno.test("previewAsGrid() liquidates exactly where equity meets the maintenance margin", () => {
  fc.assert(fc.property(
    configs,
    fc.double({ min: 1, max: 100_000, noNaN: true }),
    (config, equity) => {
      for (const leg of preview(config, equity).legs) {
        const noise = 1e-6 * ((leg.steps.at(-1)?.notional ?? 0) + equity);
        const price = leg.liquidationPrice;
        if (price === null) {
          assert.equal(leg.positionSide, "long");
          const rest = cushionAt(1e-9, leg, { equity, filled: true });
          assert.ok(rest >= -noise);
          continue;
        }
        const after = cushionAt(price, leg, { equity, filled: true });
        assert.ok(after <= noise, `after ${after}`);
        if (price === leg.steps[0]?.price) continue; // lost from the first order
        const before = cushionAt(price, leg, { equity, filled: false });
        assert.ok(before >= -noise, `before ${before}`);
      }
    },
  ));
});

Deno.test("previewAsGrid() asks for an investment with which every order is accepted", () => {
  fc.assert(fc.property(configs, (config) => {
    const answer = preview(config);
    for (const leg of answer.legs) {
      assert.ok(leg.investment <= answer.minimumInvestment);
      for (const [i, step] of leg.steps.entries()) {
        const next = leg.steps[i + 1];
        const available = answer.minimumInvestment - step.fees - step.loss -
          step.margin;
        const needed = next === undefined ? 0 : next.margin - step.margin;
        assert.ok(available >= needed - 1e-6 * answer.minimumInvestment);
      }
    }
  }));
});

Deno.test("previewAsGrid() never liquidates a richer account earlier", () => {
  fc.assert(fc.property(
    configs,
    fc.double({ min: 1, max: 50_000, noNaN: true }),
    (config, equity) => {
      const poor = preview(config, equity).legs;
      const rich = preview(config, equity * 2).legs;
      for (const [i, leg] of poor.entries()) {
        const before = leg.liquidationPrice ?? 0;
        const after = rich[i]?.liquidationPrice ?? 0;
        assert.ok(
          leg.positionSide === "long" ? after <= before : after >= before,
        );
      }
    },
  ));
});

Deno.test("previewAsGrid() tells orders against the exchange's limit and the smallest that can be traded", () => {
  const both = preview();
  assert.deepEqual([both.ordersWanted, both.ordersAllowed], [4, 200]);
  assert.equal(preview({ legs: "short" }).ordersWanted, 2);
  assert.equal(both.smallestSize, 0.01, "5 USDT at 650, up to the lot");
  const least = preview({ baseSize: both.smallestSize });
  assert.equal(both.smallestInvestment, least.minimumInvestment);
  assert.deepEqual(least.issues, []);
  const skewed = preview({ risk: { inventorySkew: { gamma: 0.5 } } });
  assert.equal(skewed.smallestSize, 0.02, "half of it must be tradable too");
});

Deno.test("previewAsGrid() shows the worst that active overlays may make of it", () => {
  const plain = preview({ legs: "long" });
  assert.equal(plain.overlay, null);
  const shaped = preview({
    legs: "long",
    risk: {
      inventorySkew: { gamma: 0.4 },
      fundingBias: {},
      volatilitySpacing: { min: 0.8, max: 2 },
    },
  });
  assert.deepEqual(shaped.overlay, {
    entryFactorLeast: 0.5,
    entryFactorMost: 1.5,
    spacingFactorLeast: 0.8,
    spacingFactorMost: 2,
  });
  const [leg] = shaped.legs;
  const [, entry] = leg?.steps ?? [];
  // 0.05 · 1.5 down to the lot; 0.6 % · 0.8 below 650.
  assert.equal(entry?.positionSize, 0.12);
  assert.equal(entry?.price, 646.88);
  assert.ok((leg?.steps.at(-1)?.positionSize ?? 0) <= 1 + 0.07 + 1e-9);
  assert.ok(shaped.profitPerGridLeast.net < shaped.profitPerGrid.net);
  assert.deepEqual(shaped.profitPerGrid, plain.profitPerGrid);
});

Deno.test("previewAsGrid() tells where the hard stop and the maximum loss would close a leg", () => {
  const risk = { hardStop: { maxLossFraction: 0.1 }, maxLoss: { maxLoss: 20 } };
  for (const leg of preview({ risk }, 300).legs) {
    const sign = leg.positionSide === "long" ? 1 : -1;
    const at = (price: number) => {
      const reached = leg.steps.filter((step, i) =>
        i === 0 || sign * (step.price - price) > 0
      );
      const { positionSize, notional, fees } = reached.at(-1) ??
        { positionSize: 0, notional: 0, fees: 0 };
      return { loss: sign * (notional - positionSize * price), fees };
    };
    const stopped = at(leg.hardStopPrice ?? NaN);
    const equity = 300 - stopped.fees - stopped.loss;
    assert.ok(Math.abs(stopped.loss - 0.1 * equity) < 1e-9);
    const ended = at(leg.maxLossPrice ?? NaN);
    assert.ok(Math.abs(ended.loss + ended.fees - 20) < 1e-9);
  }
  const [off] = preview().legs;
  assert.deepEqual([off?.hardStopPrice, off?.maxLossPrice], [null, null]);
});
