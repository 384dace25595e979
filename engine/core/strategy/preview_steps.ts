/**
 * A leg while price runs against it: one step a fill, and the prices at which
 * something happens to it. Shared by both strategies' previews.
 *
 * @module
 */
import type { PositionSide } from "../model/sides.ts";
import type { RiskLayers } from "./risk/config.ts";

/** A leg after one more fill of a move that never turns. */
export interface LegStep {
  /** Of that fill. */
  readonly price: number;
  /** Held after it, base, > 0. */
  readonly positionSize: number;
  /** Value at the fills' prices, and fees so far, quote. */
  readonly notional: number;
  readonly fees: number;
}

/** Where risk layers would close a leg; null: nowhere above zero, or off. */
export interface PreviewStops {
  readonly hardStopPrice: number | null;
  readonly maxLossPrice: number | null;
}

/**
 * Returns the first price of the move at which something happens, told for
 * each step as if the move stayed in it: fills on the way enlarge the leg.
 *
 * @param steps In the order of the move.
 * @returns Null: at no price above zero.
 */
export function priceWhere<Step extends LegStep>(
  steps: readonly Step[],
  side: PositionSide,
  happensAt: (step: Step) => number,
): number | null {
  for (const [i, step] of steps.entries()) {
    const exact = happensAt(step);
    // The fill itself may be what brings it about.
    const price = side === "long"
      ? Math.min(exact, step.price)
      : Math.max(exact, step.price);
    const next = steps[i + 1]?.price;
    const comesFirst = next === undefined ||
      (side === "long" ? price > next : price < next);
    if (comesFirst) return price > 0 ? price : null;
  }
  return null;
}

/** Returns the price at which a step's unrealized loss is this much. */
function priceOfLoss(
  { positionSize, notional }: LegStep,
  side: PositionSide,
  loss: number,
): number {
  const value = side === "long" ? notional - loss : notional + loss;
  return value / positionSize;
}

/** Returns where the hard stop and the bot's maximum loss would close a leg. */
export function stopsOf(
  risk: Partial<RiskLayers>,
  { steps, side, equity }: {
    readonly steps: readonly LegStep[];
    readonly side: PositionSide;
    /** Quote, before the first fill. */
    readonly equity: number;
  },
): PreviewStops {
  const share = risk.hardStop?.maxLossFraction ?? null;
  const most = risk.maxLoss?.maxLoss ?? null;
  return {
    // loss = share · (equity − fees − loss)
    hardStopPrice: share === null ? null : priceWhere(
      steps,
      side,
      (step) =>
        priceOfLoss(step, side, share * (equity - step.fees) / (1 + share)),
    ),
    maxLossPrice: most === null ? null : priceWhere(
      steps,
      side,
      (step) => priceOfLoss(step, side, Math.max(0, most - step.fees)),
    ),
  };
}
