import { AuthRefusal } from "../data/auth_api.ts";
import { t } from "../i18n/mod.ts";

/** Supabase Auth's setting in config.toml says the same. */
const PASSWORD_LENGTH_MIN = 8;

/** What Auth hashes: it refuses more, in UTF-8. */
const PASSWORD_BYTES_MAX = 72;

/** Returns what is wrong with an e-mail address, in words; null when nothing. */
export function checkEmail(email: string): string | null {
  if (email.trim() === "") return t.auth.fields.emailMissing;
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email.trim())
    ? null
    : t.auth.fields.emailMalformed;
}

/** Returns what is wrong with a new password, in words; null when nothing. */
export function checkNewPassword(password: string): string | null {
  if (password === "") return t.auth.fields.passwordMissing;
  if (password.length < PASSWORD_LENGTH_MIN) return t.auth.fields.passwordShort;
  return new TextEncoder().encode(password).length > PASSWORD_BYTES_MAX
    ? t.auth.fields.passwordLong
    : null;
}

/** Where a refusal of Auth belongs: at a field, or above the form. */
export interface PlacedRefusal {
  readonly email: string | null;
  readonly password: string | null;
  readonly form: string | null;
}

/** Returns a refusal's words at the place they belong to. */
export function placeRefusal(failure: unknown): PlacedRefusal {
  const nowhere = { email: null, password: null, form: null };
  if (failure === null) return nowhere;
  const code = failure instanceof AuthRefusal ? failure.code : "internal";
  const words = t.auth.refusals[code];
  if (code.startsWith("email_")) return { ...nowhere, email: words };
  if (code.startsWith("password_")) return { ...nowhere, password: words };
  return { ...nowhere, form: words };
}

/** Returns the query that carries where to go after signing in, if anywhere. */
export function nextQuery(query: Readonly<Record<string, string>>): string {
  return query.next === undefined
    ? ""
    : `?next=${encodeURIComponent(query.next)}`;
}
