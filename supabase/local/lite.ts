/**
 * Auth (GoTrue's API) and the Data API (PostgREST's) on one Postgres database.
 *
 * The only file that knows @supabase/lite, so that it can be replaced. Its
 * traps, all found on 0.10.0 and tested in lite_test.ts:
 *
 * - Left alone, it GRANTs ALL on every schema that has a table with row level
 *   security, private ones included, at its first request; and started before
 *   any such table exists it never switches role and serves as its login. Both
 *   hang on the private field `rlsState`, set here before use; besides, its
 *   login `lite_api` owns nothing of ours and is no superuser.
 * - It never looks at the schema again: make it after the migrations.
 * - A mail's link leads back to the API, whatever `redirect_to` was asked for;
 *   here it leads where it was asked to, or to the web app.
 * - A function's own refusal (`raise exception`, P0001) is a 500 without its
 *   code; here it is PostgREST's 400 with code, message and details.
 * - Auth answers no page of another origin, so that no browser can sign in;
 *   here it answers them as the platform does. A function of the Data API that
 *   takes arguments answers a browser's question before its call with a 404.
 *
 * @module
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import postgres from "postgres";
import type { Mail } from "./mail.ts";
import { restTypes } from "./rest_types.ts";

/** What Auth and the Data API need to know. */
export interface LiteOptions {
  /** Connection string of the role `lite_api`. */
  readonly databaseUrl: string;
  /** The origin the API is reached at: links in mails point there. */
  readonly siteUrl: string;
  /**
   * Where a link in a mail may lead to after it was followed (patterns with
   * `*` and `**`); the first, a plain URL, where nothing else was asked for.
   */
  readonly redirectUrls: readonly string[];
  readonly jwtSecret: string;
  /** Life of an access token in seconds. */
  readonly jwtExpiry: number;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly onMail: (mail: Mail) => void;
}

/** A served API; requests go to `fetch`. */
export interface Lite extends AsyncDisposable {
  /** @param peerAddress The socket's other end. */
  fetch(request: Request, peerAddress: string): Promise<Response>;
  /** Makes Auth's tables where they are missing. */
  ensureSchema(): Promise<void>;
}

const PASSWORD_LENGTH_MIN = 8;
const ROWS_MAX = 1_000;
/** Connections to Postgres: requests wait for a free one. */
const CONNECTIONS_MAX = 10;
/** How long statements under way may take when it is stopped. */
const END_TIMEOUT_SECONDS = 2;

/** What the request being answered gave as `redirect_to`. */
const redirect = new AsyncLocalStorage<string | undefined>();

/** Makes the API. Nothing is connected before the first request. */
export function createLite(options: LiteOptions): Lite {
  const connection = createPostgresConnection({
    url: options.databaseUrl,
    postgresOptions: {
      max: CONNECTIONS_MAX,
      onnotice: () => {},
      types: restTypes,
      connection: { application_name: "trellis-api" },
    },
  });
  const normalize = connection.normalizeDbError.bind(connection);
  Object.assign(connection, {
    rlsState: "active",
    normalizeDbError: (error: unknown) => asRaised(normalize(error)),
  });
  const app = new App({
    connection,
    db: { migrations: { enabled: false } },
    api: { schemas: ["public"], max_rows: ROWS_MAX },
    auth: {
      enabled: true,
      site_url: options.siteUrl,
      additional_redirect_urls: [...options.redirectUrls],
      jwt_secret: options.jwtSecret,
      jwt_expiry: options.jwtExpiry,
      minimum_password_length: PASSWORD_LENGTH_MIN,
      publishable_key: options.publishableKey,
      secret_key: options.secretKey,
      email: { enable_confirmations: false },
    },
    options: {
      server: { disableStudio: true, disableFallback: true },
      drivers: {
        email: {
          send(mail: Mail) {
            const target = redirect.getStore() ?? options.redirectUrls[0];
            options.onMail(
              target === undefined
                ? mail
                : redirectMail(mail, options.siteUrl, target),
            );
            return Promise.resolve();
          },
        },
      },
    },
  } as never);
  return {
    fetch: async (request, peerAddress) =>
      preflight(request) ?? openToPages(
        await redirect.run(
          new URL(request.url).searchParams.get("redirect_to") ?? undefined,
          () => app.fetch(request, { peerAddress }),
        ),
      ),
    ensureSchema: () => app.ensureSystemSchema({}),
    // Its own close() waits for ever for a connection that was reserved for a
    // request whose client has gone.
    [Symbol.asyncDispose]: () =>
      connection.driver.end({ timeout: END_TIMEOUT_SECONDS }),
  };
}

/** Answers a browser that asks whether a page elsewhere may call. */
function preflight(request: Request): Response | null {
  const { pathname } = new URL(request.url);
  const isTrap = pathname.startsWith("/auth/v1/") ||
    pathname.startsWith("/rest/v1/rpc/");
  if (request.method !== "OPTIONS" || !isTrap) return null;
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": asked ?? "authorization, apikey",
      "access-control-max-age": "86400",
      "vary": "access-control-request-headers",
    },
  });
}

/** Lets pages of other origins read an answer; tokens, not cookies, guard it. */
function openToPages(response: Response): Response {
  const name = "access-control-allow-origin";
  if (response.headers.has(name)) return response;
  const headers = new Headers(response.headers);
  headers.set(name, "*");
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/**
 * Puts an exception raised in SQL into the form of a PostgREST error of one's
 * own (`raise sqlstate 'PGRST'`), which lite answers with as it stands.
 */
function asRaised(error: unknown): unknown {
  if (!(error instanceof postgres.PostgresError) || error.code !== "P0001") {
    return error;
  }
  const { message, detail, hint } = error;
  return {
    code: "PGRST",
    message: JSON.stringify({
      code: "P0001",
      message,
      details: detail ?? null,
      hint: hint ?? null,
    }),
    detail: JSON.stringify({ status: 400, headers: {} }),
  };
}

/** Lets the links of a mail lead elsewhere; Auth checks that when followed. */
function redirectMail(mail: Mail, siteUrl: string, target: string): Mail {
  const written = new URLSearchParams({ "redirect_to": siteUrl }).toString();
  const wanted = new URLSearchParams({ "redirect_to": target }).toString();
  const { text, html } = mail;
  return {
    to: mail.to,
    subject: mail.subject,
    ...(text !== undefined && { text: text.replaceAll(written, wanted) }),
    ...(html !== undefined && { html: html.replaceAll(written, wanted) }),
  };
}
