import { computed, createModel, signal } from "@preact/signals";
import {
  type BotFigures,
  type BotMoney,
  parseBotMoney,
} from "../data/bot_money.ts";
import type { BotRows, LiveRows } from "../data/bot_rows.ts";
import type { BotGrid } from "../data/bot_grid.ts";
import type { BotTrust } from "../data/bot_trust.ts";
import type { HubMessage } from "../data/live_hub.ts";
import { isRow } from "../data/row_reader.ts";
import {
  type BotEvent,
  type Fill,
  type Order,
  parseBotEvent,
  parseFill,
  parseRows,
} from "../data/rows.ts";
import { blockedOf } from "./ladder.ts";
import { FiguresWatch } from "./figures_watch.ts";
import { Loader } from "./loader.ts";
import { mergeList } from "./merge.ts";
import { moneyStripOf } from "./money_strip.ts";
import type { LoadState } from "./trader.ts";

const FILLS_MAX = 200;
const EVENTS_MAX = 100;
/** After a fill the engine replaces orders at once; then we look. */
const ORDERS_DELAY_MS = 250;

/** What a {@linkcode BotDeskModel} loads with. */
export interface BotDeskLoads {
  readonly all: () => Promise<BotRows>;
  readonly live: () => Promise<LiveRows>;
  readonly figures: () => Promise<BotFigures | null>;
}

const BotListsModel = createModel((botId: string) => {
  const openOrders = signal<readonly Order[]>([]);
  const recentOrders = signal<readonly Order[]>([]);
  const fills = signal<readonly Fill[]>([]);
  const events = signal<readonly BotEvent[]>([]);
  const trust = signal<BotTrust | null>(null);
  const grid = signal<BotGrid | null>(null);
  return {
    openOrders,
    /** The newest of any status, newest first. */
    recentOrders,
    /** What the exchange refused and nothing has replaced. */
    blocked: computed(() => blockedOf(openOrders.value, recentOrders.value)),
    fills,
    events,
    trust,
    /** What each interval of a range grid waits for. */
    grid,
    setLive(rows: LiveRows) {
      openOrders.value = rows.openOrders;
      recentOrders.value = rows.recentOrders;
      trust.value = rows.trust;
      grid.value = rows.grid;
    },
    /** Merges fills of this bot, newest first; returns how many were ours. */
    addFills(rows: readonly Fill[]) {
      const ours = rows.filter((fill) => fill.botId === botId);
      fills.value = mergeList(fills.value, ours, {
        atOf: (fill) => fill.filledAtMs,
        max: FILLS_MAX,
      });
      return ours.length;
    },
    /** Merges events of this bot, newest first. */
    addEvents(rows: readonly BotEvent[]) {
      const ours = rows.filter((event) => event.botId === botId);
      events.value = mergeList(events.value, ours, {
        atOf: (event) => event.createdAtMs,
        max: EVENTS_MAX,
      });
    },
  };
});

/** The bot's money, exact, the newest that was heard of. */
const BotMoneyModel = createModel((botId: string) => {
  const money = signal<BotMoney | null>(null);
  return {
    money,
    strip: computed(() => moneyStripOf(money.value)),
    /** Takes figures unless newer ones are known. */
    set(next: BotMoney | null) {
      const before = money.value;
      if (next === null) return;
      if (before === null || next.updatedAtMs >= before.updatedAtMs) {
        money.value = next;
      }
    },
    /**
     * Takes a broadcast of figures.
     *
     * @returns False where they were rounded on the way: load them instead.
     */
    hear(rows: unknown) {
      const row = Array.isArray(rows)
        ? rows.filter(isRow).find((one) => one.bot_id === botId)
        : undefined;
      if (row === undefined) return true;
      const next = parseBotMoney(row);
      if (next === null) return false;
      if (next.updatedAtMs >= (money.value?.updatedAtMs ?? 0)) {
        money.value = next;
      }
      return true;
    },
  };
});

/** Takes what a fill has made as soon as the engine has written it. */
function watchFigures(
  money: InstanceType<typeof BotMoneyModel>,
  load: BotDeskLoads["figures"],
): FiguresWatch {
  return new FiguresWatch(async (sinceMs) => {
    const figures = await load().catch(() => null);
    if (figures === null) return false;
    money.set(figures.money);
    // A fill's own worth is unknown until the exchange has told positions.
    return figures.money.updatedAtMs > sinceMs &&
      money.strip.peek().total !== null;
  });
}

