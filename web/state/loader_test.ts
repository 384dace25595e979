/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { Loader } from "./loader.ts";

Deno.test("Loader hears only the newest of overlapping loads", async () => {
  const pending: PromiseWithResolvers<string>[] = [];
  const heard: string[] = [];
  const loader = new Loader({
    load: () => {
      const answer = Promise.withResolvers<string>();
      pending.push(answer);
      return answer.promise;
    },
    onRows: (rows) => heard.push(rows),
    onFailure: () => heard.push("failed"),
  });
  const both = [loader.reload(), loader.reload()];
  pending[1]?.resolve("newest");
  pending[0]?.reject(new Error("late and unheard"));
  await Promise.all(both);
  assert.deepEqual(heard, ["newest"]);
});

Deno.test("Loader tells a failure and hears nothing more once stopped", async () => {
  const heard: string[] = [];
  const loader = new Loader({
    load: () => Promise.reject(new Error("no network")),
    onRows: () => heard.push("rows"),
    onFailure: () => heard.push("failed"),
  });
  await loader.reload();
  // The sanitizer finds the timer of the next try, were it left behind.
  loader.stop();
  assert.deepEqual(heard, ["failed"]);
});

Deno.test("Loader lets rows that are not what they should be be seen", async () => {
  const loader = new Loader({
    load: () => Promise.reject(new TypeError("Cannot read column")),
    onRows: () => {},
    onFailure: () => {},
  });
  await assert.rejects(() => loader.reload(), /Cannot read column/);
  loader.stop();
});
