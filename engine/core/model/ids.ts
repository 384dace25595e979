/**
 * Client order ids. An id is a function of bot, slot, cycle and revision and
 * never of chance: the same intent sent twice carries the same id, and the
 * exchange refuses the second as a duplicate instead of doubling the position.
 *
 * Form: `t<bot tag, 13>-<leg><purpose><level>-<cycle>-<revision>`, numbers in
 * base 36, at most 40 characters of `[a-z0-9-]`.
 *
 * @module
 */
import { assert } from "./assert.ts";
import type { Slot } from "./order.ts";
import type { PositionSide, Purpose } from "./sides.ts";

const TAG_LENGTH = 13;
const ID_LENGTH_MAX = 40;
const PURPOSE_LETTERS: Readonly<Record<Purpose, string>> = {
  open: "o",
  entry: "e",
  "take_profit": "t",
  reduce: "r",
  close: "c",
};
const PATTERN =
  /^t([0-9a-z]{13})-([ls])([oetrc])([0-9a-z]+)-([0-9a-z]+)-([0-9a-z]+)$/;

/** What a client order id says. */
export interface ClientOrderIdParts extends Slot {
  /** See {@linkcode botTag}. */
  readonly botTag: string;
  readonly cycle: number;
  /** How often this slot was placed anew within the cycle, from 0. */
  readonly revision: number;
}

/**
 * Returns the bot's mark in its client order ids: the first 64 bits of its
 * UUID in base 36, 13 characters.
 *
 * @throws {AssertionError} If the argument is not a UUID.
 */
export function botTag(botId: string): string {
  const hex = botId.replaceAll("-", "").slice(0, 16);
  assert(/^[0-9a-f]{16}$/.test(hex), `Cannot tag bot: "${botId}" is no UUID`);
  return BigInt("0x" + hex).toString(36).padStart(TAG_LENGTH, "0");
}

/** Returns the client order id of an intent. */
export function formatClientOrderId(parts: ClientOrderIdParts): string {
  const { botTag: tag, positionSide, purpose, level, cycle, revision } = parts;
  for (const [name, n] of Object.entries({ level, cycle, revision })) {
    assert(
      Number.isSafeInteger(n) && n >= 0,
      `Cannot name order: ${name} must be an integer ≥ 0, is ${n}`,
    );
  }
  const leg = positionSide === "long" ? "l" : "s";
  const id = `t${tag}-${leg}${PURPOSE_LETTERS[purpose]}${level.toString(36)}-${
    cycle.toString(36)
  }-${revision.toString(36)}`;
  assert(id.length <= ID_LENGTH_MAX, `Client order id too long: ${id}`);
  return id;
}

/**
 * Reads a client order id.
 *
 * @returns Its parts, or null where the order is not of this platform.
 */
export function parseClientOrderId(id: string): ClientOrderIdParts | null {
  const match = PATTERN.exec(id);
  if (match === null) return null;
  const [, tag = "", leg, letter, level = "", cycle = "", revision = ""] =
    match;
  const purpose = (Object.keys(PURPOSE_LETTERS) as Purpose[])
    .find((p) => PURPOSE_LETTERS[p] === letter);
  if (purpose === undefined) return null;
  const positionSide: PositionSide = leg === "l" ? "long" : "short";
  return {
    botTag: tag,
    positionSide,
    purpose,
    level: parseInt(level, 36),
    cycle: parseInt(cycle, 36),
    revision: parseInt(revision, 36),
  };
}
