import {
  batch,
  createModel,
  type ModelConstructor,
  type ReadonlySignal,
  signal,
} from "@preact/signals";
import type { HistoryFilter, HistoryPage } from "../data/bot_history.ts";
import { Loader } from "./loader.ts";
import type { LoadState } from "./trader.ts";

/** Rows on one page. */
export const HISTORY_PAGE = 50;

/** Fills come in bursts. */
const RELOAD_DELAY_MS = 1_000;

/** Loads a part of a list. */
export type HistoryLoad<T> = (
  request: {
    readonly filter: HistoryFilter;
    readonly offset: number;
    readonly limit: number;
  },
) => Promise<HistoryPage<T>>;

/** Which part of the list is wanted. */
export interface Shown {
  readonly filter: HistoryFilter;
  /** Counted from 0. */
  readonly page: number;
}

/** A long list, one page of it at a time. */
export interface History<T> {
  readonly state: ReadonlySignal<LoadState>;
  readonly rows: ReadonlySignal<readonly T[]>;
  /** How many the filter lets through. */
  readonly total: ReadonlySignal<number>;
  readonly shown: ReadonlySignal<Shown>;
  /** Loads what is to be shown again. */
  reload(): Promise<void>;
  /** Loads again soon, once for all that has changed until then. */
  reloadSoon(): void;
  /** Lets through only rows whose column has this value; empty: any. */
  setFilter(column: string, value: string): void;
  /** Goes to a page, counted from 0. */
  goTo(page: number): void;
  /** Hears nothing more of what is under way. */
  stop(): void;
}

/**
 * Returns a list filtered by the database. Of overlapping loads only the newest
 * counts; a failed one says so and is tried again by itself.
 */
export function createHistory<T>(
  load: HistoryLoad<T>,
): InstanceType<ModelConstructor<History<T>>> {
  const Model = createModel((): History<T> => {
    const state = signal<LoadState>("loading");
    const rows = signal<readonly T[]>([]);
    const total = signal(0);
    const shown = signal<Shown>({ filter: {}, page: 0 });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const loader = new Loader<HistoryPage<T>>({
      load: () => {
        const { filter, page } = shown.peek();
        const offset = page * HISTORY_PAGE;
        return load({ filter, offset, limit: HISTORY_PAGE });
      },
      onRows: (answer) =>
        batch(() => {
          state.value = "ready";
          rows.value = answer.rows;
          total.value = answer.total;
        }),
      onFailure: () => (state.value = "failed"),
    });

    function show(next: Shown): void {
      shown.value = next;
      void loader.reload();
    }
    return {
      state,
      rows,
      total,
      shown,
      reload: () => loader.reload(),
      reloadSoon() {
        if (timer !== undefined) return;
        timer = setTimeout(() => {
          timer = undefined;
          void loader.reload();
        }, RELOAD_DELAY_MS);
      },
      setFilter(column, value) {
        const { filter } = shown.peek();
        show({ filter: { ...filter, [column]: value }, page: 0 });
      },
      goTo(page) {
        show({ ...shown.peek(), page });
      },
      stop() {
        clearTimeout(timer);
        loader.stop();
      },
    };
  });
  return new Model();
}
