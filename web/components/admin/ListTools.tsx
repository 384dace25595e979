import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import type { ListDesk } from "../../state/list_desk.ts";
import { Button } from "../Button.tsx";
import { EmptyState, LoadFailed, Loading } from "../EmptyState.tsx";
import { SelectField, TextField } from "../Field.tsx";

const TYPING_PAUSE_MS = 250;

/** Search and, where there are statuses, the filter of a list. */
export function ListTools<T, Status extends string>(
  { desk, hint, statuses }: {
    readonly desk: ListDesk<T, Status>;
    readonly hint: string;
    /** In the order they are offered, with their words. */
    readonly statuses?: readonly {
      readonly value: Status;
      readonly label: string;
    }[];
  },
): JSX.Element {
  const text = useSignal("");
  const chosen = useSignal<string>("");
  const typed = text.value;
  useEffect(() => {
    const timer = setTimeout(() => desk.find(typed), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, desk]);
  const status = chosen.value;
  useEffect(() => {
    desk.filter(statuses?.find((each) => each.value === status)?.value ?? null);
  }, [status, desk]);
  const counts = desk.counts.value;
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return (
    <div class="list-tools" role="search">
      <TextField
        label={t.admin.search}
        name="search"
        value={text}
        placeholder={hint}
      />
      {statuses && (
        <SelectField
          label={t.admin.status}
          name="status"
          value={chosen}
          options={[
            { value: "", label: `${t.admin.all} (${all})` },
            ...statuses.map(({ value, label }) => ({
              value,
              label: `${label} (${counts[value] ?? 0})`,
            })),
          ]}
        />
      )}
    </div>
  );
}

/** A list in each of its states: loading, failed, empty, found nothing, there. */
export function ListBody<T, Status extends string>(
  { desk, empty, children }: {
    readonly desk: ListDesk<T, Status>;
    /** What stands where there is nothing at all. */
    readonly empty: { readonly title: string; readonly text?: string };
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const state = desk.loadState.value;
  const counts = desk.counts.value;
  const rows = desk.rows.value;
  const page = desk.page.value;
  if (state === "loading") return <Loading lines={5} />;
  if (state === "failed") return <LoadFailed onRetry={desk.retry} />;
  const isFiltered = desk.status.value !== null || desk.search.value !== "";
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (rows.length === 0 && page === 0) {
    return (
      <div class="card">
        {isFiltered
          ? (
            <EmptyState
              title={t.admin.nothingFound}
              text={t.admin.nothingFoundText}
            />
          )
          : <EmptyState {...empty} />}
      </div>
    );
  }
  return (
    <>
      {children}
      <Pager
        page={page}
        hasMore={rows.length === desk.pageSize.value &&
          (page + 1) * desk.pageSize.value < total}
        onTurn={desk.turn}
      />
    </>
  );
}

function Pager(
  { page, hasMore, onTurn }: {
    readonly page: number;
    readonly hasMore: boolean;
    readonly onTurn: (page: number) => void;
  },
): JSX.Element | null {
  if (page === 0 && !hasMore) return null;
  return (
    <div class="actions actions--end pager">
      <span class="muted small">{t.admin.page(page + 1)}</span>
      <Button disabled={page === 0} onClick={() => onTurn(page - 1)}>
        {t.admin.previous}
      </Button>
      <Button disabled={!hasMore} onClick={() => onTurn(page + 1)}>
        {t.admin.next}
      </Button>
    </div>
  );
}
