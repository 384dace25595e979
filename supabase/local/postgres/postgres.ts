/**
 * One Postgres cluster: made once, then started and stopped.
 *
 * The superuser made by initdb is called `supabase_admin`, as on the platform;
 * `postgres`, which owns what migrations make, is an ordinary role that
 * `sql/bootstrap.sql` adds.
 *
 * @module
 */
import { join } from "node:path";
import type { Log } from "@core/model/log.ts";
import { type Account, Child } from "../child.ts";
import type { PostgresBinaries } from "./binaries.ts";

/** How a cluster is run. */
export interface PostgresOptions {
  readonly binaries: PostgresBinaries;
  /** The account that owns the files, where it is not ours. */
  readonly account: Account | undefined;
  /** The cluster's folder; its parent must exist. */
  readonly directory: string;
  readonly port: number;
  /** The password of supabase_admin, set when the cluster is made. */
  readonly password: string;
  /** False only for throw-away data: it does not survive a power cut. */
  readonly durable: boolean;
  readonly log: Log;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
/** Lines kept to explain why Postgres did not start. */
const LAST_LINES_MAX = 20;

/** A running Postgres. `ended` resolves when it is gone, asked or not. */
export class Postgres {
  readonly #child: Child;
  #stopping = false;

  private constructor(child: Child) {
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid;
  }

  get ended(): Promise<Deno.CommandStatus> {
    return this.#child.ended;
  }

  /** Starts the cluster and waits until it accepts connections. */
  static async start(options: PostgresOptions): Promise<Postgres> {
    const lastLines: string[] = [];
    const { promise: ready, resolve } = Promise.withResolvers<"ready">();
    const child = new Child({
      command: options.binaries.postgres,
      args: serverArgs(options),
      env: { LC_MESSAGES: "C", PGDATA: "" },
      cwd: "/",
      account: options.account,
      orphanSignal: "INT",
      onStderr: (line) => {
        if (lastLines.push(line) > LAST_LINES_MAX) lastLines.shift();
        if (line.includes("ready to accept connections")) resolve("ready");
        else if (/ (ERROR|FATAL|PANIC|WARNING): /.test(line)) {
          options.log.debug("postgres_message", { line });
        }
      },
    });
    const postgres = new Postgres(child);
    const outcome = await withDeadline(
      Promise.race([ready, child.ended]),
      START_TIMEOUT_MS,
    );
    if (outcome !== "ready") {
      await postgres.stop();
      throw new Error(
        `Postgres did not start in ${options.directory} on port ${options.port}:\n` +
          lastLines.join("\n"),
      );
    }
    return postgres;
  }

  /** Ends all sessions and writes everything down. Safe to call twice. */
  async stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      await this.#child.stop("SIGINT", STOP_TIMEOUT_MS);
    }
    await this.#child.ended;
  }
}

/** Whether a cluster has been made in this folder. */
export async function clusterExists(directory: string): Promise<boolean> {
  try {
    await Deno.stat(join(directory, "PG_VERSION"));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Makes an empty cluster with the superuser supabase_admin.
 *
 * It is made beside its place and moved there when it is whole, so a start that
 * was killed half way leaves nothing that looks like a cluster.
 */
export async function initialiseCluster(
  options: PostgresOptions,
): Promise<void> {
  const { account } = options;
  const directory = `${options.directory}.new`;
  await Deno.remove(directory, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.mkdir(directory, { mode: 0o700 });
  const passwordFile = `${directory}.password`;
  await Deno.writeTextFile(passwordFile, options.password + "\n", {
    mode: 0o600,
  });
  try {
    if (account !== undefined) {
      await Deno.chown(directory, account.uid, account.gid);
      await Deno.chown(passwordFile, account.uid, account.gid);
    }
    const { success, stderr, stdout } = await new Deno.Command(
      options.binaries.initdb,
      {
        args: [
          `--pgdata=${directory}`,
          "--auth=scram-sha-256",
          "--username=supabase_admin",
          `--pwfile=${passwordFile}`,
          "--encoding=UTF8",
          "--locale=C",
          ...(options.durable ? [] : ["--no-sync"]),
        ],
        cwd: "/",
        env: { LC_ALL: "C" },
        ...account,
      },
    ).output();
    if (!success) {
      const decoder = new TextDecoder();
      throw new Error(
        `Cannot make a Postgres cluster in ${directory}: ` +
          `${decoder.decode(stderr)}${decoder.decode(stdout)}`,
      );
    }
    await Deno.rename(directory, options.directory);
  } finally {
    await Deno.remove(passwordFile);
  }
}

function serverArgs(options: PostgresOptions): string[] {
  const settings: Record<string, string> = {
    "listen_addresses": "127.0.0.1",
    // Several clusters may run side by side: no sockets in /tmp.
    "unix_socket_directories": "",
    "wal_level": "logical",
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
    // synchronous_commit stays on even in tests: off delays NOTIFY's readers.
    ...(options.durable ? {} : {
      "fsync": "off",
      "full_page_writes": "off",
      "autovacuum": "off",
      "max_wal_size": "4GB",
    }),
  };
  return [
    "-D",
    options.directory,
    "-p",
    String(options.port),
    ...Object.entries(settings).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]),
  ];
}

async function withDeadline<T>(
  promise: Promise<T>,
  timeoutMs: number,
): Promise<T | undefined> {
  const { promise: timeout, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), timeoutMs);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
