/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import { FiguresWatch } from "./figures_watch.ts";

/** A watch whose looks are answered by the test, one after the other. */
function stage() {
  const looks: { since: number; answer: (isThere: boolean) => void }[] = [];
  const watch = new FiguresWatch((since) => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    looks.push({ since, answer: resolve });
    return promise;
  }, 5);
  const looked = (count: number) =>
    until(`look ${count}`, () => Promise.resolve(looks[count - 1] ?? null));
  return { looks, looked, watch };
}

/** What an answer brings about is over; a timer left behind fails the test. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("FiguresWatch looks once for many fills, and ends when figures are there", async () => {
  const { looks, looked, watch } = stage();
  for (let fill = 0; fill < 50; fill++) watch.begin(7);
  const first = await looked(1);
  assert.equal(first.since, 7);
  first.answer(true);
  await settle();
  assert.equal(looks.length, 1);
});

Deno.test("FiguresWatch looks again while figures are from before, not for ever", async () => {
  const { looks, looked, watch } = stage();
  watch.begin(0);
  for (let look = 1; look <= 3; look++) (await looked(look)).answer(false);
  await settle();
  assert.equal(looks.length, 3);
});

Deno.test("FiguresWatch looks once more for a fill that came during a look", async () => {
  const { looks, looked, watch } = stage();
  watch.begin(1);
  const first = await looked(1);
  watch.begin(2);
  first.answer(true);
  const second = await looked(2);
  assert.equal(second.since, 2);
  second.answer(true);
  await settle();
  assert.equal(looks.length, 2);
});

Deno.test("FiguresWatch looks no more once stopped, in the middle of a look neither", async () => {
  const { looks, looked, watch } = stage();
  watch.begin(0);
  const first = await looked(1);
  watch.stop();
  first.answer(false);
  await settle();
  assert.equal(looks.length, 1);
});
