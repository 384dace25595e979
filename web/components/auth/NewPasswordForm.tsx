import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { checkNewPassword, placeRefusal } from "../../pages/auth_fields.ts";
import { useApp } from "../../state/app_context.ts";
import { Form } from "../AuthCard.tsx";
import { Button } from "../Button.tsx";
import { TextField } from "../Field.tsx";
import { Notice } from "../Notice.tsx";
import { useTask } from "../use_task.ts";

/** Sets the password of whoever is signed in. */
export function NewPasswordForm(
  props: { readonly submit: string; readonly onDone: () => void },
): JSX.Element {
  const { auth } = useApp();
  const password = useSignal("");
  const wasSubmitted = useSignal(false);
  const task = useTask();
  const error = checkNewPassword(password.value);
  const refusal = placeRefusal(task.failure.value);

  async function submit(): Promise<void> {
    wasSubmitted.value = true;
    if (error !== null) return;
    const isDone = await task.run(() => auth.setPassword(password.peek()));
    if (!isDone) return;
    password.value = "";
    wasSubmitted.value = false;
    props.onDone();
  }

  return (
    <Form onSubmit={() => void submit()} label={t.auth.reset.passwordTitle}>
      {refusal.form && <Notice kind="error">{refusal.form}</Notice>}
      <TextField
        label={t.auth.reset.newPassword}
        name="new-password"
        type="password"
        autoComplete="new-password"
        autoFocus
        hint={t.auth.signUp.passwordHint}
        value={password}
        error={wasSubmitted.value ? error ?? refusal.password : null}
      />
      <Button kind="primary" type="submit" wide busy={task.isBusy.value}>
        {props.submit}
      </Button>
    </Form>
  );
}
