import { type CandleColumns, runAsGrid } from "@core/backtest/mod.ts";
import { AsGridConfigSchema } from "@core/mod.ts";
import type { Section } from "./measurement.ts";
import { BNB } from "@core/strategy/as_grid/testdata.ts";

/** A year of minutes. */
const CANDLES = 525_600;
const REPEAT = 20;
const START_PRICE = 650;

/** `deno task bench backtest`: candles a second on one core. */
export const backtestSection: Section = {
  name: "backtest",
  about: "candles a second a core, AS grid with fees, margin, liquidation",
  run(report) {
    const candles = walkedCandles(CANDLES);
    const config = AsGridConfigSchema.parse({ baseSize: 0.05, leverage: 20 });
    const options = { config, market: BNB, cash: 10_000 };
    for (const model of ["pessimistic", "path"] as const) {
      runAsGrid(candles, { ...options, model });
      const startedAtMs = performance.now();
      for (let i = 0; i < REPEAT; i++) {
        runAsGrid(candles, { ...options, model });
      }
      const seconds = (performance.now() - startedAtMs) / 1_000;
      report({
        name: `AS grid, a year of minutes, ${model}`,
        unit: "M candles/s",
        value: REPEAT * CANDLES / seconds / 1e6,
        goal: "≥ 20",
      });
    }
    return Promise.resolve();
  },
};

/** Minutes that walk by chance, always the same, a few ticks each. */
function walkedCandles(length: number): CandleColumns {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const column = () => new Float64Array(length);
  const candles = {
    length,
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
  };
  let price = START_PRICE;
  for (let i = 0; i < length; i++) {
    const open = price;
    price = Math.max(100, Math.round((open + (next() - 0.5)) * 100) / 100);
    const above = Math.round(next() * 30) / 100;
    const below = Math.round(next() * 30) / 100;
    candles.openTimeMs[i] = i * 60_000;
    candles.open[i] = open;
    candles.high[i] = Math.max(open, price) + above;
    candles.low[i] = Math.min(open, price) - below;
    candles.close[i] = price;
  }
  return candles;
}
