/**
 * What is there to look at after the first start: a demo trader whose grid runs
 * on a paper account, and an admin. Everything a user can do is done the way a
 * user does it, through the API and the functions. Each step is skipped when it
 * was done before, so a start that was killed half way goes on.
 *
 * @module
 */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { z } from "zod";
import type { Secrets } from "./secrets.ts";

/** What the seed talks to. */
export interface SeedOptions {
  readonly apiUrl: string;
  readonly secrets: Secrets;
  /** Connection string of the role `postgres`: admins are made in SQL only. */
  readonly databaseUrl: string;
  /** The paper exchange's base URL. */
  readonly paperUrl: string;
}

/** The demo's market, where the paper exchange has it. */
const BASE = "BNB";
const CONFIG = {
  takeProfitSpacing: 0.004,
  gridSpacing: 0.006,
  baseNotional: 50,
  leverage: 10,
  // Replayed minutes pass in moments: an opening order follows as quickly.
  openRequoteSeconds: 1,
};
const created = z.object({ id: z.string() });
const contracts = z.object({
  data: z.array(z.object({ baseCoin: z.string(), quoteCoin: z.string() })),
});

/** Seeds what is missing. @returns The demo bot's id. */
export async function seed(options: SeedOptions): Promise<string> {
  const { secrets } = options;
  const demo = await enter(options, secrets.demo);
  try {
    const admin = await enter(options, secrets.admin);
    await admin.close();
    await makeAdmin(options.databaseUrl, admin.userId);
    return await seedBot(demo, options.paperUrl);
  } finally {
    await demo.close();
  }
}

interface Session {
  readonly client: SupabaseClient;
  readonly userId: string;
  /** Calls a function as this user. */
  call(path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Signs in, or up where there is no such user yet. */
async function enter(
  { apiUrl, secrets }: SeedOptions,
  person: { readonly email: string; readonly password: string },
): Promise<Session> {
  const client = createClient(apiUrl, secrets.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const known = await client.auth.signInWithPassword(person);
  const { data, error } = known.error?.code === "invalid_credentials"
    ? await client.auth.signUp(person)
    : known;
  if (error !== null) {
    throw new Error(`Cannot sign in ${person.email}: ${error.message}`);
  }
  const { session } = data;
  if (session === null) {
    throw new Error(`Cannot sign in ${person.email}: no session`);
  }
  return {
    client,
    userId: session.user.id,
    call: (path, body = {}) => call(apiUrl, session.access_token, path, body),
    close: async () => {
      await client.auth.stopAutoRefresh();
      await client.realtime.disconnect();
    },
  };
}

async function call(
  apiUrl: string,
  token: string,
  path: string,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(`${apiUrl}/functions/v1${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) {
    throw new Error(`Cannot seed: ${path} answers ${JSON.stringify(answer)}`);
  }
  return answer;
}

async function makeAdmin(databaseUrl: string, userId: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    await sql`
      insert into private.admins (user_id) values (${userId})
      on conflict do nothing`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function seedBot(demo: Session, paperUrl: string): Promise<string> {
  const { data: bots, error } = await demo.client.from("bots")
    .select("id,desired_version").order("created_at").limit(1);
  if (error !== null) throw new Error(`Cannot seed: ${error.message}`);
  const [bot] = bots;
  // Stopped by the user is not the same as never started.
  if (bot !== undefined && bot.desired_version > 0) return bot.id;
  const id = bot?.id ?? created.parse(
    await demo.call("/bots", {
      exchangeKeyId: await paperKey(demo),
      name: "Demo grid",
      symbol: await demoSymbol(paperUrl),
      strategy: "as_grid",
      config: CONFIG,
    }),
  ).id;
  await demo.call(`/bots/${id}/start`);
  return id;
}

async function paperKey(demo: Session): Promise<string> {
  const { data: keys, error } = await demo.client.from("exchange_keys")
    .select("id").eq("venue", "paper").eq("status", "active").limit(1);
  if (error !== null) throw new Error(`Cannot seed: ${error.message}`);
  const [key] = keys;
  return key?.id ?? created.parse(await demo.call("/keys/paper")).id;
}

/**
 * Returns what the demo trades: BNB, or the first that the paper exchange has.
 * A file of candles brings its own symbol, and that may be the only one.
 */
export async function demoSymbol(paperUrl: string): Promise<string> {
  const response = await fetch(
    `${paperUrl}/api/v2/mix/market/contracts?productType=USDT-FUTURES`,
  );
  const { data } = contracts.parse(await response.json());
  const contract = data.find(({ baseCoin }) => baseCoin === BASE) ?? data[0];
  if (contract === undefined) {
    throw new Error("Cannot seed: the paper exchange lists no symbol");
  }
  const { baseCoin, quoteCoin } = contract;
  return `${baseCoin}/${quoteCoin}:${quoteCoin}`;
}
