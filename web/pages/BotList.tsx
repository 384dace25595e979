import type { JSX } from "preact";
import { BotRow } from "../components/BotRow.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState, LoadFailed, Loading } from "../components/EmptyState.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { StaleNotice } from "../components/StaleNotice.tsx";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";

/** All bots: how each stands, live. */
export function BotList(): JSX.Element {
  const { trader } = useTrader();
  const bots = trader.botList.value;
  const running = bots.filter((bot) => bot.status === "running").length;
  return (
    <Page title={t.bots.title}>
      <PageHead
        title={t.bots.title}
        lead={bots.length > 0
          ? t.bots.summary(running, bots.length)
          : undefined}
      >
        {bots.length > 0 && (
          <ButtonLink href="/bots/new" kind="primary" icon="plus">
            {t.bots.create}
          </ButtonLink>
        )}
      </PageHead>
      <StaleNotice />
      <BotListBody />
    </Page>
  );
}

function BotListBody(): JSX.Element {
  const { trader } = useTrader();
  const state = trader.loadState.value;
  const bots = trader.botList.value;
  const metrics = trader.metrics.value;
  const keys = trader.keys.value;
  const hasKey = trader.activeKeys.value.length > 0;
  if (state === "loading") return <Loading lines={5} />;
  if (state === "failed") return <LoadFailed onRetry={trader.retry} />;
  if (bots.length === 0) return hasKey ? <NoBots /> : <NoKey />;
  return (
    <ul class="card bot-list">
      {bots.map((bot) => (
        <BotRow
          key={bot.id}
          bot={bot}
          metrics={metrics.get(bot.id) ?? null}
          venue={keys.find((key) => key.id === bot.exchangeKeyId)?.venue ??
            null}
        />
      ))}
    </ul>
  );
}

function NoBots(): JSX.Element {
  return (
    <div class="card">
      <EmptyState icon="bots" title={t.bots.empty} text={t.bots.emptyText}>
        <ButtonLink href="/bots/new" kind="primary" icon="plus">
          {t.bots.create}
        </ButtonLink>
      </EmptyState>
    </div>
  );
}

function NoKey(): JSX.Element {
  return (
    <div class="card">
      <EmptyState
        icon="key"
        title={t.bots.emptyNoKey}
        text={t.bots.emptyNoKeyText}
      >
        <OpenPaperButton kind="primary" thenTo="/bots/new" />
        <ButtonLink href="/keys/new" icon="key">{t.keys.connect}</ButtonLink>
      </EmptyState>
    </div>
  );
}
