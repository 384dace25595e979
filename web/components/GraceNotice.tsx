import type { JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { useTrader } from "../state/app_context.ts";
import { formatDuration } from "./admin/duration.ts";
import { formatDayAndMinute } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { useNow } from "./use_now.ts";

/** Tells a suspended trader on every page how long his bots go on, and how. */
export function GraceNotice(): JSX.Element | null {
  const { trader } = useTrader();
  const profile = trader.profile.value;
  const nowMs = useNow().value;
  if (profile?.status !== "suspended") return null;
  const words = t.admin.grace;
  const endsAtMs = profile.graceEndsAtMs;
  return (
    <aside class="banner banner--grace" aria-label={words.label}>
      <Icon name="alert" />
      <p>
        <strong>{words.suspended}</strong>
        {profile.statusReason !== null && ` ${profile.statusReason}.`}{" "}
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
