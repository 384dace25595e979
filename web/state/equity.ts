import { createModel, signal } from "@preact/signals";
import type { EquityPoint } from "../data/equity_rows.ts";
import { Loader } from "./loader.ts";
import type { LoadState } from "./trader.ts";

/** The database has one point a minute: asking more often shows nothing new. */
const RELOAD_MS = 60_000;

/** A bot's equity over the last hours; a failed load is tried again by itself. */
export const EquityModel = createModel(
  (load: () => Promise<readonly EquityPoint[]>) => {
    const state = signal<LoadState>("loading");
    const points = signal<readonly EquityPoint[]>([]);
    let timer: ReturnType<typeof setInterval> | undefined;
    const loader = new Loader<readonly EquityPoint[]>({
      load,
      onRows: (rows) => {
        points.value = rows;
        state.value = "ready";
      },
      onFailure: () => {
        if (state.peek() === "loading") state.value = "failed";
      },
    });
    return {
      state,
      points,
      start() {
        void loader.reload();
        timer = setInterval(() => void loader.reload(), RELOAD_MS);
      },
      stop() {
        clearInterval(timer);
        loader.stop();
      },
    };
  },
);
