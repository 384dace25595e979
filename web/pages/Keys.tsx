import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { ButtonLink } from "../components/Button.tsx";
import { ClosedCard } from "../components/ClosedCard.tsx";
import { EmptyState, LoadFailed, Loading } from "../components/EmptyState.tsx";
import { reasonWords } from "../components/event_words.ts";
import { Icon } from "../components/Icon.tsx";
import { KeyRow } from "../components/keys/KeyRow.tsx";
import { Notice } from "../components/Notice.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { RemoveKeyDialog } from "../components/keys/RemoveKeyDialog.tsx";
import { StaleNotice } from "../components/StaleNotice.tsx";
import type { ExchangeKey } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";

/** The connected accounts; connect another, remove one. */
export function Keys(): JSX.Element {
  const { trader } = useTrader();
  const hasKeys = trader.keys.value.length > 0;
  const profile = trader.profile.value;
  const verification = profile === null
    ? null
    : t.keys.verification[profile.status];
  return (
    <Page title={t.keys.title}>
      <PageHead title={t.keys.title} lead={t.keys.lead}>
        {hasKeys && !trader.isClosed.value && (
          <>
            <OpenPaperButton />
            <ButtonLink href="/keys/new" kind="primary" icon="plus">
              {t.keys.connect}
            </ButtonLink>
          </>
        )}
      </PageHead>
      <StaleNotice />
      {verification !== null && (
        <Notice kind="warn">
          {verification} {reasonWords(profile?.statusReason ?? "")}
        </Notice>
      )}
      <KeysBody />
    </Page>
  );
}

function KeysBody(): JSX.Element {
  const { trader } = useTrader();
  const removing = useSignal<ExchangeKey | null>(null);
  const state = trader.loadState.value;
  const keys = trader.keys.value;
  const toRemove = removing.value;
  if (state === "loading") return <Loading lines={3} />;
  if (state === "failed") return <LoadFailed onRetry={trader.retry} />;
  if (keys.length === 0) return <NoKeys />;
  const live = keys.filter((key) => key.status !== "revoked");
  const revoked = keys.filter((key) => key.status === "revoked");
  const rows = (list: readonly ExchangeKey[]) =>
    list.map((key) => (
      <KeyRow
        key={key.id}
        exchangeKey={key}
        onRemove={() => (removing.value = key)}
      />
    ));
  return (
    <>
      {live.length === 0
        ? <NoKeys />
        : <ul class="card key-list">{rows(live)}</ul>}
      {revoked.length > 0 && (
        <details class="disclosure">
          <summary>
            <Icon name="chevronRight" size={16} />
            {t.keys.showRevoked(revoked.length)}
          </summary>
          <ul class="card key-list">{rows(revoked)}</ul>
        </details>
      )}
      {toRemove !== null && (
        <RemoveKeyDialog
          exchangeKey={toRemove}
          onClose={() => (removing.value = null)}
        />
      )}
    </>
  );
}

function NoKeys(): JSX.Element {
  const { trader } = useTrader();
  if (trader.isClosed.value) return <ClosedCard />;
  return (
    <div class="card">
      <EmptyState icon="key" title={t.keys.empty} text={t.keys.emptyText}>
        <OpenPaperButton kind="primary" />
        <ButtonLink href="/keys/new" icon="key">{t.keys.connect}</ButtonLink>
      </EmptyState>
    </div>
  );
}
