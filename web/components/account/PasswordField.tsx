import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { AuthRefusal } from "../../data/auth_api.ts";
import { t } from "../../i18n/mod.ts";
import { TextField } from "../Field.tsx";

/** Returns what is wrong with the present password as it was typed. */
export function presentPasswordError(
  password: string,
  failure: unknown,
): string | null {
  if (password === "") return t.auth.fields.passwordMissing;
  const isWrong = failure instanceof AuthRefusal &&
    failure.code === "credentials_wrong";
  return isWrong ? t.account.passwordWrong : null;
}

/** The present password: asked for before anything that cannot be undone. */
export function PresentPasswordField(
  props: { readonly value: Signal<string>; readonly error: string | null },
): JSX.Element {
  return (
    <TextField
      label={t.account.presentPassword}
      name="present-password"
      type="password"
      autoComplete="current-password"
      value={props.value}
      error={props.error}
    />
  );
}
