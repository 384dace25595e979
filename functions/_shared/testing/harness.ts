/**
 * The functions as apps, on a real Auth, Data API and database of their
 * own; everything they answer and log is written down and searched for secrets.
 *
 * @module
 */
import {
  startTestStack,
  type TestStack,
  type TestStackOptions,
} from "@db/local/test_stack.ts";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import postgres from "postgres";
import { createAlertsApp } from "../../alerts/app.ts";
import { createBotsApp } from "../../bots/app.ts";
import { createKeysApp } from "../../keys/app.ts";
import { createUidApp } from "../../uid/app.ts";
import type { App } from "../app.ts";
import { type Environment, readEnvironment } from "../env.ts";
import type { ErrorCode } from "../errors.ts";
import { logOutlet } from "../log.ts";

/** A signed-up user. */
export interface Trader {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly client: SupabaseClient;
}

/** An answer, its body parsed where there is one. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any -- tests read what they expect and fail otherwise
  readonly body: any;
}

/** One request to the functions. */
export interface Request {
  readonly method?: string;
  /** From the function's name on: `/keys/paper`. */
  readonly path: string;
  readonly as?: Trader | null;
  readonly token?: string;
  /** Text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a refusal is expected to be. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly field?: string;
  readonly sentence?: RegExp;
}

/** The functions under test and what surrounds them. */
export class Harness implements AsyncDisposable {
  readonly stack: TestStack;
  readonly sql: ReturnType<typeof postgres>;
  readonly env: Environment;
  /** Texts that must never be seen again; searched for at the end. */
  readonly secrets: string[] = [];
  /** Every answer and every line of the log. */
  readonly transcript: string[] = [];
  readonly #apps: Readonly<Record<string, App>>;
  readonly #writeLog = logOutlet.write;
  #users = 0;

  private constructor(stack: TestStack, change: Partial<Environment>) {
    this.stack = stack;
    this.sql = postgres(stack.database.urls.admin, {
      max: 2,
      onnotice: () => {},
    });
    const variables: Readonly<Record<string, string>> = {
      "SUPABASE_URL": stack.url,
      "SUPABASE_PUBLISHABLE_KEYS": JSON.stringify({
        default: stack.publishableKey,
      }),
      "SUPABASE_SECRET_KEYS": JSON.stringify({ default: stack.secretKey }),
      "TRELLIS_VAULT_PUBLIC_KEYS": JSON.stringify(stack.vault.publicKeys),
      "TRELLIS_ALLOWED_ORIGIN": "http://127.0.0.1:8080",
    };
    this.env = { ...readEnvironment((name) => variables[name]), ...change };
    this.#apps = {
      alerts: createAlertsApp(() => this.env),
      keys: createKeysApp(() => this.env),
      uid: createUidApp(() => this.env),
      bots: createBotsApp(() => this.env),
    };
    this.secrets.push(stack.secretKey);
    logOutlet.write = (line) => void this.transcript.push(line);
  }

  /** Starts everything; `change` replaces parts of the configuration. */
  static async start(
    change: Partial<Environment> = {},
    options: TestStackOptions = {},
  ): Promise<Harness> {
    return new Harness(await startTestStack(options), change);
  }

  /** Signs a new user up. */
  async signUp(): Promise<Trader> {
    this.#users += 1;
    const email = `user${this.#users}@example.com`;
    const client = createClient(this.stack.url, this.stack.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
    });
    const { data, error } = await client.auth.signUp({
      email,
      password: "correct-horse-battery-9",
    });
    assert.equal(error, null);
    assert.ok(data.user !== null && data.session !== null);
    const token = data.session.access_token;
    return { id: data.user.id, email, token, client };
  }

  /** Signs a new user up and makes him an admin. */
  async signUpAdmin(): Promise<Trader> {
    const admin = await this.signUp();
    await this.sql`insert into private.admins (user_id) values (${admin.id})`;
    return admin;
  }

  /** Sends a request and writes the answer down. */
  async call(request: Request): Promise<Reply> {
    const app = this.#apps[request.path.split(/[/?]/)[1] ?? ""];
    assert.ok(app !== undefined, request.path);
    const token = request.token ?? request.as?.token;
    const { body } = request;
    const response = await app.request(request.path, {
      method: request.method ?? "POST",
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        "content-type": "application/json",
        ...request.headers,
      },
      ...(body === undefined ? {} : {
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    this.transcript.push(text);
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  }

  /**
   * Sends a request that must be refused in these words and must change
   * nothing: every row of the database is the same before and after.
   */
  async refuses(request: Request, refusal: Refusal): Promise<Reply> {
    const before = await this.snapshot();
    const reply = await this.call(request);
    const { error } = reply.body;
    assert.equal(
      error?.code,
      refusal.code,
      `${JSON.stringify(reply.body)} ${this.transcript.at(-2)}`,
    );
    assert.equal(reply.status, refusal.status);
    assert.equal(error.field, refusal.field);
    assert.match(error.message, refusal.sentence ?? /^.+$/);
    assert.ok(error.message.length > 10, error.message);
    assert.deepEqual(await this.snapshot(), before);
    return reply;
  }

  /** Every row of every table, the count of calls aside. */
  async snapshot(): Promise<Record<string, unknown>> {
    const tables = await this.sql<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name
      from pg_tables
      where schemaname in ('public', 'private') and tablename <> 'rate_limits'
      order by 1`;
    const rows: Record<string, unknown> = {};
    for (const { name } of tables) {
      const [row] = await this.sql.unsafe(
        `select jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text) as rows from ${name} as t`,
      );
      rows[name] = row?.rows;
    }
    return rows;
  }

  /** Fails if a secret was answered or logged. */
  assertNothingLeaked(): void {
    for (const secret of this.secrets) {
      assert.ok(secret.length >= 8);
      const leak = this.transcript.find((line) => line.includes(secret));
      assert.equal(leak, undefined);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    logOutlet.write = this.#writeLog;
    await this.sql.end({ timeout: 5 });
    await this.stack[Symbol.asyncDispose]();
    this.assertNothingLeaked();
  }
}
