import { createModel, effect, signal } from "@preact/signals";
import type { ExportedRows } from "../data/export_rows.ts";

/** How far an export is. */
export type ExportState = "idle" | "reading" | "done" | "failed";

/** Reads everything of a trader for him to keep. */
export const DataExportModel = createModel((
  options: {
    readonly read: (
      options: {
        readonly signal: AbortSignal;
        readonly onProgress: (rows: number) => void;
      },
    ) => Promise<ExportedRows>;
    /** Hands the finished export over. */
    readonly save: (rows: ExportedRows) => void;
  },
) => {
  const state = signal<ExportState>("idle");
  const rows = signal(0);
  let running: AbortController | null = null;
  effect(() => () => running?.abort());
  function finish(mine: AbortController, next: ExportState): void {
    if (running === mine) state.value = next;
  }
  return {
    state,
    /** Rows read so far. */
    rows,
    async start(): Promise<void> {
      running?.abort();
      const mine = new AbortController();
      running = mine;
      state.value = "reading";
      rows.value = 0;
      try {
        const exported = await options.read({
          signal: mine.signal,
          onProgress: (count) => (rows.value = count),
        });
        // Canceled while the last page was on its way.
        mine.signal.throwIfAborted();
        options.save(exported);
        finish(mine, "done");
      } catch {
        finish(mine, mine.signal.aborted ? "idle" : "failed");
      }
    },
    cancel() {
      running?.abort();
    },
  };
});
