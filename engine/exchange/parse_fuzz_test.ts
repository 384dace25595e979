import assert from "node:assert/strict";
import fc from "fast-check";
import { PAYLOADS, TIER } from "./fixtures.ts";
import { addDecimals, negateDecimal, readRow, type Row } from "./fields.ts";
import {
  parseIdentity,
  parseMarket,
  parsePosition,
  parsePushedBalance,
  parseQuote,
  parseRestBalance,
} from "./parse.ts";
import { parseFill, parsePushedOrder, parseRestOrder } from "./parse_orders.ts";
import { ExchangeError } from "./port.ts";

const PARSERS: Readonly<
  Record<string, readonly [sample: unknown, parse: (row: Row) => unknown]>
> = {
  parseRestOrder: [PAYLOADS.ordersPending.entrustedList[0], parseRestOrder],
  parsePushedOrder: [PAYLOADS.pushedOrderFilled.data[0], parsePushedOrder],
  parseFill: [PAYLOADS.fills.fillList[0], parseFill],
  parsePosition: [PAYLOADS.positions[0], parsePosition],
  parseRestBalance: [PAYLOADS.accounts[0], parseRestBalance],
  parsePushedBalance: [PAYLOADS.pushedAccount.data[0], parsePushedBalance],
  parseQuote: [PAYLOADS.pushedTicker.data[0], (row) => parseQuote(row, 1)],
  parseMarket: [PAYLOADS.contract, (row) => parseMarket(row, [TIER])],
  parseIdentity: [{ userId: "1", authorities: [], ips: "" }, parseIdentity],
};

for (const [name, [sample, parse]] of Object.entries(PARSERS)) {
  Deno.test(`${name}() answers any damage with a value or an ExchangeError, never NaN`, () => {
    const row = readRow(sample, name);
    const damage = fc.dictionary(
      fc.constantFrom(...Object.keys(row)),
      fc.oneof(
        fc.constantFrom("", "NaN", "1e999", "0x10", "-1", "0", "__proto__"),
        fc.jsonValue(),
      ),
    );
    fc.assert(fc.property(damage, (changes) => {
      try {
        assertFinite(parse({ ...row, ...changes }));
      } catch (error) {
        assert.ok(error instanceof ExchangeError, `${error}`);
      }
    }));
  });
}

function assertFinite(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, field] of Object.entries(value)) {
    if (typeof field === "number") assert.ok(Number.isFinite(field), key);
  }
}

Deno.test("addDecimals() and negateDecimal() are exact", () => {
  const decimal = fc.tuple(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.integer({ min: 0, max: 20 }),
  ).map(([digits, places]) => {
    const text = (digits < 0n ? -digits : digits).toString()
      .padStart(places + 1, "0");
    const whole = text.slice(0, text.length - places);
    const fraction = places === 0 ? "" : `.${text.slice(-places)}`;
    return `${digits < 0n ? "-" : ""}${whole}${fraction}`;
  });
  fc.assert(fc.property(decimal, decimal, (a, b) => {
    const sum = addDecimals(a, b);
    assert.match(sum, /^-?\d+(\.\d+)?$/);
    assert.equal(scale(addDecimals(sum, negateDecimal(b))), scale(a));
    assert.equal(scale(addDecimals(a, negateDecimal(a))), 0n);
  }));
});

function scale(text: string): bigint {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(whole + fraction.padEnd(40, "0"));
  return text.startsWith("-") ? -value : value;
}
