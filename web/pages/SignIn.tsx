import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { AuthCard } from "../components/AuthCard.tsx";
import { CredentialsForm } from "../components/auth/CredentialsForm.tsx";
import { Notice } from "../components/Notice.tsx";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { nextQuery } from "./auth_fields.ts";

/** Signing in. Where to afterwards is in the address (`next`); app.tsx goes there. */
export function SignIn(): JSX.Element {
  const { auth, mailLink, session } = useApp();
  const { query } = useLocation();
  return (
    <AuthCard
      title={t.auth.signIn.title}
      footer={
        <>
          {t.auth.signIn.noAccount}{" "}
          <a href={`/sign-up${nextQuery(query)}`}>{t.auth.signIn.toSignUp}</a>
        </>
      }
    >
      {mailLink !== null && (
        <div class="auth__notice">
          <Notice kind="warn">{t.auth.mailLink[mailLink.state]}</Notice>
        </div>
      )}
      {session.hasEnded.value && (
        <div class="auth__notice">
          <Notice kind="warn">{t.auth.signIn.ended}</Notice>
        </div>
      )}
      <CredentialsForm
        label={t.auth.signIn.title}
        submit={t.auth.signIn.submit}
        passwordKind="current-password"
        passwordAside={<a href="/reset-password">{t.auth.signIn.forgot}</a>}
        checkPassword={(password) =>
          password === "" ? t.auth.fields.passwordMissing : null}
        onSubmit={(email, password) => auth.signIn(email, password)}
      />
    </AuthCard>
  );
}
