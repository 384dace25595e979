/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  applyRate,
  divideRounded,
  formatDecimal,
  formatMoney,
  parseDecimal,
  toMoney,
  toRate,
} from "./decimal.ts";

Deno.test("parseDecimal() reads exactly or says why not", () => {
  const cases: readonly [string, number, bigint | string][] = [
    ["0", 2, 0n],
    ["650", 2, 65_000n],
    ["650.1", 2, 65_010n],
    ["650.10", 2, 65_010n],
    ["650.100000", 2, 65_010n],
    ["-0.05", 2, -5n],
    ["3.", 0, 3n],
    ["650.001", 2, "too_fine"],
    ["", 2, "malformed"],
    ["1e3", 2, "malformed"],
    ["NaN", 2, "malformed"],
    [".5", 2, "malformed"],
    ["1,5", 2, "malformed"],
    [" 1", 2, "malformed"],
  ];
  for (const [text, scale, expected] of cases) {
    assert.equal(parseDecimal(text, scale), expected, text);
  }
});

Deno.test("formatDecimal() drops trailing zeros and keeps the rest", () => {
  const cases: readonly [bigint | number, number, string][] = [
    [0n, 12, "0"],
    [65_000, 2, "650"],
    [65_010, 2, "650.1"],
    [-5, 2, "-0.05"],
    [1n, 12, "0.000000000001"],
    [12, 0, "12"],
    [120, 0, "120"],
  ];
  for (const [value, scale, expected] of cases) {
    assert.equal(formatDecimal(value, scale), expected);
  }
});

Deno.test("formatDecimal() is undone by parseDecimal()", () => {
  fc.assert(fc.property(
    fc.bigInt({ min: 1n - 10n ** 20n, max: 10n ** 20n - 1n }),
    fc.integer({ min: 0, max: 12 }),
    (value, scale) => {
      assert.equal(parseDecimal(formatDecimal(value, scale), scale), value);
    },
  ));
});

Deno.test("divideRounded() rounds half away from zero", () => {
  const cases: readonly [bigint, bigint, bigint][] = [
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [0n, 7n, 0n],
  ];
  for (const [numerator, denominator, expected] of cases) {
    assert.equal(divideRounded(numerator, denominator), expected);
  }
});

Deno.test("applyRate() gives a fee to the last digit", () => {
  const fee = applyRate(toMoney("32.295"), toRate("0.0002"));
  assert.equal(formatMoney(fee), "0.006459");
});
