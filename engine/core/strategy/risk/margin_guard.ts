/** The two limits of the margin guard; fractions of the equity. */
export interface MarginLimits {
  readonly entryLimit: number;
  readonly reduceLimit: number;
}

/** What the margin guard asks for. */
export type MarginVerdict = "normal" | "no_entries" | "reduce";

/** Entries come back only this far below the limit, so that they never flap. */
const RELEASE_FACTOR = 0.9;

/**
 * The risk layer "margin guard". An unknown ratio allows no new entries: the
 * guard fails closed.
 *
 * @param ratio Maintenance margin ÷ equity, ≥ 0; null is unknown.
 * @param entriesOff Whether the guard already keeps entries off.
 */
export function guardMargin(
  limits: MarginLimits | null,
  { ratio, entriesOff }: {
    readonly ratio: number | null;
    readonly entriesOff: boolean;
  },
): MarginVerdict {
  if (limits === null) return "normal";
  if (ratio === null) return "no_entries";
  if (ratio > limits.reduceLimit) return "reduce";
  const limit = limits.entryLimit * (entriesOff ? RELEASE_FACTOR : 1);
  return ratio > limit ? "no_entries" : "normal";
}
