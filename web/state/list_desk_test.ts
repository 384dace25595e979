/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { ListQuery } from "../data/admin_api.ts";
import type { ListPage } from "../data/admin_rows.ts";
import { createListDesk } from "./list_desk.ts";

interface Ask {
  readonly query: ListQuery<"open">;
  readonly answer: (page: ListPage<string>) => void;
  readonly fail: () => void;
}

function stage() {
  const asked: Ask[] = [];
  const desk = createListDesk<string, "open">((query) =>
    new Promise((resolve, reject) => {
      asked.push({ query, answer: resolve, fail: () => reject(new Error()) });
    })
  );
  return { asked, desk };
}

const pageOf = (...rows: string[]): ListPage<string> => ({
  rows,
  counts: { open: rows.length },
  pageSize: 50,
});
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

Deno.test("createListDesk() loads, searches and filters from the first page on", async () => {
  const { asked, desk } = stage();
  using _ = desk;
  void desk.reload();
  assert.equal(desk.loadState.value, "loading");
  asked[0]?.answer(pageOf("a", "b"));
  await settle();
  assert.equal(desk.loadState.value, "ready");
  assert.deepEqual(desk.rows.value, ["a", "b"]);
  desk.turn(2);
  desk.find("b");
  desk.find("b");
  desk.filter("open");
  desk.filter("open");
  assert.deepEqual(asked.slice(1).map(({ query }) => query), [
    { search: "", status: null, page: 2 },
    { search: "b", status: null, page: 0 },
    { search: "b", status: "open", page: 0 },
  ], "what changes nothing asks nothing");
});

Deno.test("createListDesk() keeps the newest answer, whichever comes last", async () => {
  const { asked, desk } = stage();
  using _ = desk;
  desk.find("old");
  desk.find("new");
  asked[1]?.answer(pageOf("new"));
  asked[0]?.answer(pageOf("old"));
  await settle();
  assert.deepEqual(desk.rows.value, ["new"]);
});

Deno.test("createListDesk() says that a first load failed, and keeps rows that a refresh could not renew", async () => {
  const { asked, desk } = stage();
  using _ = desk;
  void desk.reload();
  asked[0]?.fail();
  await settle();
  assert.equal(desk.loadState.value, "failed");
  desk.retry();
  asked[1]?.answer(pageOf("a"));
  await settle();
  void desk.reload();
  asked[2]?.fail();
  await settle();
  assert.equal(desk.loadState.value, "ready");
  assert.equal(desk.isStale.value, true);
  assert.deepEqual(desk.rows.value, ["a"]);
});
