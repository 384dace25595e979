import type { JSX } from "preact";
import { Button, ButtonLink } from "../components/Button.tsx";
import { Icon, type IconName } from "../components/Icon.tsx";
import { LatticeArt } from "../components/LatticeArt.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page } from "../components/Page.tsx";
import { useTask } from "../components/use_task.ts";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";

const ICONS: readonly IconName[] = ["shield", "key", "bots", "play"];

/** What Trellis is, for somebody who is not signed in. */
export function Landing(): JSX.Element {
  const { auth, config } = useApp();
  const demo = useTask();
  const account = config.demo;
  return (
    <Page title={t.landing.title}>
      <section class="hero">
        <div class="hero__words">
          <h1>{t.landing.title}</h1>
          <p class="hero__lead">{t.landing.lead}</p>
          <div class="actions">
            <ButtonLink href="/sign-up" kind="primary">
              {t.landing.getStarted}
            </ButtonLink>
            {account === null
              ? <ButtonLink href="/sign-in">{t.landing.signIn}</ButtonLink>
              : (
                <Button
                  icon="play"
                  busy={demo.isBusy.value}
                  onClick={() =>
                    void demo.run(() =>
                      auth.signIn(account.email, account.password)
                    )}
                >
                  {t.landing.tryDemo}
                </Button>
              )}
          </div>
          {demo.failure.value !== null && (
            <Notice kind="error">{t.auth.refusals.internal}</Notice>
          )}
        </div>
        <LatticeArt />
      </section>
      <ul class="points">
        {t.landing.points.map((point, i) => (
          <li key={point.title}>
            <Icon name={ICONS[i] ?? "check"} size={20} />
            <h2>{point.title}</h2>
            <p class="muted">{point.text}</p>
          </li>
        ))}
      </ul>
      <p class="small muted">{t.landing.risk}</p>
    </Page>
  );
}
