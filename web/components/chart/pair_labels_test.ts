/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { placeLabels } from "./pair_labels.ts";

const WIDTH = 400;

function wish(x: number, y: number, width = 44) {
  return { x, y, words: "+1.4151", width };
}

Deno.test("placeLabels() puts a label right of its fill, at the edge left of it", () => {
  const [edge, free] = placeLabels([wish(100, 50), wish(390, 50)], WIDTH);
  assert.ok(free !== undefined && free.left > 100, "right of the fill");
  assert.ok(edge !== undefined && edge.right < 390, "left of the fill");
});

Deno.test("placeLabels() leaves an older label out that would lie on a newer one", () => {
  // One stands right of its fill, the other left of its own: in one place.
  const [only, ...more] = placeLabels([wish(250, 50), wish(310, 53)], WIDTH);
  assert.equal(only?.wish.x, 310);
  assert.deepEqual(more, []);
});

Deno.test("placeLabels() lays no label on another, nor over the left edge", () => {
  const some = fc.array(
    fc.record({
      x: fc.integer({ min: 0, max: WIDTH }),
      y: fc.integer({ min: 0, max: 120 }),
      width: fc.integer({ min: 20, max: 70 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(fc.property(some, (all) => {
    const labels = placeLabels(
      all.map(({ x, y, width }) => wish(x, y, width)),
      WIDTH,
    );
    assert.equal(
      labels.length === 0,
      all.every(({ x, width }) => x + width + 72 > WIDTH && x - width - 15 < 0),
    );
    for (const [i, a] of labels.entries()) {
      assert.ok(a.left >= 0);
      for (const b of labels.slice(i + 1)) {
        const isOver = a.left < b.right && b.left < a.right &&
          a.top < b.bottom && b.top < a.bottom;
        assert.ok(!isOver, JSON.stringify([a, b]));
      }
    }
  }));
});
