/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import { BotFormModel } from "./bot_form.ts";
import { BotPlaceModel } from "./bot_place.ts";
import { BNB } from "./testing.ts";

const BTC = {
  ...BNB,
  symbol: "BTC/USDT:USDT",
  venueSymbol: "BTCUSDT",
  base: "BTC",
};

/** As Bitget lists a contract. */
const CONTRACT = {
  "symbol": "BNBUSDT",
  "baseCoin": "BNB",
  "quoteCoin": "USDT",
  "symbolType": "perpetual",
  "pricePlace": "2",
  "priceEndStep": "1",
  "sizeMultiplier": "0.01",
  "minTradeNum": "0.01",
  "minTradeUSDT": "5",
  "minLever": "1",
  "maxLever": "75",
  "makerFeeRate": "0.0002",
  "takerFeeRate": "0.0006",
  "maxSymbolOrderNum": "200",
  "fundInterval": "8",
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

Deno.test("BotPlaceModel.refresh() asks again for markets that did not come", async () => {
  let isUp = false;
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const path = new URL(request.url).pathname;
      if (!isUp) return new Response("", { status: 500 });
      return path.endsWith("/contracts")
        ? Response.json({ code: "00000", data: [CONTRACT] })
        : Response.json({ code: "00000", data: [] });
    },
  );
  const rest = `http://127.0.0.1:${server.addr.port}`;
  const form = new BotFormModel({ name: "Test", config: {} });
  const place = new BotPlaceModel(form, BNB.symbol);
  await place.open({ rest, ws: "" });
  await place.refresh();
  assert.deepEqual(place.markets.value, []);
  isUp = true;
  await place.refresh();
  assert.equal(place.state.value, "ready");
  assert.equal(form.market.value?.symbol, BNB.symbol);
  // Of a refresh nothing waits for the prices: they end with the server.
  await until(
    "the figures",
    () => Promise.resolve(!place.figures.isMeasuring.value || null),
  );
});

Deno.test("BotPlaceModel.choose() leaves what a file has brought", () => {
  const { form, place } = stage();
  place.choose(BTC.symbol);
  assert.equal(form.texts.lowerPrice.value, "600");
});
