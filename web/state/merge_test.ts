/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { mergeList, mergeNewer, replaceAll } from "./merge.ts";

interface Row {
  readonly id: string;
  readonly updatedAtMs: number;
  readonly what: string;
}

function row(id: string, updatedAtMs: number, what = ""): Row {
  return { id, updatedAtMs, what };
}
const idOf = (one: Row) => one.id;
const known = new Map([["a", row("a", 5, "known")], ["b", row("b", 5)]]);

Deno.test("mergeNewer() lets no older row overwrite a newer one", () => {
  const merged = mergeNewer(known, [row("a", 4, "late")], idOf);
  assert.equal(merged.get("a")?.what, "known");
});

Deno.test("mergeNewer() takes newer, equally old and new rows", () => {
  const merged = mergeNewer(
    known,
    [row("a", 6, "newer"), row("b", 5, "same"), row("c", 1, "new")],
    idOf,
  );
  assert.deepEqual(
    [...merged.values()].map((one) => one.what),
    ["newer", "same", "new"],
  );
});

Deno.test("replaceAll() drops what the full list does not have", () => {
  const merged = replaceAll(known, [row("b", 1, "stale")], idOf);
  assert.deepEqual([...merged.keys()], ["b"]);
  assert.equal(merged.get("b")?.what, "");
});

Deno.test("mergeList() has each id once, newest first, and no more than the limit", () => {
  const list = mergeList(
    [row("1", 1), row("2", 2)],
    [row("2", 2, "again"), row("3", 3)],
    { atOf: (one) => one.updatedAtMs, max: 2 },
  );
  assert.deepEqual(list.map((one) => [one.id, one.what]), [["3", ""], [
    "2",
    "again",
  ]]);
});
