import { createModel, effect, signal } from "@preact/signals";
import type { AlertRows } from "../data/alerts_api.ts";
import { Loader } from "./loader.ts";
import type { LoadState } from "./trader.ts";

/**
 * The trader's channels and messages of late.
 *
 * @param load Loads them; see data/alerts_api.ts.
 */
export const AlertsDesk = createModel((load: () => Promise<AlertRows>) => {
  const loadState = signal<LoadState>("loading");
  /** The last reload failed: what is shown may be old. */
  const isStale = signal(false);
  const rows = signal<AlertRows | null>(null);
  const loader = new Loader({
    load,
    onRows: (answer) => {
      rows.value = answer;
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
    rows,
    reload: () => loader.reload(),
    /** Tries the first load again. */
    retry() {
      loadState.value = "loading";
      void loader.reload();
    },
  };
});
/** An instance of {@linkcode AlertsDesk}. */
export type Alerts = InstanceType<typeof AlertsDesk>;
