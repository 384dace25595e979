import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { startTestStack, type TestStack } from "./test_stack.ts";

const PASSWORD = "correct-horse-battery-9";

function connect(stack: TestStack, key = stack.publishableKey): SupabaseClient {
  return createClient(stack.url, key, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

async function signUp(
  stack: TestStack,
  email: string,
): Promise<SupabaseClient> {
  const client = connect(stack);
  const { data, error } = await client.auth.signUp({
    email,
    password: PASSWORD,
  });
  assert.equal(error, null);
  assert.ok(data.session !== null);
  return client;
}

async function userId(client: SupabaseClient): Promise<string> {
  const { data } = await client.auth.getUser();
  assert.ok(data.user !== null);
  return data.user.id;
}

Deno.test("startStack() signs up, signs in and out", async () => {
  await using stack = await startTestStack();
  const owner = await signUp(stack, "owner@example.com");
  await owner.auth.signOut();
  const { data: none } = await owner.auth.getSession();
  assert.equal(none.session, null);
  const again = await owner.auth.signInWithPassword({
    email: "owner@example.com",
    password: PASSWORD,
  });
  assert.equal(again.error, null);
  const wrong = await connect(stack).auth.signInWithPassword({
    email: "owner@example.com",
    password: "wrong-horse",
  });
  assert.equal(wrong.error?.code, "invalid_credentials");
  const taken = await connect(stack).auth.signUp({
    email: "owner@example.com",
    password: PASSWORD,
  });
  assert.ok(taken.error !== null || taken.data.session === null);
  const weak = await connect(stack).auth.signUp({
    email: "weak@example.com",
    password: "short",
  });
  assert.equal(weak.error?.code, "weak_password");
});

Deno.test("startStack() shows a trader their own rows and nobody else's", async () => {
  await using stack = await startTestStack();
  const owner = await signUp(stack, "owner@example.com");
  const stranger = await signUp(stack, "stranger@example.com");
  const own = await owner.from("profiles").select("user_id,status");
  assert.equal(own.error, null);
  assert.deepEqual(own.data, [
    { "user_id": await userId(owner), status: "pending_key" },
  ]);
  const others = await stranger.from("profiles").select("user_id")
    .eq("user_id", await userId(owner));
  assert.deepEqual(others.data, []);
  const anonymous = await connect(stack).from("profiles").select("*");
  assert.equal(anonymous.data, null);
  assert.equal(anonymous.error?.code, "42501");
});

Deno.test("startStack() serves nothing beside what it lists", async () => {
  await using stack = await startTestStack();
  for (const path of ["/", "/_system/introspect", "/storage/v1/bucket"]) {
    const response = await fetch(stack.url + path);
    await response.body?.cancel();
    assert.equal(response.status, 404, path);
  }
});

Deno.test("startStack() answers 404 for a function there is not, with CORS", async () => {
  await using stack = await startTestStack();
  const response = await fetch(`${stack.url}/functions/v1/nothing-here`);
  assert.equal(response.status, 404);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal((await response.json()).code, "NOT_FOUND");
});

Deno.test("startStack() runs the project's functions with the caller's token", async () => {
  await using stack = await startTestStack();
  const anonymous = await fetch(`${stack.url}/functions/v1/uid`);
  assert.equal(anonymous.status, 401);
  assert.equal((await anonymous.json()).error.code, "unauthorized");
  const owner = await signUp(stack, "owner@example.com");
  const { data } = await owner.auth.getSession();
  const response = await fetch(`${stack.url}/functions/v1/uid`, {
    headers: { authorization: `Bearer ${data.session?.access_token}` },
  });
  const body = await response.text();
  assert.equal(response.status, 200, body);
});

Deno.test("startStack() lets a browser of another origin call every part", async () => {
  await using stack = await startTestStack();
  for (
    const path of [
      "/auth/v1/token",
      "/rest/v1/bots",
      "/rest/v1/rpc/request_bot_start",
      "/functions/v1/keys",
    ]
  ) {
    const response = await fetch(stack.url + path, {
      method: "OPTIONS",
      headers: {
        "origin": "http://127.0.0.1:8080",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,apikey,content-type",
      },
    });
    await response.body?.cancel();
    assert.equal(response.ok, true, path);
    const allowed = response.headers.get("access-control-allow-headers") ?? "";
    for (const name of ["authorization", "apikey", "content-type"]) {
      assert.ok(allowed.includes(name), `${path} refuses ${name}: ${allowed}`);
    }
    assert.ok(response.headers.has("access-control-allow-origin"), path);
  }
  const answer = await fetch(`${stack.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { "apikey": stack.publishableKey, "origin": "http://localhost" },
    body: "{}",
  });
  await answer.body?.cancel();
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
});
