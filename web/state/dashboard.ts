import {
  computed,
  createModel,
  effect,
  type ReadonlySignal,
  signal,
} from "@preact/signals";
import type { DashboardRows, NextOrder } from "../data/dashboard_rows.ts";
import type { HubMessage } from "../data/live_hub.ts";
import { type BotEvent, parseBotEvent, parseRows } from "../data/rows.ts";
import { Loader } from "./loader.ts";
import { mergeList } from "./merge.ts";
import type { LoadState } from "./trader.ts";

/** How far back the curves go. */
export const SPANS = ["day", "week", "month"] as const;
/** One of {@linkcode SPANS}. */
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
const SPAN_MS: Readonly<Record<Span, number>> = {
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
};
/** Points of a curve: one every half hour of a day. */
const STEPS = 48;
const EVENTS_MAX = 200;
/** The database has a point a minute: asking more often shows nothing new. */
const RELOAD_MS = 60_000;
/** A fill moves the next orders: they are asked for again a moment later. */
const SETTLE_MS = 1_500;

/** Returns when the reader's day began, epoch ms. */
export function dayStartOf(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/**
 * Returns what to ask for: the day's beginning, then the curve's instants.
 *
 * @param sinceMs Before this there is nothing to show; null: ask for it all.
 */
export function instantsOf(
  span: Span,
  nowMs: number,
  sinceMs: number | null,
): readonly number[] {
  const startMs = Math.max(nowMs - SPAN_MS[span], sinceMs ?? 0);
  const steps = Array.from(
    { length: STEPS + 1 },
    (_, i) => Math.round(startMs + (nowMs - startMs) * i / STEPS),
  );
  return [dayStartOf(nowMs), ...steps];
}

/** What the dashboard needs from outside. */
export interface DashboardOptions {
  readonly load: (
    instants: readonly number[],
    eventsSinceMs: number,
  ) => Promise<DashboardRows>;
  readonly now: () => number;
  /** Before this no bot did anything, epoch ms; null while none has. */
  readonly since: () => number | null;
  readonly isVisible: () => boolean;
}

/** What cards look up by bot. */
function indexesOf(rows: ReadonlySignal<DashboardRows | null>) {
  return {
    /** Net results of each bot over the span, oldest first. */
    curves: computed<ReadonlyMap<string, readonly (number | null)[]>>(() =>
      new Map(rows.value?.bots.map(({ botId, net }) => [botId, net.slice(1)]))
    ),
    /** Net results at the day's beginning. */
    dayStarts: computed<ReadonlyMap<string, number | null>>(() =>
      new Map(rows.value?.bots.map(({ botId, net }) => [botId, net[0] ?? null]))
    ),
    /** The next orders of each bot. */
    nextOrders: computed<ReadonlyMap<string, readonly NextOrder[]>>(() =>
      Map.groupBy(rows.value?.nextOrders ?? [], ({ botId }) => botId)
    ),
  };
}

/** What was loaded, and how it stands with loading. */
function createShelf() {
  const state = signal<LoadState>("loading");
  const isStale = signal(false);
  const rows = signal<DashboardRows | null>(null);
  const events = signal<readonly BotEvent[]>([]);
  return {
    state,
    /** The last load failed: what is shown may be old. */
    isStale,
    rows,
    /** Warnings and errors, newest first. */
    events,
    take(loaded: DashboardRows) {
      rows.value = loaded;
      events.value = loaded.events;
      state.value = "ready";
      isStale.value = false;
    },
    fail() {
      if (state.value === "loading") state.value = "failed";
      isStale.value = true;
    },
    add(incoming: readonly BotEvent[]) {
      events.value = mergeList(
        events.value,
        incoming.filter(({ level }) => level !== "info"),
        { atOf: (event) => event.createdAtMs, max: EVENTS_MAX },
      );
    },
  };
}

/** Histories, next orders and warnings of all bots, asked for once a minute. */
export const DashboardModel = createModel((options: DashboardOptions) => {
  const shelf = createShelf();
  const span = signal<Span>("day");
  const loader = new Loader<DashboardRows>({
    load: () => {
      const nowMs = options.now();
      return options.load(
        instantsOf(span.peek(), nowMs, options.since()),
        nowMs - SPAN_MS.day,
      );
    },
    onRows: (rows) => shelf.take(rows),
    onFailure: () => shelf.fail(),
  });
  let settling: ReturnType<typeof setTimeout> | undefined;
  const reload = () => {
    clearTimeout(settling);
    settling = undefined;
    void loader.reload();
  };

  effect(() => {
    // Also when the span changes.
    span.value;
    reload();
  });
  effect(() => {
    const timer = setInterval(
      () => options.isVisible() && reload(),
      RELOAD_MS,
    );
    return () => {
      clearInterval(timer);
      clearTimeout(settling);
      loader.stop();
    };
  });
  return {
    ...shelf,
    ...indexesOf(shelf.rows),
    span,
    /** Chooses how far back the curves go. */
    choose(next: Span) {
      span.value = next;
    },
    /** Tries the first load again. */
    retry() {
      shelf.state.value = "loading";
      reload();
    },
    /** Takes a message of the hub. */
    apply(message: HubMessage) {
      if (message.kind === "resync") reload();
      if (message.kind === "event") {
        shelf.add(parseRows(message.rows, parseBotEvent));
      }
      if (message.kind === "fill" || message.kind === "bot") {
        settling ??= setTimeout(reload, SETTLE_MS);
      }
    },
  };
});
/** An instance of {@linkcode DashboardModel}. */
export type Dashboard = InstanceType<typeof DashboardModel>;
