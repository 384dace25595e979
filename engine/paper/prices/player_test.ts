import assert from "node:assert/strict";
import fc from "fast-check";
import type { Candle } from "@core/mod.ts";
import { termsFor } from "../contracts.ts";
import { pathOf, Player } from "./player.ts";
import type { MinuteSource } from "./source.ts";
import { SyntheticSource } from "./synthetic.ts";

function listSource(candles: readonly Candle[]): MinuteSource {
  let index = 0;
  return {
    contract: termsFor("BNBUSDT"),
    history: [],
    next: () => {
      const candle = candles[index++ % candles.length];
      assert.ok(candle !== undefined);
      return candle;
    },
    save: () => index,
    restore: (place) => {
      index = Number(place);
      return true;
    },
  };
}

const UP: Candle = {
  openTimeMs: 0,
  open: 100,
  high: 110,
  low: 90,
  close: 105,
  volume: 60,
};
const DOWN: Candle = { ...UP, open: 105, close: 95 };

Deno.test("pathOf() goes low first in a rising minute, high first in a falling one", () => {
  assert.deepEqual(pathOf(UP), [100, 90, 110, 105]);
  assert.deepEqual(pathOf(DOWN), [105, 110, 90, 95]);
  assert.deepEqual(pathOf({ ...UP, close: 100 }), [100, 90, 110, 100]);
});

Deno.test("Player gives every corner its tick, however large the step", () => {
  const player = new Player(listSource([UP, DOWN]));
  const prices = player.advance(120_000).map((tick) => tick.price);
  assert.deepEqual(prices, [90, 110, 105, 105, 110, 90, 95, 100]);
});

Deno.test("Player gives the same path and volume in steps of any size", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 90_000 }), {
      minLength: 1,
      maxLength: 30,
    }),
    (steps) => {
      const source = () =>
        new SyntheticSource("BNBUSDT", { seed: "1", historyMinutes: 0 });
      const player = new Player(source());
      const whole = new Player(source());
      const ticks = steps.flatMap((ms) => player.advance(ms));
      const total = steps.reduce((sum, ms) => sum + ms, 0);
      const corners = whole.advance(total);
      assert.equal(player.price, whole.price);
      const volume = (list: typeof ticks) =>
        list.reduce((sum, tick) => sum + tick.volume, 0);
      assert.ok(Math.abs(volume(ticks) - volume(corners)) < 1e-6);
      const high = (list: typeof ticks) =>
        Math.max(...list.map((tick) => tick.price));
      assert.equal(high(ticks), high(corners));
    },
  ));
});

Deno.test("Player comes to the end of steps that are no whole milliseconds", () => {
  const player = new Player(listSource([UP, DOWN]));
  player.advance(40_000.1);
  for (let i = 0; i < 10_000; i++) {
    assert.ok(player.advance(0.2 + i / 7).length < 64);
  }
});

Deno.test("Player takes up its place within a minute", () => {
  const player = new Player(listSource([UP, DOWN]));
  player.advance(75_000);
  const place = JSON.parse(JSON.stringify(player.save()));
  const again = new Player(listSource([UP, DOWN]), place);
  assert.equal(again.price, player.price);
  assert.deepEqual(again.advance(90_000), player.advance(90_000));
});

Deno.test("SyntheticSource is the same for a seed and another for another", () => {
  const minutes = (seed: string, symbol = "BNBUSDT") => {
    const source = new SyntheticSource(symbol, { seed, historyMinutes: 5 });
    return [...source.history, source.next()];
  };
  assert.deepEqual(minutes("1"), minutes("1"));
  assert.notDeepEqual(minutes("1"), minutes("2"));
  assert.notDeepEqual(minutes("1"), minutes("1", "ETHUSDT"));
});

Deno.test("SyntheticSource makes sound, continuous minutes that stay in reach", () => {
  const source = new SyntheticSource("BNBUSDT", {
    seed: "9",
    historyMinutes: 0,
  });
  let last: number | null = null;
  let moves = 0;
  for (let i = 0; i < 100_000; i++) {
    const { open, high, low, close, volume } = source.next();
    assert.ok(low <= Math.min(open, close) && high >= Math.max(open, close));
    assert.ok(low > 0 && volume > 0);
    if (last !== null) assert.equal(open, last);
    assert.ok(close > 650 / 4 && close < 650 * 4, String(close));
    moves += Math.abs(close / open - 1);
    last = close;
  }
  const mean = moves / 100_000;
  assert.ok(mean > 0.0003 && mean < 0.002, `mean move a minute: ${mean}`);
});

Deno.test("SyntheticSource's past ends where its history begins, and is no part of it", () => {
  const options = { seed: "4", historyMinutes: 3 };
  const source = new SyntheticSource("SOLUSDT", options);
  const older = source.past();
  let opens = source.history[0]?.open;
  for (let i = 0; i < 1_000; i++) {
    const { value } = older.next();
    assert.equal(value.close, opens, `minute ${i} before`);
    assert.ok(value.low <= value.open && value.high >= value.close);
    opens = value.open;
  }
  const next = new SyntheticSource("SOLUSDT", options).next();
  assert.deepEqual(source.next(), next, "the path does not feel who looked");
  const again = new SyntheticSource("SOLUSDT", options).past();
  for (let i = 0; i < 999; i++) again.next();
  assert.equal(again.next().value.open, opens);
});
