/**
 * Supabase for a test: Auth, Data API, Realtime and the real functions on a
 * database and a port of its own, for an unmodified supabase-js.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Log } from "@core/model/log.ts";
import { generateVaultKeys, type VaultKeys } from "@engine/vault/generate.ts";
import { type Stack, startStack } from "./stack.ts";
import { stderrLog } from "./stderr_log.ts";
import {
  createTestDatabase,
  TEST_PASSWORD,
  type TestDatabase,
} from "./test_database.ts";

/** What a test may want to differ. */
export interface TestStackOptions {
  /** Life of an access token in seconds; an hour without. */
  readonly jwtExpiry?: number;
  /** Base URL of a paper exchange, for the functions. */
  readonly paperUrl?: string;
  /** Origin of the page that calls; `http://127.0.0.1:8080` without. */
  readonly webOrigin?: string;
  /** The folder of the functions; the project's without. */
  readonly functions?: string;
  readonly log?: Log;
}

/** A running stack, its keys and its database. */
export interface TestStack extends Stack {
  readonly database: TestDatabase;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly jwtSecret: string;
  readonly vault: VaultKeys;
}

const PUBLISHABLE_KEY = "sb_publishable_test";
const SECRET_KEY = "sb_secret_test";
const JWT_SECRET = "a secret for tests that is longer than 32 bytes";
const ALERTS_KEY = new Uint8Array(32).fill(1).toBase64({
  alphabet: "base64url",
  omitPadding: true,
});
const FUNCTIONS = fileURLToPath(new URL("../../functions", import.meta.url));

/**
 * Starts a stack; disposing stops it and drops the database.
 *
 * @example
 * ```ts ignore
 * await using stack = await startTestStack();
 * const supabase = createClient(stack.url, stack.publishableKey);
 * ```
 */
export async function startTestStack(
  options: TestStackOptions = {},
): Promise<TestStack> {
  await using cleanup = new AsyncDisposableStack();
  const database = cleanup.use(await createTestDatabase());
  const vault = await generateVaultKeys();
  const stack = cleanup.use(
    await startStack({
      adminUrl: database.urls.admin,
      litePassword: TEST_PASSWORD,
      port: 0,
      jwtSecret: JWT_SECRET,
      jwtExpiry: options.jwtExpiry ?? 3_600,
      publishableKey: PUBLISHABLE_KEY,
      secretKey: SECRET_KEY,
      webOrigins: [options.webOrigin ?? "http://127.0.0.1:8080"],
      functions: options.functions ?? FUNCTIONS,
      functionsEnvironment: {
        "TRELLIS_VAULT_PUBLIC_KEYS": JSON.stringify(vault.publicKeys),
        "TRELLIS_ALERTS_KEY": ALERTS_KEY,
        ...(options.paperUrl !== undefined && {
          "TRELLIS_PAPER_URL": options.paperUrl,
        }),
      },
      onFunctionLog: logErrors,
      log: options.log ?? stderrLog("warn"),
    }),
  );
  const owned = cleanup.move();
  return {
    url: stack.url,
    inbox: stack.inbox,
    functions: stack.functions,
    realtime: stack.realtime,
    database,
    publishableKey: PUBLISHABLE_KEY,
    secretKey: SECRET_KEY,
    jwtSecret: JWT_SECRET,
    vault,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Refusals are what tests provoke; failures are what they must not hide. */
function logErrors(line: string): void {
  if (line.includes('"level":"info"')) return;
  Deno.stderr.writeSync(new TextEncoder().encode(`functions: ${line}\n`));
}
