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

/** What Trellis is, how keys are kept and what can go wrong, for a visitor. */
export function Landing(): JSX.Element {
  return (
    <Page title={t.landing.title}>
      <section class="hero">
        <div class="hero__words">
          <h1>{t.landing.title}</h1>
          <p class="hero__lead">{t.landing.lead}</p>
          <Begin />
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
      <KeySection />
      <RiskSection />
    </Page>
  );
}

function Begin(): JSX.Element {
  const { auth, config } = useApp();
  const demo = useTask();
  const account = config.demo;
  return (
    <>
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
    </>
  );
}

/** The way of a key, step by step. */
function KeySection(): JSX.Element {
  const { keys } = t.landing;
  return (
    <section class="landing-section" aria-labelledby="keys-title">
      <div class="landing-section__head">
        <h2 id="keys-title">{keys.title}</h2>
        <p class="muted">{keys.lead}</p>
      </div>
      <ol class="key-way">
        {keys.steps.map((step, i) => (
          <li class="card card__body" key={step.title}>
            <span class="key-way__number" aria-hidden="true">{i + 1}</span>
            <h3>{step.title}</h3>
            <p class="small muted">{step.text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What can go wrong, before anybody signs up. */
function RiskSection(): JSX.Element {
  const { risks } = t.landing;
  return (
    <section class="landing-section risks" aria-labelledby="risks-title">
      <div class="landing-section__head">
        <h2 id="risks-title">{risks.title}</h2>
        <p class="muted">{risks.lead}</p>
      </div>
      <ul class="risks__list">
        {risks.items.map((item) => (
          <li key={item.title}>
            <Icon name="alert" />
            <div>
              <h3>{item.title}</h3>
              <p class="muted">{item.text}</p>
            </div>
          </li>
        ))}
      </ul>
      <p>{risks.end}</p>
    </section>
  );
}
