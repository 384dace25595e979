/**
 * The whole path over public interfaces alone: the started platform, an
 * unmodified supabase-js, an unmodified `bitget-api`. What a stranger's client
 * would see, nothing read from inside.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { RestClientV2 } from "bitget-api";
import { Platform, type ReadyLine } from "./testing/platform.ts";
import { until } from "./testing/until.ts";

const KLINES = fileURLToPath(
  new URL(
    "../../../shared/klines/BNBUSDT-1m-2025-07.csv",
    import.meta.url,
  ),
);

interface PaperCredentials {
  readonly uid: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
}

interface Reply {
  readonly status: number;
  readonly body: {
    readonly id?: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

class Trader {
  readonly client: SupabaseClient;
  readonly #api: string;
  userId = "";

  constructor(ready: ReadyLine) {
    this.#api = ready.api;
    this.client = createClient(ready.api, ready.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
  }

  async signUp(email: string): Promise<void> {
    const { data, error } = await this.client.auth.signUp({
      email,
      password: "correct-horse-battery-9",
    });
    assert.equal(error, null);
    assert.ok(data.user !== null && data.session !== null);
    this.userId = data.user.id;
  }

  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const { data } = await this.client.auth.getSession();
    const response = await fetch(`${this.#api}/functions/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${data.session?.access_token ?? ""}`,
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  async close(): Promise<void> {
    await this.client.removeAllChannels();
    await this.client.realtime.disconnect();
    await this.client.auth.stopAutoRefresh();
  }
}

const AS_GRID = {
  takeProfitSpacing: 0.004,
  gridSpacing: 0.006,
  baseSize: 0.05,
  leverage: 20,
  openRequoteSeconds: 1,
};

async function openPaperKey(
  trader: Trader,
  paper: string,
): Promise<{ keyId: string; credentials: PaperCredentials }> {
  const opened = await fetch(`${paper}/paper/accounts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ balance: 1000 }),
  });
  const credentials: PaperCredentials = await opened.json();
  const key = await trader.call("POST", "/keys", {
    label: "acceptance",
    venue: "paper",
    apiKey: credentials.apiKey,
    apiSecret: credentials.apiSecret,
    passphrase: credentials.passphrase,
  });
  assert.ok(key.body.id !== undefined, JSON.stringify(key));
  return { keyId: key.body.id, credentials };
}

async function startBot(
  trader: Trader,
  keyId: string,
  symbol = "BNB/USDT:USDT",
): Promise<string> {
  const bot = await trader.call("POST", "/bots", {
    exchangeKeyId: keyId,
    name: "acceptance",
    symbol,
    strategy: "as_grid",
    config: AS_GRID,
  });
  assert.ok(bot.body.id !== undefined, JSON.stringify(bot));
  const started = await trader.call("POST", `/bots/${bot.body.id}/start`);
  assert.ok(started.status < 300, JSON.stringify(started));
  return bot.body.id;
}

function botStatus(trader: Trader, botId: string, wanted: string) {
  return async () => {
    const { data } = await trader.client.from("bots").select("status")
      .eq("id", botId).single();
    return data?.status === wanted ? true : null;
  };
}

/** Every fill the exchange has on its books for this key, by trade id. */
async function venueTradeIds(
  paper: string,
  credentials: PaperCredentials,
): Promise<string[]> {
  const client = new RestClientV2({
    apiKey: credentials.apiKey,
    apiSecret: credentials.apiSecret,
    apiPass: credentials.passphrase,
    baseUrl: paper,
  });
  const ids: string[] = [];
  let idLessThan: string | undefined;
  for (;;) {
    const reply = await client.getFuturesFills({
      productType: "USDT-FUTURES",
      symbol: "BNBUSDT",
      limit: "100",
      ...(idLessThan === undefined ? {} : { idLessThan }),
    });
    const page = reply.data.fillList ?? [];
    ids.push(...page.map((fill: { tradeId: string }) => fill.tradeId));
    if (page.length < 100) return ids;
    idLessThan = reply.data.endId;
  }
}

async function recordedTradeIds(
  trader: Trader,
  botId: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0;; from += 1000) {
    const { data, error } = await trader.client.from("fills")
      .select("venue_trade_id").eq("bot_id", botId)
      .order("filled_at").range(from, from + 999);
    assert.equal(error, null);
    ids.push(...(data ?? []).map((row) => row.venue_trade_id));
    if ((data ?? []).length < 1000) return ids;
  }
}

/** The symbols of a bot's fills, each once. */
async function symbolsFilled(trader: Trader, botId: string): Promise<string[]> {
  const { data, error } = await trader.client.from("fills").select("symbol")
    .eq("bot_id", botId);
  assert.equal(error, null);
  return [...new Set(data?.map(({ symbol }) => String(symbol)))];
}

/** How many of a bot's orders have not ended. */
async function countLive(trader: Trader, botId: string): Promise<number> {
  const { count, error } = await trader.client.from("orders")
    .select("*", { count: "exact", head: true }).eq("bot_id", botId)
    .not("status", "in", "(filled,canceled,rejected)");
  assert.equal(error, null);
  return Number(count);
}

interface ShutOut {
  readonly ready: ReadyLine;
  readonly stranger: Trader;
  readonly owner: Trader;
  readonly botId: string;
}

