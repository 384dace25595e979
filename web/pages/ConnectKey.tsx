import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { ClosedCard } from "../components/ClosedCard.tsx";
import { LoadFailed, Loading } from "../components/EmptyState.tsx";
import { Icon } from "../components/Icon.tsx";
import { KeyForm } from "../components/keys/KeyForm.tsx";
import { Notice } from "../components/Notice.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { t } from "../i18n/mod.ts";
import { useApp, useTrader } from "../state/app_context.ts";

/** Connecting a Bitget key, or replacing one (`?replace=`): advice and form. */
export function ConnectKey(): JSX.Element {
  const { query } = useLocation();
  const { trader } = useTrader();
  if (trader.isClosed.value) {
    return (
      <Page title={t.connect.title}>
        <PageHead title={t.connect.title} />
        <ClosedCard />
      </Page>
    );
  }
  const replacedId = query.replace;
  return replacedId === undefined
    ? <Connect />
    : <Replace key={replacedId} id={replacedId} />;
}

function Connect(): JSX.Element {
  const { config } = useApp();
  return (
    <Page title={t.connect.title}>
      <PageHead title={t.connect.title} lead={t.connect.lead} />
      <div class="columns columns--advice">
        <div class="card card__body">
          <KeyForm replaced={null} />
        </div>
        <aside class="stack">
          <Advice />
          {config.venues.paper !== null && (
            <div class="stack stack--tight">
              <p class="muted">{t.connect.paperInstead}</p>
              <div class="actions">
                <OpenPaperButton thenTo="/keys" />
              </div>
            </div>
          )}
        </aside>
      </div>
    </Page>
  );
}

function Replace({ id }: { readonly id: string }): JSX.Element {
  const { trader } = useTrader();
  const state = trader.loadState.value;
  const key = trader.keys.value.find((key) =>
    key.id === id && key.status !== "revoked"
  );
  const title = key === undefined
    ? t.connect.title
    : t.connect.replaceTitle(key.label);
  return (
    <Page title={title}>
      <PageHead title={title} lead={t.connect.replaceLead} />
      {state === "loading" && <Loading lines={4} />}
      {state === "failed" && <LoadFailed onRetry={trader.retry} />}
      {state === "ready" && key === undefined && (
        <Notice kind="warn">
          {t.connect.replaceUnknown} <a href="/keys">{t.keys.title}</a>
        </Notice>
      )}
      {key !== undefined && (
        <div class="columns columns--advice">
          <div class="card card__body stack">
            <Notice>{t.connect.replaceHow}</Notice>
            <KeyForm replaced={key} />
          </div>
          <aside class="stack">
            <Advice />
          </aside>
        </div>
      )}
    </Page>
  );
}

function Advice(): JSX.Element {
  const { config } = useApp();
  const addresses = config.engineAddresses ?? [];
  return (
    <section class="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">
        <Icon name="shield" size={20} />
        {t.connect.stepsTitle}
      </h2>
      <ol>
        {t.connect.steps.map((step) => <li key={step}>{step}</li>)}
        {addresses.length > 0 && (
          <li>
            <div>
              {t.connect.bindAddresses}
              {addresses.map((address) => (
                <code class="mono advice__address" key={address}>
                  {address}
                </code>
              ))}
            </div>
          </li>
        )}
      </ol>
    </section>
  );
}
