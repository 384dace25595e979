import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import {
  isFactor,
  type RiskField,
  type RiskLayer,
  riskSectionOf,
} from "../../state/risk_form.ts";
import { Segments, TextField } from "../Field.tsx";
import { formatPercent, formatSize } from "../format.ts";
import { Icon } from "../Icon.tsx";

const NO_ADVICE_FROM = 1e6;

/** A name the texts do not have yet: its words, apart. */
function plainName(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function unitOf(field: RiskField, quote: string): string | undefined {
  const { name, isPercent } = field;
  const { units } = t.risk;
  if (isPercent) return units.percent;
  if (isFactor(field)) return t.form.times;
  if (/profit$|drawdown$|loss$/i.test(name)) return quote;
  if (/perday$/i.test(name)) return units.perDay;
  if (/seconds$/i.test(name)) return units.seconds;
  if (/minutes$/i.test(name)) return units.minutes;
  return /hours$/i.test(name) ? units.hours : undefined;
}

/** The range the schema allows, in the field's own unit. */
function rangeWords(field: RiskField): string | undefined {
  const { minimum, maximum, isPercent } = field;
  if (minimum === null || maximum === null) return undefined;
  // A limit that only keeps absurd numbers out is no advice.
  if (minimum <= 0 && maximum >= NO_ADVICE_FROM) return undefined;
  const words = (value: number) =>
    isPercent ? formatPercent(value) : formatSize(value);
  return t.risk.range(words(minimum), words(maximum));
}

/** The words of a field: by its path where two layers have one of its name. */
export function riskFieldWords({ name, path }: RiskField): string {
  const { fields } = t.risk;
  return fields[path.slice("risk.".length)] ?? fields[name] ?? plainName(name);
}

/** The words of a layer. */
export function riskLayerWords({ name }: RiskLayer): {
  readonly title: string;
  readonly text: string;
} {
  return t.risk.layers[name] ?? { title: plainName(name), text: "" };
}

/** The protections and overlays: each with a switch, closed at first. */
export function RiskFields({ form }: { readonly form: BotForm }): JSX.Element {
  const { settings, layers } = riskSectionOf(form.strategy.value);
  const problems = form.problems.value;
  const isWrong = Object.entries(problems).some(([path, words]) =>
    path.startsWith("risk.") && words !== undefined
  );
  const on = layers.filter(({ name }) => form.risk.isOn[name]?.value);
  return (
    <details class="disclosure" open={isWrong || undefined}>
      <summary>
        <Icon name="chevronRight" size={16} />
        {t.risk.title}
        <span class="badge num">{t.risk.on(on.length)}</span>
      </summary>
      <div class="form">
        <p class="field__hint">{t.risk.lead}</p>
        {layers.map((layer) => (
          <Layer key={layer.name} form={form} layer={layer} />
        ))}
        <div class="field-pair">
          {settings.map((field) => (
            <Setting key={field.path} form={form} field={field} />
          ))}
        </div>
      </div>
    </details>
  );
}

function Layer(
  { form, layer }: { readonly form: BotForm; readonly layer: RiskLayer },
): JSX.Element {
  const isOn = form.risk.isOn[layer.name];
  const isShown = isOn?.value === true;
  const { title, text } = riskLayerWords(layer);
  return (
    <div class="risk-layer">
      <label class="check check--words">
        <input
          type="checkbox"
          role="switch"
          name={`risk.${layer.name}`}
          checked={isShown}
          onChange={(event) => {
            if (isOn !== undefined) isOn.value = event.currentTarget.checked;
          }}
        />
        <span>
          {title}
          <span class="field__hint">{text}</span>
        </span>
      </label>
      {isShown && layer.fields.length > 0 && (
        <div class="field-pair">
          {layer.fields.map((field) => (
            <Setting key={field.path} form={form} field={field} />
          ))}
        </div>
      )}
    </div>
  );
}

function Setting(
  { form, field }: { readonly form: BotForm; readonly field: RiskField },
): JSX.Element | null {
  const text = form.risk.texts[field.path];
  const problem = form.problems.value[field.path] ?? null;
  if (text === undefined) return null;
  if (field.kind === "switch") return <Switch field={field} text={text} />;
  if (field.kind === "choice") return <Choice field={field} text={text} />;
  const isShown = form.wasSubmitted.value || text.value.trim() !== "";
  return (
    <TextField
      label={riskFieldWords(field)}
      name={field.path}
      inputMode="decimal"
      unit={unitOf(field, form.market.value?.quote ?? "USDT")}
      hint={rangeWords(field)}
      value={text}
      aside={field.isOptional && <span class="muted">{t.form.optional}</span>}
      error={isShown ? problem : null}
    />
  );
}

function Switch(
  { field, text }: {
    readonly field: RiskField;
    readonly text: Signal<string>;
  },
): JSX.Element {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={field.path}
        checked={text.value === "true"}
        onChange={(event) => {
          text.value = String(event.currentTarget.checked);
        }}
      />
      <span>{riskFieldWords(field)}</span>
    </label>
  );
}

function Choice(
  { field, text }: {
    readonly field: RiskField;
    readonly text: Signal<string>;
  },
): JSX.Element {
  return (
    <Segments
      label={riskFieldWords(field)}
      name={field.path}
      value={text.value}
      options={field.options.map((value) => ({
        value,
        label: t.risk.choices[value] ?? plainName(value),
      }))}
      onChange={(next) => (text.value = next)}
    />
  );
}
