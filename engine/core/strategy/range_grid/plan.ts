/**
 * The range grid's decision: from the state, both positions and the price to
 * the orders that should rest. Pure; the rules and worked examples are in
 * `README.md`.
 *
 * ```
 * waiting ─► opening ─► running ─► exiting ─► ended
 *    │          └──────────────────────▲
 *    └─────► running
 * ```
 * - *waiting*: for the trigger, or for the price to come into the range.
 * - *opening*: a long or short grid takes the position it would hold here.
 * - *running*: each interval owns one order.
 * - *exiting*: stop-loss or take-profit was reached; everything is closed.
 * - *ended*: nothing held, nothing placed, until the trader starts it again.
 *
 * @module
 */
import { smallestSize } from "../../model/market.ts";
import { type DesiredOrder, slotKey } from "../../model/order.ts";
import {
  ceilToTick,
  floorToTick,
  roundToLot,
  toDecimalText,
} from "../../model/rounding.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import type { Condition } from "../plan.ts";
import { closingOrder } from "../risk/closing_order.ts";
import {
  type RangeGridInput,
  type RangeGridPlan,
  type RangeGridView,
  workingIn,
} from "./input.ts";
import { slotLevel } from "./lines.ts";
import { askRisk, isAllowed } from "./risk.ts";
import {
  openingRest,
  openingSide,
  restingRange,
  settleRangeGrid,
  waitingToDrop,
} from "./settle.ts";
import {
  entryLine,
  exitLine,
  heldOf,
  intervalAt,
  type RangeGridState,
  sideOf,
} from "./state.ts";

/** How far an opening order may pay beyond the touch. */
const OPENING_CAP = 0.0015;

/**
 * Returns the orders that should rest, the state they follow from, and what
 * the trader should know. Planning again from the returned state gives the
 * same plan.
 */
export function planRangeGrid(input: RangeGridInput): RangeGridPlan {
  const asked = askRisk(input);
  const { verdict } = asked;
  const state = settleRangeGrid(asked);
  const view = { ...asked, state };
  const heldLegs = POSITION_SIDES.filter((side) =>
    !input.positions[side].settled || state.flatSinceMs[side] !== null
  );
  return {
    state,
    desired: [...ordersOf(view), ...riskOrders(view)].filter((order) =>
      !heldLegs.includes(order.positionSide)
    ),
    heldLegs,
    conditions: [...verdict?.conditions ?? [], ...conditionsOf(view)],
    stop: verdict?.stop ?? null,
    quiet: verdict?.quiet ?? null,
  };
}

function isTrading({ phase }: RangeGridState): boolean {
  return phase === "opening" || phase === "running";
}

/** Closes the legs that a risk layer wants closed. */
function riskOrders(input: RangeGridView): DesiredOrder[] {
  if (!isTrading(input.state)) return [];
  return POSITION_SIDES.flatMap((side) => {
    const code = input.verdict?.legs[side].closes ?? null;
    return code === null ? [] : closingOrders(input, side, code);
  });
}

function ordersOf(input: RangeGridView): DesiredOrder[] {
  const { phase, endedBy } = input.state;
  switch (phase) {
    case "opening":
      return openingOrders(input).filter((order) => isAllowed(input, order));
    case "running":
      return runningOrders(input).filter((order) => isAllowed(input, order));
    case "exiting":
      return POSITION_SIDES.flatMap((side) =>
        closingOrders(input, side, endedBy ?? "exit")
      );
    case "waiting":
    case "ended":
      return [];
  }
}

/** A limit beyond the touch: executed at once, but never at any price. */
function openingOrders(input: RangeGridInput): DesiredOrder[] {
  const { state, config, market, quote, nowMs } = input;
  if (state.entriesOff) return [];
  const positionSide = openingSide(state);
  const slot = { positionSide, purpose: "open", level: 0 } as const;
  const current = workingIn(input, slot);
  const isKept = current !== null && current.price !== null &&
    nowMs - current.placedAtMs < config.openRequoteSeconds * 1_000;
  const price = positionSide === "long"
    ? ceilToTick(quote.bestAsk * (1 + OPENING_CAP), market.tickSize)
    : floorToTick(quote.bestBid * (1 - OPENING_CAP), market.tickSize);
  const rest = roundToLot(
    openingRest(state) - (current?.filledSize ?? 0),
    market.lotSize,
  );
  const size = Math.min(rest, market.maxOrderSize ?? rest);
  if (!isKept && size < smallestSize(market, price)) return [];
  return [{
    ...slot,
    price: isKept ? current.price : price,
    size: isKept ? current.size : size,
    postOnly: false,
    cycle: state.cycles[positionSide],
    priceTolerance: 0,
    reason: {
      rule: "opening_position",
      inputs: { price: (quote.bestBid + quote.bestAsk) / 2, rest },
    },
  }];
}

function runningOrders(input: RangeGridInput): DesiredOrder[] {
  const left = {
    long: closable(input, "long"),
    short: closable(input, "short"),
  };
  const resting = new Map(
    input.working.map((order) => [slotKey(order), order.price]),
  );
  const dropping = waitingToDrop(input);
  return restingRange(input).flatMap((k) => {
    const interval = intervalAt(input.state, k);
    if (k === dropping) return [];
    if (!interval.isExiting) return entryOrder(input, k, resting);
    const side = sideOf(input.state, k);
    const size = roundToLot(
      Math.min(interval.held, left[side]),
      input.market.lotSize,
    );
    left[side] -= size;
    return exitOrder(input, k, size);
  });
}