/** Neither another user nor an anonymous visitor sees, joins or stops it. */
async function assertShutOut(
  { ready, stranger, owner, botId }: ShutOut,
): Promise<void> {
  const visitor = new Trader(ready);
  for (const other of [stranger, visitor]) {
    for (const table of ["bots", "orders", "fills", "exchange_keys"]) {
      const { data } = await other.client.from(table).select("*");
      assert.deepEqual(data ?? [], [], table);
    }
    await other.client.realtime.setAuth();
    const status = await new Promise<string>((resolve) => {
      other.client.channel(`user:${owner.userId}`, {
        config: { private: true },
      }).subscribe((s) => resolve(s));
    });
    assert.equal(status, "CHANNEL_ERROR");
  }
  const foreign = await stranger.call("POST", `/bots/${botId}/stop`, {
    stopPolicy: "cancel_orders",
  });
  assert.equal(foreign.status, 404);
  await visitor.close();
}

Deno.test({
  name: "a new user over supabase-js alone reaches a running bot and its fills",
  sanitizeOps: false,
  sanitizeResources: false,
}, async (t) => {
  const flags = ["--prices", "synthetic:7", "--speed", "600"];
  await using platform = await Platform.start(flags);
  const { ready } = platform;
  const owner = new Trader(ready);
  const stranger = new Trader(ready);
  await owner.signUp("owner@example.com");
  await stranger.signUp("stranger@example.com");
  let [keyId, botId, secondId] = ["", "", ""];
  let fillEvents = 0;

  await t.step("running within 5 s of the start", async () => {
    await owner.client.realtime.setAuth();
    owner.client.channel(`user:${owner.userId}`, {
      config: { private: true },
    }).on("broadcast", { event: "fill" }, () => fillEvents++).subscribe();
    const key = await owner.call("POST", "/keys/paper", {});
    assert.ok(key.body.id !== undefined, JSON.stringify(key));
    keyId = key.body.id;
    botId = await startBot(owner, keyId);
    await until("running", botStatus(owner, botId, "running"), 5_000);
  });

  await t.step("fills as rows and as events", async () => {
    await until("a fill row", async () => {
      const ids = await recordedTradeIds(owner, botId);
      return ids.length > 0 ? ids : null;
    });
    await until(
      "a fill event",
      () => Promise.resolve(fillEvents > 0 ? true : null),
    );
  });

  await t.step("a second market on the same account", async () => {
    secondId = await startBot(owner, keyId, "ETH/USDT:USDT");
    const symbols = () => symbolsFilled(owner, secondId);
    await until("its fills", async () => (await symbols()).length);
    assert.deepEqual(await symbols(), ["ETH/USDT:USDT"]);
    assert.deepEqual(await symbolsFilled(owner, botId), ["BNB/USDT:USDT"]);
  });

  await t.step("a stranger and a visitor see and join nothing", async () => {
    await assertShutOut({ ready, stranger, owner, botId });
  });

  await t.step(
    "stop leaves no order behind, a second stop says so",
    async () => {
      const stopped = await owner.call("POST", `/bots/${botId}/stop`, {
        stopPolicy: "close_positions",
      });
      assert.ok(stopped.status < 300, JSON.stringify(stopped));
      await until("stopped", botStatus(owner, botId, "stopped"));
      assert.equal(await countLive(owner, botId), 0);
      const again = await owner.call("POST", `/bots/${botId}/stop`, {
        stopPolicy: "close_positions",
      });
      assert.equal(again.status, 409);
      assert.equal(again.body.error?.code, "bot_not_running");
      // The other one's orders are its own.
      await until("the second bot's orders", () => countLive(owner, secondId));
    },
  );

  await owner.close();
  await stranger.close();
});

Deno.test({
  name: "July 2025 at high speed: ≤ 3 orders a fill, books agree to the trade",
  ignore: !(await Deno.stat(KLINES).then(() => true, () => false)),
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using platform = await Platform.start([
    "--prices",
    `csv:${KLINES}`,
    "--speed",
    "3000",
  ]);
  const trader = new Trader(platform.ready);
  await trader.signUp("july@example.com");
  const { keyId, credentials } = await openPaperKey(
    trader,
    platform.ready.paper,
  );
  const botId = await startBot(trader, keyId);
  await until("20 fills", async () => {
    const ids = await recordedTradeIds(trader, botId);
    return ids.length >= 20 ? ids : null;
  }, 120_000);
  const stop = await trader.call("POST", `/bots/${botId}/stop`, {
    stopPolicy: "close_positions",
  });
  assert.ok(stop.status < 300, JSON.stringify(stop));
  await until("stopped", botStatus(trader, botId, "stopped"));

  const venue = (await venueTradeIds(platform.ready.paper, credentials)).sort();
  const recorded = await until("all fills recorded", async () => {
    const ids = await recordedTradeIds(trader, botId);
    return ids.length >= venue.length ? ids.sort() : null;
  });
  assert.deepEqual(recorded, venue);
  const { count } = await trader.client.from("orders")
    .select("*", { count: "exact", head: true }).eq("bot_id", botId);
  assert.ok(count !== null && count <= 3 * recorded.length + 8);
  await trader.close();
});
