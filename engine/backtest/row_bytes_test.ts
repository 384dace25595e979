import assert from "node:assert/strict";
import fc from "fast-check";
import { RowBytes } from "./row_bytes.ts";

const rows = new RowBytes(2);
function written(value: number): string {
  rows.number(value);
  return new TextDecoder().decode(rows.take());
}

Deno.test("RowBytes writes whole numbers as they are, others to eight digits", () => {
  assert.deepEqual(
    [0, 7, -12, 1751328000000, 965.6100148, -0.5, 1e-7, 1e300, 1000.1].map(
      written,
    ),
    [
      "0",
      "7",
      "-12",
      "1751328000000",
      "965.6100148",
      "-0.5",
      "1e-7",
      "1e+300",
      "1000.1",
    ],
  );
});

Deno.test("RowBytes loses less than a hundred-millionth", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ noNaN: true, min: -1e8, max: 1e8 }),
      ),
      (value) => {
        assert.ok(Math.abs(Number(written(value)) - value) <= 1e-8, `${value}`);
      },
    ),
  );
});

Deno.test("RowBytes counts rows and begins anew with each part", () => {
  rows.number(1);
  rows.end();
  assert.equal(rows.count, 1);
  assert.equal(new TextDecoder().decode(rows.take()), "1\n");
  assert.deepEqual([rows.count, rows.take().length], [0, 0]);
});
