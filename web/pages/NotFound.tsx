import type { JSX } from "preact";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { Page } from "../components/Page.tsx";
import { t } from "../i18n/mod.ts";

/** An address that leads nowhere. */
export function NotFound(): JSX.Element {
  return (
    <Page title={t.common.pageNotFound}>
      <EmptyState
        isPage
        icon="info"
        title={t.common.pageNotFound}
        text={t.common.pageNotFoundText}
      >
        <ButtonLink href="/bots">{t.nav.bots}</ButtonLink>
      </EmptyState>
    </Page>
  );
}
