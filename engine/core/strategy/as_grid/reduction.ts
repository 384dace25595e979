/**
 * The margin guard's reduction: a tenth of T off the heavier leg, as a limit
 * at most 15 basis points beyond the touch, then at market; a minute's rest
 * between two of them.
 *
 * @module
 */
import type { PositionSide } from "../../model/sides.ts";
import { beginReduction } from "../risk/reduce.ts";
import type { AsGridInput } from "./input.ts";
import { type AsGridState, thresholdsOf } from "./state.ts";

const REDUCE_FRACTION = 0.1;
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
  const { maxEntry } = thresholdsOf(state, config);
  return {
    positionSide,
    ...beginReduction({
      side: positionSide,
      size: input.positions[positionSide].size,
      amount: maxEntry * REDUCE_FRACTION,
      market,
      quote,
      nowMs,
    }),
  };
}
