import {
  type EndedOrder,
  isFinished,
  type LegPositions,
  parseClientOrderId,
  POSITION_SIDES,
} from "@core/mod.ts";
import type { Context } from "./context.ts";
import { fetchFills } from "./fetch_fills.ts";
import { type BookOrder, slotOf } from "./book_order.ts";
import type { History } from "./strategy.ts";

/** How far back the bot's own fills are asked for; Bitget gives seven days. */
const HISTORY_MS = 7 * 24 * 3_600_000 - 60_000;
/** Orders asked for to learn whether they are complete. */
const LOOK_UPS_MAX = 20;

/**
 * Gathers what a lost state can be rebuilt from: what the bot's order rows
 * say about the anchor they were placed at, and its own fills on the
 * exchange, which win where they are newer.
 */
export async function gatherHistory(
  context: Context,
  referencePrice: number,
): Promise<History> {
  const positions = context.positions.legs;
  const orders = hasPosition(positions)
    ? [
      ...context.orders.all.flatMap(ordersBefore),
      ...await completedOnExchange(context),
      ...context.endedEarly.splice(0),
    ]
    : [];
  const nextOf = (side: (typeof POSITION_SIDES)[number]) =>
    1 + Math.max(
      -1,
      ...context.orders.all.filter((order) => order.positionSide === side)
        .map((order) => order.cycle),
      ...orders.filter((order) => order.positionSide === side)
        .map((order) => order.cycle),
    );
  return {
    positions,
    referencePrice,
    orders: orders.toSorted((a, b) => a.cycle - b.cycle),
    known: context.orders.all,
    nextCycle: { long: nextOf("long"), short: nextOf("short") },
  };
}

function hasPosition(positions: LegPositions): boolean {
  return POSITION_SIDES.some((side) => positions[side].size > 0);
}

/** The orders that, by its own reason, a row was placed after. */
function ordersBefore(order: BookOrder): EndedOrder[] {
  const { anchor, lockPrice } = order.reason.inputs;
  if (typeof anchor !== "number") return [];
  const before = (purpose: "entry" | "take_profit", averagePrice: number) => ({
    ...slotOf(order),
    purpose,
    clientOrderId: `before:${order.clientOrderId}:${purpose}`,
    cycle: order.cycle - 1,
    size: order.size,
    filledSize: order.size,
    averagePrice,
    status: "filled" as const,
  });
  const done: EndedOrder[] = isFinished(order.status) &&
      order.status === "filled"
    ? [{
      ...slotOf(order),
      clientOrderId: order.clientOrderId,
      cycle: order.cycle,
      size: order.size,
      filledSize: order.filledSize,
      averagePrice: order.averagePrice ?? order.price,
      status: "filled",
    }]
    : [];
  return typeof lockPrice === "number"
    ? [before("entry", lockPrice), before("take_profit", anchor), ...done]
    : [before("entry", anchor), ...done];
}

async function completedOnExchange(context: Context): Promise<EndedOrder[]> {
  const { account, bot, botTag } = context;
  const fills = await fetchFills(context, context.nowMs() - HISTORY_MS);
  const ids = new Set(
    fills.toReversed().map((fill) => fill.clientOrderId).filter((id) =>
      id !== null
    ),
  );
  const completed: EndedOrder[] = [];
  for (const id of [...ids].slice(0, LOOK_UPS_MAX)) {
    const parts = parseClientOrderId(id);
    if (parts?.botTag !== botTag) continue;
    const order = await account.fetchOrder(bot.symbol, id);
    if (order === null) continue;
    completed.push({
      ...slotOf(parts),
      clientOrderId: id,
      cycle: parts.cycle,
      size: order.size,
      filledSize: order.filledSize,
      averagePrice: order.averagePrice,
      status: order.status === "filled" ? "filled" : "canceled",
    });
  }
  return completed;
}
