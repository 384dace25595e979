/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { createRunModel } from "./run.ts";

const Model = createRunModel<string>();

Deno.test("a run's result is stale as soon as something else is wanted", async () => {
  const model = new Model();
  model.wanted.value = "a";
  await model.run(() => Promise.resolve("of a"));
  assert.deepEqual([model.state.value, model.isStale.value], ["ready", false]);
  model.wanted.value = "b";
  assert.equal(model.isStale.value, true);
  assert.equal(model.result.value, "of a");
});

Deno.test("a canceled run says so and keeps the last result", async () => {
  const model = new Model();
  await model.run(() => Promise.resolve("first"));
  const second = model.run(({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    })
  );
  assert.equal(model.state.value, "running");
  model.cancel();
  await second;
  assert.deepEqual([model.state.value, model.result.value], [
    "canceled",
    "first",
  ]);
});

Deno.test("of two runs only the later one counts, whichever ends first", async () => {
  const model = new Model();
  const slow = Promise.withResolvers<string>();
  const first = model.run(({ onProgress }) => {
    void slow.promise.then(() =>
      onProgress?.({ stage: "run", done: 9, total: 9 })
    );
    return slow.promise;
  });
  await model.run(({ onProgress }) => {
    onProgress?.({ stage: "run", done: 1, total: 3 });
    return Promise.resolve("second");
  });
  slow.resolve("first");
  await first;
  assert.equal(model.result.value, "second");
  assert.equal(model.progress.value?.total, 3);
});

Deno.test("a run that breaks off keeps why", async () => {
  const model = new Model();
  const failure = new Error("no exchange");
  await model.run(() => Promise.reject(failure));
  assert.deepEqual([model.state.value, model.failure.value], [
    "failed",
    failure,
  ]);
});

Deno.test("a run is of what was wanted when it began", async () => {
  const model = new Model();
  const slow = Promise.withResolvers<string>();
  model.wanted.value = "a";
  const run = model.run(() => slow.promise);
  model.wanted.value = "b";
  slow.resolve("of a");
  await run;
  assert.equal(model.isStale.value, true);
  model.wanted.value = "a";
  assert.equal(model.isStale.value, false);
});
