/**
 * The margin guard's reduction: a tenth of T off the heavier leg, as a limit
 * at most 15 basis points beyond the touch, then at market; a minute's rest
 * between two of them.
 *
 * @module
 */
import { smallestSize } from "../../model/market.ts";
import {
  ceilToTick,
  floorToLot,
  floorToTick,
  roundToLot,
} from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import type { AsGridInput } from "./input.ts";
import { type AsGridState, thresholdsOf } from "./state.ts";

const REDUCE_FRACTION = 0.1;
const PRICE_CAP = 0.0015;
const REST_MS = 60_000;

/**
 * Returns the state with a reduction begun, kept or ended.
 *
 * @param isWanted Whether the margin ratio calls for one.
 */
export function planReduction(
  input: AsGridInput,
  isWanted: boolean,
): AsGridState {
  const { state, positions, nowMs } = input;
  const { reduction } = state;
  if (reduction !== null) {
    const leg = positions[reduction.positionSide];
    if (!leg.settled || leg.size > reduction.targetSize) return state;
    return {
      ...state,
      reduction: null,
      reductionRestsUntilMs: nowMs + REST_MS,
    };
  }
  if (!isWanted || nowMs < state.reductionRestsUntilMs) return state;
  const positionSide: PositionSide = positions.long.size >= positions.short.size
    ? "long"
    : "short";
  const { size, settled } = positions[positionSide];
  if (!settled || size === 0) return state;
  return { ...state, reduction: begin(input, positionSide) };
}

function begin(
  input: AsGridInput,
  positionSide: PositionSide,
): AsGridState["reduction"] {
  const { state, config, market, quote, nowMs } = input;
  const own = input.positions[positionSide].size;
  const price = positionSide === "long"
    ? ceilToTick(quote.bestBid * (1 - PRICE_CAP), market.tickSize)
    : floorToTick(quote.bestAsk * (1 + PRICE_CAP), market.tickSize);
  const smallest = smallestSize(market, price);
  const { maxEntry } = thresholdsOf(state, config);
  const wanted = Math.max(
    floorToLot(maxEntry * REDUCE_FRACTION, market.lotSize),
    smallest,
  );
  const rest = roundToLot(own - wanted, market.lotSize);
  return {
    positionSide,
    targetSize: rest < smallest ? 0 : rest,
    price,
    startedAtMs: nowMs,
  };
}
