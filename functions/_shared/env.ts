/** The functions' configuration, read once and checked. @module */
import {
  parseVaultPublicKeys,
  type VaultPublicKeys,
} from "@engine/vault/keys.ts";
import { z } from "zod";

/** Everything the functions are told from outside. */
export interface Environment {
  readonly supabaseUrl: string;
  /** Names us to the API gateway; grants what `anon` may. */
  readonly publishableKey: string;
  /** Grants `service_role`: used for storing a sealed key and for the rate limit. */
  readonly secretKey: string;
  readonly vaultPublicKeys: VaultPublicKeys;
  /** Null where this installation has no paper exchange. */
  readonly paperUrl: string | null;
  /** Origins whose pages may call; empty: none from another origin. */
  readonly allowedOrigins: readonly string[];
  readonly alerts: AlertsEnvironment;
}

/** What alerts are sent with; null: this installation does not offer it. */
export interface AlertsEnvironment {
  /** At least 32 bytes: webhooks' keys are derived from it. */
  readonly key: Uint8Array<ArrayBuffer> | null;
  /** An HTTP mail API that takes `{from, to, subject, text}`. */
  readonly mail: {
    readonly url: string;
    readonly key: string;
    readonly from: string;
  } | null;
  readonly telegram: { readonly token: string; readonly url: string } | null;
  /** Webhooks on this machine, without TLS: for the local stack alone. */
  readonly allowsLocalTargets: boolean;
}

/** The configuration is missing or wrong; names variables, never values. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

const url = z.url({ protocol: /^https?$/ })
  .transform((text) => text.replace(/\/+$/, ""));
/** Platform keys: `{"default":"sb_…"}`. */
const keySet = z.string().transform((text, context) => {
  try {
    return z.object({ default: z.string().min(1) }).parse(JSON.parse(text))
      .default;
  } catch {
    context.addIssue({ code: "custom", message: "no key set" });
    return z.NEVER;
  }
});
const ALERTS_KEY_BYTES_MIN = 32;
const LOOPBACK = ["127.0.0.1", "localhost", "kong"];
const schema = z.object({
  SUPABASE_URL: url,
  SUPABASE_PUBLISHABLE_KEYS: keySet.optional(),
  SUPABASE_ANON_KEY: z.string().min(1).optional(),
  SUPABASE_SECRET_KEYS: keySet.optional(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().min(1).optional(),
  TRELLIS_VAULT_PUBLIC_KEYS: z.string().transform((text, context) => {
    try {
      return parseVaultPublicKeys(text);
    } catch {
      context.addIssue({ code: "custom", message: "no public key set" });
      return z.NEVER;
    }
  }),
  TRELLIS_PAPER_URL: url.optional(),
  TRELLIS_ALLOWED_ORIGIN: z.string().optional(),
  TRELLIS_ALERTS_KEY: z.string().transform((text, context) => {
    const bytes = /^[\w-]+$/.test(text)
      ? Uint8Array.fromBase64(text, { alphabet: "base64url" })
      : new Uint8Array();
    if (bytes.length >= ALERTS_KEY_BYTES_MIN) return bytes;
    context.addIssue({ code: "custom", message: "too short" });
    return z.NEVER;
  }).optional(),
  TRELLIS_MAIL_API_URL: url.optional(),
  TRELLIS_MAIL_API_KEY: z.string().min(1).optional(),
  TRELLIS_MAIL_FROM: z.string().min(3).max(200).optional(),
  TRELLIS_TELEGRAM_TOKEN: z.string().regex(/^\d+:[\w-]{20,}$/).optional(),
  TRELLIS_TELEGRAM_API_URL: url.default("https://api.telegram.org"),
  TRELLIS_ALERTS_LOCAL_TARGETS: z.literal("1").optional(),
}).superRefine((env, context) => {
  const refuse = (name: string) =>
    context.addIssue({ code: "custom", path: [name], message: "not alone" });
  if (env.TRELLIS_MAIL_API_URL !== undefined) {
    if (env.TRELLIS_MAIL_API_KEY === undefined) refuse("TRELLIS_MAIL_API_KEY");
    if (env.TRELLIS_MAIL_FROM === undefined) refuse("TRELLIS_MAIL_FROM");
  }
  // A switch that would let users reach into a real network does not exist there.
  const hostname = URL.parse(env.SUPABASE_URL)?.hostname ?? "";
  if (
    env.TRELLIS_ALERTS_LOCAL_TARGETS !== undefined &&
    !LOOPBACK.includes(hostname)
  ) refuse("TRELLIS_ALERTS_LOCAL_TARGETS");
});

/**
 * Reads the configuration through `get`. Nothing has a default that would do
 * in production by accident: a missing secret stops the functions.
 *
 * @throws {EnvironmentError} Naming every variable that is missing or wrong.
 */
export function readEnvironment(
  get: (name: string) => string | undefined,
): Environment {
  const names = Object.keys(schema.shape);
  const given = Object.fromEntries(
    names.map((name) => [name, get(name) || undefined]),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw refuse(parsed.error.issues.map((issue) => String(issue.path[0])));
  }
  const env = parsed.data;
  const publishableKey = env.SUPABASE_PUBLISHABLE_KEYS ??
    env.SUPABASE_ANON_KEY;
  const secretKey = env.SUPABASE_SECRET_KEYS ?? env.SUPABASE_SERVICE_ROLE_KEY;
  if (publishableKey === undefined) throw refuse(["SUPABASE_PUBLISHABLE_KEYS"]);
  if (secretKey === undefined) throw refuse(["SUPABASE_SECRET_KEYS"]);
  return {
    supabaseUrl: env.SUPABASE_URL,
    publishableKey,
    secretKey,
    vaultPublicKeys: env.TRELLIS_VAULT_PUBLIC_KEYS,
    paperUrl: env.TRELLIS_PAPER_URL ?? null,
    allowedOrigins: (env.TRELLIS_ALLOWED_ORIGIN ?? "").split(",")
      .map((origin) => origin.trim().replace(/\/+$/, ""))
      .filter((origin) => origin !== ""),
    alerts: readAlerts(env),
  };
}

function readAlerts(env: z.infer<typeof schema>): AlertsEnvironment {
  const { TRELLIS_MAIL_API_URL: mailUrl, TRELLIS_TELEGRAM_TOKEN: token } = env;
  return {
    key: env.TRELLIS_ALERTS_KEY ?? null,
    mail: mailUrl === undefined ? null : {
      url: mailUrl,
      key: env.TRELLIS_MAIL_API_KEY ?? "",
      from: env.TRELLIS_MAIL_FROM ?? "",
    },
    telegram: token === undefined
      ? null
      : { token, url: env.TRELLIS_TELEGRAM_API_URL },
    allowsLocalTargets: env.TRELLIS_ALERTS_LOCAL_TARGETS !== undefined,
  };
}

/** Returns a reader of the process's environment that reads once. */
export function processEnvironment(): () => Environment {
  let environment: Environment | undefined;
  return () => environment ??= readEnvironment((name) => Deno.env.get(name));
}

function refuse(names: readonly string[]): EnvironmentError {
  return new EnvironmentError(
    `Cannot start functions: missing or wrong ${
      [...new Set(names)].join(", ")
    }`,
  );
}
