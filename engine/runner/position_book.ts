/**
 * What both legs hold. One writer, two sources that never add up twice:
 * - a *fill* moves the size at once, so that its answer need not wait;
 * - a *snapshot* of the exchange (push or REST) is the truth, and confirms.
 *
 * A leg is *settled* when the newest snapshot agrees with the fills, or is
 * older than them. When a snapshot says something else, either its fill or
 * the next snapshot is still on its way: the leg waits, and after
 * {@linkcode DISPUTE_MS} it is asked for by REST.
 *
 * @module
 */
import {
  type LegPositions,
  type Position,
  POSITION_SIDES,
  type PositionSide,
  roundToLot,
} from "@core/mod.ts";

/** How long snapshots and fills may disagree before we ask. */
export const DISPUTE_MS = 400;
/** How long a fill may go unconfirmed by a snapshot before we ask. */
export const UNCONFIRMED_MS = 3_000;

interface Leg {
  size: number;
  entryPrice: number | null;
  disputedSinceMs: number | null;
  unconfirmedSinceMs: number | null;
}

const newLeg = (): Leg => ({
  size: 0,
  entryPrice: null,
  disputedSinceMs: null,
  unconfirmedSinceMs: null,
});

/** See the module's description. */
export class PositionBook {
  readonly #lotSize: number;
  readonly #pushed: Record<PositionSide, number | null> = {
    long: null,
    short: null,
  };
  readonly #legs: Record<PositionSide, Leg> = {
    long: newLeg(),
    short: newLeg(),
  };

  constructor(lotSize: number) {
    this.#lotSize = lotSize;
  }

  /** Both legs as a strategy may rely on them. */
  get legs(): LegPositions {
    const leg = (side: PositionSide) => ({
      size: this.#legs[side].size,
      entryPrice: this.#legs[side].entryPrice,
      settled: this.#legs[side].disputedSinceMs === null,
    });
    return { long: leg("long"), short: leg("short") };
  }

  /** A fill has enlarged (> 0) or shrunk the leg. */
  applyFill(side: PositionSide, delta: number, nowMs: number): void {
    if (delta === 0) return;
    const leg = this.#legs[side];
    leg.size = Math.max(0, roundToLot(leg.size + delta, this.#lotSize));
    if (leg.size === this.#pushed[side]) {
      leg.disputedSinceMs = null;
      leg.unconfirmedSinceMs = null;
    } else {
      leg.unconfirmedSinceMs ??= nowMs;
    }
  }

  /** The private socket shows the full set: a leg not named is flat. */
  applyPush(positions: readonly Position[], nowMs: number): void {
    for (const side of POSITION_SIDES) {
      const { size, entryPrice } = this.#shown(positions, side);
      this.#pushed[side] = size;
      const leg = this.#legs[side];
      if (size !== leg.size) {
        leg.disputedSinceMs ??= nowMs;
        continue;
      }
      leg.entryPrice = entryPrice;
      leg.disputedSinceMs = null;
      leg.unconfirmedSinceMs = null;
    }
  }

  /** The exchange was asked, and every fill before that is known: the truth. */
  adopt(positions: readonly Position[]): void {
    for (const side of POSITION_SIDES) {
      const { size, entryPrice } = this.#shown(positions, side);
      this.#pushed[side] = size;
      this.#legs[side] = { ...newLeg(), size, entryPrice };
    }
  }

  /** Tells whether the exchange should be asked. */
  needsResync(nowMs: number): boolean {
    const dueAtMs = this.resyncDueAtMs;
    return dueAtMs !== null && nowMs >= dueAtMs;
  }

  /** When {@linkcode needsResync} becomes true should nothing arrive; null: never. */
  get resyncDueAtMs(): number | null {
    const due = POSITION_SIDES.flatMap((side) => {
      const { disputedSinceMs, unconfirmedSinceMs } = this.#legs[side];
      return [
        ...(disputedSinceMs === null ? [] : [disputedSinceMs + DISPUTE_MS]),
        ...(unconfirmedSinceMs === null
          ? []
          : [unconfirmedSinceMs + UNCONFIRMED_MS]),
      ];
    });
    return due.length === 0 ? null : Math.min(...due);
  }

  #shown(
    positions: readonly Position[],
    side: PositionSide,
  ): { readonly size: number; readonly entryPrice: number | null } {
    const position = positions.find((p) => p.positionSide === side);
    return position === undefined || position.size === 0
      ? { size: 0, entryPrice: null }
      : {
        size: roundToLot(position.size, this.#lotSize),
        entryPrice: position.entryPrice,
      };
  }
}
