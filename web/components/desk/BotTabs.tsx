import type { ReadonlySignal } from "@preact/signals";
import type { Market } from "@core/model/market.ts";
import type { JSX } from "preact";
import {
  loadEventsPage,
  loadFillsPage,
  loadOrdersPage,
} from "../../data/bot_history.ts";
import type { Bot, BotEvent, Fill, Order } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import type { BotDesk } from "../../state/bot_desk.ts";
import { EventLog } from "./EventLog.tsx";
import { decimalsOf } from "../format.ts";
import { FillsTable } from "./FillsTable.tsx";
import { type HistoryChoice, HistoryPanel } from "./HistoryPanel.tsx";
import { Ladder } from "./Ladder.tsx";
import { OrderHistoryTable } from "./OrderHistoryTable.tsx";
import { SettingsList } from "./SettingsList.tsx";
import { Tabs } from "../Tabs.tsx";

interface BotTabsProps {
  readonly bot: Bot;
  readonly desk: BotDesk;
  /** Null: its rules are not known. */
  readonly market: Market | null;
  /** All there are; the live list holds the newest. */
  readonly fillsCount: number | null;
  /** Quote per base, as the market moves. */
  readonly price: ReadonlySignal<number | null>;
}

/** Everything of one bot that is a list: ladder, fills, orders, log, settings. */
export function BotTabs(props: BotTabsProps): JSX.Element {
  const { bot, desk, market, fillsCount, price } = props;
  const decimals = decimalsOfMarket(market);
  const orders = desk.lists.openOrders.value;
  const blocked = desk.lists.blocked.value;
  const fills = desk.lists.fills.value;
  return (
    <Tabs
      label={t.bot.details}
      tabs={[
        {
          name: "orders",
          label: t.bot.openOrders,
          count: orders.length,
          content: (
            <Ladder
              orders={orders}
              blocked={blocked}
              grid={desk.lists.grid.value}
              price={price}
              market={market}
              isRunning={bot.status === "running"}
            />
          ),
        },
        {
          name: "fills",
          label: t.bot.fills,
          count: Math.max(fills.length, fillsCount ?? 0),
          content: <Fills {...props} />,
        },
        {
          name: "history",
          label: t.desk.orders,
          content: <Orders {...props} />,
        },
        {
          name: "events",
          label: t.bot.events,
          content: <Events {...props} />,
        },
        {
          name: "settings",
          label: t.bot.settings,
          content: <SettingsList bot={bot} decimals={decimals} />,
        },
      ]}
    />
  );
}

function decimalsOfMarket(market: Market | null): number | undefined {
  return market === null ? undefined : decimalsOf(market.tickSize);
}

function sideChoice(): HistoryChoice {
  return {
    column: "order_side",
    label: t.desk.side,
    options: [
      { value: "buy", label: t.bot.buy },
      { value: "sell", label: t.bot.sell },
    ],
  };
}

function purposeChoice(): HistoryChoice {
  return {
    column: "purpose",
    label: t.desk.purpose,
    options: Object.entries(t.bot.purposes).map(([value, label]) => ({
      value,
      label,
    })),
  };
}

function Fills(
  { bot, desk, market, fillsCount }: BotTabsProps,
): JSX.Element {
  const decimals = decimalsOfMarket(market);
  const { client } = useApp();
  const fills = desk.lists.fills.value;
  return (
    <HistoryPanel<Fill>
      botId={bot.id}
      name={`${bot.name}-fills`}
      load={(request) => loadFillsPage(client, { ...request, botId: bot.id })}
      live={fills}
      stamp={`${fills[0]?.id ?? ""} ${fillsCount ?? ""}`}
      choices={[sideChoice(), purposeChoice()]}
      csv="fills"
    >
      {(rows) => <FillsTable fills={rows} decimals={decimals} />}
    </HistoryPanel>
  );
}

function Orders({ bot, desk, market }: BotTabsProps): JSX.Element {
  const decimals = decimalsOfMarket(market);
  const { client } = useApp();
  const newest = desk.lists.recentOrders.value[0];
  return (
    <HistoryPanel<Order>
      botId={bot.id}
      name={`${bot.name}-orders`}
      load={(request) => loadOrdersPage(client, { ...request, botId: bot.id })}
      live={null}
      stamp={`${newest?.id ?? ""} ${newest?.status ?? ""}`}
      choices={[
        {
          column: "status",
          label: t.desk.status,
          options: Object.entries(t.bot.orderStatus).map(([value, label]) => ({
            value,
            label,
          })),
        },
        sideChoice(),
        purposeChoice(),
      ]}
      csv="orders"
    >
      {(rows) => <OrderHistoryTable orders={rows} decimals={decimals} />}
    </HistoryPanel>
  );
}

function Events({ bot, desk }: BotTabsProps): JSX.Element {
  const { client } = useApp();
  const events = desk.lists.events.value;
  return (
    <HistoryPanel<BotEvent>
      botId={bot.id}
      name={`${bot.name}-log`}
      load={(request) => loadEventsPage(client, { ...request, botId: bot.id })}
      live={events}
      stamp={events[0]?.id ?? ""}
      choices={[{
        column: "level",
        label: t.desk.importance,
        options: Object.entries(t.bot.levels).map(([value, label]) => ({
          value,
          label,
        })),
      }]}
    >
      {(rows) => <EventLog events={rows} />}
    </HistoryPanel>
  );
}
