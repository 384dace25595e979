import type { JSX } from "preact";
import type { Bot, BotMetrics } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { isSilent } from "../../state/attention.ts";
import { formatAgo } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { useNow } from "../use_now.ts";

/** Says that a bot which should be trading has not been heard of. */
export function SilenceNotice(
  { bot, metrics }: {
    readonly bot: Bot;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element | null {
  const now = useNow();
  const nowMs = now.value;
  if (!isSilent(bot, metrics, nowMs)) return null;
  const heardAtMs = metrics?.lastSyncAtMs ?? null;
  return (
    <Notice kind="warn">{t.bot.silent(formatAgo(heardAtMs, nowMs))}</Notice>
  );
}
