import type { JSX } from "preact";
import type { Bot, BotMetrics, Venue } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { netRealizedOf } from "../state/figures.ts";
import { formatAgo } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { Money, Signed } from "./Signed.tsx";
import { StatusBadge, VenueBadge } from "./StatusBadge.tsx";
import { useNow } from "./use_now.ts";

/** One bot in the list: the whole row leads to its page. */
export function BotRow(
  { bot, metrics, venue }: {
    readonly bot: Bot;
    readonly metrics: BotMetrics | null;
    readonly venue: Venue | null;
  },
): JSX.Element {
  return (
    <li class="bot-row" data-bot-id={bot.id}>
      <div class="bot-row__name">
        <a href={`/bots/${bot.id}`}>{bot.name}</a>
        <p class="small muted">
          {bot.symbol.split(":")[0]} <Since bot={bot} />
        </p>
      </div>
      <div class="bot-row__state">
        <StatusBadge bot={bot} />
        {venue !== null && <VenueBadge venue={venue} />}
      </div>
      <dl class="bot-row__figures">
        <div>
          <dt>{t.bots.realized}</dt>
          <dd>
            <Signed value={netRealizedOf(metrics)} arrow />
          </dd>
        </div>
        <div>
          <dt>{t.bots.unrealized}</dt>
          <dd>
            <Signed value={metrics?.unrealizedPnl ?? null} arrow />
          </dd>
        </div>
        <div class="bot-row__equity">
          <dt>{t.bots.equity}</dt>
          <dd>
            <Money value={metrics?.equity ?? null} />
          </dd>
        </div>
      </dl>
      <span class="bot-row__chevron">
        <Icon name="chevronRight" />
      </span>
      {bot.status === "faulted" && (
        <p class="bot-row__reason small down">
          {bot.statusReason ?? t.bot.faulted}
        </p>
      )}
    </li>
  );
}

function Since({ bot }: { readonly bot: Bot }): JSX.Element | null {
  const now = useNow();
  const nowMs = now.value;
  if (bot.status !== "running" || bot.startedAtMs === null) return null;
  return (
    <span class="bot-row__since">
      · {t.bots.running(formatAgo(bot.startedAtMs, nowMs))}
    </span>
  );
}
