import { toDecimalText } from "../../model/rounding.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import type { Condition } from "../plan.ts";
import type { RiskInput } from "./assess.ts";
import type { RiskLegs } from "./facts.ts";
import type { RiskState } from "./state.ts";

/** Returns what the trader should know of the layers, while it lasts. */
export function riskConditions(
  input: RiskInput,
  { state, legs }: { readonly state: RiskState; readonly legs: RiskLegs },
): Condition[] {
  const { halt, heavy, trailingPeak } = state;
  const { market, layers } = input;
  const conditions: Condition[] = POSITION_SIDES.flatMap((side) =>
    legConditions(input, state, side)
  );
  const say = (
    code: string,
    level: Condition["level"],
    message: string,
  ) => conditions.push({ code, level, positionSide: null, message });
  if (halt !== null) say(halt.code, "error", halt.message);
  if (heavy.entriesOff && layers.bothLegsHeavy !== null) {
    say(
      "both_legs_heavy",
      "warning",
      "Both legs were heavy: each is reduced, and entries stay off until " +
        "both are lighter",
    );
  }
  if (trailingPeak !== null) {
    say(
      "trailing_take_profit_armed",
      "info",
      "The trailing take-profit is armed: the unrealized profit has reached " +
        `${toDecimalText(Number(trailingPeak.toFixed(2)))} ${market.quote}`,
    );
  }
  if (isBlind(input, legs)) {
    say(
      "risk_input_unknown",
      "warning",
      "The account's equity is unknown: the risk layers that need it wait " +
        "until the exchange has told it",
    );
  }
  return conditions;
}

function legConditions(
  { nowMs }: RiskInput,
  state: RiskState,
  positionSide: PositionSide,
): Condition[] {
  const closing = state.closing[positionSide];
  const overlay = state.overlays[positionSide];
  const restsUntilMs = state.restsUntilMs[positionSide];
  const conditions: Condition[] = [];
  if (closing !== null) {
    const why = closing.code === "hard_stop"
      ? "has lost more than its share of the account"
      : "is closed by the trailing take-profit";
    conditions.push({
      code: closing.code,
      level: "warning",
      positionSide,
      message: `The ${positionSide} leg ${why}: it is being closed at market`,
    });
  }
  if (nowMs < restsUntilMs) {
    const until = new Date(restsUntilMs).toISOString();
    conditions.push({
      code: "leg_rests",
      level: "info",
      positionSide,
      message: `The ${positionSide} leg was closed by a risk layer and rests ` +
        `until ${until.slice(0, 19).replace("T", " ")} UTC`,
    });
  }
  if (
    overlay !== null &&
    (overlay.sizeFactor !== 1 || overlay.spacingFactor !== 1)
  ) {
    conditions.push({
      code: "overlay_active",
      level: "info",
      positionSide,
      message: `Overlay on the ${positionSide} leg: entry size × ` +
        `${toDecimalText(overlay.sizeFactor)}, spacings × ` +
        `${toDecimalText(overlay.spacingFactor)}`,
    });
  }
  return conditions;
}

/** Not said of an average price that a fill has just made unknown. */
function isBlind({ layers, facts }: RiskInput, legs: RiskLegs): boolean {
  const needsEquity = layers.hardStop !== null ||
    layers.accountMaxLoss !== null;
  return needsEquity && facts.equity === null && legs.long.pnl !== null &&
    legs.short.pnl !== null;
}
