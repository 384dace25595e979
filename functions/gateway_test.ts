import { startTestStack } from "@db/local/test_stack.ts";
import { startPaper } from "@engine/paper/mod.ts";
import {
  createClient,
  FunctionsHttpError,
  type SupabaseClient,
} from "@supabase/supabase-js";
import assert from "node:assert/strict";

/** Calls a function as the page does. */
async function invoke(
  client: SupabaseClient,
  path: string,
  options: {
    readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
    readonly body?: Record<string, unknown>;
  } = {},
) {
  const { data, error } = await client.functions.invoke(path, options);
  if (error === null) return { status: 200, body: data };
  assert.ok(error instanceof FunctionsHttpError, String(error));
  const response: Response = error.context;
  return { status: response.status, body: await response.json() };
}

Deno.test("the functions serve an unmodified supabase-js through the gateway", async () => {
  await using paper = await startPaper({
    port: 0,
    prices: "synthetic:1",
    isPaused: true,
  });
  await using stack = await startTestStack({ paperUrl: paper.url });
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const stranger = await invoke(client, "keys/paper", { body: {} });
  assert.equal(stranger.status, 401);
  assert.equal(stranger.body.error.code, "unauthorized");
  await client.auth.signUp({
    email: "trader@example.com",
    password: "correct-horse-battery-9",
  });
  const key = await invoke(client, "keys/paper", { body: { balance: 500 } });
  assert.equal(key.status, 200, JSON.stringify(key.body));
  const bot = await invoke(client, "bots", {
    body: {
      exchangeKeyId: key.body.id,
      name: "grid",
      symbol: "BNB/USDT:USDT",
      strategy: "as_grid",
      config: { baseNotional: 20 },
    },
  });
  assert.equal(bot.status, 200, JSON.stringify(bot.body));
  const started = await invoke(client, `bots/${bot.body.id}/start`);
  assert.equal(started.body.desired_state, "running");
  const refused = await invoke(client, `keys/${key.body.id}`, {
    method: "DELETE",
  });
  assert.equal(refused.status, 409);
  assert.equal(refused.body.error.code, "key_in_use");
  const status = await invoke(client, "uid", { method: "GET" });
  assert.equal(status.body.status, "pending_key");
});

Deno.test("the functions answer a browser's preflight through the gateway", async () => {
  await using stack = await startTestStack({ webOrigin: "http://page.test" });
  const response = await fetch(`${stack.url}/functions/v1/bots`, {
    method: "OPTIONS",
    headers: {
      origin: "http://page.test",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  await response.body?.cancel();
  assert.equal(response.status, 204);
  assert.equal(
    response.headers.get("access-control-allow-origin"),
    "http://page.test",
  );
});
