/** Minutes for the bench: July 2025 where it is at hand, a year made up. @module */
import { fileURLToPath } from "node:url";
import { type CandleColumns, FILL_MODELS } from "@core/backtest/mod.ts";
import { CANDLE_HEADER } from "@core/candles/mod.ts";
import { randomFrom } from "@core/sweep/mod.ts";
import { readCandleFile } from "@engine/backtest/candle_file.ts";
import { writeFile } from "@engine/backtest/write_file.ts";

const JULY = fileURLToPath(
  new URL("../../../shared/klines/BNBUSDT-1m-2025-07.csv", import.meta.url),
);
/** A year of minutes. */
export const YEAR = 525_600;
const START_PRICE = 650;
const STEP = 0.5;
const WICK = 30;
const ROWS_A_PART = 10_000;

/** Returns July 2025; null where the file is not at hand. */
export async function readJuly(): Promise<CandleColumns | null> {
  const isThere = await Deno.stat(JULY).then(() => true, () => false);
  return isThere ? (await readCandleFile(JULY)).candles : null;
}

/** Returns minutes that walk by chance, always the same, a few ticks each. */
export function walkedCandles(length: number): CandleColumns {
  const random = randomFrom(1);
  const column = () => new Float64Array(length);
  const candles = {
    length,
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
  };
  const onTick = (price: number) => Math.round(price * 100) / 100;
  let price = START_PRICE;
  for (let i = 0; i < length; i++) {
    const open = price;
    // Drawn softly back, so that a year stays within what a grid is for.
    const pull = (START_PRICE - open) * 0.0005;
    price = onTick(open + pull + (random() - 0.5) * 2 * STEP);
    candles.openTimeMs[i] = i * 60_000;
    candles.open[i] = open;
    candles.high[i] = onTick(Math.max(open, price) + random() * WICK / 100);
    candles.low[i] = onTick(Math.min(open, price) - random() * WICK / 100);
    candles.close[i] = price;
  }
  return candles;
}

/** Writes candles as a file. */
export async function writeCandles(
  path: string,
  candles: CandleColumns,
): Promise<void> {
  function* parts(): Generator<string> {
    yield `${CANDLE_HEADER}\n`;
    for (let from = 0; from < candles.length; from += ROWS_A_PART) {
      const rows: string[] = [];
      for (
        let i = from;
        i < Math.min(from + ROWS_A_PART, candles.length);
        i++
      ) {
        const { openTimeMs, open, high, low, close } = candles;
        const cells = [openTimeMs, open, high, low, close].map((one) => one[i]);
        rows.push(`${cells.join(",")},1\n`);
      }
      yield rows.join("");
    }
  }
  await writeFile(path, parts());
}

/**
 * The least any backtest of resting orders does with a candle: read it, see
 * whether it leaves a band, follow equity, peak and drawdown. No strategy, no
 * fees, no margin; a candle that leaves the band moves it.
 *
 * @returns Something of everything that was worked out, so that it is.
 */
export function bareLoop(candles: CandleColumns, spacing: number): number {
  const { length, low, high, close } = candles;
  let floor = -Infinity;
  let ceiling = Infinity;
  let size = 0;
  let cash = 1_000;
  let peak = cash;
  let worst = 0;
  for (let i = 0; i < length; i++) {
    const at = close[i] as number;
    if (
      (low[i] as number) < floor || (high[i] as number) > ceiling || i === 0
    ) {
      const side = (low[i] as number) < floor ? 1 : -1;
      size += side;
      cash -= side * at;
      floor = at * (1 - spacing);
      ceiling = at * (1 + spacing);
    }
    const equity = cash + size * at;
    if (equity > peak) peak = equity;
    else if (peak - equity > worst) worst = peak - equity;
  }
  return peak + worst + size;
}

/** The models, as the bench names them. */
export const MODELS = FILL_MODELS;
