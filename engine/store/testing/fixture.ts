/**
 * A cloned database with traders, keys and bots in it, for tests of the store
 * and the supervisor.
 *
 * @module
 */
import type { BotRow } from "../port.ts";
import postgres from "postgres";
import { createTestDatabase } from "@db/local/test_database.ts";
import type { Claim } from "../claim.ts";
import { type Database, openDatabase, type Sql } from "../database.ts";
import { EngineSession, type EngineSessionOptions } from "../engine_session.ts";

/** A bot's row as the fixture made it. */
export interface FixtureBot {
  readonly id: string;
  readonly userId: string;
  readonly exchangeKeyId: string;
}

/** A bot's configuration, as JSON. */
export interface FixtureConfig {
  [name: string]: string | number | boolean | null | FixtureConfig;
}

/** See the head of this file. */
export class Fixture implements AsyncDisposable {
  #disposal = new AsyncDisposableStack();

  private constructor(
    /** Superuser: seeds and looks. */
    readonly admin: Sql,
    /** Connection string of the role `engine`. */
    readonly engineUrl: string,
    /** The pools of one engine. */
    readonly database: Database,
  ) {}

  /** @param adminUrl Another test cluster's superuser; the run's without. */
  static async open(adminUrl?: string): Promise<Fixture> {
    const stack = new AsyncDisposableStack();
    const clone = stack.use(await createTestDatabase(adminUrl));
    const admin = postgres(clone.urls.admin, { max: 2, onnotice: () => {} });
    stack.defer(() => admin.end({ timeout: 5 }));
    const database = stack.use(openDatabase({
      url: clone.urls.engine,
      engineId: crypto.randomUUID(),
    }));
    const fixture = new Fixture(admin, clone.urls.engine, database);
    fixture.#disposal = stack;
    return fixture;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposal.disposeAsync();
  }

  /** Adds a signed-up user. @returns The user's id. */
  async addTrader(): Promise<string> {
    const id = crypto.randomUUID();
    await this.admin`
      insert into auth.users (id, aud, role, email, encrypted_password)
      values (${id}, 'authenticated', 'authenticated', ${`${id}@trellis.local`}, '')`;
    return id;
  }

  /** Adds a key, on paper unless given, with a sealed secret. @returns The key's id. */
  async addKey(
    options: {
      readonly userId: string;
      readonly sealed?: (id: string) => Promise<string>;
      readonly exchangeUid?: string;
      readonly venue?: "paper" | "bitget";
    },
  ): Promise<string> {
    const id = crypto.randomUUID();
    const sealed = await options.sealed?.(id) ?? "aaaa.bbbb.cccc.dddd.eeee";
    await this.admin`
      insert into public.exchange_keys (
        id, user_id, label, venue, exchange_uid, key_hint
      ) values (
        ${id}, ${options.userId}, 'Paper', ${options.venue ?? "paper"},
        ${options.exchangeUid ?? id}, 'abcd'
      )`;
    await this.admin`
      insert into private.exchange_key_secrets (exchange_key_id, sealed, kid)
      values (${id}, ${sealed}, 'test')`;
    return id;
  }

  /** Adds a bot that should run; with a trader and a key unless given. */
  async addBot(
    options: {
      readonly exchangeKeyId?: string;
      readonly symbol?: string;
      readonly strategy?: BotRow["strategy"];
      readonly config?: FixtureConfig;
    } = {},
  ): Promise<FixtureBot> {
    const [bot] = await this.addBots({
      ...options,
      symbols: [options.symbol ?? "BNB/USDT:USDT"],
    });
    if (bot === undefined) throw new Error("No such exchange key");
    return bot;
  }

  /** Adds bots of one account in one transaction: engines see all or none. */
  async addBots(
    options: {
      readonly symbols: readonly string[];
      readonly exchangeKeyId?: string;
      readonly strategy?: BotRow["strategy"];
      readonly config?: FixtureConfig;
    },
  ): Promise<FixtureBot[]> {
    const exchangeKeyId = options.exchangeKeyId ??
      await this.addKey({ userId: await this.addTrader() });
    const rows = await this.admin`
      insert into public.bots (
        user_id, exchange_key_id, name, symbol, strategy, config,
        desired_state, desired_version
      )
      select k.user_id, k.id, 'Grid', s.symbol,
        ${options.strategy ?? "as_grid"},
        ${this.admin.json(options.config ?? {})}, 'running', 1
      from public.exchange_keys k,
        json_array_elements_text(${
      JSON.stringify(options.symbols)
    }::text::json) as s (symbol)
      where k.id = ${exchangeKeyId}
      returning id, user_id`;
    return rows.map((row) => ({
      id: String(row.id),
      userId: String(row.user_id),
      exchangeKeyId,
    }));
  }

  /** Raises a bot's epoch, as a claim does. */
  async claim(botId: string): Promise<Claim> {
    const [row] = await this.admin`
      update public.bots set claim_epoch = claim_epoch + 1
      where id = ${botId} returning claim_epoch`;
    return { botId, epoch: Number(row?.claim_epoch) };
  }

  /** Opens an engine's lock session. */
  openSession(
    options: Partial<Pick<EngineSessionOptions, "engineId" | "onLost">> = {},
  ): Promise<EngineSession> {
    const engineId = options.engineId ?? crypto.randomUUID();
    return EngineSession.open({
      url: this.engineUrl,
      engineId,
      engine: {
        id: engineId,
        name: "test",
        host: "localhost",
        pid: Deno.pid,
        version: "0.0.0",
        capacity: 500,
      },
      onLost: options.onLost ?? (() => {}),
    });
  }
}

/** A log that keeps nothing. */
export const SILENT_LOG = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => SILENT_LOG,
} as const;

/**
 * Waits for a condition.
 *
 * @throws {Error} After the deadline, naming the condition.
 */
export async function until(
  what: string,
  probe: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Waited ${deadlineMs} ms in vain: ${what}`);
}
