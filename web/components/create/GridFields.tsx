import { floorToLot } from "@core/model/rounding.ts";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { type BotFormField, parseNumber } from "../../state/bot_form_fields.ts";
import { Segments } from "../Field.tsx";
import { formatMoney, formatSize } from "../format.ts";
import { Icon } from "../Icon.tsx";
import { Notice } from "../Notice.tsx";
import { NumberField } from "./NumberField.tsx";

/** Spacings, size and leverage. */
export function GridFields({ form }: { readonly form: BotForm }): JSX.Element {
  const warnings = Object.values(form.warnings.value);
  return (
    <>
      <div class="field-pair">
        <NumberField
          form={form}
          field="takeProfitSpacing"
          label={t.form.takeProfitSpacing}
          hint={t.form.takeProfitSpacingHint}
          unit="%"
        />
        <NumberField
          form={form}
          field="gridSpacing"
          label={t.form.gridSpacing}
          hint={t.form.gridSpacingHint}
          unit="%"
        />
      </div>
      {warnings.map((warning) => (
        <Notice key={warning} kind="warn">{warning}</Notice>
      ))}
      <SizeFields form={form} />
      <Segments
        label={t.form.legs}
        name="legs"
        value={form.legs.value}
        options={[
          { value: "both", label: t.form.legsNames.both },
          { value: "long", label: t.form.legsNames.long },
          { value: "short", label: t.form.legsNames.short },
        ]}
        onChange={(legs) => (form.legs.value = legs)}
      />
    </>
  );
}

function SizeFields({ form }: { readonly form: BotForm }): JSX.Element {
  const market = form.market.value;
  const price = form.price.value;
  const unit = form.sizeUnit.value;
  const size = parseNumber(form.texts.size.value);
  const units = {
    quote: market?.quote ?? "USDT",
    base: market?.base ?? t.form.coin,
  };
  // What the bot will order: whole lots, as it rounds them itself.
  const lots = price === null || market === null || !(size > 0)
    ? 0
    : floorToLot(unit === "quote" ? size / price : size, market.lotSize);
  const other = price === null || lots === 0
    ? null
    : unit === "quote"
    ? `${formatSize(lots)} ${units.base}`
    : `${formatMoney(lots * price)} ${units.quote}`;
  return (
    <div class="field-pair">
      <div class="field">
        <NumberField
          form={form}
          field="size"
          label={t.form.orderSize}
          unit={units[unit]}
          hint={other === null ? undefined : t.form.orderSizeHint(other)}
        />
        <Segments
          bare
          label={t.form.sizeBy}
          name="size-unit"
          value={unit}
          options={[
            { value: "quote", label: units.quote },
            { value: "base", label: units.base },
          ]}
          onChange={(next) => form.setSizeUnit(next)}
        />
      </div>
      <NumberField
        form={form}
        field="leverage"
        label={t.form.leverage}
        hint={t.form.leverageHint}
        unit={t.form.times}
      />
    </div>
  );
}

/** Further settings; open by itself when one of its fields is wrong. */
export function DetailFields(
  { form }: { readonly form: BotForm },
): JSX.Element {
  const problems = form.problems.value;
  const isAsGrid = form.strategy.value === "as_grid";
  const inside: readonly BotFormField[] = [
    "takeProfitBoostMultiplier",
    "maxEntryMultiplier",
    "openRequoteSeconds",
  ];
  const isWrong = inside.some((field) => problems[field] !== undefined);
  return (
    <details class="disclosure" open={isWrong || undefined}>
      <summary>
        <Icon name="chevronRight" size={16} />
        {t.form.advanced}
      </summary>
      <div class="form">
        {isAsGrid && <Multipliers form={form} />}
        <div class="field-pair">
          <NumberField
            form={form}
            field="openRequoteSeconds"
            label={t.form.openRequoteSeconds}
            hint={t.form.openRequoteHint}
            unit={t.form.seconds}
          />
        </div>
      </div>
    </details>
  );
}

function Multipliers({ form }: { readonly form: BotForm }): JSX.Element {
  const unit = form.sizeUnit.value;
  const market = form.market.value;
  const size = parseNumber(form.texts.size.value);
  const hint = (field: BotFormField) => {
    const held = size * parseNumber(form.texts[field].value);
    if (!(held > 0)) return undefined;
    const words = unit === "quote"
      ? `${formatMoney(held)} ${market?.quote ?? "USDT"}`
      : `${formatSize(Number(held.toPrecision(6)))} ${market?.base ?? ""}`;
    return t.form.multiplierHint(words);
  };
  return (
    <div class="field-pair">
      <NumberField
        form={form}
        field="takeProfitBoostMultiplier"
        label={t.form.takeProfitBoostMultiplier}
        hint={hint("takeProfitBoostMultiplier")}
        unit={t.form.multiplierUnit}
      />
      <NumberField
        form={form}
        field="maxEntryMultiplier"
        label={t.form.maxEntryMultiplier}
        hint={hint("maxEntryMultiplier")}
        unit={t.form.multiplierUnit}
      />
    </div>
  );
}
