import type { JSX } from "preact";
import type { BotEvent } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { EmptyState } from "../EmptyState.tsx";
import { eventWords } from "../event_words.ts";
import { formatInstant } from "../format.ts";
import { Icon, type IconName } from "../Icon.tsx";

const ICONS: Readonly<Record<BotEvent["level"], IconName>> = {
  info: "info",
  warning: "alert",
  error: "alert",
};

/** What happened to the bot, newest first. */
export function EventLog(
  { events }: { readonly events: readonly BotEvent[] },
): JSX.Element {
  const nowMs = Date.now();
  if (events.length === 0) {
    return <EmptyState title={t.bot.noEvents} text={t.bot.noEventsText} />;
  }
  return (
    <ul class="events" aria-label={t.bot.events}>
      {events.map((event) => (
        <li
          key={event.id}
          class={`event event--${event.level}`}
          data-code={event.code}
        >
          <Icon name={ICONS[event.level]} size={16} />
          <p>
            <span class="visually-hidden">{t.bot.levels[event.level]}:</span>
            {eventWords(event)}
          </p>
          <time
            class="num small muted nowrap"
            dateTime={new Date(event.createdAtMs).toISOString()}
          >
            {formatInstant(event.createdAtMs, nowMs)}
          </time>
        </li>
      ))}
    </ul>
  );
}
