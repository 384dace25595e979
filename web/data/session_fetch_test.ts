/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { sessionFetch } from "./session_fetch.ts";

const HOUR_S = 3_600;

/** An Auth whose clock is an hour behind this device's. */
function auth() {
  const calls: string[] = [];
  const send: typeof fetch = (input) => {
    calls.push(String(input));
    const nowS = Math.floor(Date.now() / 1_000) - HOUR_S;
    const session = {
      "access_token": "header.body.signature",
      "refresh_token": "refresh",
      "token_type": "bearer",
      "expires_in": HOUR_S,
      "expires_at": nowS + HOUR_S,
      user: { id: "u1", aud: "authenticated", created_at: "" },
    };
    return Promise.resolve(Response.json(session));
  };
  return { calls, send };
}

async function signIn(send: typeof fetch) {
  const client = createClient("https://api.example", "publishable", {
    auth: { autoRefreshToken: false, persistSession: false },
    global: { fetch: send },
  });
  await client.auth.signInWithPassword({ email: "a@example", password: "b" });
  await client.auth.getSession();
  return await client.auth.getSession();
}

Deno.test("sessionFetch() lets a session last on a device an hour ahead", async () => {
  const plain = auth();
  await signIn(plain.send);
  assert.ok(plain.calls.length > 1, "renewed at once without it");
  const own = auth();
  const { data } = await signIn(sessionFetch(own.send));
  assert.equal(own.calls.length, 1);
  const endsInS = (data.session?.expires_at ?? 0) - Date.now() / 1_000;
  assert.ok(endsInS > HOUR_S - 60 && endsInS <= HOUR_S + 1, `${endsInS}`);
});

Deno.test("sessionFetch() hands every other answer on as it is", async () => {
  const instant = { "expires_at": 7, "expires_in": 1 };
  const answers = new Map([
    ["https://api.example/rest/v1/bots", Response.json(instant)],
    [
      "https://api.example/auth/v1/token?a=1",
      Response.json(instant, { status: 400 }),
    ],
    ["https://api.example/auth/v1/verify", Response.json({ expires_at: 7 })],
    ["https://api.example/auth/v1/signup", new Response("not JSON")],
  ]);
  const send = sessionFetch((input) =>
    Promise.resolve(answers.get(String(input)) ?? Response.error())
  );
  for (const [address, answer] of answers) {
    const told = answer.clone();
    assert.equal(await (await send(address)).text(), await told.text());
  }
});
