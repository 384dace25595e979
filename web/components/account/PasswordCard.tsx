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
import {
  presentPasswordError,
  PresentPasswordField,
} from "./PasswordField.tsx";

/** A new password, by whoever knows the present one; and the way out everywhere. */
export function PasswordCard(): JSX.Element {
  const { auth, session } = useApp();
  const present = useSignal("");
  const password = useSignal("");
  const wasSubmitted = useSignal(false);
  const wasChanged = useSignal(false);
  const task = useTask();
  const presentError = presentPasswordError(present.value, task.failure.value);
  const passwordError = checkNewPassword(password.value);
  const refusal = placeRefusal(task.failure.value);
  const shown = wasSubmitted.value;

  async function submit(): Promise<void> {
    wasSubmitted.value = true;
    wasChanged.value = false;
    if (present.peek() === "" || passwordError !== null) return;
    const isDone = await task.run(async () => {
      const email = session.user.peek()?.email ?? "";
      await auth.confirmPassword(email, present.peek());
      await auth.setPassword(password.peek());
    });
    if (!isDone) return;
    present.value = "";
    password.value = "";
    wasSubmitted.value = false;
    wasChanged.value = true;
  }

  return (
    <section class="card card__body stack" aria-labelledby="password-title">
      <h2 id="password-title">{t.account.password}</h2>
      {wasChanged.value && <Notice kind="ok">{t.auth.reset.done}</Notice>}
      <Form
        onSubmit={() =>
          void submit()}
        label={t.account.changePassword}
      >
        {refusal.form && presentError === null && (
          <Notice kind="error">{refusal.form}</Notice>
        )}
        <div class="field-pair">
          <PresentPasswordField
            value={present}
            error={shown ? presentError : null}
          />
          <TextField
            label={t.auth.reset.newPassword}
            name="new-password"
            type="password"
            autoComplete="new-password"
            hint={t.auth.signUp.passwordHint}
            value={password}
            error={shown ? passwordError ?? refusal.password : null}
          />
        </div>
        <div class="actions">
          <Button type="submit" busy={task.isBusy.value}>
            {t.account.changePassword}
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** Ends every session, this one too. */
export function SessionsCard(): JSX.Element {
  const { auth } = useApp();
  const task = useTask();
  const refusal = placeRefusal(task.failure.value);
  return (
    <section class="card card__body stack" aria-labelledby="sessions-title">
      <h2 id="sessions-title">{t.account.sessions}</h2>
      <p class="muted">{t.account.sessionsText}</p>
      {refusal.form && <Notice kind="error">{refusal.form}</Notice>}
      <div class="actions">
        <Button
          icon="signOut"
          busy={task.isBusy.value}
          onClick={() =>
            void task.run(() =>
              auth.signOutEverywhere()
            )}
        >
          {t.account.signOutEverywhere}
        </Button>
      </div>
    </section>
  );
}
