/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BotFormModel } from "./bot_form.ts";
import { BotPlaceModel } from "./bot_place.ts";
import { BNB } from "./testing.ts";

const BTC = {
  ...BNB,
  symbol: "BTC/USDT:USDT",
  venueSymbol: "BTCUSDT",
  base: "BTC",
};

function stage() {
  const form = new BotFormModel({
    name: "Test",
    strategy: "range_grid",
    config: {
      lowerPrice: 600,
      upperPrice: 700,
      levels: 40,
      investment: 800,
      stopLossPrice: 550,
    },
  });
  const place = new BotPlaceModel(form, BNB.symbol);
  place.applyMarkets([BNB, BTC]);
  form.price.value = 650;
  return { form, place };
}

Deno.test("BotPlaceModel.pick() takes no coin's prices to another market", () => {
  const { form, place } = stage();
  form.setSizeUnit("base");
  form.texts.size.value = "0.1";
  place.pick(BTC.symbol);
  assert.equal(form.market.value?.base, "BTC");
  const { lowerPrice, upperPrice, stopLossPrice } = form.texts;
  assert.deepEqual(
    [lowerPrice.value, upperPrice.value, stopLossPrice.value],
    ["", "", ""],
  );
  // A tenth of one coin is not a tenth of the other.
  assert.deepEqual([form.sizeUnit.value, form.texts.size.value], [
    "quote",
    "65",
  ]);
  // What is no price stays as it was typed.
  assert.equal(form.texts.levels.value, "40");
  assert.equal(form.texts.investment.value, "800");
});

Deno.test("BotPlaceModel.pick() of the same market changes nothing", () => {
  const { form, place } = stage();
  place.pick(BNB.symbol);
  assert.equal(form.texts.lowerPrice.value, "600");
});

Deno.test("BotPlaceModel.choose() leaves what a file has brought", () => {
  const { form, place } = stage();
  place.choose(BTC.symbol);
  assert.equal(form.texts.lowerPrice.value, "600");
});
