/** The flags of the start command (`--help` prints them). @module */
import { resolve } from "node:path";

/** Where prices on the paper exchange come from, as its own flag says it. */
export type PriceSource =
  | `csv:${string}`
  | `synthetic:${number}`
  | "bitget";

/** Ports by service; 0 is any free one. */
export interface Ports {
  readonly web: number;
  readonly api: number;
  readonly db: number;
  readonly paper: number;
}

/** What the start command was asked for. */
export interface StartOptions {
  readonly json: boolean;
  /** Absolute. */
  readonly data: string;
  readonly prices: PriceSource;
  readonly speed: number;
  readonly engines: number;
  readonly ports: Ports;
}

/** A flag that is unknown or has a bad value. The text names it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const SPEED_MAX = 100_000;
const ENGINES_MAX = 16;
const SEED_MAX = 2 ** 32 - 1;

/** What `--help` prints. */
export const HELP = `deno task start [flags]

Starts all of Trellis on this machine: Postgres, Auth, Data API, Realtime, the
functions, a paper exchange, engines and the web app. Ctrl-C ends it; started
again on the same data directory it goes on where it was.

  --json            one JSON line on stdout when ready, nothing else there
  --data DIR        data directory (.trellis)
  --prices SOURCE   csv:FILE[,FILE], synthetic:SEED or bitget (synthetic:1)
  --speed N         how fast replayed or synthetic time runs (60)
  --engines N       engine processes, 0 to ${ENGINES_MAX} (1)
  --port-web N      the web app (8080)
  --port-api N      Auth, Data API, Realtime, functions, inbox (54321)
  --port-db N       Postgres (54322)
  --port-paper N    the paper exchange (54330)
  --help            this text

Port 0 is any free one. Everything listens on 127.0.0.1 only.
`;

const DEFAULTS: Readonly<Record<string, string>> = {
  "--data": ".trellis",
  "--prices": "synthetic:1",
  "--speed": "60",
  "--engines": "1",
  "--port-web": "8080",
  "--port-api": "54321",
  "--port-db": "54322",
  "--port-paper": "54330",
};

/**
 * Reads the command line.
 *
 * @param directory What relative paths are relative to.
 * @returns `"help"` when help was asked for.
 * @throws {UsageError}
 */
export function parseStartOptions(
  args: readonly string[],
  directory: string,
): StartOptions | "help" {
  if (args.includes("--help") || args.includes("-h")) return "help";
  const { json, values } = readFlags(args);
  const value = (name: string): string =>
    values.get(name) ?? DEFAULTS[name] ?? "";
  const port = (name: string): number =>
    wholeNumber(`--port-${name}`, value(`--port-${name}`), 0, 65_535);
  const ports = {
    web: port("web"),
    api: port("api"),
    db: port("db"),
    paper: port("paper"),
  };
  assertDistinct(ports);
  if (value("--data") === "") throw new UsageError("--data needs a directory");
  const data = resolve(directory, value("--data"));
  if (data.includes(",")) {
    // Deno's permission flags separate paths by it and know no way around.
    throw new UsageError(
      `--data must be a path without a comma: it is "${data}"`,
    );
  }
  return {
    json,
    data,
    prices: readPrices(value("--prices"), directory),
    speed: readSpeed(value("--speed")),
    engines: wholeNumber("--engines", value("--engines"), 0, ENGINES_MAX),
    ports,
  };
}

interface Flags {
  readonly json: boolean;
  readonly values: ReadonlyMap<string, string>;
}

function readFlags(args: readonly string[]): Flags {
  const values = new Map<string, string>();
  let json = false;
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--json") {
      json = true;
      continue;
    }
    const [name = "", ...parts] = arg.split("=");
    if (!(name in DEFAULTS)) {
      throw new UsageError(`Unknown flag ${arg}: --help lists them`);
    }
    if (values.has(name)) throw new UsageError(`${name} is given twice`);
    const given = parts.length > 0 ? parts.join("=") : rest.shift();
    if (given === undefined || given.startsWith("--")) {
      throw new UsageError(`${name} needs a value`);
    }
    values.set(name, given);
  }
  return { json, values };
}

function wholeNumber(
  flag: string,
  text: string,
  min: number,
  max: number,
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(
    `${flag} must be a whole number from ${min} to ${max}: it is "${text}"`,
  );
}

function readSpeed(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value > 0 && value <= SPEED_MAX) return value;
  throw new UsageError(
    `--speed must be a number above 0, at most ${SPEED_MAX}: it is "${text}"`,
  );
}

function readPrices(text: string, directory: string): PriceSource {
  if (text === "bitget") return text;
  const [, kind, rest = ""] = /^(csv|synthetic):(.*)$/.exec(text) ?? [];
  if (kind === "synthetic") {
    return `synthetic:${
      wholeNumber("--prices synthetic:SEED", rest, 0, SEED_MAX)
    }`;
  }
  if (kind === "csv" && rest !== "") {
    const files = rest.split(",").map((file) => resolve(directory, file));
    for (const file of files) assertFile(file);
    return `csv:${files.join(",")}`;
  }
  throw new UsageError(
    `--prices must be csv:FILE, synthetic:SEED or bitget: it is "${text}"`,
  );
}

/** Looks, and does not read: the paper exchange says what is in it. */
function assertFile(path: string): void {
  const refuse = (why: string) =>
    new UsageError(`--prices names a file that ${why}: ${path}`);
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
    if (info.isFile) Deno.openSync(path).close();
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw refuse("may not be read");
    }
    throw refuse("is not there");
  }
  if (info.isDirectory) throw refuse("is a folder");
  if (!info.isFile) throw refuse("is none");
}

function assertDistinct(ports: Ports): void {
  const seen = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    const other = seen.get(port);
    if (port !== 0 && other !== undefined) {
      throw new UsageError(
        `--port-${other} and --port-${name} are both ${port}`,
      );
    }
    seen.set(port, name);
  }
}
