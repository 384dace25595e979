import {
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import {
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "@core/strategy/range_grid/config.ts";
import type { JSX } from "preact";
import { isRow, type OutsideRow } from "../../data/row_reader.ts";
import type { Bot } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { type Strategy, strategyOf } from "../../state/bot_form_fields.ts";
import { type RiskField, riskSectionOf } from "../../state/risk_form.ts";
import {
  formatList,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { riskFieldWords, riskLayerWords } from "../create/RiskFields.tsx";

/** A setting and its value, in words. */
export type SettingLine = readonly [name: string, value: string];

function asGridLines(config: AsGridConfig, base: string): SettingLine[] {
  const times = (n: number) => `${formatSize(n)} ${t.form.multiplierUnit}`;
  const size = config.baseSize === undefined
    ? `${formatMoney(config.baseNotional ?? null)} USDT`
    : `${formatSize(config.baseSize)} ${base}`;
  return [
    [t.form.takeProfitSpacing, formatPercent(config.takeProfitSpacing)],
    [t.form.gridSpacing, formatPercent(config.gridSpacing)],
    [t.form.orderSize, size],
    [t.form.leverage, `${formatSize(config.leverage)}${t.form.times}`],
    [t.form.legs, t.form.legsNames[config.legs]],
    [
      t.form.takeProfitBoostMultiplier,
      times(config.takeProfitBoostMultiplier),
    ],
    [t.form.maxEntryMultiplier, times(config.maxEntryMultiplier)],
    [t.form.openRequoteSeconds, seconds(config.openRequoteSeconds)],
  ];
}

function seconds(n: number): string {
  return `${formatSize(n)} ${t.form.seconds}`;
}

function rangeLines(
  config: RangeGridConfig,
  decimals: number | undefined,
): SettingLine[] {
  const optional = (name: string, price: number | null): SettingLine[] =>
    price === null ? [] : [[name, formatPrice(price, decimals)]];
  return [
    [t.form.lowerPrice, formatPrice(config.lowerPrice, decimals)],
    [t.form.upperPrice, formatPrice(config.upperPrice, decimals)],
    [
      t.form.levels,
      `${formatSize(config.levels)} · ${t.form.spacings[config.spacing]}`,
    ],
    [t.form.direction, t.form.directions[config.direction]],
    [t.form.investment, `${formatMoney(config.investment)} USDT`],
    [t.form.leverage, `${formatSize(config.leverage)}${t.form.times}`],
    ...optional(t.form.triggerPrice, config.triggerPrice),
    ...optional(t.form.stopLossPrice, config.stopLossPrice),
    ...optional(t.form.takeProfitPrice, config.takeProfitPrice),
    ...optional(t.form.trailingUpTo, config.trailingUpTo),
    ...optional(t.form.trailingDownTo, config.trailingDownTo),
    [t.form.openRequoteSeconds, seconds(config.openRequoteSeconds)],
  ];
}

function valueWords(field: RiskField, value: unknown): string {
  if (typeof value === "boolean") return value ? t.form.on : t.form.off;
  if (typeof value === "string") return t.risk.choices[value] ?? value;
  if (typeof value !== "number") return t.form.off;
  if (field.isPercent) return formatPercent(value);
  return /seconds$/i.test(field.name) ? seconds(value) : formatSize(value);
}

/** What is on in the risk section; layers that are off are one word. */
function riskLines(strategy: Strategy, config: OutsideRow): SettingLine[] {
  const { settings, layers } = riskSectionOf(strategy);
  const given = isRow(config.risk) ? config.risk : {};
  return [
    ...layers.map((layer): SettingLine => {
      const values = given[layer.name];
      const words = isRow(values)
        ? formatList(layer.fields.map((field) =>
          t.risk.setting(
            riskFieldWords(field),
            valueWords(field, values[field.name]),
          )
        ))
        : t.form.off;
      return [riskLayerWords(layer).title, words || t.form.on];
    }),
    ...settings.map((field): SettingLine => [
      riskFieldWords(field),
      valueWords(field, given[field.name]),
    ]),
  ];
}

/** Returns a configuration in the words of the form; null: cannot be read. */
export function settingLines(
  { strategy, config, base, decimals }: {
    readonly strategy: string;
    readonly config: OutsideRow;
    readonly base: string;
    /** Of a price; undefined: as many as it has. */
    readonly decimals?: number | undefined;
  },
): readonly SettingLine[] | null {
  const known = strategyOf(strategy);
  if (known === "as_grid") {
    const { data } = AsGridConfigSchema.safeParse(config);
    return data === undefined
      ? null
      : [...asGridLines(data, base), ...riskLines(known, { ...data })];
  }
  if (known === null) return null;
  const { data } = RangeGridConfigSchema.safeParse(config);
  return data === undefined
    ? null
    : [...rangeLines(data, decimals), ...riskLines(known, { ...data })];
}

/** The settings the bot trades by, in the words of the form. */
export function SettingsList(
  { bot, decimals }: {
    readonly bot: Bot;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const base = bot.symbol.split("/")[0] ?? "";
  const lines = settingLines({ ...bot, base, decimals });
  if (lines === null) {
    return <p class="card__body muted">{t.form.unreadable}</p>;
  }
  return (
    <dl class="facts facts--columns">
      {lines.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
