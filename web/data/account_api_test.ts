/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { deleteAccount } from "./account_api.ts";
import { watchedFetch } from "./api_fetch.ts";
import type { Client } from "./client.ts";

/** A client whose calls end as `answer` does. */
function clientOf(answer: typeof fetch): Client {
  return createClient("http://api.test", "sb_publishable_test", {
    auth: { persistSession: false, autoRefreshToken: false },
    db: { retry: false },
    global: {
      fetch: watchedFetch({ fetch: answer, onHealth: () => {}, limitMs: 20 }),
    },
  });
}

/** Never answers; heard no more when it is given up. */
const silent: typeof fetch = (_input, init) =>
  new Promise((_, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });

Deno.test("deleteAccount() tells refusal, error, silence and absence apart", async () => {
  const refused = { code: "P0001", message: "account_in_use", details: "Two." };
  const answers: readonly [typeof fetch, string, string][] = [
    [
      () => Promise.resolve(Response.json(refused, { status: 400 })),
      "account_in_use",
      "Two.",
    ],
    [
      () => Promise.resolve(Response.json({ code: "XX000" }, { status: 500 })),
      "internal",
      "",
    ],
    // Firefox's words; Chrome's and Safari's are others.
    [
      () => Promise.reject(new TypeError("NetworkError when fetching")),
      "offline",
      "",
    ],
    [silent, "no_answer", ""],
  ];
  for (const [answer, code, message] of answers) {
    await assert.rejects(
      deleteAccount(clientOf(answer), "a@example.com"),
      { name: "ApiError", code, message },
    );
  }
});
