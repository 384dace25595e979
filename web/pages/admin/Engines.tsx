import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { AdminFrame } from "../../components/admin/AdminFrame.tsx";
import {
  EmptyState,
  LoadFailed,
  Loading,
} from "../../components/EmptyState.tsx";
import { formatAgo, formatDayAndMinute } from "../../components/format.ts";
import { Icon } from "../../components/Icon.tsx";
import { Notice } from "../../components/Notice.tsx";
import { useNow } from "../../components/use_now.ts";
import { AdminApi } from "../../data/admin_api.ts";
import type { EngineRow } from "../../data/admin_rows.ts";
import { serverNow } from "../../data/server_clock.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { useListDesk } from "../../state/list_desk.ts";

/** A lease older than this is no lease: design.md §5. */
const SILENT_MS = 10_000;

/** The engine processes: which live, which are silent, how full they are. */
export function AdminEngines(): JSX.Element {
  const { client } = useApp();
  const [admin] = useState(() => new AdminApi(client));
  const desk = useListDesk<EngineRow, never>(async () => {
    const rows = await admin.engines();
    return { rows, counts: { all: rows.length }, pageSize: rows.length + 1 };
  });
  const words = t.admin.engines;
  const state = desk.loadState.value;
  const rows = desk.rows.value;
  const live = rows.filter((engine) => engine.status !== "stopped");
  const stopped = rows.filter((engine) => engine.status === "stopped");
  return (
    <AdminFrame
      title={words.title}
      lead={words.lead}
      isStale={desk.isStale.value && state === "ready"}
    >
      {state === "loading" && <Loading lines={3} />}
      {state === "failed" && <LoadFailed onRetry={desk.retry} />}
      {state === "ready" && rows.length === 0 && (
        <div class="card">
          <EmptyState title={words.empty} text={words.emptyText} />
        </div>
      )}
      {state === "ready" && rows.length > 0 && live.length === 0 && (
        <Notice kind="error">{words.none}</Notice>
      )}
      {live.length > 0 && <EngineTable engines={live} />}
      {stopped.length > 0 && (
        <details class="disclosure">
          <summary>
            <Icon name="chevronRight" size={16} />
            {words.stopped(stopped.length)}
          </summary>
          <EngineTable engines={stopped} />
        </details>
      )}
    </AdminFrame>
  );
}

function EngineTable(
  { engines }: { readonly engines: readonly EngineRow[] },
): JSX.Element {
  const words = t.admin.engines;
  const nowMs = useNow().value;
  return (
    <div class="card">
      <table class="table" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.status}</th>
            <th scope="col" class="end">{words.bots}</th>
            <th scope="col" class="end only-wide">{words.heartbeat}</th>
            <th scope="col" class="end only-wide">{words.started}</th>
            <th scope="col" class="only-wide">{words.version}</th>
          </tr>
        </thead>
        <tbody>
          {engines.map((engine) => (
            <tr key={engine.id}>
              <td class="break">
                {engine.name}
                <span class="table__sub break">{engine.host}</span>
              </td>
              <td>
                <EngineBadge engine={engine} nowMs={nowMs} />
                <span class="table__sub num nowrap">
                  {formatAgo(engine.heartbeatAtMs, nowMs)}
                </span>
              </td>
              <td class="end num nowrap">
                {engine.botsCount} / {engine.capacity}
              </td>
              <td class="end num only-wide">
                {formatAgo(engine.heartbeatAtMs, nowMs)}
              </td>
              <td class="end num only-wide">
                {formatDayAndMinute(engine.startedAtMs)}
              </td>
              <td class="mono only-wide break">{engine.version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EngineBadge(
  { engine, nowMs }: { readonly engine: EngineRow; readonly nowMs: number },
): JSX.Element {
  const words = t.admin.engines;
  // Between two refreshes the clock goes on: silence counts from the last one.
  const seenAtMs = useSignal(nowMs);
  useEffect(() => {
    seenAtMs.value = serverNow();
  }, [engine.heartbeatAtMs]);
  const isSilent = engine.status !== "stopped" &&
    seenAtMs.value - engine.heartbeatAtMs > SILENT_MS;
  if (isSilent) return <span class="badge badge--down">{words.silent}</span>;
  const tone = engine.status === "running"
    ? "badge badge--up"
    : engine.status === "draining"
    ? "badge badge--warn"
    : "badge";
  return <span class={tone}>{words.statuses[engine.status]}</span>;
}
