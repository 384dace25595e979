import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { checkEmail, placeRefusal } from "../../pages/auth_fields.ts";
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

/** Another address: it counts once the mailed links were opened. */
export function EmailCard(): JSX.Element {
  const { config, mailLink, session } = useApp();
  const sentTo = useSignal<string | null>(null);
  const present = session.user.value?.email ?? "";
  return (
    <section class="card card__body stack" aria-labelledby="email-title">
      <h2 id="email-title">{t.account.email}</h2>
      <p class="muted">{t.account.presentEmail(present)}</p>
      {mailLink?.path === "/account" && sentTo.value === null && (
        <Notice kind="warn">{t.auth.mailLink[mailLink.state]}</Notice>
      )}
      {sentTo.value !== null && (
        <Notice kind="ok">
          {t.account.emailSent(present, sentTo.value)}
          {config.mailInboxUrl !== null && (
            <>
              {" "}
              <a href={config.mailInboxUrl} target="_blank" rel="noreferrer">
                {t.auth.reset.openInbox}
              </a>
            </>
          )}
        </Notice>
      )}
      <EmailForm present={present} onSent={(to) => (sentTo.value = to)} />
    </section>
  );
}

function EmailForm(
  { present, onSent }: {
    readonly present: string;
    readonly onSent: (to: string) => void;
  },
): JSX.Element {
  const { auth } = useApp();
  const email = useSignal("");
  const password = useSignal("");
  const wasSubmitted = useSignal(false);
  const task = useTask();
  const emailError = emailProblem(email.value, present);
  const passwordError = presentPasswordError(
    password.value,
    task.failure.value,
  );
  const refusal = placeRefusal(task.failure.value);
  const shown = wasSubmitted.value;

  async function submit(): Promise<void> {
    wasSubmitted.value = true;
    if (emailError !== null || password.peek() === "") return;
    const wanted = email.peek().trim();
    const isDone = await task.run(async () => {
      await auth.confirmPassword(present, password.peek());
      await auth.changeEmail(wanted);
    });
    if (!isDone) return;
    email.value = "";
    password.value = "";
    wasSubmitted.value = false;
    onSent(wanted);
  }

  return (
    <Form onSubmit={() => void submit()} label={t.account.changeEmail}>
      {refusal.form && passwordError === null && (
        <Notice kind="error">{refusal.form}</Notice>
      )}
      <div class="field-pair">
        <TextField
          label={t.account.newEmail}
          name="new-email"
          type="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          error={shown ? emailError ?? refusal.email : null}
        />
        <PresentPasswordField
          value={password}
          error={shown ? passwordError : null}
        />
      </div>
      <div class="actions">
        <Button type="submit" busy={task.isBusy.value}>
          {t.account.changeEmail}
        </Button>
      </div>
    </Form>
  );
}

function emailProblem(email: string, present: string): string | null {
  return email.trim().toLowerCase() === present.toLowerCase()
    ? t.account.emailSame
    : checkEmail(email);
}
