import type { JSX } from "preact";
import type {
  AffectedPerson,
  AllowlistPreview,
} from "../../data/admin_rows.ts";
import { serverNow } from "../../data/server_clock.ts";
import { t } from "../../i18n/mod.ts";
import { formatDayAndMinute, formatList } from "../format.ts";

const HOUR_MS = 3_600_000;

/** In lines, what a change of the allowlist will do, and to whom. */
export function AllowlistPreviewList(
  { preview, graceHours }: {
    readonly preview: AllowlistPreview;
    /** Null: users of removed UIDs stay active. */
    readonly graceHours: number | null;
  },
): JSX.Element {
  const words = t.admin.allowlist;
  const { added, removed, known, unknown } = preview;
  const isNothing = added + removed + preview.activated + preview.leaving === 0;
  return (
    <div class="stack stack--tight" role="status">
      <h3>{words.previewTitle}</h3>
      {isNothing && <p>{words.nothing}</p>}
      <ul class="effects">
        {added > 0 && <li>{words.added(added)}</li>}
        {removed > 0 && <li>{words.removed(removed)}</li>}
        {preview.activated > 0 && (
          <li>
            {words.activated(preview.activated)}
            <People people={preview.activates} count={preview.activated} />
          </li>
        )}
        {preview.leaving > 0 && (
          <li>
            {leavingWords(preview.leaving, graceHours)}
            <People people={preview.leaves} count={preview.leaving} />
          </li>
        )}
        {preview.stopping > 0 && (
          <li>
            {words.stopping(preview.stopping)}
            <People people={preview.stops} count={preview.stopping} />
          </li>
        )}
        {preview.staysClosed > 0 && (
          <li>{words.staysClosed(preview.staysClosed)}</li>
        )}
        {known > 0 && <li class="muted">{words.known(known)}</li>}
        {unknown > 0 && <li class="muted">{words.unknown(unknown)}</li>}
      </ul>
    </div>
  );
}

function leavingWords(count: number, graceHours: number | null): string {
  const { leaving } = t.admin.allowlist;
  if (graceHours === null) return leaving.keep(count);
  if (graceHours === 0) return leaving.stop(count);
  return leaving.grace(
    count,
    formatDayAndMinute(serverNow() + graceHours * HOUR_MS),
  );
}

function People(
  { people, count }: {
    readonly people: readonly AffectedPerson[];
    readonly count: number;
  },
): JSX.Element {
  const words = t.admin.allowlist;
  return (
    <ul class="small muted">
      {people.map((person) => (
        <li key={person.userId} class="break">
          {formatList([
            person.email ?? person.userId,
            t.admin.people.uid(person.uid),
            ...(person.bots > 0 ? [words.botsRunning(person.bots)] : []),
          ])}
        </li>
      ))}
      {count > people.length && <li>{words.andMore(count - people.length)}</li>}
    </ul>
  );
}
