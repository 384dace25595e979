import {
  parseVaultPrivateKeys,
  type VaultPrivateKeys,
} from "@engine/vault/mod.ts";
import { LOG_LEVELS, type LogLevel } from "./json_log.ts";

/** Everything an engine is told from outside. */
export interface EngineEnvironment {
  readonly databaseUrl: string;
  readonly vaultKeys: VaultPrivateKeys;
  /** Null: this engine serves no paper bots. */
  readonly paperUrl: string | null;
  /** 0: any free one. */
  readonly metricsPort: number;
  /** Null: host name and process id. */
  readonly name: string | null;
  readonly capacity: number;
  /** This engine's share of the sockets its address may open to an exchange. */
  readonly socketsMax: number;
  readonly logLevel: LogLevel;
}

/** A variable is missing or wrong; the text names it and what is wanted. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** Null: there is none, the engine does not start without it. */
  readonly default: string | null;
}

/** The variables, as `--help` lists them. */
export const VARIABLES = [
  {
    name: "TRELLIS_DATABASE_URL",
    meaning:
      "Postgres, role engine, direct or session mode: postgres://engine:…@host:5432/postgres",
    default: null,
  },
  {
    name: "TRELLIS_VAULT_PRIVATE_KEYS",
    meaning:
      "JWK set that opens exchange keys, as JSON; deno task vault:generate makes one",
    default: null,
  },
  {
    name: "TRELLIS_PAPER_URL",
    meaning: "Base URL of the paper exchange; without it paper bots fault",
    default: "",
  },
  {
    name: "TRELLIS_METRICS_PORT",
    meaning:
      "Port on 127.0.0.1 for /metrics, /healthz and /readyz; 0 is any free one",
    default: "9464",
  },
  {
    name: "TRELLIS_ENGINE_NAME",
    meaning: "What admins see",
    default: "",
  },
  {
    name: "TRELLIS_ENGINE_CAPACITY",
    meaning: "Bots this engine claims at most",
    default: "500",
  },
  {
    name: "TRELLIS_ENGINE_SOCKETS",
    meaning:
      "Sockets it opens to an exchange at most: an account takes one, 10 are kept. Bitget lets an address have 100; share them among its engines",
    default: "100",
  },
  {
    name: "TRELLIS_LOG_LEVEL",
    meaning: LOG_LEVELS.join(", "),
    default: "info",
  },
] as const satisfies readonly Variable[];

type Name = (typeof VARIABLES)[number]["name"];

const CAPACITY_MAX = 10_000;
const SOCKETS_MAX = 10_000;

/**
 * Reads the environment.
 *
 * @param read Returns a variable, or undefined.
 * @throws {EnvironmentError} Naming the first variable at fault; never quoting
 * a secret.
 */
export function readEnvironment(
  read: (name: Name) => string | undefined,
): EngineEnvironment {
  const text = (name: Name): string => {
    const value = read(name)?.trim() ?? "";
    if (value !== "") return value;
    const fallback = VARIABLES.find((variable) => variable.name === name);
    if (fallback === undefined || fallback.default === null) {
      throw new EnvironmentError(
        `Cannot start: ${name} is not set (${fallback?.meaning})`,
      );
    }
    return fallback.default;
  };
  return {
    databaseUrl: parseUrl("TRELLIS_DATABASE_URL", {
      text: text("TRELLIS_DATABASE_URL"),
      schemes: ["postgres:", "postgresql:"],
    }),
    vaultKeys: parseKeys(text("TRELLIS_VAULT_PRIVATE_KEYS")),
    paperUrl: text("TRELLIS_PAPER_URL") === ""
      ? null
      : parseUrl("TRELLIS_PAPER_URL", {
        text: text("TRELLIS_PAPER_URL"),
        schemes: ["http:", "https:"],
      }),
    metricsPort: parseInteger("TRELLIS_METRICS_PORT", {
      text: text("TRELLIS_METRICS_PORT"),
      min: 0,
      max: 65_535,
    }),
    name: text("TRELLIS_ENGINE_NAME") || null,
    capacity: parseInteger("TRELLIS_ENGINE_CAPACITY", {
      text: text("TRELLIS_ENGINE_CAPACITY"),
      min: 0,
      max: CAPACITY_MAX,
    }),
    socketsMax: parseInteger("TRELLIS_ENGINE_SOCKETS", {
      text: text("TRELLIS_ENGINE_SOCKETS"),
      min: 0,
      max: SOCKETS_MAX,
    }),
    logLevel: parseLogLevel(text("TRELLIS_LOG_LEVEL")),
  };
}

function parseUrl(
  name: Name,
  options: { readonly text: string; readonly schemes: readonly string[] },
): string {
  if (!URL.canParse(options.text)) {
    throw new EnvironmentError(`Cannot start: ${name} is no URL`);
  }
  const { protocol } = new URL(options.text);
  if (options.schemes.includes(protocol)) return options.text;
  throw new EnvironmentError(
    `Cannot start: ${name} begins with ${protocol}, wanted ${
      options.schemes.join(" or ")
    }`,
  );
}

function parseKeys(text: string): VaultPrivateKeys {
  try {
    return parseVaultPrivateKeys(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(
      `Cannot start: TRELLIS_VAULT_PRIVATE_KEYS does not hold keys: ${reason}`,
    );
  }
}

function parseInteger(
  name: Name,
  options: {
    readonly text: string;
    readonly min: number;
    readonly max: number;
  },
): number {
  const { text, min, max } = options;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new EnvironmentError(
    `Cannot start: ${name} is "${text}", wanted an integer from ${min} to ${max}`,
  );
}

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((level) => level === text);
  if (level !== undefined) return level;
  throw new EnvironmentError(
    `Cannot start: TRELLIS_LOG_LEVEL is "${text}", wanted one of ${
      LOG_LEVELS.join(", ")
    }`,
  );
}
