import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { AdminFrame } from "../../components/admin/AdminFrame.tsx";
import { DecisionDialog } from "../../components/admin/DecisionDialog.tsx";
import { HistoryDialog } from "../../components/admin/HistoryDialog.tsx";
import { ListBody, ListTools } from "../../components/admin/ListTools.tsx";
import {
  type PersonAct,
  PersonRow,
} from "../../components/admin/PersonRow.tsx";
import { AdminApi } from "../../data/admin_api.ts";
import { type Person, PROFILE_STATUSES } from "../../data/admin_rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { useListDesk } from "../../state/list_desk.ts";

/** Everybody, approvals first: what each has, and what can be decided. */
export function AdminPeople(): JSX.Element {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const desk = useListDesk(admin.people.bind(admin));
  const acting = useSignal<
    { readonly act: PersonAct; readonly person: Person } | null
  >(null);
  const words = t.admin.people;
  const current = acting.value;
  const close = () => (acting.value = null);
  return (
    <AdminFrame
      title={words.title}
      lead={words.lead}
      isStale={desk.isStale.value && desk.loadState.value === "ready"}
    >
      <ListTools
        desk={desk}
        hint={t.admin.searchPeople}
        statuses={PROFILE_STATUSES.map((value) => ({
          value,
          label: words.profileStatus[value],
        }))}
      />
      <ListBody desk={desk} empty={{ title: words.empty }}>
        <ul class="card people">
          {desk.rows.value.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              onAct={(act) => (acting.value = { act, person })}
            />
          ))}
        </ul>
      </ListBody>
      {current?.act === "history" && (
        <HistoryDialog person={current.person} admin={admin} onClose={close} />
      )}
      {current !== null && current.act !== "history" && (
        <DecisionDialog
          act={current.act}
          person={current.person}
          admin={admin}
          onClose={close}
          onRefused={() => void desk.reload()}
          onDone={() => {
            close();
            void desk.reload();
          }}
        />
      )}
    </AdminFrame>
  );
}
