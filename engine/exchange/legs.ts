/**
 * Whose leg a row of Bitget's speaks of. Only hedge mode has legs: what an
 * account in one-way mode shows is refused with a reason of its own.
 *
 * @module
 */
import type { PositionSide } from "@core/mod.ts";
import { readText, readTextOrNull, type Row } from "./fields.ts";
import { ExchangeError } from "./port.ts";

/** Bitget's words for a leg. */
export const LEGS: Readonly<Record<string, PositionSide>> = {
  long: "long",
  short: "short",
};

/** @throws {ExchangeError} Reason `position_mode`, where the field names no leg. */
export function refuseOneWay(row: Row, key: string): void {
  if (readText(row, key).toLowerCase() === "net") throw oneWay();
}

/**
 * In one-way mode a position names a leg all the same.
 *
 * @throws {ExchangeError} Reason `position_mode`.
 */
export function refuseOneWayMode(row: Row): void {
  const posMode = readTextOrNull(row, "posMode");
  if (posMode !== null && posMode.toLowerCase() !== "hedge_mode") {
    throw oneWay();
  }
}

function oneWay(): ExchangeError {
  return new ExchangeError(
    "The account is in one-way mode; grid bots need hedge mode",
    { code: "one_way", kind: "rejected", reason: "position_mode" },
  );
}
