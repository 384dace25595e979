import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { startTestStack } from "../test_stack.ts";
import { Inbox } from "./inbox.ts";
import { mailText } from "./page.ts";

function page(inbox: Inbox, url = "http://127.0.0.1:54321/inbox") {
  return inbox.handle(new Request(url));
}

Deno.test("Inbox shows mails newest first, escaped, with links that work", async () => {
  const inbox = new Inbox();
  inbox.receive({ to: "a@example.com", subject: "First", text: "1" });
  inbox.receive({
    to: '"<b>"@example.com',
    subject: "<script>alert(1)</script>",
    text: 'Go to https://example.com/?a=1&b="><img src=x> now',
  });
  const html = await (await page(inbox)).text();
  assert.ok(html.indexOf("script") < html.indexOf("First"));
  assert.ok(!html.includes("<script"));
  assert.ok(!html.includes("<img"));
  assert.ok(html.includes('href="https://example.com/?a=1&amp;b="'));
  assert.ok(html.includes("&lt;script&gt;"));
});

Deno.test("Inbox answers only under this machine's names", async () => {
  const inbox = new Inbox();
  assert.equal((await page(inbox)).status, 200);
  assert.equal((await page(inbox, "http://evil.example/inbox")).status, 403);
});

Deno.test("Inbox keeps the last 200 mails", () => {
  const inbox = new Inbox();
  for (let i = 0; i < 250; i++) {
    inbox.receive({ to: "a@example.com", subject: String(i), text: "" });
  }
  assert.equal(inbox.mails.length, 200);
  assert.equal(inbox.mails[0]?.subject, "249");
});

Deno.test("Inbox takes a mail from who knows its key, the same one once", async () => {
  const inbox = new Inbox("the-key");
  const mail = { from: "a@x", to: "b@x", subject: "Hello", text: "There" };
  const send = async (key: string | null, body: unknown) =>
    (await inbox.handle(
      new Request("http://127.0.0.1:1/inbox", {
        method: "POST",
        headers: {
          "idempotency-key": "1",
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify(body),
      }),
    )).status;
  assert.equal(await send(null, mail), 401);
  assert.equal(await send("another", mail), 401);
  assert.equal(await send("the-key", { to: "b@x" }), 422);
  assert.equal(inbox.mails.length, 0);
  assert.equal(await send("the-key", mail), 200);
  assert.equal(await send("the-key", mail), 200);
  assert.deepEqual(inbox.mails.map(({ to, subject }) => [to, subject]), [
    ["b@x", "Hello"],
  ]);
  assert.equal(
    (await new Inbox().handle(
      new Request("http://127.0.0.1:1/inbox", { method: "POST" }),
    )).status,
    401,
  );
});

Deno.test("mailText() reads HTML where there is no text", () => {
  const text = mailText({
    id: "1",
    receivedAt: new Date(0),
    to: "a@example.com",
    subject: "s",
    html:
      '<h1>Hello</h1><p><a href="https://x.example/?a=1&amp;b=2">Go</a></p>',
  });
  assert.equal(text, "Hello\nGo https://x.example/?a=1&b=2");
});

Deno.test("a forgotten password is reset through the inbox", async () => {
  await using stack = await startTestStack();
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const client = createClient(stack.url, stack.publishableKey, options);
  const email = "forgetful@example.com";
  await client.auth.signUp({ email, password: "the-old-password-1" });
  await client.auth.signOut();
  const redirectTo = "http://127.0.0.1:8080/reset";
  const asked = await client.auth.resetPasswordForEmail(email, { redirectTo });
  assert.equal(asked.error, null);

  const [mail] = stack.inbox.mails;
  assert.ok(mail !== undefined);
  assert.equal(mail.to, email);
  const html = await (await fetch(`${stack.url}/inbox`)).text();
  const link = /href="([^"]+verify[^"]+)"/.exec(html)?.[1]
    ?.replaceAll("&amp;", "&") ?? "";
  assert.ok(link.startsWith(stack.url), `no link to the API in ${html}`);

  const followed = await fetch(link, { redirect: "manual" });
  await followed.body?.cancel();
  assert.equal(followed.status, 303);
  const location = followed.headers.get("location") ?? "";
  assert.ok(location.startsWith(redirectTo), location);
  const tokens = new URLSearchParams(new URL(location).hash.slice(1));
  const { error } = await client.auth.setSession({
    "access_token": tokens.get("access_token") ?? "",
    "refresh_token": tokens.get("refresh_token") ?? "",
  });
  assert.equal(error, null);
  const changed = await client.auth.updateUser({
    password: "the-new-password-2",
  });
  assert.equal(changed.error, null);
  const again = createClient(stack.url, stack.publishableKey, options);
  const old = await again.auth.signInWithPassword({
    email,
    password: "the-old-password-1",
  });
  assert.equal(old.error?.code, "invalid_credentials");
  const fresh = await again.auth.signInWithPassword({
    email,
    password: "the-new-password-2",
  });
  assert.equal(fresh.error, null);
});
