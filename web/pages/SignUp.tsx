import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { AuthCard } from "../components/AuthCard.tsx";
import { CredentialsForm } from "../components/auth/CredentialsForm.tsx";
import { ResendConfirmation } from "../components/auth/ResendConfirmation.tsx";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { checkNewPassword, nextQuery } from "./auth_fields.ts";

/** Signing up. Where addresses must be confirmed, it says what to do next. */
export function SignUp(): JSX.Element {
  const { auth, language } = useApp();
  const { query } = useLocation();
  const toConfirm = useSignal<string | null>(null);

  async function signUp(email: string, password: string): Promise<void> {
    const { mustConfirm } = await auth.signUp(
      email,
      password,
      language.locale.peek(),
    );
    if (mustConfirm) toConfirm.value = email;
  }

  if (toConfirm.value !== null) return <Confirm email={toConfirm.value} />;
  return (
    <AuthCard
      title={t.auth.signUp.title}
      footer={
        <>
          {t.auth.signUp.hasAccount}{" "}
          <a href={`/sign-in${nextQuery(query)}`}>{t.auth.signUp.toSignIn}</a>
        </>
      }
    >
      <CredentialsForm
        label={t.auth.signUp.title}
        submit={t.auth.signUp.submit}
        passwordKind="new-password"
        passwordHint={t.auth.signUp.passwordHint}
        checkPassword={checkNewPassword}
        onSubmit={signUp}
      />
    </AuthCard>
  );
}

/** The account waits for its address to be confirmed: what to do, and again. */
function Confirm({ email }: { readonly email: string }): JSX.Element {
  const { config } = useApp();
  return (
    <AuthCard
      title={t.auth.signUp.confirmTitle}
      footer={<a href="/sign-in">{t.auth.reset.backToSignIn}</a>}
    >
      <div class="stack">
        <p>{t.auth.signUp.confirmText(email)}</p>
        <p class="small muted">{t.auth.signUp.confirmHint}</p>
        <ResendConfirmation email={email} />
        {config.mailInboxUrl !== null && (
          <a href={config.mailInboxUrl} target="_blank" rel="noreferrer">
            {t.auth.reset.openInbox}
          </a>
        )}
      </div>
    </AuthCard>
  );
}
