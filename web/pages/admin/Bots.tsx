import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { AdminFrame } from "../../components/admin/AdminFrame.tsx";
import { formatDuration } from "../../components/admin/duration.ts";
import { ListBody, ListTools } from "../../components/admin/ListTools.tsx";
import { statusWords } from "../../components/event_words.ts";
import { formatAgo, formatMoney } from "../../components/format.ts";
import { VenueBadge } from "../../components/StatusBadge.tsx";
import { useNow } from "../../components/use_now.ts";
import { AdminApi } from "../../data/admin_api.ts";
import { BOT_STATUSES, type PlatformBot } from "../../data/admin_rows.ts";
import type { BotStatus } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { SILENT_AFTER_MS } from "../../state/attention.ts";
import { useListDesk } from "../../state/list_desk.ts";

const TONES: Readonly<Record<BotStatus, string>> = {
  idle: "badge",
  starting: "badge badge--accent",
  running: "badge badge--up",
  stopping: "badge badge--warn",
  stopped: "badge",
  faulted: "badge badge--down",
};

/** Everybody's bots: which run where, and which need a look. */
export function AdminBots(): JSX.Element {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const desk = useListDesk(admin.bots.bind(admin));
  const words = t.admin.bots;
  const nowMs = useNow().value;
  return (
    <AdminFrame
      title={words.title}
      lead={words.lead}
      isStale={desk.isStale.value && desk.loadState.value === "ready"}
    >
      <ListTools
        desk={desk}
        hint={t.admin.searchBots}
        statuses={BOT_STATUSES.map((value) => ({
          value,
          label: words.statuses[value],
        }))}
      />
      <ListBody desk={desk} empty={{ title: words.empty }}>
        <div class="card">
          <table class="table platform-bots" aria-label={words.title}>
            <thead>
              <tr>
                <th scope="col">{words.bot}</th>
                <th scope="col">{t.admin.status}</th>
                <th scope="col" class="only-wide">{words.owner}</th>
                <th scope="col" class="only-wide">{words.engine}</th>
                <th scope="col" class="end only-wide">{words.orders}</th>
                <th scope="col" class="end only-wide">{words.equity}</th>
                <th scope="col" class="end only-wide">{words.synced}</th>
              </tr>
            </thead>
            <tbody>
              {desk.rows.value.map((bot) => (
                <BotLine key={bot.id} bot={bot} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </div>
      </ListBody>
    </AdminFrame>
  );
}

function BotLine(
  { bot, nowMs }: { readonly bot: PlatformBot; readonly nowMs: number },
): JSX.Element {
  const words = t.admin.bots;
  const reason = statusWords(bot);
  const isSilent = bot.status === "running" && bot.lastSyncAtMs !== null &&
    nowMs - bot.lastSyncAtMs >= SILENT_AFTER_MS;
  return (
    <tr data-bot-id={bot.id}>
      <td class="break">
        <strong>{bot.name}</strong>
        <span class="line small muted">
          {bot.symbol.split(":")[0]} <VenueBadge venue={bot.venue} />
        </span>
        <span class="table__sub break">{bot.email}</span>
      </td>
      <td>
        <span class={TONES[bot.status]}>{words.statuses[bot.status]}</span>
        {bot.isPending && <span class="line small">{words.pending}</span>}
        {bot.graceEndsAtMs !== null && (
          <span class="line small warn num">
            {words.inGrace(formatDuration(bot.graceEndsAtMs - nowMs))}
          </span>
        )}
        {isSilent && (
          <span class="table__sub warn">
            {t.bots.card.silent(formatAgo(bot.lastSyncAtMs, nowMs))}
          </span>
        )}
        {reason !== null && <span class="line small muted">{reason}</span>}
      </td>
      <td class="only-wide break">{bot.email}</td>
      <td class="only-wide break">{bot.engineName ?? "—"}</td>
      <td class="end num only-wide">{bot.openOrders ?? "—"}</td>
      <td class="end num only-wide">{formatMoney(bot.equity)}</td>
      <td class={isSilent ? "end num only-wide warn" : "end num only-wide"}>
        {formatAgo(bot.lastSyncAtMs, nowMs)}
      </td>
    </tr>
  );
}
