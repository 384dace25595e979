import {
  computed,
  createModel,
  type ReadonlySignal,
  signal,
} from "@preact/signals";
import type { Bot } from "../data/rows.ts";

/** Which bots are shown. */
export const BOT_FILTERS = ["all", "running", "resting", "attention"] as const;
/** One of {@linkcode BOT_FILTERS}. */
export type BotFilter = (typeof BOT_FILTERS)[number];

/** What needs a look stands first, what works before what rests. */
const RANKS: Readonly<Record<Bot["status"], number>> = {
  faulted: 0,
  stopping: 1,
  starting: 2,
  running: 3,
  stopped: 4,
  idle: 5,
};

function passes(
  bot: Bot,
  filter: BotFilter,
  concerned: ReadonlySet<string>,
): boolean {
  if (filter === "all") return true;
  if (filter === "attention") return concerned.has(bot.id);
  const isResting = bot.status === "stopped" || bot.status === "idle";
  return filter === "resting" ? isResting : !isResting;
}

function matches(bot: Bot, text: string): boolean {
  return `${bot.name} ${bot.symbol}`.toLowerCase().includes(text);
}

/** Returns the bots a filter and a search leave, in the order they are shown. */
export function chooseBots(
  bots: readonly Bot[],
  options: {
    readonly filter: BotFilter;
    readonly search: string;
    /** Ids of bots that need attention. */
    readonly concerned: ReadonlySet<string>;
  },
): readonly Bot[] {
  const text = options.search.trim().toLowerCase();
  return bots
    .filter((bot) =>
      passes(bot, options.filter, options.concerned) && matches(bot, text)
    )
    .toSorted((a, b) =>
      RANKS[a.status] - RANKS[b.status] || b.createdAtMs - a.createdAtMs
    );
}

/** What is typed and chosen above the list of bots. */
export const BotFilterModel = createModel(
  (
    bots: ReadonlySignal<readonly Bot[]>,
    concerned: ReadonlySignal<ReadonlySet<string>>,
  ) => {
    const filter = signal<BotFilter>("all");
    const search = signal("");
    return {
      filter,
      search,
      shown: computed(() =>
        chooseBots(bots.value, {
          filter: filter.value,
          search: search.value,
          concerned: concerned.value,
        })
      ),
      choose(next: BotFilter) {
        filter.value = next;
      },
      reset() {
        filter.value = "all";
        search.value = "";
      },
    };
  },
);
/** An instance of {@linkcode BotFilterModel}. */
export type BotFilterState = InstanceType<typeof BotFilterModel>;
