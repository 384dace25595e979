/** Who a socket or request speaks for. @module */
import { errors, jwtVerify } from "jose";
import { z } from "zod";

/** The claims of a verified token, or those an API key stands for. */
export interface Claims {
  readonly role: string;
  readonly sub?: string | undefined;
  /** Seconds since 1970. */
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** The reason a join or a token is refused, in the platform's words. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** What is needed to check who is speaking. */
export interface ClaimsOptions {
  readonly jwtSecret: string;
  readonly publishableKey: string;
  readonly secretKey: string;
}

const KEY_LIFE_SECONDS = 10 * 365 * 86_400;
const shape = z.looseObject({
  role: z.string(),
  exp: z.number(),
  sub: z.string().optional(),
});

/** Checks tokens and API keys of one project. */
export class ClaimsVerifier {
  readonly #options: ClaimsOptions;
  readonly #secret: Uint8Array;

  constructor(options: ClaimsOptions) {
    this.#options = options;
    this.#secret = new TextEncoder().encode(options.jwtSecret);
  }

  /** @throws {Refusal} When the token is expired, forged or no token. */
  async ofToken(token: string): Promise<Claims> {
    let payload: unknown;
    try {
      ({ payload } = await jwtVerify(token, this.#secret, {
        algorithms: ["HS256"],
      }));
    } catch (error) {
      throw refusalOf(error);
    }
    const claims = shape.safeParse(payload);
    if (!claims.success) {
      throw new Refusal(
        "InvalidJWTToken: Fields `role` and `exp` are required in JWT",
      );
    }
    return claims.data;
  }

  /**
   * An API key is not a JWT: the platform's gateway swaps it for a short one.
   *
   * @returns Null when the key is not ours.
   */
  ofKey(key: string | null): Claims | null {
    const role = key === this.#options.secretKey
      ? "service_role"
      : key === this.#options.publishableKey
      ? "anon"
      : null;
    if (role === null) return null;
    return { role, exp: Math.floor(Date.now() / 1_000) + KEY_LIFE_SECONDS };
  }
}

/** API keys travel where tokens do; they prove nothing beyond the key itself. */
export function isApiKey(token: string): boolean {
  return token.startsWith("sb_");
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) {
    return new Refusal("InvalidJWTToken: Token has expired");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new Refusal("JwtSignatureError: Failed to validate JWT signature");
  }
  return new Refusal("MalformedJWT: The token provided is not a valid JWT");
}
