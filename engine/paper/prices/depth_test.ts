import assert from "node:assert/strict";
import { crc32 as nodeCrc32 } from "node:zlib";
import { checksumOf, crc32, deltaOf, type Depth } from "./depth.ts";

const BEFORE: Depth = {
  asks: [["10.1", "1"], ["10.2", "2"]],
  bids: [["10", "3"], ["9.9", "4"]],
};

Deno.test("crc32() agrees with zlib, as a signed number", () => {
  for (const text of ["", "123456789", "43528.1:0.2:43529:1.5"]) {
    assert.equal(crc32(text), nodeCrc32(text) | 0);
  }
});

Deno.test("checksumOf() joins bid and ask in turn", () => {
  assert.equal(
    checksumOf(BEFORE),
    crc32("10:3:10.1:1:9.9:4:10.2:2"),
  );
});

Deno.test("deltaOf() names what came, changed and went", () => {
  const after: Depth = {
    asks: [["10.2", "2"], ["10.3", "5"]],
    bids: [["10.1", "7"], ["10", "3.5"]],
  };
  assert.deepEqual(deltaOf(BEFORE, after), {
    asks: [["10.3", "5"], ["10.1", "0"]],
    bids: [["10.1", "7"], ["10", "3.5"], ["9.9", "0"]],
  });
  assert.deepEqual(deltaOf(after, after), { asks: [], bids: [] });
});
