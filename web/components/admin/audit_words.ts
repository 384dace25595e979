import type { AuditRow } from "../../data/admin_rows.ts";
import type { OutsideRow } from "../../data/row_reader.ts";
import { readTextOrNull } from "../../data/row_reader.ts";
import { t } from "../../i18n/mod.ts";
import { reasonWords } from "../event_words.ts";
import { formatDayAndMinute } from "../format.ts";

/** Fields whose values are codes; all others are somebody's own words. */
const CODED: ReadonlySet<string> = new Set([
  "stop_policy",
  "desired_state",
  "venue",
]);

/** Says who acted: a person, somebody by hand in the database, the platform. */
export function actorWords(row: AuditRow): string {
  if (row.actorEmail !== null) return row.actorEmail;
  const by = readTextOrNull(row.detail, "by");
  if (by === "postgres" || by === "supabase_admin") {
    return t.admin.audit.hand(by);
  }
  return row.actorId ?? t.admin.audit.platform;
}

/** Says what was done. */
export function actionWords(row: AuditRow): string {
  return t.admin.audit.actions[row.action] ?? row.action;
}

/** The details as `name: value`, a change of status as `from → to`. */
export function detailWords(detail: OutsideRow): string {
  const { from, to, by: _by, ...rest } = detail;
  const lines = Object.entries(rest)
    .filter(([, value]) => value !== null && value !== 0)
    .map(([name, value]) =>
      t.admin.audit.line(
        t.admin.audit.fields[name] ?? name,
        CODED.has(name) ? codeWords(value) : valueWords(value),
      )
    );
  if (typeof from !== "string" || typeof to !== "string") {
    return lines.join(" · ");
  }
  const names: Readonly<Record<string, string>> = t.admin.people.profileStatus;
  const move = from === to
    ? names[to] ?? to
    : `${names[from] ?? from} → ${names[to] ?? to}`;
  return [move, ...lines].join(" · ");
}

function codeWords(value: unknown): string {
  return t.admin.audit.values[String(value)] ?? String(value);
}

function valueWords(value: unknown): string {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) {
    return formatDayAndMinute(Date.parse(value));
  }
  return typeof value === "object"
    ? JSON.stringify(value)
    : reasonWords(String(value));
}
