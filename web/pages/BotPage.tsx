import type { JSX } from "preact";
import { useRoute } from "preact-iso";
import { BotDeskView } from "../components/desk/BotDeskView.tsx";
import { NoSuchBot } from "../components/desk/NoSuchBot.tsx";
import { LoadFailed, Loading } from "../components/EmptyState.tsx";
import { Page } from "../components/Page.tsx";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";

/** One bot: chart, orders, fills, figures; start and stop. */
export function BotPage(): JSX.Element {
  const { trader } = useTrader();
  const id = useRoute().params.id ?? "";
  const state = trader.loadState.value;
  const bot = trader.bots.value.get(id);
  const metrics = trader.metrics.value.get(id) ?? null;
  const keys = trader.keys.value;
  if (bot === undefined) {
    return (
      <Page title={t.bots.title}>
        {state === "loading"
          ? <Loading lines={6} />
          : state === "failed"
          ? <LoadFailed onRetry={trader.retry} />
          : <NoSuchBot />}
      </Page>
    );
  }
  const key = keys.find((one) => one.id === bot.exchangeKeyId);
  return (
    <Page title={bot.name} width="wide">
      <BotDeskView
        key={bot.id}
        bot={bot}
        venue={key?.venue ?? null}
        metrics={metrics}
      />
    </Page>
  );
}
