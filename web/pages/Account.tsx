import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Segments } from "../components/Field.tsx";
import { NewPasswordForm } from "../components/NewPasswordForm.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { t } from "../i18n/mod.ts";
import { useApp, useTrader } from "../state/app_context.ts";
import { THEME_CHOICES } from "../state/theme.ts";

/** Who is signed in, whether real trading is open, appearance, password. */
export function Account(): JSX.Element {
  const { session, theme } = useApp();
  const { trader } = useTrader();
  const wasChanged = useSignal(false);
  const profile = trader.profile.value;
  return (
    <Page title={t.account.title} width="narrow">
      <PageHead title={t.account.title} />
      <section class="card">
        <dl class="facts">
          <div>
            <dt>{t.account.email}</dt>
            <dd>{session.user.value?.email}</dd>
          </div>
          <div>
            <dt>{t.account.verification}</dt>
            <dd>
              {profile && t.account.verificationStates[profile.status]}
              {profile?.exchangeUid && (
                <span class="muted">· {t.keys.uid(profile.exchangeUid)}</span>
              )}
              {profile?.statusReason && (
                <p class="small muted">{profile.statusReason}</p>
              )}
            </dd>
          </div>
        </dl>
      </section>
      <section class="card card__body">
        <Segments
          label={t.account.theme}
          name="theme"
          value={theme.choice.value}
          options={THEME_CHOICES.map((value) => ({
            value,
            label: t.theme[value],
          }))}
          onChange={(choice) => theme.choose(choice)}
        />
      </section>
      <section class="card card__body stack">
        <h2>{t.account.password}</h2>
        {wasChanged.value && <Notice kind="ok">{t.auth.reset.done}</Notice>}
        <NewPasswordForm
          submit={t.account.changePassword}
          onDone={() => (wasChanged.value = true)}
        />
      </section>
    </Page>
  );
}
