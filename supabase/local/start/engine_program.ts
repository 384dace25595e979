/**
 * The trading engines of a start, each with exactly the rights it needs: its database,
 * its exchange, its metrics port and its own configuration.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import { BITGET_HOSTS } from "@engine/exchange/urls.ts";
import { enginePermissions } from "@engine/permissions.ts";
import { z } from "zod";
import { freePort } from "../free_port.ts";
import type { DataDirectory } from "./data_directory.ts";
import { type DenoProgram, startDenoProgram } from "./deno_program.ts";
import { Keeper } from "./keeper.ts";
import type { KnownProcess } from "./leftovers.ts";
import type { Secrets } from "./secrets.ts";

/** The engines of a start, each kept running. */
export interface Engines extends AsyncDisposable {
  readonly keepers: readonly Keeper<DenoProgram>[];
  /** Where each serves its metrics. */
  readonly metrics: readonly string[];
  /** As they run now. */
  readonly processes: readonly KnownProcess[];
}

/** Part of its command line. */
export const ENGINE_ENTRY = "engine/main.ts";
/** As a process manager would wait; another engine has its bots meanwhile. */
const RESTART_DELAY_MS = 2_000;
/** Its own drain takes less: an order in flight is awaited, not more. */
const STOP_TIMEOUT_MS = 15_000;
const readyLine = z.looseObject({ metrics: z.url() });

/** What the engines need. */
export interface EnginesOptions {
  readonly count: number;
  readonly directory: DataDirectory;
  readonly secrets: Secrets;
  /** Connection string of the role `engine`. */
  readonly databaseUrl: string;
  readonly paperUrl: string;
  readonly log: Log;
  readonly tell: (sentence: string) => void;
}

/** Starts engines side by side; all or none. */
export async function startEngines(options: EnginesOptions): Promise<Engines> {
  await using cleanup = new AsyncDisposableStack();
  const starts = await Promise.allSettled(
    Array.from({ length: options.count }, (_, i) => keepEngine(options, i + 1)),
  );
  const keepers: Keeper<DenoProgram>[] = [];
  for (const start of starts) {
    if (start.status === "fulfilled") keepers.push(start.value);
  }
  const stopAll = async (): Promise<void> => {
    await Promise.all(keepers.map((keeper) => keeper[Symbol.asyncDispose]()));
  };
  cleanup.defer(stopAll);
  for (const start of starts) {
    if (start.status === "rejected") throw start.reason;
  }
  cleanup.move();
  return {
    keepers,
    metrics: keepers.map(({ program }) =>
      readyLine.parse(program.ready).metrics
    ),
    get processes() {
      return keepers.map(({ program }) => ({
        pid: program.pid,
        marker: ENGINE_ENTRY,
      }));
    },
    [Symbol.asyncDispose]: stopAll,
  };
}

function keepEngine(
  options: EnginesOptions,
  number: number,
): Promise<Keeper<DenoProgram>> {
  const name = `engine-${number}`;
  const metricsPort = freePort(); // fixed now: it comes back where it was
  const environment = {
    "TRELLIS_DATABASE_URL": options.databaseUrl,
    "TRELLIS_VAULT_PRIVATE_KEYS": JSON.stringify(options.secrets.vault),
    "TRELLIS_PAPER_URL": options.paperUrl,
    "TRELLIS_METRICS_PORT": String(metricsPort),
    "TRELLIS_ENGINE_NAME": name,
  };
  const permissions = enginePermissions({
    databaseHost: new URL(options.databaseUrl).host,
    exchangeHosts: [new URL(options.paperUrl).host, ...BITGET_HOSTS],
    metricsPort,
  });
  return Keeper.start({
    name,
    start: () =>
      startDenoProgram({
        name,
        permissions,
        entry: ENGINE_ENTRY,
        args: ["--json"],
        environment,
        logFile: options.directory.path("logs", `${name}.log`),
        onTrouble: (line) => options.tell(`${name}: ${line}`),
        stopTimeoutMs: STOP_TIMEOUT_MS,
      }),
    restartDelayMs: RESTART_DELAY_MS,
    log: options.log,
  });
}
