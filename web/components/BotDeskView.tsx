import { useModel } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Bot, BotMetrics, Fill, Venue } from "../data/rows.ts";
import { loadBotRows, loadOpenOrders } from "../data/trader_rows.ts";
import { toVenueSymbol } from "../data/venue_market.ts";
import { t } from "../i18n/mod.ts";
import { endpointsOf, useApp, useTrader } from "../state/app_context.ts";
import { type BotDesk, BotDeskModel } from "../state/bot_desk.ts";
import { openPositionsOf } from "../state/figures.ts";
import { type MarketDesk, MarketDeskModel } from "../state/market_desk.ts";
import { BotHead } from "./BotHead.tsx";
import { CandleChart } from "./CandleChart.tsx";
import { LoadFailed, Loading } from "./EmptyState.tsx";
import { EquityCard } from "./EquityCard.tsx";
import { EventLog } from "./EventLog.tsx";
import { FillsTable } from "./FillsTable.tsx";
import { decimalsOf, formatPrice } from "./format.ts";
import { Notice } from "./Notice.tsx";
import { OrdersTable } from "./OrdersTable.tsx";
import { PnlStrip } from "./PnlStrip.tsx";
import { Positions } from "./Positions.tsx";
import { SettingsList } from "./SettingsList.tsx";
import { SilenceNotice } from "./SilenceNotice.tsx";
import { StaleNotice } from "./StaleNotice.tsx";
import { Tabs } from "./Tabs.tsx";

/** Opens the rows and the market of one bot, and keeps both fresh. */
function useDesks(bot: Bot, venue: Venue | null): [BotDesk, MarketDesk] {
  const { client, config } = useApp();
  const { hub } = useTrader();
  const desk = useModel(() =>
    new BotDeskModel(bot.id, {
      all: () => loadBotRows(client, bot.id),
      openOrders: () => loadOpenOrders(client, bot.id),
    })
  );
  const market = useModel(() =>
    new MarketDeskModel(
      venue === null ? null : endpointsOf(config, venue),
      toVenueSymbol(bot.symbol),
    )
  );
  useEffect(() => {
    const unlisten = hub.listen((message) => desk.apply(message));
    void desk.reload();
    market.start();
    return () => {
      unlisten();
      desk.stop();
      market.stop();
    };
  }, []);
  return [desk, market];
}

/** Everything about one bot. Another bot is another instance (by key). */
export function BotDeskView(
  { bot, venue, metrics }: {
    readonly bot: Bot;
    readonly venue: Venue | null;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element {
  const [desk, market] = useDesks(bot, venue);
  const orders = desk.lists.openOrders.value;
  const rules = market.view.market.value;
  const decimals = rules === null ? undefined : decimalsOf(rules.tickSize);
  const isLoaded = desk.loadState.value === "ready";
  const exposure = {
    orders: isLoaded ? orders.length : metrics?.openOrders ?? null,
    positions: openPositionsOf(metrics),
  };
  return (
    <>
      <BotHead
        bot={bot}
        venue={venue}
        view={market.view}
        exposure={exposure}
      />
      <StaleNotice />
      <SilenceNotice bot={bot} metrics={metrics} />
      {bot.status === "faulted" && (
        <Notice kind="error">
          <strong>{t.bot.faulted}</strong> {bot.statusReason}{" "}
          {t.bot.faultedHint}
        </Notice>
      )}
      <PnlStrip metrics={metrics} />
      <div class="desk">
        <CandleChart symbol={bot.symbol} market={market} desk={desk} />
        <div class="desk__side">
          <Positions
            metrics={metrics}
            base={bot.symbol.split("/")[0] ?? ""}
            decimals={decimals}
          />
          <EquityCard botId={bot.id} />
        </div>
      </div>
      <DeskRows desk={desk}>
        <BotTabs
          bot={bot}
          desk={desk}
          decimals={decimals}
          fillsCount={metrics?.fillsCount ?? null}
        />
      </DeskRows>
      <FillAnnouncer fills={desk.lists.fills.value} />
    </>
  );
}

/** Rows that have not come are not shown as if there were none. */
function DeskRows(
  { desk, children }: {
    readonly desk: BotDesk;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const state = desk.loadState.value;
  if (state === "loading") return <Loading lines={5} />;
  if (state === "ready") return <>{children}</>;
  return (
    <div class="card">
      <LoadFailed onRetry={() => void desk.reload()} />
    </div>
  );
}

function BotTabs(
  { bot, desk, decimals, fillsCount }: {
    readonly bot: Bot;
    readonly desk: BotDesk;
    /** All there are; the list holds the newest. */
    readonly fillsCount: number | null;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const orders = desk.lists.openOrders.value;
  const fills = desk.lists.fills.value;
  const events = desk.lists.events.value;
  return (
    <Tabs
      label={t.bot.details}
      tabs={[
        {
          name: "orders",
          label: t.bot.openOrders,
          count: orders.length,
          content: (
            <OrdersTable
              orders={orders}
              decimals={decimals}
              isRunning={bot.status === "running"}
            />
          ),
        },
        {
          name: "fills",
          label: t.bot.fills,
          count: Math.max(fills.length, fillsCount ?? 0),
          content: <FillsTable fills={fills} decimals={decimals} />,
        },
        {
          name: "events",
          label: t.bot.events,
          content: <EventLog events={events} />,
        },
        {
          name: "settings",
          label: t.bot.settings,
          content: <SettingsList bot={bot} />,
        },
      ]}
    />
  );
}

/** Reads the newest fill out to screen readers. */
function FillAnnouncer(
  { fills }: { readonly fills: readonly Fill[] },
): JSX.Element {
  const newest = fills[0];
  const words = newest && t.bot.newFill(
    `${t.bot[newest.orderSide]} ${formatPrice(newest.price)}`,
  );
  return <p class="visually-hidden" aria-live="polite">{words}</p>;
}
