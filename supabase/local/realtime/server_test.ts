import assert from "node:assert/strict";
import { SignJWT } from "jose";
import postgres, { type Sql } from "postgres";
import { startTestStack, type TestStack } from "../test_stack.ts";
import { TestClient } from "../testing/realtime_client.ts";
import { until } from "../testing/until.ts";

/** realtime-js keeps timers and sockets for a moment after it has gone. */
const LOOSE = { sanitizeOps: false, sanitizeResources: false };

async function withTrader(
  run: (given: {
    readonly stack: TestStack;
    readonly trader: TestClient;
    readonly userId: string;
    readonly sql: Sql;
  }) => Promise<void>,
): Promise<void> {
  await using stack = await startTestStack();
  await using trader = new TestClient(stack, stack.publishableKey);
  const userId = await trader.signUp("trader@example.com");
  const sql = postgres(stack.database.urls.postgres, {
    max: 2,
    onnotice: () => {},
  });
  try {
    await run({ stack, trader, userId, sql });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function send(
  sql: Sql,
  userId: string,
  payload: Record<string, unknown>,
): Promise<unknown> {
  const text = JSON.stringify(payload);
  return sql`
    select realtime.send(${text}::text::jsonb, 'fill', ${`user:${userId}`}, true)`;
}

function hears(client: TestClient, count: number) {
  return () => Promise.resolve(client.heard.length >= count ? true : null);
}

Deno.test({
  ...LOOSE,
  name: "RealtimeServer lets a trader hear their own private topic alone",
}, async () => {
  await withTrader(async ({ stack, trader, userId, sql }) => {
    const topic = `user:${userId}`;
    await using stranger = new TestClient(stack, stack.publishableKey);
    await stranger.signUp("stranger@example.com");
    await using visitor = new TestClient(stack, stack.publishableKey);
    await using eavesdropper = new TestClient(stack, stack.publishableKey);
    await eavesdropper.signUp("eavesdropper@example.com");
    const isPrivate = { isPrivate: true };
    assert.equal(await trader.join(topic, isPrivate), "SUBSCRIBED");
    assert.equal(await stranger.join(topic, isPrivate), "CHANNEL_ERROR");
    assert.equal(await visitor.join(topic, isPrivate), "CHANNEL_ERROR");
    // A public room of the same name exists for anyone, and hears nothing.
    assert.equal(
      await eavesdropper.join(topic, { isPrivate: false }),
      "SUBSCRIBED",
    );
    await send(sql, userId, { price: 1 });
    await until("the trader's message", hears(trader, 1));
    assert.equal(trader.heard[0]?.event, "fill");
    assert.equal(trader.heard[0]?.payload.price, 1);
    for (const other of [stranger, visitor, eavesdropper]) {
      assert.deepEqual(other.heard, []);
    }
  });
});

Deno.test({
  ...LOOSE,
  name: "RealtimeServer sends what is committed, in order, and nothing else",
}, async () => {
  await withTrader(async ({ trader, userId, sql }) => {
    await trader.join(`user:${userId}`, { isPrivate: true });
    await assert.rejects(sql.begin(async (tx) => {
      await tx`
        select realtime.send('{"rolledBack": true}', 'fill', ${`user:${userId}`}, true)`;
      throw new Error("rolled back");
    }));
    for (let i = 0; i < 50; i++) await send(sql, userId, { i });
    await until("50 messages", hears(trader, 50));
    assert.deepEqual(
      trader.heard.map(({ payload }) => payload.i),
      Array.from({ length: 50 }, (_, i) => i),
    );
  });
});

Deno.test({
  ...LOOSE,
  name:
    "RealtimeServer carries payloads beyond NOTIFY's limit and beyond ASCII",
}, async () => {
  await withTrader(async ({ trader, userId, sql }) => {
    await trader.join(`user:${userId}`, { isPrivate: true });
    const text = "网格 ✓ ".repeat(20_000);
    await send(sql, userId, { text });
    await until("the large message", hears(trader, 1));
    assert.equal(trader.heard[0]?.payload.text, text);
  });
});

Deno.test({
  ...LOOSE,
  name: "RealtimeServer lets nobody send on a user's topic, the service may",
}, async () => {
  await withTrader(async ({ stack, trader, userId }) => {
    const topic = `user:${userId}`;
    await using service = new TestClient(stack, stack.secretKey);
    await trader.join(topic, { isPrivate: true });
    const sent = await trader.supabase.channel(topic, {
      config: { private: true },
    }).httpSend("fill", { forged: true });
    assert.equal(sent.success, true); // dropped without a word
    await service.supabase.channel(topic, { config: { private: true } })
      .httpSend("fill", { real: true });
    await until("the service's message", hears(trader, 1));
    assert.deepEqual(trader.heard.map(({ payload }) => payload.real), [true]);
  });
});

Deno.test({
  ...LOOSE,
  name: "RealtimeServer closes a channel whose token expires and says so",
}, async () => {
  await withTrader(async ({ stack, trader, userId }) => {
    const token = await new SignJWT({ role: "authenticated" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(userId)
      .setAudience("authenticated")
      .setExpirationTime("2s")
      .sign(new TextEncoder().encode(stack.jwtSecret));
    await trader.supabase.realtime.setAuth(token);
    const isPrivate = { isPrivate: true };
    assert.equal(
      await trader.join(`user:${userId}`, isPrivate),
      "SUBSCRIBED",
    );
    await until(
      "the channel closed",
      () => Promise.resolve(trader.statuses.includes("CLOSED") ? true : null),
    );
    await until(
      "no channel left",
      () => Promise.resolve(stack.realtime.stats.channels === 0 ? true : null),
    );
  });
});

Deno.test({
  ...LOOSE,
  name: "RealtimeServer refuses forged and foreign tokens",
}, async () => {
  await withTrader(async ({ trader, userId }) => {
    const forged = await new SignJWT({ role: "authenticated" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(userId)
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode("another secret of at least 32 bytes"));
    await trader.supabase.realtime.setAuth(forged);
    const outcome = await trader.join(`user:${userId}`, { isPrivate: true });
    assert.equal(outcome, "CHANNEL_ERROR");
  });
});

Deno.test("RealtimeServer refuses a socket without a key of the project", async () => {
  await using stack = await startTestStack();
  const response = await fetch(
    `${stack.url}/realtime/v1/websocket?apikey=wrong&vsn=2.0.0`,
    { headers: { upgrade: "websocket", connection: "upgrade" } },
  );
  await response.body?.cancel();
  assert.equal(response.status, 401);
});

Deno.test({
  ...LOOSE,
  name: "RealtimeServer goes on after its database connections were cut",
}, async () => {
  await withTrader(async ({ stack, trader, userId, sql }) => {
    await trader.join(`user:${userId}`, { isPrivate: true });
    const admin = postgres(stack.database.urls.admin, { max: 1 });
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'trellis-realtime%'
        and datname = current_database()`;
    await admin.end({ timeout: 5 });
    await until("a message again", async () => {
      await send(sql, userId, { again: true });
      return trader.heard.length > 0 ? true : null;
    });
  });
});
