/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { Market } from "@core/model/market.ts";
import { findMarkets } from "./market_search.ts";
import { BNB } from "./testing.ts";

function marketOf(base: string): Market {
  const venueSymbol = `${base}USDT`;
  return { ...BNB, base, venueSymbol, symbol: `${base}/USDT:USDT` };
}

const MARKETS = ["1INCH", "ARB", "BNB", "BTC", "ETH", "ETHFI", "STETH", "龙蝦"]
  .map(marketOf);
const TURNOVERS = new Map([["BTCUSDT", 9], ["ETHUSDT", 5], ["STETHUSDT", 7]]);

function find(typed: string, max = 50): string {
  return findMarkets(MARKETS, { typed, turnovers: TURNOVERS, max })
    .map(({ base }) => base).join(" ");
}

Deno.test("findMarkets() has the most traded first while nothing is typed", () => {
  assert.equal(find(""), "BTC STETH ETH 1INCH ARB BNB ETHFI 龙蝦");
  assert.equal(find("", 3), "BTC STETH ETH");
});

Deno.test("findMarkets() has the coin itself first, then what begins with it", () => {
  assert.equal(find("eth"), "ETH ETHFI STETH");
  assert.equal(find("b"), "BTC BNB ARB");
  assert.equal(find(" BNB/USDT "), "BNB");
  assert.equal(find("ｂｔｃ"), "BTC");
  assert.equal(find("1"), "1INCH");
  assert.equal(find("龙"), "龙蝦");
});

Deno.test("findMarkets() finds nothing where nothing fits", () => {
  for (const typed of ["xyz", "???", "比特幣", "/"]) {
    assert.equal(find(typed), "", typed);
  }
});
