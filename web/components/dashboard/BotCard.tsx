import type { JSX } from "preact";
import type { NextOrder } from "../../data/dashboard_rows.ts";
import type { Bot, BotMetrics, Venue } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import {
  costsOf,
  netResultOf,
  openPositionsOf,
  roundToTotal,
  unpairedOf,
} from "../../state/figures.ts";
import { todayOf } from "../../state/purses.ts";
import { sentence, statusWords } from "../event_words.ts";
import {
  formatAgo,
  formatAverage,
  formatPrice,
  formatSize,
} from "../format.ts";
import { Signed } from "../Signed.tsx";
import { Sparkline } from "./Sparkline.tsx";
import { StatusBadge, VenueBadge } from "../StatusBadge.tsx";
import { useNow } from "../use_now.ts";

interface BotCardProps {
  readonly bot: Bot;
  readonly metrics: BotMetrics | null;
  readonly venue: Venue | null;
  /** Net results over the span shown; absent until they are loaded. */
  readonly curve: readonly (number | null)[] | undefined;
  readonly dayStart: number | null | undefined;
  readonly nextOrders: readonly NextOrder[] | undefined;
  /** When it was last in step, if it runs and is silent since; epoch ms. */
  readonly silentSinceMs: number | undefined;
}

/** One bot: how it stands and what it waits for; the whole card leads to it. */
export function BotCard(props: BotCardProps): JSX.Element {
  const { bot, metrics, venue, curve } = props;
  return (
    <li class="card bot-card" data-bot-id={bot.id}>
      <div class="bot-card__head">
        <h3 class="bot-card__name">
          <a href={`/bots/${bot.id}`}>{bot.name}</a>
        </h3>
        <StatusBadge bot={bot} />
      </div>
      <p class="bot-card__market small muted">
        <span>{bot.symbol.split(":")[0]}</span>
        {venue !== null && <VenueBadge venue={venue} />}
      </p>
      <div class="bot-card__result">
        <p>
          <span class="small muted">{t.bots.card.net}</span>
          <span class="bot-card__net" data-figure="net">
            <Signed value={netResultOf(metrics)} arrow />
          </span>
        </p>
        {curve !== undefined && <Sparkline values={curve} />}
      </div>
      <Split {...props} />
      <Legs bot={bot} metrics={metrics} />
      <Next {...props} />
    </li>
  );
}

/** The parts add up to the result above; today is a part in time. */
function Split({ bot, metrics, dayStart }: BotCardProps): JSX.Element {
  const [gridProfit = null, unpaired = null, costs = null] = roundToTotal(
    [metrics?.gridProfit ?? null, unpairedOf(metrics), costsOf(metrics)],
    netResultOf(metrics),
  );
  const parts: readonly [string, number | null][] = [
    [t.desk.strip.gridProfit.name, gridProfit],
    [t.desk.strip.unpaired.name, unpaired],
    [t.bots.card.costs, costs],
    [t.bots.purse.today, metrics && todayOf(bot, metrics, dayStart)],
  ];
  return (
    <dl class="bot-card__split">
      {parts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <Signed value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Legs(
  { bot, metrics }: {
    readonly bot: Bot;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element {
  const base = bot.symbol.split("/")[0] ?? "";
  const legs = [
    {
      name: t.bot.long,
      size: metrics?.longSize ?? null,
      entry: metrics?.longEntryPrice ?? null,
    },
    {
      name: t.bot.short,
      size: metrics?.shortSize ?? null,
      entry: metrics?.shortEntryPrice ?? null,
    },
  ].filter(({ size }) => size !== null && size > 0);
  return (
    <p class="bot-card__legs small">
      {legs.length === 0
        ? (
          <span class="muted">
            {metrics !== null && openPositionsOf(metrics) === null
              ? t.bots.card.positionsUnknown
              : t.bots.card.noPositions}
          </span>
        )
        : legs.map(({ name, size, entry }) => (
          <span key={name} class="nowrap">
            {name} <span class="num">{formatSize(size)}</span> {base}{" "}
            <span class="muted num">
              {t.bot.entryAt(formatAverage(entry))}
            </span>
          </span>
        ))}
    </p>
  );
}

/** What happens next: the bot's orders, or what the trader has to do. */
function Next(props: BotCardProps): JSX.Element {
  const { bot, metrics, nextOrders, silentSinceMs } = props;
  if (silentSinceMs !== undefined) return <Silent sinceMs={silentSinceMs} />;
  const words = nextWords(bot, metrics, nextOrders ?? []);
  const isLeft = bot.status === "stopped" && !isWanted(bot) &&
    (openPositionsOf(metrics) ?? 0) > 0;
  const isWarning = isLeft ||
    !isWanted(bot) && (bot.status === "faulted" || bot.statusCode !== null);
  return (
    <p
      class={isWarning
        ? "bot-card__next bot-card__next--warn"
        : "bot-card__next"}
    >
      {words}
    </p>
  );
}

/** It runs, and nothing is heard of it: what stands above may be old. */
function Silent({ sinceMs }: { readonly sinceMs: number }): JSX.Element {
  const nowMs = useNow().value;
  return (
    <p class="bot-card__next bot-card__next--warn">
      {t.bots.card.silent(formatAgo(sinceMs, nowMs))}
    </p>
  );
}

/** It was started, and no engine has taken it up yet. */
function isWanted(bot: Bot): boolean {
  return bot.isPending && bot.desiredState === "running" &&
    bot.status !== "running" && bot.status !== "starting";
}

function nextWords(
  bot: Bot,
  metrics: BotMetrics | null,
  orders: readonly NextOrder[],
): string {
  const { card } = t.bots;
  const resting = orders.map((order) =>
    card.order(
      t.bot[order.orderSide],
      formatPrice(order.price),
      card.purpose(
        card.legs[order.positionSide],
        t.bot.purposes[order.purpose],
      ),
    )
  ).join(" · ");
  if (isWanted(bot)) return card.requested;
  if (bot.status === "faulted") {
    return sentence(statusWords(bot) ?? t.bot.faulted);
  }
  if (bot.status === "running" && bot.statusCode !== null) {
    return sentence(statusWords(bot) ?? card.waiting);
  }
  if (bot.status === "stopped" && resting !== "") return card.left(resting);
  if (bot.status === "stopped" && (openPositionsOf(metrics) ?? 0) > 0) {
    return card.leftPositions;
  }
  if (bot.status !== "running") return card.next[bot.status];
  return resting === "" ? card.waiting : card.orders(resting);
}
