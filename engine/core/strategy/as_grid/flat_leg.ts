import { smallestSize } from "../../model/market.ts";
import type { DesiredOrder } from "../../model/order.ts";
import { ceilToTick, floorToTick, roundToLot } from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import { type AsGridView, type LegPlan, runsLeg, workingIn } from "./input.ts";
import { requoteDistance } from "./prices.ts";

/**
 * Plans a flat or partly opened leg: a post-only order at the touch that
 * follows it only when it is old enough and the touch has moved far enough.
 */
export function planOpening(input: AsGridView, side: PositionSide): LegPlan {
  const { config, market, quote, state, nowMs } = input;
  const none = { desired: [], conditions: [] };
  if (!runsLeg(config, side) || state.entriesOff) return none;
  if (input.verdict?.legs[side].mayOpen === false) return none;
  const leg = state.legs[side];
  const current = workingIn(input, side, "open");
  const touch = side === "long"
    ? floorToTick(quote.bestBid, market.tickSize)
    : ceilToTick(quote.bestAsk, market.tickSize);
  const away = current === null || current.price === null
    ? Infinity
    : (touch - current.price) * (side === "long" ? 1 : -1);
  const filled = leg.openedSize + (current?.filledSize ?? 0);
  const rest = roundToLot(state.baseSize - filled, market.lotSize);
  // One that was decided on before its forerunner filled in part is too large.
  const fits = current !== null &&
    roundToLot(current.size - current.filledSize, market.lotSize) <= rest;
  const isKept = fits &&
    (away < requoteDistance(touch, config, market.tickSize) ||
      nowMs - current.placedAtMs < config.openRequoteSeconds * 1_000);
  const order: DesiredOrder = {
    positionSide: side,
    purpose: "open",
    level: 0,
    price: isKept && current.price !== null ? current.price : touch,
    size: isKept ? current.size : rest,
    postOnly: true,
    cycle: leg.cycle,
    priceTolerance: 0,
    reason: { rule: "open_at_touch", inputs: { touch } },
  };
  return isKept || rest >= smallestSize(market, touch)
    ? { desired: [order], conditions: [] }
    : none;
}
