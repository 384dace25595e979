/**
 * What both legs hold. One writer, two sources that never add up twice:
 * - the *sum* of everything known that moved the leg (the bot's orders, each
 *   by its cumulative filled size, and others' fills) moves the size at once,
 *   so that its answer need not wait;
 * - a *snapshot* of the exchange (push or REST) confirms.
 *
 * What a snapshot shows may be up to {@linkcode REST_BEHIND_MS_MAX} old, so a
 * leg is one of:
 * - *certain*: the sum holds every order and fill that is known, from a
 *   beginning that was confirmed; carried from runner to runner by the ledger.
 *   A snapshot that says the same settles the leg, one that does not makes it
 *   wait: the news that explains it is on its way. Only one that goes on saying
 *   so, while nothing new is told for longer than it can lag behind, is right.
 * - *unknown*: a bot that begins, or whose ledger is lost. The first snapshot
 *   is believed, except that what was just enlarged is flat.
 * - *doubtful*: something was told of which nobody can say whether a snapshot
 *   that was taken for the truth held it already. The leg waits until any
 *   snapshot must hold it.
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
/** Pause before REST is asked again where it contradicted the sum. */
const ASK_AGAIN_MS = 2_000;
/** So long after a snapshot was taken for the truth, by clocks that differ. */
const AMBIGUOUS_MS = REST_BEHIND_MS_MAX + 60_000;

interface Leg {
  size: number;
  entryPrice: number | null;
  /** The leg has been enlarged since its average price was told. */
  isEntryOld: boolean;
  knowledge: "unknown" | "certain" | "doubtful";
  disputedSinceMs: number | null;
  unconfirmedSinceMs: number | null;
  /** The newest that was told enlarged the leg: it cannot be flat. */
  isOpened: boolean;
  /** Snapshots contradict the sum, or cannot tell, since. */
  contradictedSinceMs: number | null;
  askAgainAtMs: number;
  /** When a snapshot was taken for the truth against the sum; null: never. */
  believedAtMs: number | null;
}

const newLeg = (): Leg => ({
  size: 0,
  entryPrice: null,
  isEntryOld: false,
  knowledge: "unknown",
  disputedSinceMs: null,
  unconfirmedSinceMs: null,
  isOpened: false,
  contradictedSinceMs: null,
  askAgainAtMs: 0,
  believedAtMs: null,
});

/** One thing that moved a leg. */
export interface LegMove {
  /** Base; > 0 enlarges. */
  readonly delta: number;
  readonly nowMs: number;
  /** When the order behind it was placed by this runner; null: by another. */
  readonly bornAtMs: number | null;
}

