/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ceilToLot,
  ceilToTick,
  decimalsOf,
  floorToLot,
  floorToTick,
  formatToStep,
  isMultipleOf,
  roundToLot,
  roundToTick,
  toDecimalText,
} from "./rounding.ts";

Deno.test("decimalsOf() counts the decimals of a step", () => {
  for (
    const [step, decimals] of [
      [1, 0],
      [10, 0],
      [0.5, 1],
      [0.01, 2],
      [0.05, 2],
      [0.001, 3],
      [1e-8, 8],
    ] as const
  ) assert.equal(decimalsOf(step), decimals, String(step));
});

Deno.test("decimalsOf() refuses a step that is not positive", () => {
  for (const step of [0, -0.01, NaN, Infinity]) {
    assert.throws(() => decimalsOf(step));
  }
});

Deno.test("floorToTick() and ceilToTick() forgive binary noise", () => {
  assert.equal(floorToTick(0.1 + 0.2, 0.1), 0.3);
  assert.equal(ceilToTick(0.1 + 0.2, 0.1), 0.3);
  assert.equal(floorToTick(650 * 1.004, 0.01), 652.6);
  assert.equal(ceilToTick(650 * (1 - 0.004), 0.01), 647.4);
  assert.equal(floorToTick(652.609, 0.01), 652.6);
  assert.equal(ceilToTick(652.601, 0.01), 652.61);
  assert.equal(floorToTick(17.3, 0.5), 17);
  assert.equal(ceilToTick(17.3, 0.5), 17.5);
});

Deno.test("floorToLot() is not the number of decimals", () => {
  assert.equal(floorToLot(0.19, 0.05), 0.15);
  assert.equal(ceilToLot(0.16, 0.05), 0.2);
  assert.equal(roundToLot(0.05 + 0.05 + 0.05, 0.01), 0.15);
  assert.equal(roundToTick(1.26, 0.25), 1.25);
});

Deno.test("floorToTick() refuses what is not a number", () => {
  assert.throws(() => floorToTick(NaN, 0.01));
  assert.throws(() => floorToTick(Infinity, 0.01));
});

Deno.test("formatToStep() writes exactly the step's decimals", () => {
  assert.equal(formatToStep(650, 0.01), "650.00");
  assert.equal(formatToStep(0.05, 0.001), "0.050");
  assert.equal(formatToStep(3, 1), "3");
});

Deno.test("toDecimalText() never writes an exponent", () => {
  assert.equal(toDecimalText(1e-7), "0.0000001");
  assert.equal(toDecimalText(652.6), "652.6");
  assert.equal(toDecimalText(-1.5e-9), "-0.0000000015");
});

const STEPS = [1, 0.5, 0.1, 0.05, 0.01, 0.001, 0.0001, 1e-6, 10] as const;

Deno.test("rounding stays within one step, on the step, in its direction", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.constantFrom(...STEPS),
      (value, step) => {
        const down = floorToTick(value, step);
        const up = ceilToTick(value, step);
        const slack = 2e-9 * step + value * 2e-14;
        assert.ok(isMultipleOf(down, step) && isMultipleOf(up, step));
        assert.ok(down <= value + slack && down > value - step - slack);
        assert.ok(up >= value - slack && up < value + step + slack);
        assert.equal(floorToTick(down, step), down, "floor twice");
        assert.equal(ceilToTick(down, step), down, "ceil of a multiple");
        assert.equal(Number(formatToStep(down, step)), down, "text and back");
      },
    ),
  );
});
