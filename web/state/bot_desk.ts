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

/**
 * The rows of one bot's page: live orders, fills, events, money, trust. Placed
 * and canceled orders are not broadcast (there are too many), so they are read
 * again after each fill, each change of the bot and each metrics message. Metrics
 * come every five seconds: what a fill has made is asked for sooner.
 */
export const BotDeskModel = createModel(
  (botId: string, loads: BotDeskLoads) => {
    const loadState = signal<LoadState>("loading");
    /** The last reload failed: what is shown may be old. */
    const isStale = signal(false);
    const lists = new BotListsModel(botId);
    const money = new BotMoneyModel(botId);
    let liveTimer: ReturnType<typeof setTimeout> | undefined;

    const model = {
      loadState,
      isStale,
      lists,
      money,
      /** Loads everything. */
      reload: () => loader.reload(),
      applyRows(rows: BotRows) {
        lists.setLive(rows);
        lists.addFills(rows.fills);
        lists.addEvents(rows.events);
        money.set(rows.figures?.money ?? null);
        loadState.value = "ready";
        isStale.value = false;
      },
      applyFailure() {
        if (loadState.value === "loading") loadState.value = "failed";
        isStale.value = true;
      },
      /** Takes a message of the hub. */
      apply(message: HubMessage) {
        if (message.kind === "link") return;
        if (message.kind === "resync") void model.reload();
        else if (message.kind === "event") {
          lists.addEvents(parseRows(message.rows, parseBotEvent));
        } else if (message.kind === "fill") {
          const count = lists.addFills(parseRows(message.rows, parseFill));
          if (count === 0) return;
          model.refreshSoon();
          figures.begin(money.money.peek()?.updatedAtMs ?? 0);
        } else if (message.kind === "metrics" && !money.hear(message.rows)) {
          void model.reload();
        } else model.refreshSoon();
      },
      /** Reads orders and trust again, at most once per delay. */
      refreshSoon() {
        if (liveTimer !== undefined) return;
        liveTimer = setTimeout(async () => {
          liveTimer = undefined;
          const rows = await loads.live().catch(() => null);
          // A miss is made up by the next message or poll.
          if (rows !== null) lists.setLive(rows);
        }, ORDERS_DELAY_MS);
      },
      /** Leaves the page; what is still under way is not heard. */
      stop() {
        clearTimeout(liveTimer);
        figures.stop();
        loader.stop();
      },
    };
    const figures = watchFigures(money, loads.figures);
    const loader = new Loader({
      load: loads.all,
      onRows: (rows) => model.applyRows(rows),
      onFailure: () => model.applyFailure(),
    });
    return model;
  },
);
/** An instance of {@linkcode BotDeskModel}. */
export type BotDesk = InstanceType<typeof BotDeskModel>;
