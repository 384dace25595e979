/**
 * The throw-away Postgres of one test run, with a migrated template database.
 *
 * @module
 */
import { join } from "node:path";
import postgres from "postgres";
import type { Log } from "@core/model/log.ts";
import { prepareDatabase } from "./database.ts";
import { freePort } from "./free_port.ts";
import { placePostgres } from "./postgres/place.ts";
import { initialiseCluster, Postgres } from "./postgres/postgres.ts";
import { TEMPLATE, TEST_PASSWORD } from "./test_database.ts";

/** A running test cluster; disposing stops it and removes its files. */
export interface TestCluster extends AsyncDisposable {
  /** The superuser's connection string, for the environment of the tests. */
  readonly adminUrl: string;
  /**
   * Ends the server, for a while: `fast` ends its sessions, `immediate` is a
   * crash. A clean-up or {@linkcode start} may follow.
   */
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Starts the stopped server again, on its port and data. */
  start(): Promise<void>;
}

/**
 * Boots a cluster in a temporary folder and makes the template.
 *
 * @param migrations The folder with the project's migrations; may be missing.
 */
export async function startTestCluster(
  options: {
    readonly migrations: string;
    readonly log: Log;
    /** Commits reach the disk: slower, for measurements. Default false. */
    readonly durable?: boolean;
  },
): Promise<TestCluster> {
  await using cleanup = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "trellis-test-" });
  cleanup.defer(() => Deno.remove(directory, { recursive: true }));
  await Deno.chmod(directory, 0o711);
  const place = await placePostgres(directory, () => {});
  const settings = {
    ...place,
    port: freePort(),
    password: TEST_PASSWORD,
    durable: options.durable ?? false,
    log: options.log,
  };
  if (!place.directory.startsWith(directory)) {
    cleanup.defer(() =>
      Deno.remove(join(place.directory, ".."), { recursive: true })
    );
  }
  await initialiseCluster(settings);
  let server = await Postgres.start(settings);
  cleanup.defer(() => server.stop());
  const adminUrl =
    `postgres://supabase_admin:${TEST_PASSWORD}@127.0.0.1:${settings.port}/postgres`;
  await prepareDatabase({
    adminUrl,
    migrations: options.migrations,
    passwords: {
      postgres: TEST_PASSWORD,
      "lite_api": TEST_PASSWORD,
      engine: TEST_PASSWORD,
    },
  });
  await makeTemplate(adminUrl);
  const stack = cleanup.move();
  return {
    adminUrl,
    async stop(how) {
      if (how === "immediate") Deno.kill(server.pid, "SIGQUIT");
      else await server.stop();
      await server.ended;
    },
    async start() {
      server = await Postgres.start(settings);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Copies `postgres`, prepared, to a database nobody connects to. */
async function makeTemplate(adminUrl: string): Promise<void> {
  // From another database: nobody may be connected to the one copied.
  const url = new URL(adminUrl);
  url.pathname = "/template1";
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(
      `create database ${TEMPLATE} owner postgres template postgres`,
    );
    await sql.unsafe(`alter database ${TEMPLATE} allow_connections false`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
