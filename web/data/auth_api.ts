/**
 * Signing in and out, and forgotten passwords. Supabase's many error texts
 * become one of our codes; the texts are in i18n.
 *
 * @module
 */
import type { AuthError, Session } from "@supabase/supabase-js";
import type { Client } from "./client.ts";

/** Why signing in, signing up or resetting was refused. */
export type AuthRefusalCode =
  | "credentials_wrong"
  | "email_taken"
  | "email_malformed"
  | "email_unconfirmed"
  | "password_weak"
  | "password_same"
  | "code_wrong"
  | "too_many_tries"
  | "session_missing"
  | "offline"
  | "internal";

/** A refusal of Auth. */
export class AuthRefusal extends Error {
  override readonly name = "AuthRefusal";
  readonly code: AuthRefusalCode;

  constructor(code: AuthRefusalCode, cause: unknown) {
    super(`Auth refused: ${code}`, { cause });
    this.code = code;
  }
}

/** The signed-in user as the app needs it. */
export interface SignedInUser {
  readonly id: string;
  readonly email: string;
}

/** Something changed about the session. */
export interface SessionChange {
  readonly user: SignedInUser | null;
  /** The session comes from an e-mailed reset link. */
  readonly isRecovery: boolean;
  /** The session has ended because its user wanted it to. */
  readonly wasAsked: boolean;
}

const REFUSALS: Readonly<Record<string, AuthRefusalCode>> = {
  "invalid_credentials": "credentials_wrong",
  "invalid_grant": "credentials_wrong",
  "user_already_exists": "email_taken",
  "email_exists": "email_taken",
  "email_address_invalid": "email_malformed",
  "validation_failed": "email_malformed",
  "email_not_confirmed": "email_unconfirmed",
  "weak_password": "password_weak",
  "same_password": "password_same",
  "otp_expired": "code_wrong",
  "otp_disabled": "code_wrong",
  "over_request_rate_limit": "too_many_tries",
  "over_email_send_rate_limit": "too_many_tries",
  "session_not_found": "session_missing",
  "session_expired": "session_missing",
};

const SERVER_ERROR = 500;

function toRefusal(error: AuthError): AuthRefusal {
  const code = REFUSALS[error.code ?? ""];
  if (code !== undefined) return new AuthRefusal(code, error);
  if (error.name === "AuthRetryableFetchError") {
    // Whoever answers, even with 502, can be reached.
    const isReached = (error.status ?? 0) >= SERVER_ERROR;
    return new AuthRefusal(isReached ? "internal" : "offline", error);
  }
  if (error.name === "AuthSessionMissingError") {
    return new AuthRefusal("session_missing", error);
  }
  if (error.status === 429) return new AuthRefusal("too_many_tries", error);
  return new AuthRefusal("internal", error);
}

function refuse(error: AuthError | null): void {
  if (error !== null) throw toRefusal(error);
}

function toUser(session: Session | null): SignedInUser | null {
  if (session === null) return null;
  return { id: session.user.id, email: session.user.email ?? "" };
}

/** Auth as the pages use it; every refusal is an {@linkcode AuthRefusal}. */
export class AuthApi {
  readonly #client: Client;
  #isLeaving = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Tells each change of the session, the present one first. */
  watch(listener: (change: SessionChange) => void): () => void {
    const { data } = this.#client.auth.onAuthStateChange((event, session) => {
      listener({
        user: toUser(session),
        isRecovery: event === "PASSWORD_RECOVERY",
        wasAsked: this.#isLeaving,
      });
    });
    return () => data.subscription.unsubscribe();
  }

  /** Signs in. */
  async signIn(email: string, password: string): Promise<void> {
    const { error } = await this.#client.auth.signInWithPassword({
      email,
      password,
    });
    refuse(error);
  }

  /**
   * Signs up.
   *
   * @param locale The language for the profile and for mails.
   * @returns Whether the address must be confirmed before the first sign-in.
   */
  async signUp(
    email: string,
    password: string,
    locale: string,
  ): Promise<{ readonly mustConfirm: boolean }> {
    const { data, error } = await this.#client.auth.signUp({
      email,
      password,
      options: {
        emailRedirectTo: `${location.origin}/bots`,
        data: { locale },
      },
    });
    refuse(error);
    if (data.session !== null) return { mustConfirm: false };
    // With confirmations on, Auth hides that an address is taken: no identity.
    if (data.user?.identities?.length === 0) {
      throw new AuthRefusal("email_taken", null);
    }
    return { mustConfirm: true };
  }

  /** Mails the confirming link of a sign-up once more. */
  async resendConfirmation(email: string): Promise<void> {
    const { error } = await this.#client.auth.resend({
      type: "signup",
      email,
      options: { emailRedirectTo: `${location.origin}/bots` },
    });
    refuse(error);
  }

  /** Signs out here; other devices stay signed in. */
  async signOut(): Promise<void> {
    await this.#leave("local");
  }

  /** Signs out on every device, this one included. */
  async signOutEverywhere(): Promise<void> {
    await this.#leave("global");
  }

  async #leave(scope: "local" | "global"): Promise<void> {
    this.#isLeaving = true;
    try {
      const { error } = await this.#client.auth.signOut({ scope });
      // Here one is out either way; the other devices are the server's to end.
      if (scope === "global") refuse(error);
    } finally {
      this.#isLeaving = false;
    }
  }

  /**
   * Makes sure that it is the account's owner who sits there, and not somebody
   * who found the page open: signs in anew with the password.
   */
  async confirmPassword(email: string, password: string): Promise<void> {
    await this.signIn(email, password);
  }

  /**
   * Asks for another address. It counts once the mailed links were opened; until
   * then the present one goes on.
   */
  async changeEmail(email: string): Promise<void> {
    const { error } = await this.#client.auth.updateUser({ email }, {
      emailRedirectTo: `${location.origin}/account`,
    });
    refuse(error);
  }

  /** Mails a six-digit code and a link, if the address is known. */
  async sendResetCode(email: string): Promise<void> {
    const { error } = await this.#client.auth.resetPasswordForEmail(email, {
      redirectTo: `${location.origin}/reset-password`,
    });
    refuse(error);
  }

  /** Turns the mailed code into a session that may set a password. */
  async verifyResetCode(email: string, code: string): Promise<void> {
    const { error } = await this.#client.auth.verifyOtp({
      email,
      token: code,
      type: "recovery",
    });
    if (error === null) return;
    const refusal = toRefusal(error);
    const isOurs = ["offline", "too_many_tries"].includes(refusal.code);
    throw isOurs ? refusal : new AuthRefusal("code_wrong", error);
  }

  /** Sets the password of the session's user. */
  async setPassword(password: string): Promise<void> {
    const { error } = await this.#client.auth.updateUser({ password });
    refuse(error);
  }
}
