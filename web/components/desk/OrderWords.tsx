import type { PositionSide, Purpose } from "@core/model/sides.ts";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";

/** An order or fill in words: `Buy · long entry`. */
export function OrderWords(
  { order }: {
    readonly order: {
      readonly orderSide: "buy" | "sell";
      readonly positionSide: PositionSide;
      readonly purpose: Purpose | null;
    };
  },
): JSX.Element {
  const { orderSide, positionSide, purpose } = order;
  return (
    <span class="order-words">
      <span class={`side side--${orderSide}`}>{t.bot[orderSide]}</span>
      <span>
        {t.bot[positionSide]}{" "}
        {purpose === null ? t.bot.foreign : t.bot.purposes[purpose]}
      </span>
    </span>
  );
}
