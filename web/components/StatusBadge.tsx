import type { JSX } from "preact";
import type { Bot, BotStatus, Venue } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";

const TONES: Readonly<Record<BotStatus, string>> = {
  idle: "",
  starting: "badge--accent",
  running: "badge--up",
  stopping: "badge--warn",
  stopped: "",
  faulted: "badge--down",
};

function wordOf(bot: Bot): string {
  const isSettled = bot.status !== "starting" && bot.status !== "stopping";
  if (!bot.isPending || !isSettled) return t.bots.status[bot.status];
  return t.bots.waiting[bot.desiredState];
}

/** A bot's status in words; moving ones have a pulse. */
export function StatusBadge({ bot }: { readonly bot: Bot }): JSX.Element {
  const isMoving = bot.isPending || bot.status === "starting" ||
    bot.status === "stopping";
  const tone = bot.isPending && !["starting", "stopping"].includes(bot.status)
    ? "badge--accent"
    : TONES[bot.status];
  return (
    <span class={`badge ${tone}`} data-status={bot.status}>
      <span
        class={isMoving ? "dot dot--pulse" : "dot"}
        aria-hidden="true"
      />
      {wordOf(bot)}
    </span>
  );
}

/** Where a bot or key trades; play money stands out. */
export function VenueBadge({ venue }: { readonly venue: Venue }): JSX.Element {
  return (
    <span class={venue === "bitget" ? "badge" : "badge badge--accent"}>
      {t.venues[venue]}
    </span>
  );
}
