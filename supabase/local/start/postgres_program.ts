/** The database of a start: its cluster, kept running. @module */
import { fileURLToPath } from "node:url";
import type { Log } from "@core/model/log.ts";
import type { DataDirectory } from "./data_directory.ts";
import { prepareDatabase } from "../database.ts";
import { databaseUrl } from "../database_url.ts";
import { freePort } from "../free_port.ts";
import { placePostgres } from "../postgres/place.ts";
import {
  clusterExists,
  initialiseCluster,
  Postgres,
  type PostgresOptions,
} from "../postgres/postgres.ts";
import { StartFailure } from "./failure.ts";
import { Keeper, type Program } from "./keeper.ts";
import { endLeftoverPostgres } from "./leftovers.ts";
import type { Secrets } from "./secrets.ts";

/** A kept Postgres, prepared and migrated. */
export interface PostgresProgram extends AsyncDisposable {
  readonly keeper: Keeper<Program>;
  /** The cluster's folder: part of its command line. */
  readonly directory: string;
  /** Connection strings by role. */
  readonly urls: {
    readonly admin: string;
    readonly postgres: string;
    readonly engine: string;
  };
}

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
const RESTART_DELAY_MS = 500;

/** Boots the cluster, made at the first start, and applies new migrations. */
export async function startPostgresProgram(options: {
  readonly directory: DataDirectory;
  readonly secrets: Secrets;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Log;
  readonly tell: (sentence: string) => void;
}): Promise<PostgresProgram> {
  const { directory, secrets, log } = options;
  const { passwords } = secrets;
  const place = await placePostgres(directory.path(), options.tell);
  const settings: PostgresOptions = {
    ...place,
    port: options.port === 0 ? freePort() : options.port,
    password: passwords.admin,
    durable: true,
    log,
  };
  await endLeftoverPostgres(place.directory, log);
  if (!(await clusterExists(place.directory))) {
    await initialiseCluster(settings);
  }
  const keeper = await Keeper.start<Program>({
    name: "postgres",
    start: () => Postgres.start(settings),
    restartDelayMs: RESTART_DELAY_MS,
    log,
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartFailure(
      `${why}\nIf that is about its files: put back a whole copy, or remove ${directory.path()} to start anew`,
      { cause: error },
    );
  });
  const admin =
    `postgres://supabase_admin:${passwords.admin}@127.0.0.1:${settings.port}/postgres`;
  const as = (user: "postgres" | "engine"): string =>
    databaseUrl(admin, { user, password: passwords[user] });
  try {
    const applied = await prepareDatabase({
      adminUrl: admin,
      passwords: {
        postgres: passwords.postgres,
        "lite_api": passwords.liteApi,
        engine: passwords.engine,
      },
      migrations: MIGRATIONS,
    });
    log.debug("migrations_applied", { count: applied.length });
  } catch (error) {
    await keeper[Symbol.asyncDispose]();
    if (isWrongPassword(error)) {
      throw new StartFailure(
        `The database in ${directory.path()} was made with other passwords than those in ${
          directory.path("secrets.json")
        }: put the file back that belongs to it, or remove the directory to start anew`,
      );
    }
    throw error;
  }
  return {
    keeper,
    directory: place.directory,
    urls: { admin, postgres: as("postgres"), engine: as("engine") },
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  };
}

/** https://www.postgresql.org/docs/17/errcodes-appendix.html: 28P01 */
function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "28P01";
}
