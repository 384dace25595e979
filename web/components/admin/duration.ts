import { t } from "../../i18n/mod.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Formats how long something still lasts, in its two largest units: `2 d 3 h`,
 * `12 min 5 s`.
 *
 * @param ms Below zero counts as zero.
 */
export function formatDuration(ms: number): string {
  const left = Math.max(0, ms);
  const { days, hours, minutes } = t.admin.duration;
  const whole = (unit: number, of = left) => Math.floor(of / unit);
  if (left >= DAY_MS) {
    return days(whole(DAY_MS), whole(HOUR_MS, left % DAY_MS));
  }
  if (left >= HOUR_MS) {
    return hours(whole(HOUR_MS), whole(MINUTE_MS, left % HOUR_MS));
  }
  return minutes(whole(MINUTE_MS), whole(SECOND_MS, left % MINUTE_MS));
}
