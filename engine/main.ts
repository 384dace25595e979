/**
 * The engine: the composition root. Reads the environment, connects the rooms,
 * runs until it is told to leave.
 *
 * Exit codes: 0 drained, 1 cannot start (the reason is the last line on
 * stderr), 2 told twice to leave, 3 could not leave in time, 137 ended by its
 * own watchdog.
 *
 * @module
 */
import { createEngine } from "./engine.ts";
import { EnvironmentError, readEnvironment, VARIABLES } from "./environment.ts";
import { createJsonLog } from "./json_log.ts";
import { startWatchdog } from "./watchdog.ts";

/**
 * A drain takes 8 s at most; a database that does not answer must not hold the
 * process beyond this. Its locks end with it, its facts are learnt again.
 */
const LEAVE_MS = 12_000;

const USAGE = `Runs grid bots: claims them from the database and trades them.

Usage: deno run [permissions, see engine/README.md] engine/main.ts [flags]

  --json              one line on stdout when ready: {"ready":true,"metrics":…}
  --exit-with-parent  drain and exit when stdin ends
  --help              this text

Environment:
`;

function describeVariables(): string {
  return VARIABLES.map((variable) => {
    const rest = variable.default === null
      ? "required"
      : `default: ${variable.default === "" ? "none" : variable.default}`;
    return `  ${variable.name}\n      ${variable.meaning} (${rest})\n`;
  }).join("");
}

function writeText(to: "stdout" | "stderr", text: string): void {
  Deno[to].writeSync(new TextEncoder().encode(text));
}

/** Resolves when told to leave: SIGTERM, SIGINT, or the end of stdin. */
function untilToldToLeave(withParent: boolean): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let told = 0;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      told += 1;
      if (told > 1) Deno.exit(2);
      resolve(signal);
    });
  }
  if (withParent) void drainStdin().then(() => resolve("stdin ended"));
  return promise;
}

async function drainStdin(): Promise<void> {
  const buffer = new Uint8Array(256);
  while (await Deno.stdin.read(buffer).catch(() => null) !== null);
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    writeText("stdout", USAGE + describeVariables());
    return 0;
  }
  const unknown = args.find((arg) =>
    !["--json", "--exit-with-parent"].includes(arg)
  );
  if (unknown !== undefined) {
    writeText("stderr", `Unknown flag ${unknown}; --help lists them\n`);
    return 1;
  }
  const leave = untilToldToLeave(args.includes("--exit-with-parent"));
  const environment = readEnvironment((name) => Deno.env.get(name));
  const log = createJsonLog({
    level: environment.logLevel,
    write: (line) => writeText("stderr", line),
    now: () => Date.now(),
  });
  using _watchdog = await startWatchdog();
  await using engine = await createEngine({ environment, log });
  if (args.includes("--json")) {
    const line = { ready: true, metrics: engine.metricsUrl };
    writeText("stdout", JSON.stringify(line) + "\n");
  }
  const reason = await leave;
  log.info("leaving", { reason });
  setTimeout(() => {
    log.error("leave_timed_out", { afterMs: LEAVE_MS });
    Deno.exit(3);
  }, LEAVE_MS);
  return 0;
}

if (import.meta.main) {
  let code = 1;
  try {
    code = await main(Deno.args);
  } catch (error) {
    const text = error instanceof EnvironmentError || !(error instanceof Error)
      ? String(error instanceof Error ? error.message : error)
      : `Cannot start: ${error.message}`;
    writeText("stderr", text + "\n");
  }
  Deno.exit(code);
}
