/**
 * Overlays shape a leg's next orders: what they come to is worked out once,
 * when the leg's cycle begins, and stays until its next order completes. So
 * no overlay ever moves a resting order.
 *
 * @module
 */
import { z } from "zod";
import type { PositionSide } from "../../model/sides.ts";
import type { RiskLayers } from "./config.ts";
import type { RiskLegs } from "./facts.ts";
import { fundingFactor } from "./funding_bias.ts";
import { skewFactor } from "./inventory_skew.ts";
import { type PriceWindow, spacingFactor } from "./volatility_spacing.ts";

/** Both bounds of what an entry's size may be multiplied by. */
export const ENTRY_FACTOR_MIN = 0.5;
/** See {@linkcode ENTRY_FACTOR_MIN}. */
export const ENTRY_FACTOR_MAX = 1.5;

/** Parses a stored overlay of one leg. */
export const OverlaySchema = z.strictObject({
  /** Of the leg it was worked out for. */
  cycle: z.int().min(0),
  /** Entry sizes are multiplied by this. */
  sizeFactor: z.number().min(ENTRY_FACTOR_MIN).max(ENTRY_FACTOR_MAX),
  /** Both spacings are multiplied by this. */
  spacingFactor: z.number().positive(),
});

/** What overlays come to on one leg. */
export type Overlay = z.infer<typeof OverlaySchema>;

/** Tells whether an overlay is on. */
export function hasOverlay(layers: RiskLayers): boolean {
  return layers.fundingBias !== null || layers.inventorySkew !== null ||
    layers.volatilitySpacing !== null;
}

/** Returns what the overlays come to for a leg's orders of this cycle. */
export function shapeLeg(
  layers: RiskLayers,
  { side, cycle, legs, fundingRate, window }: {
    readonly side: PositionSide;
    readonly cycle: number;
    readonly legs: RiskLegs;
    readonly fundingRate: number | null;
    readonly window: PriceWindow | null;
  },
): Overlay {
  const sizes = { long: legs.long.size, short: legs.short.size };
  const size = fundingFactor(layers.fundingBias, side, fundingRate) *
    skewFactor(layers.inventorySkew, side, sizes);
  const clamped = Math.min(
    ENTRY_FACTOR_MAX,
    Math.max(ENTRY_FACTOR_MIN, size),
  );
  const spacing = spacingFactor(layers.volatilitySpacing, window);
  return {
    cycle,
    sizeFactor: Number(clamped.toPrecision(6)),
    spacingFactor: Number(spacing.toPrecision(6)),
  };
}

/** Returns the smallest factor the overlays can come to. */
export function smallestEntryFactor(layers: RiskLayers): number {
  const funding = layers.fundingBias?.payingFactor ?? 1;
  const skew = 1 - (layers.inventorySkew?.gamma ?? 0);
  return Math.max(ENTRY_FACTOR_MIN, funding * skew);
}

/** Returns the largest factor the overlays can come to. */
export function largestEntryFactor(layers: RiskLayers): number {
  const funding = layers.fundingBias?.receivingFactor ?? 1;
  const skew = 1 + (layers.inventorySkew?.gamma ?? 0);
  return Math.min(ENTRY_FACTOR_MAX, funding * skew);
}
