import assert from "node:assert/strict";
import { VenueClient } from "../_shared/bitget.ts";
import type { ErrorCode } from "../_shared/errors.ts";
import { testEnvironment } from "../_shared/testing/environment.ts";
import {
  refusal,
  type SeenRequest,
  startVenueStub,
  success,
} from "../_shared/testing/venue_stub.ts";
import { checkConfig } from "./config.ts";
import { fetchMarket } from "./market.ts";

/** Bitget's own sample, with what newer answers add. */
const BTC = {
  symbol: "BTCUSDT",
  baseCoin: "BTC",
  quoteCoin: "USDT",
  makerFeeRate: "0.0002",
  takerFeeRate: "0.0006",
  minTradeNum: "0.001",
  priceEndStep: "5",
  volumePlace: "3",
  pricePlace: "1",
  sizeMultiplier: "0.001",
  minTradeUSDT: "5",
  maxSymbolOrderNum: "200",
  symbolStatus: "normal",
  fundInterval: "8",
  minLever: "1",
  maxLever: "125",
};
const TIERS = [
  { symbol: "BTCUSDT", level: "2", keepMarginRate: "0.01" },
  { symbol: "BTCUSDT", level: "1", keepMarginRate: "0.004" },
];

function answers(contract: object): (request: SeenRequest) => Response {
  return ({ target }) => {
    if (target.includes("/contracts")) return success([contract]);
    if (target.includes("/query-position-lever")) return success(TIERS);
    return success([{ symbol: "BTCUSDT", lastPr: "65000.5" }]);
  };
}

function clientOf(url: string): VenueClient {
  return new VenueClient("paper", testEnvironment({ paperUrl: url }), 0);
}

Deno.test("fetchMarket() reads a contract's rules from Bitget's words", async () => {
  const limits = { maxOrderQty: "1200", maxMarketOrderQty: "220" };
  await using stub = startVenueStub(answers({ ...BTC, ...limits }));
  assert.deepEqual(await fetchMarket(clientOf(stub.url), "BTC/USDT:USDT"), {
    symbol: "BTC/USDT:USDT",
    venueSymbol: "BTCUSDT",
    base: "BTC",
    quote: "USDT",
    tickSize: 0.5,
    lotSize: 0.001,
    minSize: 0.001,
    minNotional: 5,
    minLeverage: 1,
    maxLeverage: 125,
    makerFeeRate: 0.0002,
    takerFeeRate: 0.0006,
    maxOpenOrders: 200,
    maxOrderSize: 220,
    maintenanceMarginRate: 0.004,
    fundingIntervalHours: 8,
  });
});

Deno.test("fetchMarket() asks once in a while and signs nothing", async () => {
  await using stub = startVenueStub(answers(BTC));
  const client = clientOf(stub.url);
  const market = await fetchMarket(client, "BTC/USDT:USDT");
  assert.equal(market.maxOrderSize, null);
  await fetchMarket(client, "BTC/USDT:USDT");
  assert.equal(stub.seen.length, 2);
  assert.ok(stub.seen.every(({ headers }) => !headers.has("access-key")));
});

Deno.test("fetchMarket() tells no such market from no answer", async () => {
  const table: readonly (readonly [() => Response, ErrorCode])[] = [
    [() => refusal("40034"), "symbol_unknown"],
    [() => refusal("40309"), "symbol_unknown"],
    [() => success([]), "symbol_unknown"],
    [() => refusal("12345"), "exchange_unavailable"],
    [() => refusal("429"), "paper_unavailable"],
    [() => new Response("busy", { status: 503 }), "paper_unavailable"],
  ];
  for (const [answer, code] of table) {
    await using stub = startVenueStub(answer);
    await assert.rejects(fetchMarket(clientOf(stub.url), "BTC/USDT:USDT"), {
      code,
    });
  }
});

Deno.test("fetchMarket() refuses contracts that are not traded or not understood", async () => {
  const table: readonly (readonly [object, ErrorCode])[] = [
    [{ ...BTC, symbolStatus: "off" }, "symbol_unknown"],
    [{ ...BTC, symbol: "ETHUSDT" }, "symbol_unknown"],
    [{ ...BTC, maxLever: undefined }, "paper_unavailable"],
    [{ ...BTC, minTradeNum: "0" }, "paper_unavailable"],
    [{ ...BTC, makerFeeRate: "" }, "paper_unavailable"],
  ];
  for (const [contract, code] of table) {
    await using stub = startVenueStub(answers(contract));
    await assert.rejects(fetchMarket(clientOf(stub.url), "BTC/USDT:USDT"), {
      code,
    });
  }
});

Deno.test("checkConfig() refuses a spacing below this market's own fees, in numbers", async () => {
  await using stub = startVenueStub(answers({ ...BTC, makerFeeRate: "0.003" }));
  const env = testEnvironment({ paperUrl: stub.url });
  await assert.rejects(
    checkConfig(env, {
      venue: "paper",
      symbol: "BTC/USDT:USDT",
      strategy: "as_grid",
      config: { baseSize: 0.01 },
    }),
    {
      code: "spacing_below_fees",
      field: "config.takeProfitSpacing",
      message: /0\.4 %.*0\.6 %.*\.$/,
    },
  );
});
