import assert from "node:assert/strict";
import { Fixture, SILENT_LOG, until } from "@engine/store/testing/fixture.ts";
import { findTradedMarkets } from "@engine/store/mod.ts";
import { MarketWarmer } from "./market_warmer.ts";

Deno.test("MarketWarmer learns each market that bots trade once a round, whoever holds them, failures or not", async () => {
  await using fixture = await Fixture.open();
  const key = await fixture.addKey({ userId: await fixture.addTrader() });
  await fixture.addBots({
    exchangeKeyId: key,
    symbols: ["BNB/USDT:USDT", "ETH/USDT:USDT"],
  });
  await fixture.addBot({ symbol: "BNB/USDT:USDT" });
  const idle = await fixture.addBot({ symbol: "SOL/USDT:USDT" });
  await fixture.admin`
    update public.bots set desired_state = 'stopped' where id = ${idle.id}`;
  const asked: string[] = [];
  await using warmer = new MarketWarmer({
    list: () => findTradedMarkets(fixture.database.facts),
    fetchMarket: ({ venue, symbol }) => {
      asked.push(`${venue} ${symbol}`);
      return symbol.startsWith("BNB")
        ? Promise.reject(new Error("no answer"))
        : Promise.resolve();
    },
    log: SILENT_LOG,
  });
  const wanted = ["paper BNB/USDT:USDT", "paper ETH/USDT:USDT"];
  assert.equal(await warmer.warm(), 1);
  assert.deepEqual(asked.splice(0), wanted);
  warmer.start();
  warmer.start();
  await until("it begins by itself", () => asked.length === 2);
  assert.deepEqual(asked, wanted);
});