/** An answer, and how many questions had been asked with its own. */
interface Numbered<T> {
  readonly number: number;
  readonly rows: T;
}

/**
 * Numbers questions whose answers overtake each other: what was asked for last
 * is what stays.
 */
class Questions {
  #asked = 0;
  #taken = 0;

  /** Returns the load with its number. */
  number<T>(load: () => Promise<T>): () => Promise<Numbered<T>> {
    return async () => {
      const number = ++this.#asked;
      return { number, rows: await load() };
    };
  }

  /** Tells whether nothing asked for later has been taken, and takes it. */
  take({ number }: Numbered<unknown>): boolean {
    if (number < this.#taken) return false;
    this.#taken = number;
    return true;
  }
}

/** How loading stands: everything at first, later what changes often. */
const BotLoadModel = createModel(() => {
  const loadState = signal<LoadState>("loading");
  const hasFailed = signal(false);
  const hasLiveFailed = signal(false);
  return {
    loadState,
    /** The last load of something failed: what is shown may be old. */
    isStale: computed(() => hasFailed.value || hasLiveFailed.value),
    succeed() {
      loadState.value = "ready";
      hasFailed.value = false;
      hasLiveFailed.value = false;
    },
    fail() {
      if (loadState.value === "loading") loadState.value = "failed";
      hasFailed.value = true;
    },
    setLiveFailed(next: boolean) {
      hasLiveFailed.value = next;
    },
  };
});

/**
 * The rows of one bot's page: live orders, fills, events, money, trust. Placed
 * and canceled orders are not broadcast (there are too many), so they are read
 * again after each fill, each change of the bot and each metrics message. Metrics
 * come every five seconds: what a fill has made is asked for sooner.
 */
export const BotDeskModel = createModel(
  (botId: string, loads: BotDeskLoads) => {
    const lists = new BotListsModel(botId);
    const money = new BotMoneyModel(botId);
    const load = new BotLoadModel();
    const questions = new Questions();
    const figures = watchFigures(money, loads.figures);
    const loader = new Loader<Numbered<BotRows>>({
      load: questions.number(loads.all),
      onRows: (answer) => {
        if (questions.take(answer)) lists.setLive(answer.rows);
        lists.addFills(answer.rows.fills);
        lists.addEvents(answer.rows.events);
        money.set(answer.rows.figures?.money ?? null);
        load.succeed();
      },
      onFailure: () => load.fail(),
    });
    const liveLoader = new Loader<Numbered<LiveRows>>({
      load: questions.number(loads.live),
      onRows: (answer) => {
        if (questions.take(answer)) lists.setLive(answer.rows);
        load.setLiveFailed(false);
      },
      onFailure: () => load.setLiveFailed(true),
    });
    let liveTimer: ReturnType<typeof setTimeout> | undefined;

    /** Reads orders and trust again, at most once per delay. */
    function refreshSoon(): void {
      liveTimer ??= setTimeout(() => {
        liveTimer = undefined;
        void liveLoader.reload();
      }, ORDERS_DELAY_MS);
    }
    return {
      loadState: load.loadState,
      isStale: load.isStale,
      lists,
      money,
      /** Loads everything. */
      reload: () => loader.reload(),
      /** Takes a message of the hub. */
      apply(message: HubMessage) {
        if (message.kind === "link") return;
        if (message.kind === "resync") void loader.reload();
        else if (message.kind === "event") {
          lists.addEvents(parseRows(message.rows, parseBotEvent));
        } else if (message.kind === "fill") {
          const count = lists.addFills(parseRows(message.rows, parseFill));
          if (count === 0) return;
          refreshSoon();
          figures.begin(money.money.peek()?.updatedAtMs ?? 0);
        } else {
          const isRounded = message.kind === "metrics" &&
            !money.hear(message.rows);
          if (isRounded) figures.begin(money.money.peek()?.updatedAtMs ?? 0);
          refreshSoon();
        }
      },
      /** Leaves the page; what is still under way is not heard. */
      stop() {
        clearTimeout(liveTimer);
        figures.stop();
        liveLoader.stop();
        loader.stop();
      },
    };
  },
);
/** An instance of {@linkcode BotDeskModel}. */
export type BotDesk = InstanceType<typeof BotDeskModel>;
