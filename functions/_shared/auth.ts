/** Who is calling: the caller's JWT, verified. @module */
import {
  type AuthError,
  createClient,
  type SupabaseClient,
} from "@supabase/supabase-js";
import { z } from "zod";
import type { Environment } from "./env.ts";
import { ApiError } from "./errors.ts";

/** A signed-in trader or admin. */
export interface Caller {
  readonly id: string;
  /** Acts with the caller's own rights: RLS and `auth.uid()` apply. */
  readonly db: SupabaseClient;
}

/**
 * `claims` believes a valid signature until it expires; `session` also asks
 * Auth whether the session still lives, for what must not outlive a sign-out.
 */
export type AuthStrength = "claims" | "session";

const OPTIONS = {
  auth: {
    persistSession: false,
    autoRefreshToken: false,
    detectSessionInUrl: false,
  },
} as const;
const claimsSchema = z.object({
  sub: z.uuid(),
  role: z.literal("authenticated"),
});

/** Verifies callers against one Supabase project. */
export class Authenticator {
  readonly #env: Environment;
  /** One a process: it caches the project's signing keys. */
  readonly #verifier: SupabaseClient;

  constructor(env: Environment) {
    this.#env = env;
    this.#verifier = createClient(
      env.supabaseUrl,
      env.publishableKey,
      OPTIONS,
    );
  }

  /**
   * Returns the caller whose token the `Authorization` header carries.
   *
   * @throws {ApiError} `unauthorized` without a token or with a forged one,
   * `token_expired`, or `internal` when Auth cannot be asked: an outage must
   * not sign anybody out.
   */
  async identify(
    authorization: string | undefined,
    strength: AuthStrength,
  ): Promise<Caller> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i
      .exec(authorization ?? "")?.[1];
    if (token === undefined) throw new ApiError("unauthorized");
    const claims = await this.#verify(token);
    if (strength === "session") {
      const { error } = await this.#verifier.auth.getUser(token);
      if (error !== null) throw refusalOf(error);
    }
    const db = createClient(this.#env.supabaseUrl, this.#env.publishableKey, {
      ...OPTIONS,
      accessToken: () => Promise.resolve(token),
    });
    return { id: claims.sub, db };
  }

  async #verify(token: string): Promise<z.infer<typeof claimsSchema>> {
    let result: Awaited<ReturnType<SupabaseClient["auth"]["getClaims"]>>;
    try {
      result = await this.#verifier.auth.getClaims(token);
    } catch {
      // Not an answer of Auth: text that is no token fails to decode.
      throw new ApiError("unauthorized");
    }
    if (result.error !== null) throw refusalOf(result.error);
    const claims = claimsSchema.safeParse(result.data?.claims);
    if (!claims.success) throw new ApiError("unauthorized");
    return claims.data;
  }
}

function refusalOf(error: AuthError): ApiError {
  const status = error.status ?? 0;
  if (error.name === "AuthRetryableFetchError" || status >= 500) {
    return new ApiError("internal", { cause: error });
  }
  if (/expired/i.test(error.message)) return new ApiError("token_expired");
  return new ApiError("unauthorized");
}
