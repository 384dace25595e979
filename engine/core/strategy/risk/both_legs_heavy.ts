import type { RiskLayers } from "./config.ts";

const DAY_MS = 86_400_000;

/** What the layer remembers. */
export interface HeavyMemory {
  /** Entries are off since both legs were heavy. */
  readonly entriesOff: boolean;
  /** No further reduction before this moment. */
  readonly restsUntilMs: number;
  /** The UTC day of the last time, counted from 1970, and how often that day. */
  readonly day: number;
  readonly count: number;
}

/** Never heavy so far. */
export const NEVER_HEAVY: HeavyMemory = {
  entriesOff: false,
  restsUntilMs: 0,
  day: 0,
  count: 0,
};

/** What the layer asks for now. */
export type HeavyVerdict = "nothing" | "reduce" | "stop";

/**
 * The risk layer "both legs heavy": at ≥ 0.8 of T on both legs each is
 * reduced and entries go off, until both are below 0.75 of T; the third time
 * in one UTC day the bot stops instead.
 */
export function watchBothLegs(
  layer: NonNullable<RiskLayers["bothLegsHeavy"]>,
  { memory, sizes, maxEntry, isReducing, nowMs }: {
    readonly memory: HeavyMemory;
    /** Held by the long and the short leg, base. */
    readonly sizes: readonly [long: number, short: number];
    /** T, base. */
    readonly maxEntry: number;
    /** A reduction of this layer is under way. */
    readonly isReducing: boolean;
    readonly nowMs: number;
  },
): { readonly memory: HeavyMemory; readonly verdict: HeavyVerdict } {
  if (isReducing || nowMs < memory.restsUntilMs) {
    return { memory, verdict: "nothing" };
  }
  const clean = (size: number) => Number(size.toPrecision(12));
  const heavy = clean(layer.heavyFraction * maxEntry);
  if (sizes.every((size) => size >= heavy)) {
    const day = Math.floor(nowMs / DAY_MS);
    const count = day === memory.day ? memory.count + 1 : 1;
    return {
      memory: { ...memory, entriesOff: true, day, count },
      verdict: count >= layer.maxPerDay ? "stop" : "reduce",
    };
  }
  const released = clean(layer.releaseFraction * maxEntry);
  const isReleased = memory.entriesOff &&
    sizes.every((size) => size < released);
  return {
    memory: isReleased ? { ...memory, entriesOff: false } : memory,
    verdict: "nothing",
  };
}
