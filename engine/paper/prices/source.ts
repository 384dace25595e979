import type { Candle } from "@core/mod.ts";
import type { ContractTerms } from "../contracts.ts";

/**
 * An endless supply of one symbol's minutes, oldest first. Pulled by the
 * player, so it needs no clock; its place can be saved and taken up again.
 * The candles' own times do not matter: the player stamps them anew.
 */
export interface MinuteSource {
  readonly contract: ContractTerms;
  /** Minutes before the first one `next` gives, oldest first. */
  readonly history: readonly Candle[];
  /** Decimal text, fraction an interval; the exchange's usual one unless said. */
  readonly fundingRate?: string;
  /**
   * Minutes before `history`, the newest first, each closing where the one
   * given before opens; none unless said.
   */
  past?(): Iterator<Candle>;
  next(): Candle;
  /** The place before the minute that `next` gives next; JSON. */
  save(): unknown;
  /** Takes up a saved place; false when it is not one of this source. */
  restore(place: unknown): boolean;
}
