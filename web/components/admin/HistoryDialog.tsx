import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { AdminApi } from "../../data/admin_api.ts";
import type { AuditRow, Person } from "../../data/admin_rows.ts";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { Dialog } from "../Dialog.tsx";
import { formatDayAndMinute } from "../format.ts";
import { Notice } from "../Notice.tsx";
import { actionWords, actorWords, detailWords } from "./audit_words.ts";

/** Everything that was ever decided about a person, newest first. */
export function HistoryDialog(
  { person, admin, onClose }: {
    readonly person: Person;
    readonly admin: AdminApi;
    readonly onClose: () => void;
  },
): JSX.Element {
  const rows = useSignal<readonly AuditRow[] | null>(null);
  const hasFailed = useSignal(false);
  useEffect(() => {
    let isWanted = true;
    admin.audit({ target: `profile:${person.id}` }).then(
      (page) => {
        if (isWanted) rows.value = page.rows;
      },
      () => {
        if (isWanted) hasFailed.value = true;
      },
    );
    return () => {
      isWanted = false;
    };
  }, [person.id]);
  const list = rows.value;
  return (
    <Dialog title={t.admin.history.title(person.email)} onClose={onClose}>
      {hasFailed.value && <Notice kind="error">{t.common.loadFailed}</Notice>}
      {list === null && !hasFailed.value && (
        <p class="muted" role="status">{t.common.loading}</p>
      )}
      {list?.length === 0 && <p class="muted">{t.admin.history.empty}</p>}
      {list !== null && list.length > 0 && (
        <ol class="history">
          {list.map((row) => (
            <li key={row.id}>
              <p>
                <strong>{actionWords(row)}</strong> {detailWords(row.detail)}
              </p>
              <p class="small muted">
                {formatDayAndMinute(row.atMs)},{" "}
                {t.admin.history.by(actorWords(row))}
              </p>
            </li>
          ))}
        </ol>
      )}
      <div class="actions actions--end">
        <Button onClick={onClose}>{t.common.close}</Button>
      </div>
    </Dialog>
  );
}
