import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ChannelCard } from "../components/alerts/ChannelCard.tsx";
import { MessagesTable } from "../components/alerts/MessagesTable.tsx";
import { apiWords } from "../components/api_words.ts";
import { LoadFailed, Loading } from "../components/EmptyState.tsx";
import { Notice } from "../components/Notice.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { useTask } from "../components/use_task.ts";
import { AlertsApi, CHANNEL_KINDS } from "../data/alerts_api.ts";
import { t } from "../i18n/mod.ts";
import { AlertsDesk } from "../state/alerts_desk.ts";
import { useApp } from "../state/app_context.ts";

/** While somebody looks: a chat is linked, a message goes out. */
const REFRESH_MS = 5_000;

/** Where and about what the trader is told outside the app. */
export function Alerts(): JSX.Element {
  const { client } = useApp();
  const [api] = useState(() => new AlertsApi(client));
  const [desk] = useState(() => new AlertsDesk(() => api.load()));
  useEffect(() => {
    void desk.reload();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void desk.reload();
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
      desk[Symbol.dispose]();
    };
  }, [desk]);
  const retrying = useTask();
  const state = desk.loadState.value;
  const rows = desk.rows.value;
  const isStale = desk.isStale.value && state === "ready";
  const failure = retrying.failure.value;
  return (
    <Page title={t.alerts.title} width="narrow">
      <PageHead
        title={t.alerts.title}
        lead={t.alerts.lead}
        back={{ href: "/account", label: t.account.title }}
      />
      {isStale && <Notice kind="warn">{t.admin.stale}</Notice>}
      {state === "loading" && <Loading lines={5} />}
      {state === "failed" && <LoadFailed onRetry={desk.retry} />}
      {rows !== null && (
        <>
          {CHANNEL_KINDS.map((kind) => (
            <ChannelCard
              key={kind}
              kind={kind}
              channel={rows.channels.find((each) => each.kind === kind) ?? null}
              isOffered={rows.offers[kind]}
              api={api}
              onChange={desk.reload}
            />
          ))}
          <h2>{t.alerts.recent}</h2>
          {failure !== null && (
            <Notice kind="error">{apiWords(failure)}</Notice>
          )}
          <MessagesTable
            messages={rows.messages}
            channels={rows.channels}
            onRetry={(message) =>
              void retrying.run(async () => {
                await api.retry(message.id);
                await desk.reload();
              })}
          />
        </>
      )}
    </Page>
  );
}
