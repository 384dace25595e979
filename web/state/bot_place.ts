import type { Market } from "@core/model/market.ts";
import { createModel, signal } from "@preact/signals";
import type { VenueEndpoints } from "../data/runtime_config.ts";
import { loadLastPrice, loadMarkets } from "../data/venue_market.ts";
import type { BotForm } from "./bot_form.ts";
import { MarketFiguresModel } from "./market_figures.ts";
import type { LoadState } from "./trader.ts";

/** A price that moved less than this changes nothing in the form. */
const PRICE_STEP = 0.0005;
/** Prices in the list of markets are as old as this at most. */
const REFRESH_EVERY_MS = 10_000;

/** The last price of the chosen market, kept in the form. */
function createPrices(form: BotForm) {
  const prices = {
    /** Takes the price as it moves; small steps change nothing. */
    hear(price: number) {
      const before = form.price.value;
      if (before !== null && Math.abs(price / before - 1) < PRICE_STEP) return;
      form.price.value = price;
    },
    async refresh(endpoints: VenueEndpoints | null, market: Market) {
      if (endpoints === null) return;
      const price = await loadLastPrice(endpoints, market.venueSymbol)
        .catch(() => null);
      prices.apply(market, price);
    },
    apply(market: Market, price: number | null) {
      if (form.market.value?.symbol === market.symbol) form.price.value = price;
    },
  };
  return prices;
}

/**
 * Where a bot trades: the venue's markets, the chosen one, its last price. It
 * tells the form, which then knows the market's limits. Where the venue cannot
 * be reached from the browser the symbol is typed, and the function checks it.
 */
export const BotPlaceModel = createModel((form: BotForm, wanted: string) => {
  const markets = signal<readonly Market[]>([]);
  const state = signal<LoadState>("loading");
  const symbol = signal(wanted);
  const figures = new MarketFiguresModel();
  const prices = createPrices(form);
  let endpoints: VenueEndpoints | null = null;
  let newest = 0;

  const model = {
    markets,
    state,
    symbol,
    /** How the markets move. */
    figures,
    /** Loads the markets of a venue. */
    async open(venue: VenueEndpoints | null) {
      endpoints = venue;
      figures.open(venue);
      const mine = ++newest;
      state.value = "loading";
      try {
        const list = venue === null ? [] : await loadMarkets(venue);
        if (mine === newest) model.applyMarkets(list);
      } catch {
        // Not the trader's fault and not fatal: he types the symbol instead.
        if (mine === newest) model.applyMarkets([]);
      }
    },
    /** Keeps the list fresh; the function returned ends it. */
    watch() {
      const timer = setInterval(() => void model.refresh(), REFRESH_EVERY_MS);
      return () => clearInterval(timer);
    },
    /** Loads prices anew, and the markets that did not come so far. */
    async refresh() {
      void figures.refresh();
      const venue = endpoints;
      if (venue === null || state.value !== "failed") return;
      const list = await loadMarkets(venue).catch(() => []);
      if (venue === endpoints) model.takeLate(list);
    },
    /** What came later than the symbol was typed does not change it. */
    takeLate(list: readonly Market[]) {
      if (state.value === "failed" && list.length > 0) model.applyMarkets(list);
    },
    applyMarkets(list: readonly Market[]) {
      markets.value = list;
      state.value = list.length === 0 ? "failed" : "ready";
      model.choose(symbol.value);
    },
    /** Chooses a market by symbol. */
    choose(next: string) {
      symbol.value = next;
      const market = markets.value.find((one) => one.symbol === next) ?? null;
      form.market.value = market;
      form.price.value = null;
      void figures.measure(market);
      if (market !== null) void prices.refresh(endpoints, market);
    },
    /** Takes another market: prices in the form are not of that one. */
    pick(next: string) {
      if (next !== symbol.peek()) form.leaveMarket();
      model.choose(next);
    },
    hearPrice: prices.hear,
  };
  return model;
});
/** An instance of {@linkcode BotPlaceModel}. */
export type BotPlace = InstanceType<typeof BotPlaceModel>;
