import { computed, createModel, effect, signal } from "@preact/signals";
import type { HubMessage, LinkState } from "../data/live_hub.ts";
import {
  type Bot,
  type BotMetrics,
  type ExchangeKey,
  parseBot,
  parseBotMetrics,
  parseProfile,
  parseRows,
  type Profile,
} from "../data/rows.ts";
import type { ProfileChange } from "../data/profile_api.ts";
import type { TraderRows } from "../data/trader_rows.ts";
import { Loader } from "./loader.ts";
import { mergeNewer, replaceAll } from "./merge.ts";

/** Who has it may stop, close and leave, and begin nothing, on paper neither. */
function isClosed(profile: Profile | null): boolean {
  return profile?.status === "suspended" || profile?.status === "rejected";
}

function newestFirst(bots: readonly Bot[]): readonly Bot[] {
  return bots.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
}

function isActive(key: ExchangeKey): boolean {
  return key.status === "active";
}

/** Whether the first load has come: later failures only make rows stale. */
export type LoadState = "loading" | "ready" | "failed";

const botIdOf = (bot: Bot) => bot.id;
const metricsIdOf = (metrics: BotMetrics) => metrics.botId;

/** The rows, and what follows from them. */
function createShelf() {
  const profile = signal<Profile | null>(null);
  const keys = signal<readonly ExchangeKey[]>([]);
  const bots = signal<ReadonlyMap<string, Bot>>(new Map());
  const metrics = signal<ReadonlyMap<string, BotMetrics>>(new Map());
  return {
    profile,
    keys,
    bots,
    metrics,
    botList: computed(() => newestFirst([...bots.value.values()])),
    activeKeys: computed(() => keys.value.filter(isActive)),
    /** Suspended or rejected: no account is connected and no bot started. */
    isClosed: computed(() => isClosed(profile.value)),
  };
}

/**
 * Everything of one trader that more than one page shows: profile, keys, bots
 * and their figures, kept fresh by the hub's messages.
 *
 * @param load Loads the rows; see data/trader_rows.ts.
 */
export const TraderModel = createModel((load: () => Promise<TraderRows>) => {
  const loadState = signal<LoadState>("loading");
  const link = signal<LinkState>("connecting");
  /** The last reload failed: what is shown may be old. */
  const isStale = signal(false);
  const shelf = createShelf();
  const { profile, keys, bots, metrics } = shelf;
  const model = {
    ...shelf,
    loadState,
    link,
    isStale,
    /** Loads all rows. */
    reload: () => loader.reload(),
    applyRows(rows: TraderRows) {
      profile.value = rows.profile;
      keys.value = rows.keys;
      bots.value = replaceAll(bots.value, rows.bots, botIdOf);
      metrics.value = replaceAll(metrics.value, rows.metrics, metricsIdOf);
      loadState.value = "ready";
      isStale.value = false;
    },
    applyFailure() {
      if (loadState.value === "loading") loadState.value = "failed";
      isStale.value = true;
    },
    /** Takes a message of the hub. */
    apply(message: HubMessage) {
      if (message.kind === "link") link.value = message.state;
      else if (message.kind === "resync") void model.reload();
      else if (message.kind === "bot") {
        const rows = parseRows(message.rows, parseBot);
        const hasNewStatus = rows.some((row) =>
          bots.value.get(row.id)?.status !== row.status
        );
        bots.value = mergeNewer(bots.value, rows, botIdOf);
        // The figures that belong to it would come up to 5 s later.
        if (hasNewStatus) void loader.reload();
      } else if (message.kind === "profile") {
        profile.value = parseRows(message.rows, parseProfile)[0] ??
          profile.value;
        // An answer on its way may be older, and keys change with it.
        void loader.reload();
      } else if (message.kind === "metrics") {
        model.applyMetrics(parseRows(message.rows, parseBotMetrics));
      }
    },
    /** Takes figures of some bots, unless newer ones are known. */
    applyMetrics(rows: readonly BotMetrics[]) {
      metrics.value = mergeNewer(metrics.value, rows, metricsIdOf);
    },
    /** Takes what was saved of the profile; the rest may have changed since. */
    changeProfile(change: ProfileChange) {
      const known = profile.peek();
      if (known !== null) profile.value = { ...known, ...change };
    },
    /** Tries the first load again. */
    retry() {
      loadState.value = "loading";
      void model.reload();
    },
  };
  const { applyRows: onRows, applyFailure: onFailure } = model;
  const loader = new Loader({ load, onRows, onFailure });
  effect(() => () => loader.stop());
  return model;
});
/** An instance of {@linkcode TraderModel}. */
export type Trader = InstanceType<typeof TraderModel>;
