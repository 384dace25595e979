import assert from "node:assert/strict";
import { termsFor, toInstrument } from "./contracts.ts";

/** Smallest move and smallest order, in quote, at a price. */
function grain(symbol: string, price: number) {
  const { priceScale, sizeScale, minSize, maxMarketSize } = toInstrument(
    termsFor(symbol, price),
  );
  return {
    tick: 10 ** -priceScale / price,
    smallest: minSize * 10 ** -sizeScale * price,
    largest: maxMarketSize * 10 ** -sizeScale * price,
  };
}

Deno.test("termsFor() suits any price a file may have, also of a known symbol", () => {
  for (const symbol of ["BNBUSDT", "BTCUSDT", "NEWUSDT"]) {
    for (const price of [1e-5, 0.02, 1, 650, 65_000, 123_456, 2e6]) {
      const { tick, smallest, largest } = grain(symbol, price);
      const about = `${symbol} at ${price}`;
      assert.ok(tick <= 0.001, `${about}: a tick is ${tick} of it`);
      assert.ok(smallest <= 250, `${about}: an order is ${smallest} at least`);
      assert.ok(largest >= 1e6, `${about}: an order is ${largest} at most`);
    }
  }
});

Deno.test("termsFor() has Bitget's own steps for a known symbol at its prices", () => {
  const { priceScale, sizeScale } = termsFor("BNBUSDT", 657.24);
  assert.deepEqual([priceScale, sizeScale], [2, 2]);
  assert.deepEqual(termsFor("BNBUSDT"), termsFor("BNBUSDT", 657.24));
});
