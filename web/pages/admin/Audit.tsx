import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { AdminFrame } from "../../components/admin/AdminFrame.tsx";
import {
  actionWords,
  actorWords,
  detailWords,
} from "../../components/admin/audit_words.ts";
import { Button } from "../../components/Button.tsx";
import {
  EmptyState,
  LoadFailed,
  Loading,
} from "../../components/EmptyState.tsx";
import { SelectField } from "../../components/Field.tsx";
import { formatDayAndMinute } from "../../components/format.ts";
import { AdminApi } from "../../data/admin_api.ts";
import type { AuditRow } from "../../data/admin_rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import type { LoadState } from "../../state/trader.ts";

/** The lines shown so far, and how to get older ones. */
interface Trail {
  readonly rows: readonly AuditRow[];
  readonly state: LoadState;
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  readonly loadMore: () => void;
}

/** @param action Of this action alone; empty: of any. */
function useTrail(action: string): Trail {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const rows = useSignal<readonly AuditRow[]>([]);
  const state = useSignal<LoadState>("loading");
  const hasMore = useSignal(false);
  const isBusy = useSignal(false);
  const wanted = useRef(action);

  async function load(known: readonly AuditRow[]): Promise<void> {
    const last = known.at(-1);
    isBusy.value = true;
    try {
      const page = await admin.audit({
        action: action === "" ? null : action,
        ...(last === undefined ? {} : { beforeId: last.id }),
      });
      // Of answers that overtake each other only the one asked for last counts.
      if (wanted.current !== action) return;
      rows.value = [...known, ...page.rows];
      hasMore.value = page.rows.length === page.pageSize;
      state.value = "ready";
    } catch {
      if (wanted.current === action) state.value = "failed";
    } finally {
      isBusy.value = false;
    }
  }
  useEffect(() => {
    wanted.current = action;
    state.value = "loading";
    rows.value = [];
    void load([]);
  }, [action]);
  return {
    rows: rows.value,
    state: state.value,
    hasMore: hasMore.value,
    isBusy: isBusy.value,
    loadMore: () => void load(rows.peek()),
  };
}

/** Who did what to whom, newest first, page by page backwards. */
export function AdminAudit(): JSX.Element {
  const action = useSignal("");
  const chosen = action.value;
  const trail = useTrail(chosen);
  const { rows, state } = trail;
  const words = t.admin.audit;
  return (
    <AdminFrame title={words.title} lead={words.lead}>
      <div class="list-tools">
        <SelectField
          label={words.action}
          name="action"
          value={action}
          options={[
            { value: "", label: t.admin.all },
            ...Object.entries(words.actions).map(([value, label]) => ({
              value,
              label,
            })),
          ]}
        />
      </div>
      {state === "loading" && <Loading lines={6} />}
      {state === "failed" && <LoadFailed onRetry={trail.loadMore} />}
      {state === "ready" && rows.length === 0 && (
        <div class="card">
          <EmptyState
            title={chosen === "" ? words.empty : t.admin.nothingFound}
          />
        </div>
      )}
      {rows.length > 0 && <AuditTable rows={rows} />}
      {trail.hasMore && state === "ready" && (
        <div class="actions actions--end">
          <Button busy={trail.isBusy} onClick={trail.loadMore}>
            {words.older}
          </Button>
        </div>
      )}
    </AdminFrame>
  );
}

function AuditTable(
  { rows }: { readonly rows: readonly AuditRow[] },
): JSX.Element {
  const words = t.admin.audit;
  return (
    <div class="card">
      <table class="table audit" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.action}</th>
            <th scope="col" class="only-wide">{words.target}</th>
            <th scope="col" class="only-wide">{words.detail}</th>
            <th scope="col" class="only-wide">{words.by}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                <strong>{actionWords(row)}</strong>
                <span class="line small muted num">
                  {formatDayAndMinute(row.atMs)}
                </span>
                <span class="table__sub break">{targetWords(row)}</span>
                <span class="table__sub break">{detailWords(row.detail)}</span>
                <span class="table__sub break">
                  {t.admin.history.by(actorWords(row))}
                </span>
              </td>
              <td class="only-wide break">{targetWords(row)}</td>
              <td class="only-wide break small">{detailWords(row.detail)}</td>
              <td class="only-wide break">{actorWords(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A name where there is one, else what kind of thing it was. */
function targetWords(row: AuditRow): string {
  const [kind = "", id = ""] = row.target.split(":");
  if (kind === "uid") return t.admin.people.uid(id);
  if (kind === "table") return id;
  return row.targetName ?? t.admin.audit.targets[kind] ?? row.target;
}