/** What exits may give back of a leg: never more than the exchange shows. */
function closable(input: RangeGridInput, side: PositionSide): number {
  const moving = input.working.filter((order) => order.positionSide === side)
    .reduce(
      (sum, { purpose, filledSize }) =>
        sum + (purpose === "take_profit" ? filledSize : -filledSize),
      0,
    );
  return Math.max(0, input.positions[side].size + moving);
}

/**
 * Post-only, and only on its own side of the price: an entry that the price
 * has already passed waits until it has come back.
 */
function entryOrder(
  input: RangeGridInput,
  k: number,
  resting: ReadonlyMap<string, number | null>,
): DesiredOrder[] {
  const { state, market, quote } = input;
  const positionSide = sideOf(state, k);
  const { size, held, cycle } = intervalAt(state, k);
  const level = slotLevel(k, state.grid.levels);
  const slot = { positionSide, purpose: "entry", level } as const;
  const price = entryLine(state, k, market.tickSize);
  const rests = resting.get(slotKey(slot)) === price;
  const isPassed = positionSide === "long"
    ? price >= quote.bestAsk
    : price <= quote.bestBid;
  if (state.entriesOff || (isPassed && !rests)) return [];
  return [{
    ...slot,
    price,
    size: roundToLot(size - held, market.lotSize),
    postOnly: true,
    cycle,
    priceTolerance: 0,
    reason: {
      rule: "grid_entry",
      inputs: { interval: k, held, exit: exitLine(state, k, market.tickSize) },
    },
  }];
}

function exitOrder(
  input: RangeGridInput,
  k: number,
  size: number,
): DesiredOrder[] {
  const { state, market } = input;
  if (size <= 0) return [];
  const { basis, cycle } = intervalAt(state, k);
  return [{
    positionSide: sideOf(state, k),
    purpose: "take_profit",
    level: slotLevel(k, state.grid.levels),
    price: exitLine(state, k, market.tickSize),
    size,
    postOnly: false,
    cycle,
    priceTolerance: 0,
    reason: { rule: "grid_exit", inputs: { interval: k, basis } },
  }];
}

function closingOrders(
  input: RangeGridInput,
  side: PositionSide,
  rule: string,
): DesiredOrder[] {
  const { state, market, working, positions } = input;
  const held = Math.min(
    heldOf(state, side, market.lotSize),
    positions[side].size,
  );
  return closingOrder({
    side,
    held,
    working,
    market,
    cycle: state.cycles[side],
    reason: { rule, inputs: { held } },
  });
}

function conditionsOf(input: RangeGridInput): Condition[] {
  const { state, positions, market, working } = input;
  const conditions = [...phaseConditions(input)];
  if (state.entriesOff) {
    conditions.push({
      code: "margin_no_entries",
      level: "warning",
      positionSide: null,
      message: "The margin ratio is above its limit or unknown: no new " +
        "entries. Add margin or reduce the position",
    });
  }
  for (const side of POSITION_SIDES) {
    const { size, settled } = positions[side];
    if (state.flatSinceMs[side] !== null) conditions.push(goneCondition(side));
    const isOwn = heldOf(state, side, market.lotSize) > 0 ||
      working.some((order) => order.positionSide === side);
    if (!settled || size === 0 || isOwn) continue;
    conditions.push({
      code: "position_unexplained",
      level: "warning",
      positionSide: side,
      message: `The ${side} position of ${toDecimalText(size)} ` +
        `${market.base} was not opened by this bot, or its history is ` +
        "lost: the bot leaves it alone. Close it yourself when you like",
    });
  }
  return conditions;
}

function goneCondition(positionSide: PositionSide): Condition {
  return {
    code: "position_gone",
    level: "warning",
    positionSide,
    message: `The exchange shows no ${positionSide} position where the grid ` +
      "holds one. Its orders stay as they are while this is being made sure " +
      "of; then these intervals begin anew",
  };
}

function phaseConditions(input: RangeGridInput): Condition[] {
  const { state, config } = input;
  const say = (
    code: string,
    level: Condition["level"],
    message: string,
  ): Condition[] => [{ code, level, positionSide: null, message }];
  switch (state.phase) {
    case "waiting":
      return state.awaits === null
        ? say(
          "waits_for_range",
          "info",
          "The price is outside the range: the grid begins when it comes back",
        )
        : say(
          "waits_for_trigger",
          "info",
          `The grid begins when the price ${state.awaits}s to ` +
            toDecimalText(config.triggerPrice ?? 0),
        );
    case "exiting":
    case "ended":
      return say(
        ENDED[state.endedBy ?? "stop_loss"].code,
        "warning",
        `The grid's ${
          ENDED[state.endedBy ?? "stop_loss"].name
        } was reached: everything is closed and nothing is placed any more. ` +
          "Stop the bot; started again it begins anew",
      );
    case "opening":
    case "running":
      return [];
  }
}

const ENDED = {
  "stop_loss": { code: "stop_loss_reached", name: "stop-loss" },
  "take_profit": { code: "take_profit_reached", name: "take-profit" },
  "trailing_take_profit": {
    code: "trailing_take_profit_reached",
    name: "trailing take-profit",
  },
} as const;
