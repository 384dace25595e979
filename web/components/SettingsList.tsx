import {
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import type { JSX } from "preact";
import type { Bot } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { formatMoney, formatPercent, formatSize } from "./format.ts";

function linesOf(
  config: AsGridConfig,
  base: string,
): readonly (readonly [string, string])[] {
  const { risk } = config;
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
    [
      t.form.openRequoteSeconds,
      `${formatSize(config.openRequoteSeconds)} ${t.form.seconds}`,
    ],
    [
      t.form.staleDataSeconds,
      `${formatSize(risk.staleDataSeconds)} ${t.form.seconds}`,
    ],
    [
      t.form.marginGuard,
      risk.marginGuard === null ? t.form.off : t.form.guardWords(
        formatPercent(risk.marginGuard.entryLimit),
        formatPercent(risk.marginGuard.reduceLimit),
      ),
    ],
  ];
}

/** The settings the bot trades by, in the words of the form. */
export function SettingsList({ bot }: { readonly bot: Bot }): JSX.Element {
  const parsed = AsGridConfigSchema.safeParse(bot.config);
  if (!parsed.success) {
    return <p class="card__body muted">{t.form.unreadable}</p>;
  }
  const base = bot.symbol.split("/")[0] ?? "";
  return (
    <dl class="facts facts--columns">
      {linesOf(parsed.data, base).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="num">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
