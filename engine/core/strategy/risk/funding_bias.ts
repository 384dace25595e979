import type { PositionSide } from "../../model/sides.ts";
import type { RiskLayers } from "./config.ts";

/**
 * The overlay "funding bias": what a leg's entry size is multiplied by.
 *
 * @param rate Fraction per interval, > 0: longs pay shorts; null is unknown.
 */
export function fundingFactor(
  overlay: RiskLayers["fundingBias"],
  side: PositionSide,
  rate: number | null,
): number {
  if (overlay === null || rate === null) return 1;
  if (Math.abs(rate) < overlay.threshold) return 1;
  return (rate > 0) === (side === "long")
    ? overlay.payingFactor
    : overlay.receivingFactor;
}
