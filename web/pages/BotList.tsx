import { useComputed, useModel } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { AttentionList } from "../components/dashboard/AttentionList.tsx";
import { BotGrid } from "../components/dashboard/BotGrid.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { ClosedCard } from "../components/ClosedCard.tsx";
import { EmptyState, LoadFailed, Loading } from "../components/EmptyState.tsx";
import {
  OnboardingCard,
  Welcome,
} from "../components/dashboard/Onboarding.tsx";
import { OpenPaperButton } from "../components/OpenPaperButton.tsx";
import { Page, PageHead } from "../components/Page.tsx";
import { Purses } from "../components/dashboard/PurseCard.tsx";
import { StaleNotice } from "../components/StaleNotice.tsx";
import { useNow } from "../components/use_now.ts";
import { loadDashboard } from "../data/dashboard_rows.ts";
import { browserPage } from "../data/page_state.ts";
import type { Bot } from "../data/rows.ts";
import { serverNow } from "../data/server_clock.ts";
import { t } from "../i18n/mod.ts";
import { useApp, useTrader } from "../state/app_context.ts";
import { concernsOf } from "../state/attention.ts";
import { type Dashboard, DashboardModel } from "../state/dashboard.ts";
import { pursesOf } from "../state/purses.ts";

/** How the clock of silent bots ticks: a list is not redrawn every second. */
const CLOCK_MS = 15_000;

/** All bots: what they made, what needs a look, how each stands, live. */
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
        {bots.length > 0 && !trader.isClosed.value && (
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
  const hasKey = trader.activeKeys.value.length > 0;
  const hasBots = trader.botList.value.length > 0;
  if (state === "loading") return <Loading lines={5} />;
  if (state === "failed") return <LoadFailed onRetry={trader.retry} />;
  if (!hasBots) return hasKey ? <NoBots /> : <Welcome />;
  return <Desk />;
}

/** A bot's last start may be later than its first: its making never is. */
function firstStartOf(bots: readonly Bot[]): number | null {
  const starts = bots.flatMap(({ startedAtMs, createdAtMs }) =>
    startedAtMs === null ? [] : [createdAtMs]
  );
  return starts.length === 0 ? null : Math.min(...starts);
}

function useDashboard(): Dashboard {
  const { client, session } = useApp();
  const { hub, trader } = useTrader();
  const userId = session.user.value?.id ?? "";
  const dashboard = useModel(() =>
    new DashboardModel({
      load: (instants, eventsSinceMs) =>
        loadDashboard(client, userId, { instants, eventsSinceMs }),
      now: serverNow,
      since: () => firstStartOf(trader.botList.peek()),
      isVisible: browserPage.isVisible,
    })
  );
  useEffect(() => hub.listen((message) => dashboard.apply(message)), []);
  return dashboard;
}

function Desk(): JSX.Element {
  const { trader } = useTrader();
  const dashboard = useDashboard();
  const now = useNow();
  const clock = useComputed(() => Math.ceil(now.value / CLOCK_MS) * CLOCK_MS);
  const concerns = useComputed(() =>
    concernsOf({
      bots: trader.botList.value,
      keys: trader.keys.value,
      metrics: trader.metrics.value,
      events: dashboard.events.value,
    }, clock.value)
  );
  const purses = useComputed(() =>
    pursesOf({
      bots: trader.botList.value,
      keys: trader.keys.value,
      metrics: trader.metrics.value,
      history: dashboard.rows.value,
    })
  );
  return (
    <>
      <AttentionList concerns={concerns.value} />
      <Purses purses={purses.value} dashboard={dashboard} />
      <OnboardingCard />
      <BotGrid dashboard={dashboard} concerns={concerns} />
    </>
  );
}

/** An account, but no bot on it yet. */
function NoBots(): JSX.Element {
  const { trader } = useTrader();
  if (trader.isClosed.value) return <ClosedCard />;
  const hasPaper = trader.activeKeys.value.some((key) => key.venue === "paper");
  return (
    <>
      <div class="card">
        <EmptyState icon="bots" title={t.bots.empty} text={t.bots.emptyText}>
          <ButtonLink href="/bots/new" kind="primary" icon="plus">
            {t.bots.create}
          </ButtonLink>
          {!hasPaper && <OpenPaperButton thenTo="/bots/new" />}
        </EmptyState>
      </div>
      <OnboardingCard />
    </>
  );
}
