import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { useTrader } from "../../state/app_context.ts";
import { formatDuration } from "../admin/duration.ts";
import { reasonWords, sentence } from "../event_words.ts";
import { formatDayAndMinute } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { useNow } from "../use_now.ts";

/** Tells on every page that an account is closed, and how long bots go on. */
export function GraceNotice(): JSX.Element | null {
  const { trader } = useTrader();
  const profile = trader.profile.value;
  const nowMs = useNow().value;
  if (profile === null || !trader.isClosed.value) return null;
  const words = t.admin.grace;
  const endsAtMs = profile.graceEndsAtMs;
  return (
    <aside class="banner banner--grace" aria-label={words.label}>
      <Icon name="alert" />
      <p>
        <strong>
          {profile.status === "rejected" ? words.rejected : words.suspended}
        </strong>
        {profile.statusReason !== null &&
          ` ${sentence(reasonWords(profile.statusReason))}`}{" "}
        <span class="num">
          {endsAtMs !== null && endsAtMs > nowMs
            ? words.running(
              formatDayAndMinute(endsAtMs),
              formatDuration(endsAtMs - nowMs),
            )
            : words.over}
        </span>
      </p>
    </aside>
  );
}
