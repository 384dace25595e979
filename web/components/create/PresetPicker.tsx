import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import type { BotPlace } from "../../state/bot_place.ts";
import {
  applyPreset,
  investmentOf,
  type Preset,
  presetOf,
  PRESETS,
  type PresetValues,
} from "../../state/presets.ts";
import { formatPercent, formatSize } from "../format.ts";

function percent(fraction: number): string {
  return formatPercent(fraction, { max: 2 });
}

type Figure = readonly [name: string, value: string];

/** What the preset would set, each with its name. */
function figuresOf(form: BotForm, values: PresetValues): readonly Figure[] {
  const times = (leverage: number) => `${formatSize(leverage)}${t.form.times}`;
  const { presets } = t.form;
  return form.strategy.value === "as_grid"
    ? [
      [presets.entry, percent(values.gridSpacing)],
      [presets.profit, percent(values.takeProfitSpacing)],
      [presets.leverage, times(values.asLeverage)],
    ]
    : [
      [presets.range, `±${percent(values.halfRange)}`],
      [
        presets.grids,
        presets.gridsOf(formatSize(values.levels), percent(values.step)),
      ],
      [presets.leverage, times(values.rangeLeverage)],
    ];
}

/** Three starting points that fit how much the market moves. */
export function PresetPicker(
  { form, place }: { readonly form: BotForm; readonly place: BotPlace },
): JSX.Element {
  const daily = place.figures.volatility.value;
  const market = form.market.value;
  const price = form.price.value;
  const state = place.state.value;
  const isMeasuring = place.figures.isMeasuring.value;
  const chosen = useSignal<string | null>(null);
  const { presets } = t.form;
  // A name once applied stays pressed until market or strategy change.
  const here = (preset: Preset) =>
    `${preset} ${form.strategy.value} ${place.symbol.value}`;
  if (daily === null || market === null || price === null) {
    return (
      <p class="field__hint" role="status">
        {state === "loading" || (market !== null && isMeasuring)
          ? presets.waiting
          : presets.unknown}
      </p>
    );
  }
  const investment = investmentOf(form);
  return (
    <div class="field" role="group" aria-label={presets.title}>
      <span class="field__label">{presets.title}</span>
      <div class="presets">
        {PRESETS.map((preset) => {
          const values = presetOf(preset, {
            dailyVolatility: daily,
            price,
            market,
            investment,
          });
          return (
            <button
              key={preset}
              type="button"
              class="preset"
              data-preset={preset}
              aria-pressed={chosen.value === here(preset)}
              onClick={() => {
                applyPreset(form, values);
                chosen.value = here(preset);
              }}
            >
              <span class="preset__name">{presets.names[preset]}</span>
              <span class="preset__text">{presets.texts[preset]}</span>
              <span class="preset__figures num">
                {figuresOf(form, values).map(([name, value]) => (
                  <span key={name}>
                    <span>{name}</span> <span>{value}</span>
                  </span>
                ))}
              </span>
            </button>
          );
        })}
      </div>
      <p class="field__hint">{presets.lead(percent(daily))}</p>
    </div>
  );
}
