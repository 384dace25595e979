/// <reference lib="deno.ns" />
/**
 * What a browser test stands on: the really started platform, a browser, and
 * people. One world a test file; every wait in it has a deadline.
 *
 * ```ts
 * Deno.test("the keys page …", async (t) => {
 *   await using world = await World.start();
 *   await inOrder(t, [["lists keys", () => listsKeys(world)]]);
 * });
 * ```
 *
 * @module
 */
import postgres from "postgres";
import {
  Platform,
  type ReadyLine,
} from "../../supabase/local/testing/platform.ts";
import { until } from "../../supabase/local/testing/until.ts";
import { TestBrowser } from "./browser.ts";
import { BrowserStuck, Visit, type VisitOptions } from "./visit.ts";
import { within } from "./within.ts";

/** Deadlines, not figures: other tests run at the same time. */
const START_MS_MAX = 150_000;
const CALL_MS_MAX = 20_000;
const STEP_MS_MAX = 240_000;

/** Who signs in. */
export interface Person {
  readonly email: string;
  readonly password: string;
}

/** A password the app accepts. */
export const PASSWORD = "correct-horse-battery-9";

/** See the header of this file. */
export class World implements AsyncDisposable {
  readonly ready: ReadyLine;
  #browser: TestBrowser;
  readonly #platform: Platform;

  private constructor(platform: Platform, browser: TestBrowser) {
    this.#platform = platform;
    this.ready = platform.ready;
    this.#browser = browser;
  }

  /**
   * Starts platform and browser.
   *
   * @param flags Of the start command; prices move five minutes a second.
   */
  static async start(
    flags: readonly string[] = ["--prices", "synthetic:7", "--speed", "300"],
  ): Promise<World> {
    const platform = await within(Platform.start(flags), {
      what: "the platform",
      ms: START_MS_MAX,
    });
    try {
      return new World(platform, await TestBrowser.launch());
    } catch (error) {
      await platform[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens a page as a visitor. */
  async visit(path = "/", options: VisitOptions = {}): Promise<Visit> {
    const { web } = this.ready;
    try {
      return await Visit.begin(this.#browser.browser, web, path, options);
    } catch (error) {
      if (!(error instanceof BrowserStuck)) throw error;
      // Seen under heavy load: from then on it answers nothing at all.
      await this.#browser[Symbol.asyncDispose]().catch(() => {});
      this.#browser = await TestBrowser.launch();
      return await Visit.begin(this.#browser.browser, web, path, options);
    }
  }

  /** Opens a page as somebody who is signed in already. */
  async visitAs(
    person: Person,
    path = "/bots",
    options: VisitOptions = {},
  ): Promise<Visit> {
    const session = await this.#auth("token?grant_type=password", person);
    if (options.locale !== undefined) {
      // The profile's language counts before the browser's.
      await this.#choose(session, options.locale);
    }
    return await this.visit(path, { ...options, session });
  }

  /** Signs somebody up, over the API: the pages for it have their own tests. */
  async signUp(email: string, password = PASSWORD): Promise<Person> {
    await this.#auth("signup", { email, password });
    return { email, password };
  }

  /** Calls a function as somebody, `/keys/paper`, and returns its answer. */
  async call(person: Person, path: string, body: unknown): Promise<unknown> {
    const session: { readonly "access_token"?: string } = JSON.parse(
      await this.#auth("token?grant_type=password", person),
    );
    return JSON.parse(
      await this.#post(
        `/functions/v1${path}`,
        session.access_token ?? "",
        body,
      ),
    );
  }

  /** Works in the database as its owner; the connection ends with the work. */
  async inDatabase<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    const sql = postgres(this.ready.db, { max: 1, onnotice: () => {} });
    try {
      return await within(work(sql), { what: "SQL", ms: STEP_MS_MAX });
    } finally {
      await sql.end({ timeout: 5 });
    }
  }

  /** Reads the newest mail to an address, off the inbox page. */
  async readMail(email: string, pattern: RegExp): Promise<string> {
    return await until(`a mail to ${email}`, async () => {
      const response = await fetch(`${this.ready.api}/inbox`, {
        signal: AbortSignal.timeout(CALL_MS_MAX),
      });
      const articles = (await response.text()).split("<article").slice(1);
      const mail = articles.find((article) => article.includes(email)) ?? "";
      const text = mail.replaceAll(/<[^>]*>/g, " ").replaceAll("&amp;", "&");
      return pattern.exec(text)?.[0] ?? null;
    });
  }

  async #choose(session: string, locale: string): Promise<void> {
    const parsed: { readonly "access_token": string } = JSON.parse(session);
    const response = await fetch(
      `${this.ready.api}/rest/v1/profiles?locale=neq.${locale}`,
      {
        method: "PATCH",
        headers: {
          "apikey": this.ready.publishableKey,
          "authorization": `Bearer ${parsed.access_token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ locale }),
        signal: AbortSignal.timeout(CALL_MS_MAX),
      },
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`profiles: ${response.status} ${text}`);
  }

  async #auth(path: string, body: unknown): Promise<string> {
    return await this.#post(
      `/auth/v1/${path}`,
      this.ready.publishableKey,
      body,
    );
  }

  async #post(path: string, bearer: string, body: unknown): Promise<string> {
    const response = await fetch(this.ready.api + path, {
      method: "POST",
      headers: {
        "apikey": this.ready.publishableKey,
        "authorization": `Bearer ${bearer}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(STEP_MS_MAX),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#browser[Symbol.asyncDispose]();
    } finally {
      await this.#platform[Symbol.asyncDispose]();
    }
  }
}

/** Runs steps that build on one another: the first failure ends them. */
export async function inOrder(
  t: Deno.TestContext,
  steps: readonly (readonly [string, () => Promise<void>])[],
): Promise<void> {
  for (const [name, step] of steps) {
    const hasPassed = await t.step(
      name,
      () => within(step(), { what: `“${name}”`, ms: STEP_MS_MAX }),
    );
    if (!hasPassed) return;
  }
}
