/**
 * What both legs hold. One writer, two sources that never add up twice:
 * - a *fill* moves the size at once, so that its answer need not wait;
 * - a *snapshot* of the exchange (push or REST) is the truth, and confirms.
 *
 * A leg is *settled* when the newest snapshot agrees with the fills, or is
 * older than them. When a snapshot says something else, either its fill or
 * the next snapshot is still on its way: the leg waits, and after
 * {@linkcode DISPUTE_MS} it is asked for by REST. Where REST, every fill
 * known, still says something else, it may lag behind: the leg goes on waiting
 * and is asked for again, for {@linkcode REST_BEHIND_MS_MAX} at most.
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

/** How long what REST shows may be older than what is known. */
export const REST_BEHIND_MS_MAX = 65_000;
/** Pause before REST is asked again where it contradicted the fills. */
const ASK_AGAIN_MS = 2_000;

interface Leg {
  size: number;
  entryPrice: number | null;
  disputedSinceMs: number | null;
  unconfirmedSinceMs: number | null;
  /** The exchange was asked once: from then on the fills are worth something. */
  isKnown: boolean;
  /** The newest fill told enlarged the leg: it cannot be flat. */
  isOpened: boolean;
  /** REST has contradicted the fills since; and is asked again then. */
  contradictedSinceMs: number | null;
  askAgainAtMs: number;
}

const newLeg = (): Leg => ({
  size: 0,
  entryPrice: null,
  disputedSinceMs: null,
  unconfirmedSinceMs: null,
  isKnown: false,
  isOpened: false,
  contradictedSinceMs: null,
  askAgainAtMs: 0,
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
    leg.isOpened = delta > 0;
    leg.size = Math.max(0, roundToLot(leg.size + delta, this.#lotSize));
    if (leg.size === this.#pushed[side]) {
      settle(leg);
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
      settle(leg);
    }
  }

  /** What is stored says that the leg was held. */
  expectHeld(side: PositionSide): void {
    this.#legs[side].isOpened = true;
  }

  /**
   * An order has opened or closed some of the leg, and whether that is counted
   * already cannot be said: it waits for the exchange.
   */
  doubt(
    side: PositionSide,
    { isOpening, nowMs }: {
      readonly isOpening: boolean;
      readonly nowMs: number;
    },
  ): void {
    const leg = this.#legs[side];
    leg.isOpened = isOpening;
    leg.disputedSinceMs ??= nowMs;
  }

  /** Tells whether the exchange shows what the fills came to. */
  agrees(positions: readonly Position[]): boolean {
    return POSITION_SIDES.every((side) =>
      this.#shown(positions, side).size === this.#legs[side].size
    );
  }

  /**
   * The exchange was asked, and every fill before that is known. It is the
   * truth where it agrees with the fills, and when it contradicts them for
   * longer than it can lag behind. Of a leg not known before, it is the truth
   * at once. What was just enlarged is not believed to be flat.
   */
  adopt(positions: readonly Position[], nowMs: number): void {
    for (const side of POSITION_SIDES) {
      const { size, entryPrice } = this.#shown(positions, side);
      const leg = this.#legs[side];
      const sinceMs = leg.contradictedSinceMs ?? nowMs;
      const isTrue = nowMs - sinceMs >= REST_BEHIND_MS_MAX ||
        ((size > 0 || !leg.isOpened) &&
          (!leg.isKnown || size === leg.size));
      if (isTrue) {
        this.#pushed[side] = size;
        this.#legs[side] = { ...newLeg(), isKnown: true, size, entryPrice };
        continue;
      }
      leg.disputedSinceMs ??= nowMs;
      leg.contradictedSinceMs = sinceMs;
      leg.askAgainAtMs = nowMs + ASK_AGAIN_MS;
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
      const { disputedSinceMs, unconfirmedSinceMs, askAgainAtMs } =
        this.#legs[side];
      return [
        ...(disputedSinceMs === null ? [] : [disputedSinceMs + DISPUTE_MS]),
        ...(unconfirmedSinceMs === null
          ? []
          : [unconfirmedSinceMs + UNCONFIRMED_MS]),
      ].map((atMs) => Math.max(atMs, askAgainAtMs));
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

function settle(leg: Leg): void {
  leg.disputedSinceMs = null;
  leg.unconfirmedSinceMs = null;
  leg.contradictedSinceMs = null;
  leg.askAgainAtMs = 0;
}
