import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { AdminFrame } from "../../components/admin/AdminFrame.tsx";
import { AllowlistForm } from "../../components/admin/AllowlistForm.tsx";
import { ListBody, ListTools } from "../../components/admin/ListTools.tsx";
import { RemoveUidDialog } from "../../components/admin/RemoveUidDialog.tsx";
import { Button } from "../../components/Button.tsx";
import { formatDay } from "../../components/format.ts";
import { Notice } from "../../components/Notice.tsx";
import { AdminApi, type AllowlistResult } from "../../data/admin_api.ts";
import type { AllowlistRow } from "../../data/admin_rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { useListDesk } from "../../state/list_desk.ts";

/** The allowlist: adding, importing, removing, each looked at before it is done. */
export function AdminAllowlist(): JSX.Element {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const desk = useListDesk<AllowlistRow, never>(admin.allowlist.bind(admin));
  const removing = useSignal<string | null>(null);
  const done = useSignal<AllowlistResult | null>(null);
  const words = t.admin.allowlist;
  const result = done.value;

  function finish(answer: AllowlistResult): void {
    done.value = answer;
    removing.value = null;
    void desk.reload();
  }

  return (
    <AdminFrame
      title={words.title}
      lead={words.lead}
      isStale={desk.isStale.value && desk.loadState.value === "ready"}
    >
      {result !== null && (
        <Notice kind="ok">
          {words.applied(
            result.added,
            result.removed,
            result.activated,
            result.suspended,
          )}
        </Notice>
      )}
      <AllowlistForm admin={admin} onDone={finish} />
      <h2>{words.listTitle(desk.counts.value.all ?? 0)}</h2>
      <ListTools desk={desk} hint={t.admin.searchUids} />
      <ListBody
        desk={desk}
        empty={{ title: words.empty, text: words.emptyText }}
      >
        <UidTable
          rows={desk.rows.value}
          onRemove={(uid) => (removing.value = uid)}
        />
      </ListBody>
      {removing.value !== null && (
        <RemoveUidDialog
          uid={removing.value}
          admin={admin}
          onClose={() => (removing.value = null)}
          onDone={finish}
        />
      )}
    </AdminFrame>
  );
}

function UidTable(
  { rows, onRemove }: {
    readonly rows: readonly AllowlistRow[];
    readonly onRemove: (uid: string) => void;
  },
): JSX.Element {
  const words = t.admin.allowlist;
  return (
    <div class="card">
      <table class="table" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{t.admin.searchUids}</th>
            <th scope="col" class="only-wide">{words.note}</th>
            <th scope="col" class="only-wide">{words.addedOn}</th>
            <th scope="col">
              <span class="visually-hidden">{words.remove}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ uid, note, createdAtMs }) => (
            <tr key={uid}>
              <td class="num">
                {uid}
                {note !== null && <span class="table__sub break">{note}</span>}
              </td>
              <td class="only-wide break">{note}</td>
              <td class="only-wide num">{formatDay(createdAtMs)}</td>
              <td class="end">
                <Button
                  kind="quiet"
                  label={words.removeLabel(uid)}
                  onClick={() => onRemove(uid)}
                >
                  {words.remove}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
