/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { createHistory, HISTORY_PAGE, type HistoryLoad } from "./history.ts";

interface Asked {
  readonly offset: number;
  readonly side: string | undefined;
  answer(rows: readonly number[] | null): void;
}

function recording(): { asked: Asked[]; load: HistoryLoad<number> } {
  const asked: Asked[] = [];
  return {
    asked,
    load: ({ filter, offset }) => {
      const { promise, resolve, reject } = Promise.withResolvers<
        { rows: readonly number[]; total: number }
      >();
      asked.push({
        offset,
        side: filter.side,
        answer: (rows) =>
          rows === null
            ? reject(new Error("broken"))
            : resolve({ rows, total: 120 }),
      });
      return promise;
    },
  };
}

/** Lets answers be heard. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

Deno.test("createHistory() asks for a page and for what the filter lets through", async () => {
  const { asked, load } = recording();
  const history = createHistory(load);
  void history.reload();
  asked[0]?.answer([1, 2]);
  await settled();
  assert.deepEqual(history.rows.value, [1, 2]);
  assert.equal(history.total.value, 120);
  history.goTo(2);
  assert.equal(asked[1]?.offset, 2 * HISTORY_PAGE);
  history.setFilter("side", "buy");
  assert.deepEqual([asked[2]?.offset, asked[2]?.side], [0, "buy"]);
});

Deno.test("createHistory() hears only the newest of overlapping answers", async () => {
  const { asked, load } = recording();
  const history = createHistory(load);
  void history.reload();
  history.goTo(1);
  asked[1]?.answer([51]);
  await settled();
  asked[0]?.answer([1]);
  await settled();
  assert.deepEqual(history.rows.value, [51]);
  history.goTo(0);
  history.stop();
  asked[2]?.answer([2]);
  await settled();
  assert.deepEqual(history.rows.value, [51], "stopped");
});

Deno.test("createHistory() says that a load failed, and recovers", async () => {
  const { asked, load } = recording();
  const history = createHistory(load);
  void history.reload();
  asked[0]?.answer(null);
  await settled();
  assert.equal(history.state.value, "failed");
  void history.reload();
  asked[1]?.answer([7]);
  await settled();
  assert.equal(history.state.value, "ready");
});
