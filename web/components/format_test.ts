/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import {
  decimalsOf,
  formatAgo,
  formatMoney,
  formatNames,
  formatPercent,
  formatPrice,
  formatSignedMoney,
  formatSize,
  signOf,
  UNKNOWN,
} from "./format.ts";

Deno.test("every formatter shows unknown as a dash, never as zero", () => {
  const shown = [
    formatPrice(null, 2),
    formatSize(null),
    formatMoney(null),
    formatSignedMoney(null),
    formatPercent(null),
    formatAgo(null, 0),
  ];
  assert.deepEqual(shown, shown.map(() => UNKNOWN));
});

Deno.test("formatSignedMoney() signs gains and losses, and not what rounds to nothing", () => {
  const cases = [
    [1234.5, "+1,234.50"],
    [-0.25, "\u22120.25"],
    [0.004, "0.00"],
    [-0.004, "0.00"],
    [0, "0.00"],
  ] as const;
  for (const [value, text] of cases) {
    assert.equal(formatSignedMoney(value), text);
  }
});

Deno.test("formatMoney() shows single fills finer", () => {
  assert.equal(formatMoney(0.2536, "fine"), "0.2536");
  assert.equal(formatMoney(0.231, "fine"), "0.2310");
  assert.equal(formatMoney(0, "fine"), "0.00");
});

Deno.test("signOf() agrees with what is written", () => {
  assert.equal(signOf(0.01), "up");
  assert.equal(signOf(-0.01), "down");
  assert.equal(signOf(0.001), null);
  assert.equal(signOf(0.001, "fine"), "up");
  assert.equal(signOf(null), null);
});

Deno.test("decimalsOf() counts the places of a step", () => {
  const cases = [[0.01, 2], [0.5, 1], [5, 0], [0.00001, 5], [1, 0]] as const;
  for (const [step, places] of cases) assert.equal(decimalsOf(step), places);
});

Deno.test("formatPrice() has the places of the market", () => {
  assert.equal(formatPrice(650, 2), "650.00");
  assert.equal(formatPrice(0.00001234, 8), "0.00001234");
});

Deno.test("formatPercent() turns a fraction into a percentage", () => {
  assert.equal(formatPercent(0.004), "0.4\u202f%");
  assert.equal(formatPercent(0.12345, { max: 1 }), "12.3\u202f%");
});

Deno.test("formatAgo() grows coarser with age", () => {
  const now = 1_000_000_000_000;
  assert.equal(formatAgo(now - 1_000, now), "just now");
  assert.equal(formatAgo(now - 30_000, now), "30 s ago");
  assert.equal(formatAgo(now - 600_000, now), "10 min ago");
  assert.equal(formatAgo(now - 7_200_000, now), "2 h ago");
});

Deno.test("formatNames() lists a few names and counts the rest", () => {
  assert.equal(formatNames(["a", "b"]), "a, b");
  assert.equal(formatNames([..."abcdef"]), "a, b, c, d, e, f");
  assert.equal(
    formatNames([..."abcdefgh"]),
    "a, b, c, d, e, f, and 2 more",
  );
  assert.equal(formatNames([]), "");
});
