import { createModel, signal } from "@preact/signals";
import type { EquityPoint } from "../data/equity_rows.ts";
import type { LoadState } from "./trader.ts";

/** The database has one point a minute: asking more often shows nothing new. */
const RELOAD_MS = 60_000;

/** A bot's equity over the last hours. */
export const EquityModel = createModel(
  (load: () => Promise<readonly EquityPoint[]>) => {
    const state = signal<LoadState>("loading");
    const points = signal<readonly EquityPoint[]>([]);
    let timer: ReturnType<typeof setInterval> | undefined;
    const model = {
      state,
      points,
      start() {
        void model.reload();
        timer = setInterval(() => void model.reload(), RELOAD_MS);
      },
      stop() {
        clearInterval(timer);
      },
      async reload() {
        const rows = await load().catch(() => null);
        if (rows === null) model.fail();
        else model.apply(rows);
      },
      apply(rows: readonly EquityPoint[]) {
        points.value = rows;
        state.value = "ready";
      },
      fail() {
        if (state.value === "loading") state.value = "failed";
      },
    };
    return model;
  },
);
