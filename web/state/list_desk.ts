import {
  createModel,
  effect,
  type ReadonlySignal,
  signal,
} from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { ListQuery } from "../data/admin_api.ts";
import type { ListPage } from "../data/admin_rows.ts";
import { Loader } from "./loader.ts";
import type { LoadState } from "./trader.ts";

/** While somebody looks, a list is read again this often. */
const REFRESH_MS = 10_000;

/** See {@linkcode createListDesk}. */
export interface ListDesk<T, Status extends string> extends Disposable {
  readonly loadState: ReadonlySignal<LoadState>;
  /** The last refresh failed: what is shown may be old. */
  readonly isStale: ReadonlySignal<boolean>;
  readonly search: ReadonlySignal<string>;
  readonly status: ReadonlySignal<Status | null>;
  readonly page: ReadonlySignal<number>;
  readonly pageSize: ReadonlySignal<number>;
  readonly rows: ReadonlySignal<readonly T[]>;
  /** How many there are, by status. */
  readonly counts: ReadonlySignal<Readonly<Record<string, number>>>;
  reload(): Promise<void>;
  /** Tries the first load again. */
  retry(): void;
  /** Looks for something else; begins at the first page. */
  find(text: string): void;
  /** Shows those of one status, or all. */
  filter(next: Status | null): void;
  /** Turns the page. */
  turn(to: number): void;
}

/**
 * Returns a searchable, filtered, paged list that keeps itself fresh while it
 * is looked at. A failed refresh keeps what there is and marks it stale.
 *
 * @param load Loads one page.
 */
export function createListDesk<T, Status extends string>(
  load: (query: ListQuery<Status>) => Promise<ListPage<T>>,
): ListDesk<T, Status> {
  const Model = createModel(() => {
    const loadState = signal<LoadState>("loading");
    const isStale = signal(false);
    const search = signal("");
    const status = signal<Status | null>(null);
    const page = signal(0);
    const rows = signal<readonly T[]>([]);
    const counts = signal<Readonly<Record<string, number>>>({});
    const pageSize = signal(1);
    const loader = new Loader({
      load: () =>
        load({
          search: search.peek(),
          status: status.peek(),
          page: page.peek(),
        }),
      onRows: (answer) => {
        rows.value = answer.rows;
        counts.value = answer.counts;
        pageSize.value = answer.pageSize;
        loadState.value = "ready";
        isStale.value = false;
      },
      onFailure: () => {
        if (loadState.peek() === "loading") loadState.value = "failed";
        isStale.value = true;
      },
    });
    effect(() => () => loader.stop());
    return {
      loadState,
      isStale,
      search,
      status,
      page,
      rows,
      counts,
      pageSize,
      reload: () => loader.reload(),
      /** Tries the first load again. */
      retry() {
        loadState.value = "loading";
        void loader.reload();
      },
      /** Looks for something else; begins at the first page. */
      find(text: string) {
        if (text === search.peek()) return;
        search.value = text;
        page.value = 0;
        void loader.reload();
      },
      /** Shows those of one status, or all. */
      filter(next: Status | null) {
        if (next === status.peek()) return;
        status.value = next;
        page.value = 0;
        void loader.reload();
      },
      /** Turns the page. */
      turn(to: number) {
        page.value = to;
        void loader.reload();
      },
    };
  });
  return new Model();
}

/** Returns a list for as long as its component is on the page. */
export function useListDesk<T, Status extends string>(
  load: (query: ListQuery<Status>) => Promise<ListPage<T>>,
): ListDesk<T, Status> {
  const [desk] = useState(() => createListDesk(load));
  useEffect(() => {
    void desk.reload();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void desk.reload();
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
      desk[Symbol.dispose]();
    };
  }, [desk]);
  return desk;
}
