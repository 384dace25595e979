import { linesFrom, resolveGridSize } from "@core/strategy/range_grid/lines.ts";
import type { RangeGridConfig } from "@core/strategy/range_grid/config.ts";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { type BotFormField, parseNumber } from "../../state/bot_form_fields.ts";
import { Segments } from "../Field.tsx";
import {
  decimalsOf,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Notice } from "../Notice.tsx";
import { NumberField } from "./NumberField.tsx";

/** The configuration while the schema takes it. */
function configOf(form: BotForm): RangeGridConfig | null {
  const parsed = form.parsed.value;
  return parsed.strategy === "range_grid" ? parsed.result.data ?? null : null;
}

/** `−5.2 % from the present price`. */
function distanceWords(form: BotForm, field: BotFormField): string | undefined {
  const price = form.price.value;
  const typed = parseNumber(form.texts[field].value);
  if (price === null || !(typed > 0)) return undefined;
  const fraction = typed / price - 1;
  const sign = fraction > 0 ? "+" : "";
  return t.form.fromPrice(sign + formatPercent(fraction, { min: 1, max: 1 }));
}

/** `One every 2.31 USDT (0.35 %)`. */
function stepWords(form: BotForm): string | undefined {
  const config = configOf(form);
  const market = form.market.value;
  if (config === null || market === null) return undefined;
  const [first = 0, second = 0] = linesFrom(config, 0, market.tickSize);
  const percent = formatPercent((second - first) / first, { max: 2 });
  const price = formatPrice(second - first, decimalsOf(market.tickSize));
  return t.form.levelsHint(
    config.spacing === "geometric" ? percent : `${price} (${percent})`,
  );
}

function sizeWords(form: BotForm): string | undefined {
  const config = configOf(form);
  const market = form.market.value;
  if (config === null || market === null) return undefined;
  const size = resolveGridSize(config, market);
  return size > 0
    ? t.form.investmentHint(`${formatSize(size)} ${market.base}`)
    : undefined;
}

/** The range, its lines, the direction and the money. */
export function RangeFields({ form }: { readonly form: BotForm }): JSX.Element {
  const quote = form.market.value?.quote ?? "USDT";
  const warnings = Object.values(form.warnings.value);
  return (
    <>
      <div class="field-pair">
        <NumberField
          form={form}
          field="lowerPrice"
          label={t.form.lowerPrice}
          unit={quote}
          hint={distanceWords(form, "lowerPrice")}
        />
        <NumberField
          form={form}
          field="upperPrice"
          label={t.form.upperPrice}
          unit={quote}
          hint={distanceWords(form, "upperPrice")}
        />
      </div>
      <div class="field-pair">
        <NumberField
          form={form}
          field="levels"
          label={t.form.levels}
          hint={stepWords(form)}
        />
        <Segments
          label={t.form.spacing}
          name="spacing"
          value={form.spacing.value}
          options={[
            { value: "arithmetic", label: t.form.spacings.arithmetic },
            { value: "geometric", label: t.form.spacings.geometric },
          ]}
          onChange={(spacing) => (form.spacing.value = spacing)}
        />
      </div>
      {warnings.map((warning) => (
        <Notice key={warning} kind="warn">{warning}</Notice>
      ))}
      <DirectionFields form={form} />
      <div class="field-pair">
        <NumberField
          form={form}
          field="investment"
          label={t.form.investment}
          unit={quote}
          hint={sizeWords(form)}
        />
        <NumberField
          form={form}
          field="leverage"
          label={t.form.leverage}
          hint={leverageWords(form, quote)}
          unit={t.form.times}
        />
      </div>
    </>
  );
}

function leverageWords(form: BotForm, quote: string): string {
  const held = parseNumber(form.texts.investment.value) *
    parseNumber(form.texts.leverage.value);
  return held > 0
    ? t.form.rangeHolds(`${formatMoney(held)} ${quote}`)
    : t.form.rangeLeverageHint;
}

function DirectionFields({ form }: { readonly form: BotForm }): JSX.Element {
  const direction = form.direction.value;
  const isOpening = form.openingPosition.value;
  return (
    <div class="field">
      <Segments
        label={t.form.direction}
        name="direction"
        value={direction}
        options={[
          { value: "neutral", label: t.form.directions.neutral },
          { value: "long", label: t.form.directions.long },
          { value: "short", label: t.form.directions.short },
        ]}
        onChange={(next) => (form.direction.value = next)}
      />
      <p class="field__hint">{t.form.directionHints[direction]}</p>
      {direction !== "neutral" && (
        <label class="check check--words">
          <input
            type="checkbox"
            name="opening-position"
            checked={isOpening}
            onChange={(event) => {
              form.openingPosition.value = event.currentTarget.checked;
            }}
          />
          <span>
            {t.form.openingPosition}
            <span class="field__hint">{t.form.openingPositionHint}</span>
          </span>
        </label>
      )}
    </div>
  );
}

const CONDITIONS: readonly BotFormField[] = [
  "triggerPrice",
  "stopLossPrice",
  "takeProfitPrice",
  "trailingUpTo",
  "trailingDownTo",
];

/** When the grid begins and ends; open when something in it is wrong or set. */
export function ConditionFields(
  { form }: { readonly form: BotForm },
): JSX.Element {
  const problems = form.problems.value;
  const isOpen = CONDITIONS.some((field) => problems[field] !== undefined);
  const isSet = (field: BotFormField) => form.texts[field].value.trim() !== "";
  const set = CONDITIONS.filter(isSet).length;
  const direction = form.direction.value;
  const quote = form.market.value?.quote ?? "USDT";
  const field = (name: BotFormField, label: string, hint: string) => (
    <NumberField
      form={form}
      field={name}
      label={label}
      unit={quote}
      hint={distanceWords(form, name) ?? hint}
      aside={t.form.optional}
    />
  );
  return (
    <details class="disclosure" open={isOpen || undefined}>
      <summary>
        <Icon name="chevronRight" size={16} />
        {t.form.conditions}
        {set > 0 && <span class="badge num">{set}</span>}
      </summary>
      <div class="form">
        <div class="field-pair">
          {field("stopLossPrice", t.form.stopLossPrice, t.form.exitHint)}
          {field("takeProfitPrice", t.form.takeProfitPrice, t.form.exitHint)}
        </div>
        <div class="field-pair">
          {field("triggerPrice", t.form.triggerPrice, t.form.triggerPriceHint)}
          {(direction !== "short" || isSet("trailingUpTo")) &&
            field("trailingUpTo", t.form.trailingUpTo, t.form.trailingHint)}
          {(direction !== "long" || isSet("trailingDownTo")) &&
            field("trailingDownTo", t.form.trailingDownTo, t.form.trailingHint)}
        </div>
      </div>
    </details>
  );
}
