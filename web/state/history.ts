import { createModel, signal } from "@preact/signals";
import type { HistoryFilter, HistoryPage } from "../data/bot_history.ts";
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

interface Shown {
  readonly filter: HistoryFilter;
  /** Counted from 0. */
  readonly page: number;
}

/**
 * A long list, one page of it at a time, filtered by the database. Of
 * overlapping loads only the newest counts; a failed one keeps what is shown.
 */
export const HistoryModel = createModel(<T>(load: HistoryLoad<T>) => {
  const state = signal<LoadState>("loading");
  const rows = signal<readonly T[]>([]);
  const total = signal(0);
  const shown = signal<Shown>({ filter: {}, page: 0 });
  let newest = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const model = {
    state,
    rows,
    /** How many the filter lets through. */
    total,
    shown,
    /** Loads what is to be shown again. */
    async reload() {
      const mine = ++newest;
      const { filter, page } = shown.value;
      const answer = await load({
        filter,
        offset: page * HISTORY_PAGE,
        limit: HISTORY_PAGE,
      }).catch(() => null);
      if (mine === newest) model.apply(answer);
    },
    /** Loads again soon, once for all that has changed until then. */
    reloadSoon() {
      if (timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        void model.reload();
      }, RELOAD_DELAY_MS);
    },
    apply(answer: HistoryPage<T> | null) {
      if (answer === null) {
        state.value = "failed";
        return;
      }
      rows.value = answer.rows;
      total.value = answer.total;
      state.value = "ready";
    },
    /** Lets through only rows whose column has this value; empty: any. */
    setFilter(column: string, value: string) {
      const { filter } = shown.value;
      shown.value = { filter: { ...filter, [column]: value }, page: 0 };
      void model.reload();
    },
    /** Goes to a page, counted from 0. */
    goTo(page: number) {
      shown.value = { ...shown.value, page };
      void model.reload();
    },
    stop() {
      newest++;
      clearTimeout(timer);
    },
  };
  return model;
});
