/** The command line of `deno task candles`. @module */
import { choiceOf, numberOf, readFlags, requiredOf, textOf } from "../flags.ts";
import { UsageError } from "../usage_error.ts";

/** What `--help` prints. */
export const HELP =
  `Usage: deno task candles --symbol BNBUSDT --from 2025-07-01 --to 2025-08-01 --out FILE

Downloads one-minute candles of a USDT perpetual, oldest first, as
open_time_ms,open,high,low,close,volume. Run again it goes on where it stopped.

  --symbol NAME     the exchange's spelling, BNBUSDT; BNB/USDT:USDT will do
  --from TIME       first minute, UTC: 2025-07-01 or 2025-07-01T12:30
  --to TIME         end, UTC, not included (default now)
  --out FILE        CSV; a file that is there is continued
  --url BASE        the exchange (default https://api.bitget.com); the paper
                    exchange's address, http://127.0.0.1:54330
  --gaps WORD       refuse (default): stop where minutes are missing;
                    flat: fill them with the last close, volume 0
  --funding FILE    also writes the funding settlements: at_ms,rate
  --rate N          requests a second, at most 20 (default 10)
`;

/** A parsed command line. */
export interface CandlesOptions {
  /** The exchange's spelling. */
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly out: string;
  /** No trailing slash. */
  readonly url: string;
  readonly gaps: "refuse" | "flat";
  readonly funding: string | null;
  readonly rate: number;
}

const TEXT = "text" as const;
const FLAGS = {
  symbol: TEXT,
  from: TEXT,
  to: TEXT,
  out: TEXT,
  url: TEXT,
  gaps: TEXT,
  funding: TEXT,
  rate: TEXT,
  help: "switch",
} as const;

/**
 * Parses the command line.
 *
 * @throws {UsageError} Naming the flag, its value and what was wanted.
 */
export function parseCandlesOptions(
  args: readonly string[],
  nowMs: number,
): CandlesOptions | "help" {
  const flags = readFlags(args, FLAGS);
  if (flags.help === true) return "help";
  const to = textOf(flags, "to");
  const fromMs = timeOf("from", requiredOf(flags, "from"));
  const toMs = to === null ? nowMs : timeOf("to", to);
  if (!(fromMs < toMs)) {
    throw new UsageError("Cannot run: --from must lie before --to");
  }
  if (fromMs >= nowMs) {
    throw new UsageError("Cannot run --from: it lies in the future");
  }
  return {
    symbol: symbolOf(requiredOf(flags, "symbol")),
    fromMs,
    toMs,
    out: requiredOf(flags, "out"),
    url: urlOf(textOf(flags, "url") ?? "https://api.bitget.com"),
    gaps: choiceOf(flags, "gaps", ["refuse", "flat"], "refuse"),
    funding: textOf(flags, "funding"),
    rate: numberOf(flags, "rate", { fallback: 10, above: 0, to: 20 }),
  };
}

/** A date or a time without a zone is UTC. */
function timeOf(flag: string, text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d)?)?Z?$/.exec(
    text,
  );
  const ms = match === null
    ? NaN
    : Date.parse(`${match[1]}T${match[2] ?? "00:00"}:00Z`);
  if (Number.isFinite(ms)) return ms;
  throw new UsageError(
    `Cannot run --${flag} ${text}: wanted a UTC time like 2025-07-01 or 2025-07-01T12:30`,
  );
}

function symbolOf(text: string): string {
  const symbol = (text.split(":")[0] ?? text).replace("/", "").toUpperCase();
  if (/^[A-Z0-9]{3,30}$/.test(symbol)) return symbol;
  throw new UsageError(`Cannot run --symbol ${text}: wanted one like BNBUSDT`);
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) {
    return text.replace(/\/+$/, "");
  }
  throw new UsageError(`Cannot run --url ${text}: wanted http:// or https://`);
}
