import type { JSX } from "preact";
import type { Bot, BotMetrics } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { formatAgo } from "./format.ts";
import { Notice } from "./Notice.tsx";
import { useNow } from "./use_now.ts";

/** A running bot is in step with the exchange at least once a minute. */
const SILENT_AFTER_MS = 90_000;

/** Says that a bot which should be trading has not been heard of. */
export function SilenceNotice(
  { bot, metrics }: {
    readonly bot: Bot;
    readonly metrics: BotMetrics | null;
  },
): JSX.Element | null {
  const now = useNow();
  const nowMs = now.value;
  const heardAtMs = metrics?.lastSyncAtMs ?? null;
  if (bot.status !== "running" || heardAtMs === null) return null;
  if (nowMs - heardAtMs < SILENT_AFTER_MS) return null;
  return (
    <Notice kind="warn">{t.bot.silent(formatAgo(heardAtMs, nowMs))}</Notice>
  );
}
