/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { type ApiHealth, watchedFetch } from "./api_fetch.ts";

const URL_ROWS = "https://api.example/rest/v1/bots";

function watch(answer: typeof fetch, limitMs = 10_000) {
  const heard: ApiHealth[] = [];
  const call = watchedFetch({
    fetch: answer,
    onHealth: (health) => heard.push(health),
    limitMs,
  });
  return { call, heard };
}

Deno.test("watchedFetch() tells how the server does, and hands its answer on", async () => {
  const statuses = [200, 404, 429, 500, 503];
  let at = 0;
  const { call, heard } = watch(() =>
    Promise.resolve(new Response("body", { status: statuses[at++] ?? 200 }))
  );
  for (const status of statuses) {
    const response = await call(URL_ROWS);
    assert.equal(response.status, status);
    assert.equal(await response.text(), "body");
  }
  assert.deepEqual(heard, ["well", "well", "busy", "broken", "broken"]);
});

Deno.test("watchedFetch() gives a silent server up", async () => {
  const { call, heard } = watch(
    (_input, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener(
          "abort",
          () => reject(init.signal?.reason),
        );
      }),
    20,
  );
  await assert.rejects(call(URL_ROWS), { name: "TimeoutError" });
  assert.deepEqual(heard, ["silent"]);
});

Deno.test("watchedFetch() blames nobody for a call its caller has ended", async () => {
  const caller = new AbortController();
  const { call, heard } = watch(
    (_input, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener(
          "abort",
          () => reject(init.signal?.reason),
        );
        caller.abort(new Error("left"));
      }),
  );
  await assert.rejects(call(URL_ROWS, { signal: caller.signal }), {
    message: "left",
  });
  assert.deepEqual(heard, []);
});

Deno.test("watchedFetch() gives up an answer that never ends", async () => {
  const { call, heard } = watch(
    (_input, init) =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            start(body) {
              body.enqueue(new TextEncoder().encode("["));
              init?.signal?.addEventListener(
                "abort",
                () => body.error(init.signal?.reason),
              );
            },
          }),
        ),
      ),
    20,
  );
  await assert.rejects(
    async () => await (await call(URL_ROWS)).text(),
    { name: "TimeoutError" },
  );
  assert.deepEqual(heard, ["silent"]);
});

Deno.test("watchedFetch() keeps an answer as it was: status, headers, no body", async () => {
  const { call } = watch(() =>
    Promise.resolve(
      new Response(null, {
        status: 204,
        headers: { "content-range": "0-1/2" },
      }),
    )
  );
  const response = await call(URL_ROWS);
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("content-range"), "0-1/2");
  assert.equal(await response.text(), "");
});

Deno.test("watchedFetch() does not begin what its caller has ended before", async () => {
  const { call, heard } = watch((_input, init) =>
    init?.signal?.aborted === true
      ? Promise.reject(init.signal.reason)
      : Promise.resolve(new Response("too late"))
  );
  const signal = AbortSignal.abort(new Error("left"));
  await assert.rejects(call(URL_ROWS, { signal }), { message: "left" });
  assert.deepEqual(heard, []);
});

Deno.test("watchedFetch() hands on an answer without a body", async () => {
  const fetching = watchedFetch({
    fetch: () => {
      const answer = new Response(null, { status: 204 });
      // As Chromium does.
      Object.defineProperty(answer, "body", { value: new ReadableStream() });
      return Promise.resolve(answer);
    },
    onHealth: () => {},
  });
  assert.equal((await fetching("http://x.invalid/logout")).status, 204);
});
