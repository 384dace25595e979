import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { AuthRefusal } from "../../data/auth_api.ts";
import { t } from "../../i18n/mod.ts";
import { checkEmail, placeRefusal } from "../../pages/auth_fields.ts";
import { Form } from "../AuthCard.tsx";
import { Button } from "../Button.tsx";
import { TextField } from "../Field.tsx";
import { Notice } from "../Notice.tsx";
import { ResendConfirmation } from "./ResendConfirmation.tsx";
import { useTask } from "../use_task.ts";

/** E-mail and password: the form of signing in and of signing up. */
export function CredentialsForm(
  props: {
    readonly label: string;
    readonly submit: string;
    readonly passwordKind: "current-password" | "new-password";
    readonly passwordHint?: string;
    readonly passwordAside?: ComponentChildren;
    readonly checkPassword: (password: string) => string | null;
    readonly onSubmit: (email: string, password: string) => Promise<void>;
  },
): JSX.Element {
  const email = useSignal("");
  const password = useSignal("");
  const wasSubmitted = useSignal(false);
  const task = useTask();
  const emailError = checkEmail(email.value);
  const passwordError = props.checkPassword(password.value);
  const refusal = placeRefusal(task.failure.value);
  const shown = wasSubmitted.value;
  const failure = task.failure.value;
  const isUnconfirmed = failure instanceof AuthRefusal &&
    failure.code === "email_unconfirmed";

  function submit(): void {
    wasSubmitted.value = true;
    if (emailError !== null || passwordError !== null) return;
    void task.run(() => props.onSubmit(email.peek().trim(), password.peek()));
  }

  return (
    <Form onSubmit={submit} label={props.label}>
      {refusal.form && <Notice kind="error">{refusal.form}</Notice>}
      <TextField
        label={t.common.email}
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoFocus
        value={email}
        error={shown ? emailError ?? refusal.email : null}
      />
      <TextField
        label={t.common.password}
        name="password"
        type="password"
        autoComplete={props.passwordKind}
        value={password}
        error={shown ? passwordError ?? refusal.password : null}
        {...(props.passwordHint && { hint: props.passwordHint })}
        aside={props.passwordAside}
      />
      <Button kind="primary" type="submit" wide busy={task.isBusy.value}>
        {props.submit}
      </Button>
      {isUnconfirmed && <ResendConfirmation email={email.value.trim()} />}
    </Form>
  );
}
