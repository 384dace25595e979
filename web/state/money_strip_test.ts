/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BotMoney } from "../data/bot_money.ts";
import { addDecimals, moneyStripOf } from "./money_strip.ts";

const decimal = fc.tuple(
  fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
  fc.integer({ min: 0, max: 12 }),
).map(([whole, places]) => {
  const digits = String(whole < 0n ? -whole : whole).padStart(places + 1, "0");
  const at = digits.length - places;
  const text = places === 0
    ? digits
    : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return whole < 0n ? `-${text}` : text;
});

const money = fc.record<BotMoney>({
  botId: fc.constant("bot"),
  gridProfit: fc.option(decimal),
  realized: fc.option(decimal, { freq: 20 }),
  unrealized: fc.option(decimal, { freq: 20 }),
  fees: fc.option(decimal, { freq: 20 }),
  funding: fc.option(decimal, { freq: 20 }),
  equity: fc.option(decimal),
  updatedAtMs: fc.constant(0),
});

Deno.test("moneyStripOf() has parts that add up to the total, to the last digit", () => {
  fc.assert(fc.property(money, (row) => {
    const { gridProfit, unpaired, fees, funding, total } = moneyStripOf(row);
    const sum = addDecimals([gridProfit, unpaired, fees, funding]);
    if (gridProfit === null) assert.equal(sum, null);
    else assert.equal(sum, total);
  }));
});

Deno.test("moneyStripOf() is exact where doubles are not", () => {
  const strip = moneyStripOf({
    botId: "bot",
    gridProfit: "0.1",
    realized: "0.3",
    unrealized: "-0.1",
    fees: "0.00000001",
    funding: "12345678901.23456789",
    equity: null,
    updatedAtMs: 0,
  });
  assert.deepEqual(strip, {
    gridProfit: "0.1",
    unpaired: "0.1",
    fees: "-0.00000001",
    funding: "12345678901.23456789",
    total: "12345678901.43456788",
  });
});

Deno.test("moneyStripOf() knows no part of nothing, and shows no zero for it", () => {
  for (const part of Object.values(moneyStripOf(null))) {
    assert.equal(part, null);
  }
});