/** See the module's description. */
export class PositionBook {
  readonly #lotSize: number;
  /** Whose news is owed for a leg, since when; null: nothing. */
  readonly #owedSinceMs: (side: PositionSide) => number | null;
  readonly #pushed: Record<PositionSide, number | null> = {
    long: null,
    short: null,
  };
  readonly #pushedEntry: Record<PositionSide, number | null> = {
    long: null,
    short: null,
  };
  readonly #legs: Record<PositionSide, Leg> = {
    long: newLeg(),
    short: newLeg(),
  };

  constructor(
    lotSize: number,
    owedSinceMs: (side: PositionSide) => number | null = () => null,
  ) {
    this.#lotSize = lotSize;
    this.#owedSinceMs = owedSinceMs;
  }

  /** Both legs as a strategy may rely on them. */
  get legs(): LegPositions {
    const leg = (side: PositionSide) => ({
      size: this.#legs[side].size,
      entryPrice: this.#legs[side].entryPrice,
      settled: this.#legs[side].disputedSinceMs === null &&
        this.#owedSinceMs(side) === null,
    });
    return { long: leg("long"), short: leg("short") };
  }

  /**
   * Average prices as the exchange told them of the very sizes held: null while
   * flat, and where a fill has moved one since.
   */
  get entryPrices(): Readonly<Record<PositionSide, number | null>> {
    const price = (side: PositionSide) => {
      const { size, entryPrice, isEntryOld } = this.#legs[side];
      return size === 0 || isEntryOld ? null : entryPrice;
    };
    return { long: price("long"), short: price("short") };
  }

  /** The sum of all that is known of a leg; null where it says nothing. */
  certainSize(side: PositionSide): number | null {
    const { knowledge, size } = this.#legs[side];
    return knowledge === "certain" ? size : null;
  }

  /** Whether neither a ledger nor a snapshot has said anything yet. */
  get isUnknown(): boolean {
    return POSITION_SIDES.some((side) =>
      this.#legs[side].knowledge === "unknown"
    );
  }

  /** What the ledger of an earlier runner came to; null: it was in doubt. */
  resume(side: PositionSide, size: number | null, nowMs: number): void {
    const leg = this.#legs[side];
    if (size === null) {
      leg.knowledge = "doubtful";
      leg.disputedSinceMs = nowMs;
      leg.contradictedSinceMs = nowMs;
      return;
    }
    leg.knowledge = "certain";
    leg.size = Math.max(0, roundToLot(size, this.#lotSize));
  }

  /** Something has enlarged (> 0) or shrunk the leg, and was not known before. */
  move(side: PositionSide, { delta, nowMs, bornAtMs }: LegMove): void {
    if (delta === 0) return;
    const leg = this.#legs[side];
    leg.isOpened = delta > 0;
    leg.size = Math.max(0, roundToLot(leg.size + delta, this.#lotSize));
    leg.contradictedSinceMs = null;
    if (delta > 0) leg.isEntryOld = true;
    const { believedAtMs } = leg;
    const isAmbiguous = believedAtMs !== null &&
      nowMs - believedAtMs < AMBIGUOUS_MS &&
      (bornAtMs === null || bornAtMs < believedAtMs);
    if (isAmbiguous || leg.knowledge === "doubtful") {
      leg.knowledge = "doubtful";
      leg.disputedSinceMs ??= nowMs;
      leg.contradictedSinceMs = nowMs;
    } else if (leg.size === this.#pushed[side]) {
      told(leg, this.#pushedEntry[side]);
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
      this.#pushedEntry[side] = entryPrice;
      const leg = this.#legs[side];
      if (size !== leg.size) {
        leg.disputedSinceMs ??= nowMs;
        continue;
      }
      told(leg, entryPrice);
      if (leg.knowledge !== "doubtful") settle(leg);
    }
  }

  /** What is stored says that the leg was held. */
  expectHeld(side: PositionSide): void {
    this.#legs[side].isOpened = true;
  }

  /** Tells whether the exchange shows what the sum came to. */
  agrees(positions: readonly Position[]): boolean {
    return POSITION_SIDES.every((side) =>
      this.#shown(positions, side).size === this.#legs[side].size
    );
  }

  /** The exchange was asked, and what it knew of orders and fills before that. */
  adopt(positions: readonly Position[], nowMs: number): void {
    for (const side of POSITION_SIDES) {
      const { size, entryPrice } = this.#shown(positions, side);
      const leg = this.#legs[side];
      if (leg.knowledge === "certain" && size === leg.size) {
        this.#pushed[side] = size;
        told(leg, entryPrice);
        settle(leg);
        if (this.#owedSinceMs(side) !== null) {
          leg.askAgainAtMs = nowMs + ASK_AGAIN_MS;
        }
        continue;
      }
      const sinceMs = leg.contradictedSinceMs ?? nowMs;
      const isFirst = leg.knowledge === "unknown" &&
        (size > 0 || !leg.isOpened);
      if (isFirst || nowMs - sinceMs >= REST_BEHIND_MS_MAX) {
        this.#pushed[side] = size;
        this.#legs[side] = {
          ...newLeg(),
          knowledge: "certain",
          size,
          entryPrice,
          believedAtMs: nowMs,
        };
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
      const owedSinceMs = this.#owedSinceMs(side);
      return [
        ...(disputedSinceMs === null ? [] : [disputedSinceMs + DISPUTE_MS]),
        ...(owedSinceMs === null ? [] : [owedSinceMs + DISPUTE_MS]),
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

/** The average price of the very size that is held. */
function told(leg: Leg, entryPrice: number | null): void {
  leg.entryPrice = entryPrice;
  leg.isEntryOld = false;
}

function settle(leg: Leg): void {
  leg.disputedSinceMs = null;
  leg.unconfirmedSinceMs = null;
  leg.contradictedSinceMs = null;
  leg.askAgainAtMs = 0;
}
