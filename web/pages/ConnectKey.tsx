import type { JSX } from "preact";
import { Icon } from "../components/Icon.tsx";
import { KeyForm } from "../components/KeyForm.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";

/** Connecting a Bitget key: how to make a safe one, and the form. */
export function ConnectKey(): JSX.Element {
  const { config } = useApp();
  return (
    <Page title={t.connect.title}>
      <PageHead title={t.connect.title} lead={t.connect.lead} />
      <div class="columns columns--advice">
        <div class="card card__body">
          <KeyForm />
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

function Advice(): JSX.Element {
  return (
    <section class="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">
        <Icon name="shield" size={20} />
        {t.connect.stepsTitle}
      </h2>
      <ol>
        {t.connect.steps.map((step) => <li key={step}>{step}</li>)}
      </ol>
    </section>
  );
}
