/**
 * The Deno permissions an engine runs with: its database, its exchanges, its
 * own port, and the variables it reads. No writing, no programs, no other
 * network, no other files than its watchdog's.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { VARIABLES } from "./environment.ts";
import { BITGET_HOSTS } from "./exchange/urls.ts";

/** A worker's file is read with the process's permissions. */
const WATCHDOG_FILE = fileURLToPath(
  import.meta.resolve("./watchdog_worker.ts"),
);

/** Whom this engine talks to. */
export interface EnginePermissionOptions {
  /** `host:port` of the database. */
  readonly databaseHost: string;
  /** `host` or `host:port` of each exchange, `BITGET_HOSTS` unless given. */
  readonly exchangeHosts?: readonly string[];
  /** 0 allows any port of 127.0.0.1, since the free one is not known yet. */
  readonly metricsPort: number;
}

/** Returns the flags for `deno run`, `--no-prompt` included. */
export function enginePermissions(options: EnginePermissionOptions): string[] {
  const metrics = options.metricsPort === 0
    ? "127.0.0.1"
    : `127.0.0.1:${options.metricsPort}`;
  const hosts = [
    options.databaseHost,
    ...(options.exchangeHosts ?? BITGET_HOSTS),
    metrics,
  ];
  const names = VARIABLES.map((variable) => variable.name);
  return [
    "--no-prompt",
    `--allow-net=${[...new Set(hosts)].join(",")}`,
    `--allow-env=${names.join(",")}`,
    // Libraries ask for variables of theirs and are told there are none.
    "--ignore-env",
    "--allow-sys=hostname",
    `--allow-read=${WATCHDOG_FILE}`,
  ];
}
