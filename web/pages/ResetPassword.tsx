import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { AuthCard, Form } from "../components/AuthCard.tsx";
import { Button } from "../components/Button.tsx";
import { TextField } from "../components/Field.tsx";
import { NewPasswordForm } from "../components/auth/NewPasswordForm.tsx";
import { Notice } from "../components/Notice.tsx";
import { useTask } from "../components/use_task.ts";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { checkEmail, placeRefusal } from "./auth_fields.ts";

const CODE_PATTERN = /^\d{6}$/;

/**
 * A forgotten password, in three steps: the address, the six-digit code, the
 * new password. The e-mailed link leads straight to the third.
 */
export function ResetPassword(): JSX.Element {
  const { session } = useApp();
  const { route } = useLocation();
  const email = useSignal("");
  const isSent = useSignal(false);
  const isRecovery = session.isRecovery.value;
  const isSignedIn = session.status.value === "signed_in";
  const sent = isSent.value;
  if (isRecovery && isSignedIn) {
    return (
      <AuthCard title={t.auth.reset.passwordTitle}>
        <NewPasswordForm
          submit={t.auth.reset.save}
          onDone={() => {
            session.endRecovery();
            route("/bots", true);
          }}
        />
      </AuthCard>
    );
  }
  return sent
    ? <CodeStep email={email} />
    : <EmailStep email={email} onSent={() => (isSent.value = true)} />;
}

function ToSignIn(): JSX.Element {
  return <a href="/sign-in">{t.auth.reset.backToSignIn}</a>;
}

function EmailStep(
  props: { readonly email: Signal<string>; readonly onSent: () => void },
): JSX.Element {
  const { auth } = useApp();
  const wasSubmitted = useSignal(false);
  const task = useTask();
  const error = checkEmail(props.email.value);
  const refusal = placeRefusal(task.failure.value);
  // A link that is too old comes back with this in its address.
  const isLinkDead = useLocation().url.includes("error_code=") ||
    location.hash.includes("error_code=");

  async function submit(): Promise<void> {
    wasSubmitted.value = true;
    if (error !== null) return;
    const email = props.email.peek().trim();
    if (await task.run(() => auth.sendResetCode(email))) props.onSent();
  }

  return (
    <AuthCard
      title={t.auth.reset.title}
      lead={t.auth.reset.lead}
      footer={<ToSignIn />}
    >
      <Form onSubmit={() => void submit()} label={t.auth.reset.title}>
        {isLinkDead && !wasSubmitted.value && (
          <Notice kind="warn">{t.auth.refusals.code_wrong}</Notice>
        )}
        {refusal.form && <Notice kind="error">{refusal.form}</Notice>}
        <TextField
          label={t.common.email}
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username"
          autoFocus
          value={props.email}
          error={wasSubmitted.value ? error ?? refusal.email : null}
        />
        <Button kind="primary" type="submit" wide busy={task.isBusy.value}>
          {t.auth.reset.send}
        </Button>
      </Form>
    </AuthCard>
  );
}

function CodeStep({ email }: { readonly email: Signal<string> }): JSX.Element {
  const { auth, config } = useApp();
  const code = useSignal("");
  const wasSubmitted = useSignal(false);
  const wasResent = useSignal(false);
  const task = useTask();
  const address = email.value.trim();
  const digits = code.value.replaceAll(/\s/g, "");
  const error = CODE_PATTERN.test(digits) ? null : t.auth.fields.codeMalformed;
  const refusal = placeRefusal(task.failure.value);

  function submit(): void {
    wasSubmitted.value = true;
    wasResent.value = false;
    if (error !== null) return;
    void task.run(() => auth.verifyResetCode(address, digits));
  }
  async function resend(): Promise<void> {
    wasResent.value = await task.run(() => auth.sendResetCode(address));
  }

  return (
    <AuthCard
      title={t.auth.reset.codeTitle}
      lead={t.auth.reset.codeLead(address)}
      footer={<ToSignIn />}
    >
      <Form onSubmit={submit} label={t.auth.reset.codeTitle}>
        {wasResent.value && <Notice kind="ok">{t.auth.reset.resent}</Notice>}
        <TextField
          label={t.auth.reset.code}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          error={wasSubmitted.value ? error ?? refusal.form : refusal.form}
        />
        <Button kind="primary" type="submit" wide busy={task.isBusy.value}>
          {t.auth.reset.verify}
        </Button>
        <Button kind="quiet" wide onClick={() => void resend()}>
          {t.auth.reset.resend}
        </Button>
        {config.mailInboxUrl !== null && (
          <Notice>
            <a href={config.mailInboxUrl} target="_blank" rel="noreferrer">
              {t.auth.reset.openInbox}
            </a>
          </Notice>
        )}
      </Form>
    </AuthCard>
  );
}
