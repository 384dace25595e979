import { createModel, signal } from "@preact/signals";
import type { HubMessage } from "../data/live_hub.ts";
import {
  type BotEvent,
  type Fill,
  type Order,
  parseBotEvent,
  parseFill,
  parseRows,
} from "../data/rows.ts";
import type { BotRows } from "../data/trader_rows.ts";
import { Loader } from "./loader.ts";
import { mergeList } from "./merge.ts";
import type { LoadState } from "./trader.ts";

const FILLS_MAX = 200;
const EVENTS_MAX = 100;
/** After a fill the engine replaces orders at once; then we look. */
const ORDERS_DELAY_MS = 250;

/** What a {@linkcode BotDeskModel} loads with. */
export interface BotDeskLoads {
  readonly all: () => Promise<BotRows>;
  readonly openOrders: () => Promise<readonly Order[]>;
}

const BotListsModel = createModel((botId: string) => {
  const openOrders = signal<readonly Order[]>([]);
  const fills = signal<readonly Fill[]>([]);
  const events = signal<readonly BotEvent[]>([]);
  return {
    openOrders,
    fills,
    events,
    setOrders(orders: readonly Order[]) {
      openOrders.value = orders;
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

/**
 * The rows of one bot's page: live orders, fills, events. Placed and canceled
 * orders are not broadcast (there are too many), so the orders are read again
 * after each fill, each change of the bot and each metrics message.
 */
export const BotDeskModel = createModel(
  (botId: string, loads: BotDeskLoads) => {
    const loadState = signal<LoadState>("loading");
    const lists = new BotListsModel(botId);
    let ordersTimer: ReturnType<typeof setTimeout> | undefined;

    const model = {
      loadState,
      lists,
      /** Loads everything. */
      reload: () => loader.reload(),
      applyRows(rows: BotRows) {
        lists.setOrders(rows.openOrders);
        lists.addFills(rows.fills);
        lists.addEvents(rows.events);
        loadState.value = "ready";
      },
      applyFailure() {
        if (loadState.value === "loading") loadState.value = "failed";
      },
      /** Takes a message of the hub. */
      apply(message: HubMessage) {
        if (message.kind === "link") return;
        if (message.kind === "resync") void model.reload();
        else if (message.kind === "event") {
          lists.addEvents(parseRows(message.rows, parseBotEvent));
        } else if (message.kind === "fill") {
          const count = lists.addFills(parseRows(message.rows, parseFill));
          if (count > 0) model.refreshOrdersSoon();
        } else model.refreshOrdersSoon();
      },
      /** Reads the live orders again, at most once per delay. */
      refreshOrdersSoon() {
        if (ordersTimer !== undefined) return;
        ordersTimer = setTimeout(async () => {
          ordersTimer = undefined;
          const orders = await loads.openOrders().catch(() => null);
          // A miss is made up by the next message or poll.
          if (orders !== null) lists.setOrders(orders);
        }, ORDERS_DELAY_MS);
      },
      /** Leaves the page; what is still under way is not heard. */
      stop() {
        clearTimeout(ordersTimer);
        loader.stop();
      },
    };
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
