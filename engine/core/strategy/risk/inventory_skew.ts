import type { PositionSide } from "../../model/sides.ts";
import type { RiskLayers } from "./config.ts";

/**
 * The overlay "inventory skew": what a leg's entry size is multiplied by. With
 * i = (long − short) ÷ (long + short) the long leg gets 1 − i·γ, the short leg
 * 1 + i·γ: less on the heavier, more on the lighter.
 */
export function skewFactor(
  overlay: RiskLayers["inventorySkew"],
  side: PositionSide,
  { long, short }: Readonly<Record<PositionSide, number>>,
): number {
  if (overlay === null || long + short === 0) return 1;
  const imbalance = (long - short) / (long + short);
  return 1 + (side === "long" ? -1 : 1) * imbalance * overlay.gamma;
}
