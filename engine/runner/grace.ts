import { isOpening } from "@core/mod.ts";
import type { Decision } from "./strategy.ts";

/**
 * Returns what is left of a decision while the owner is suspended and his
 * grace runs: take-profits follow the position as ever, nothing that opens or
 * adds to one may rest. What rests of it already is canceled like any order
 * that is not desired.
 */
export function keepTakeProfits(decision: Decision): Decision {
  return {
    ...decision,
    desired: decision.desired.filter((order) => !isOpening(order.purpose)),
    conditions: [...decision.conditions, {
      code: "take_profits_only",
      level: "warning",
      positionSide: null,
      message:
        "The account is suspended: until the time of grace is over the " +
        "bot keeps its take-profits and opens nothing",
    }],
  };
}
