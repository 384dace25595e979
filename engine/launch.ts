/**
 * Starts the engine as a container does: secrets may come from files, and the
 * engine's own process gets the permissions of `permissions.ts` and no more,
 * for the database and exchanges it was given. Signals are passed on; the exit
 * code is the engine's.
 *
 * For each variable NAME of `environment.ts`, NAME_FILE may name a file that
 * holds its value. Needs to read those files, the environment, and to run Deno.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { EnvironmentError, readEnvironment, VARIABLES } from "./environment.ts";
import { BITGET_HOSTS } from "./exchange/urls.ts";
import { enginePermissions } from "./permissions.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

/** Returns the engine's variables, those in files read. @throws {EnvironmentError} */
async function gatherVariables(): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name } of VARIABLES) {
    const file = Deno.env.get(`${name}_FILE`);
    const value = file === undefined
      ? Deno.env.get(name)
      : await readSecret(`${name}_FILE`, file);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

async function readSecret(name: string, file: string): Promise<string> {
  try {
    return (await Deno.readTextFile(file)).trim();
  } catch {
    throw new EnvironmentError(
      `Cannot start: ${name} names a file that cannot be read: ${file}`,
    );
  }
}

async function launch(args: readonly string[]): Promise<number> {
  const values = await gatherVariables();
  const environment = readEnvironment((name) => values[name]);
  const { databaseUrl, paperUrl, metricsPort } = environment;
  const paperHosts = paperUrl === null ? [] : [new URL(paperUrl).host];
  const engine = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--cached-only",
      ...enginePermissions({
        databaseHost: new URL(databaseUrl).host,
        exchangeHosts: [...BITGET_HOSTS, ...paperHosts],
        metricsPort,
      }),
      MAIN,
      ...args,
    ],
    env: values,
  }).spawn();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      try {
        engine.kill(signal);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // has ended already
      }
    });
  }
  return (await engine.status).code;
}

if (import.meta.main) {
  try {
    Deno.exit(await launch(Deno.args));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    Deno.stderr.writeSync(new TextEncoder().encode(text + "\n"));
    Deno.exit(1);
  }
}
