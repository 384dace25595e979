import type { BotForm } from "./bot_form.ts";
import { percentText } from "./bot_form_fields.ts";
import { priceText } from "./bot_form_config.ts";

/** Spacings are dragged to hundredths of a percent. */
const SPACING_STEP = 1e-4;

function spacingText(fraction: number): string {
  const steps = Math.max(1, Math.round(fraction / SPACING_STEP));
  return percentText(steps * SPACING_STEP);
}

/**
 * Moves a line of the chart: an end of the range, or one of the four lines of
 * an AS grid, whose distance becomes the spacing. What the schema does not
 * allow is written as well and told at its field.
 *
 * @param id The line's id as chart_lines.ts names it.
 * @param price Quote per base, > 0.
 */
export function moveLine(form: BotForm, id: string, price: number): void {
  const { texts } = form;
  const market = form.market.value;
  const at = form.price.value;
  if (id === "upper") texts.upperPrice.value = priceText(price, market);
  else if (id === "lower") texts.lowerPrice.value = priceText(price, market);
  else if (at !== null) {
    const away = Math.abs(price / at - 1);
    const isProfit = id.startsWith("profit-");
    const field = isProfit ? texts.takeProfitSpacing : texts.gridSpacing;
    field.value = spacingText(away);
  }
}
