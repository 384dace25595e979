/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import postgres from "postgres";
import { startTestStack } from "../../supabase/local/test_stack.ts";
import { until } from "../../supabase/local/testing/until.ts";
import { type Client, createSupabaseClient } from "./client.ts";
import { type HubMessage, LiveHub } from "./live_hub.ts";
import type { PageState } from "./page_state.ts";

/** supabase-js lets timers run out after its disconnect. */
const LOOSE = { sanitizeOps: false, sanitizeResources: false };

/** A page that tests hide, show, and cut off. */
class TestPage implements PageState {
  visible = true;
  online = true;
  #onChange = () => {};

  isVisible(): boolean {
    return this.visible;
  }
  isOnline(): boolean {
    return this.online;
  }
  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }
  set(change: { readonly visible?: boolean; readonly online?: boolean }): void {
    Object.assign(this, change);
    this.#onChange();
  }
}

interface Line extends AsyncDisposable {
  readonly client: Client;
  readonly userId: string;
  readonly page: TestPage;
  readonly hub: LiveHub;
  readonly heard: HubMessage[];
}

async function openLine(
  stack: { readonly url: string; readonly publishableKey: string },
): Promise<Line> {
  const client = createSupabaseClient({
    supabaseUrl: stack.url,
    publishableKey: stack.publishableKey,
    venues: { paper: null, bitget: { rest: "", ws: "" } },
    mailInboxUrl: null,
    demo: null,
  });
  const { data, error } = await client.auth.signUp({
    email: "trader@example.com",
    password: "correct-horse-battery-9",
  });
  assert.equal(error, null);
  const userId = data.user?.id ?? assert.fail("No user");
  const page = new TestPage();
  const hub = new LiveHub(client, userId, page);
  const heard: HubMessage[] = [];
  hub.listen((message) => heard.push(message));
  hub.start();
  return {
    client,
    userId,
    page,
    hub,
    heard,
    async [Symbol.asyncDispose]() {
      hub.stop();
      await client.removeAllChannels();
      await client.realtime.disconnect();
      await client.auth.stopAutoRefresh();
      localStorage.clear();
    },
  };
}

function statesOf(heard: readonly HubMessage[]): readonly string[] {
  return heard.flatMap((message) =>
    message.kind === "link" ? [message.state] : []
  );
}

function resyncsOf(heard: readonly HubMessage[]): number {
  return heard.filter((message) => message.kind === "resync").length;
}

async function untilLive(line: Line): Promise<void> {
  await until(
    "a live line",
    () => Promise.resolve(line.hub.state === "live" ? true : null),
  );
}

Deno.test(
  "LiveHub joins with its token at once and asks for a reload",
  LOOSE,
  async () => {
    await using stack = await startTestStack();
    await using line = await openLine(stack);
    await untilLive(line);
    assert.deepEqual(statesOf(line.heard), ["live"]);
    assert.equal(resyncsOf(line.heard), 1);
  },
);

Deno.test(
  "LiveHub is offline while the browser is, and reloads afterwards",
  LOOSE,
  async () => {
    await using stack = await startTestStack();
    await using line = await openLine(stack);
    await untilLive(line);
    line.page.set({ online: false });
    assert.equal(line.hub.state, "offline");
    line.page.set({ online: true });
    await untilLive(line);
    assert.deepEqual(
      statesOf(line.heard),
      ["live", "offline", "reconnecting", "live"],
    );
    assert.equal(resyncsOf(line.heard), 2);
  },
);

Deno.test(
  "LiveHub makes a new channel when its token has expired",
  LOOSE,
  async () => {
    await using stack = await startTestStack({ jwtExpiry: 2 });
    await using line = await openLine(stack);
    await untilLive(line);
    await until(
      "the channel's end",
      () =>
        Promise.resolve(
          statesOf(line.heard).includes("reconnecting") ? 1 : null,
        ),
    );
    await untilLive(line);
    assert.ok(resyncsOf(line.heard) >= 2);
  },
);

Deno.test(
  "LiveHub asks for a reload when a message could not carry all rows",
  LOOSE,
  async () => {
    await using stack = await startTestStack();
    await using line = await openLine(stack);
    await untilLive(line);
    const sql = postgres(stack.database.urls.postgres, {
      max: 1,
      onnotice: () => {},
    });
    const send = (rows: number) =>
      sql`
        select private.send_broadcast('metrics', ${line.userId}, jsonb_agg(n))
        from generate_series(1, ${rows}) as n`;
    const heardOf = (rows: number) =>
      line.heard.some((message) =>
        message.kind === "metrics" && Array.isArray(message.rows) &&
        message.rows.length === rows
      );
    try {
      await send(99);
      await until("99 rows", () => Promise.resolve(heardOf(99)));
      assert.equal(resyncsOf(line.heard), 1);
      await send(101);
      await until("the last 100 rows", () => Promise.resolve(heardOf(100)));
      assert.equal(resyncsOf(line.heard), 2);
    } finally {
      await sql.end({ timeout: 5 });
    }
  },
);

Deno.test("LiveHub says nothing more once it is stopped", LOOSE, async () => {
  await using stack = await startTestStack();
  await using line = await openLine(stack);
  await untilLive(line);
  line.hub.stop();
  line.hub.stop();
  const before = line.heard.length;
  line.page.set({ online: false });
  line.page.set({ online: true });
  assert.equal(line.heard.length, before);
});

Deno.test(
  "LiveHub is heard by all, though one of them cannot read a message",
  LOOSE,
  async () => {
    const client = createSupabaseClient({
      supabaseUrl: "http://127.0.0.1:9",
      publishableKey: "sb_publishable_test",
      venues: { paper: null, bitget: { rest: "", ws: "" } },
      mailInboxUrl: null,
      demo: null,
    });
    const page = new TestPage();
    page.set({ visible: false, online: false });
    const hub = new LiveHub(client, crypto.randomUUID(), page);
    const reported: unknown[] = [];
    const end = new AbortController();
    addEventListener("error", (event) => {
      event.preventDefault();
      reported.push(event.error);
    }, { signal: end.signal });
    const heard: HubMessage[] = [];
    const wrong = new TypeError("Cannot read column");
    hub.listen(() => {
      throw wrong;
    });
    hub.listen((message) => heard.push(message));
    try {
      hub.start();
      assert.deepEqual(heard, [{ kind: "link", state: "offline" }]);
      assert.deepEqual(reported, [wrong]);
    } finally {
      end.abort();
      hub.stop();
      await client.auth.stopAutoRefresh();
    }
  },
);
