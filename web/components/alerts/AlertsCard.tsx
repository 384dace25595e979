import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { ButtonLink } from "../Button.tsx";

/** On the account page: the way to the alerts. */
export function AlertsCard(): JSX.Element {
  return (
    <section class="card card__body stack">
      <h2>{t.alerts.open}</h2>
      <p class="muted">{t.alerts.openText}</p>
      <div class="actions">
        <ButtonLink href="/account/alerts" icon="mail">
          {t.alerts.openLink}
        </ButtonLink>
      </div>
    </section>
  );
}
