import type { PaperOptions } from "./mod.ts";

/** What `--help` prints. */
export const USAGE = `Usage: deno run -A engine/paper/main.ts [flags]
  --port N            port to listen on; 0 = any free one (default 54330)
  --host ADDRESS      address to listen on (default 127.0.0.1)
  --prices SPEC       csv:FILE[,FILE] | synthetic:SEED | bitget (default synthetic:1)
  --speed N           played time ÷ wall time (default 60; live prices ignore it)
  --data DIR          keep the books in DIR; without it they are forgotten
  --symbols A,B       symbols of synthetic and live prices
  --at-end MODE       after the last minute of a CSV: mirror | stop (default mirror)
  --limits on|off     Bitget's rate limits (default on)
  --paused            start with prices standing still
  --json              machine-readable ready line on stdout`;

/** The flags, read. */
export type Flags = PaperOptions & { readonly isJson: boolean };

const DEFAULTS = { port: 54_330, prices: "synthetic:1", speed: 60 } as const;
const SPEED_MAX = 100_000;

/** Returns the flags; `help`, or a sentence about what is wrong. */
export function parseFlags(args: readonly string[]): Flags | "help" | string {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const [name = "", inline] = (args[i] ?? "").split(/=(.*)/s);
    if (name === "--help" || name === "-h") return "help";
    if (name === "--json" || name === "--paused") {
      switches.add(name);
      continue;
    }
    if (!USAGE.includes(`\n  ${name} `) || !name.startsWith("--")) {
      return `Unknown flag: ${name}`;
    }
    const value = inline ?? args[++i];
    if (value === undefined) return `Flag ${name} needs a value`;
    values.set(name, value);
  }
  const port = Number(values.get("--port") ?? DEFAULTS.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    return "--port must be a number from 0 to 65535";
  }
  const speed = Number(values.get("--speed") ?? DEFAULTS.speed);
  if (!(speed > 0 && speed <= SPEED_MAX)) {
    return `--speed must be a number above 0, at most ${SPEED_MAX}`;
  }
  const atEnd = values.get("--at-end") ?? "mirror";
  if (atEnd !== "mirror" && atEnd !== "stop") {
    return "--at-end must be mirror or stop";
  }
  const limits = values.get("--limits") ?? "on";
  if (limits !== "on" && limits !== "off") return "--limits must be on or off";
  const dataDir = values.get("--data");
  const host = values.get("--host");
  const symbols = values.get("--symbols");
  return {
    port,
    speed,
    atEnd,
    prices: values.get("--prices") ?? DEFAULTS.prices,
    limits: limits === "on",
    isPaused: switches.has("--paused"),
    isJson: switches.has("--json"),
    ...dataDir === undefined ? {} : { dataDir },
    ...host === undefined ? {} : { host },
    ...symbols === undefined ? {} : { symbols: symbols.split(",") },
  };
}
