import type { ComponentChildren, JSX } from "preact";
import type { BotMetrics } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import {
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { isNear } from "../chart/chart_lines.ts";
import { Unknown } from "../Signed.tsx";

interface Leg {
  readonly side: "long" | "short";
  readonly size: number | null;
  readonly entryPrice: number | null;
  readonly breakEven: number | null;
  readonly liquidation: number | null;
}

/** What the bot holds, leg by leg, and how much of the margin that takes. */
export function Positions(
  { metrics, base, decimals }: {
    readonly metrics: BotMetrics | null;
    readonly base: string;
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const legs: readonly Leg[] = [
    {
      side: "long",
      size: metrics?.longSize ?? null,
      entryPrice: metrics?.longEntryPrice ?? null,
      breakEven: metrics?.breakEvenPrices.long ?? null,
      liquidation: metrics?.liquidationPrices.long ?? null,
    },
    {
      side: "short",
      size: metrics?.shortSize ?? null,
      entryPrice: metrics?.shortEntryPrice ?? null,
      breakEven: metrics?.breakEvenPrices.short ?? null,
      liquidation: metrics?.liquidationPrices.short ?? null,
    },
  ];
  const ratio = metrics?.marginRatio ?? null;
  return (
    <section class="card" aria-labelledby="positions-title">
      <div class="card__head">
        <h2 class="card__title" id="positions-title">{t.bot.positions}</h2>
      </div>
      <ul class="legs">
        {legs.map((leg) => (
          <LegRow
            key={leg.side}
            leg={leg}
            base={base}
            decimals={decimals}
            markPrice={metrics?.markPrice ?? null}
          />
        ))}
      </ul>
      <div class="margin">
        <span class="muted">
          {t.bot.marginRatio}
          <span class="line small">{t.bot.marginRatioHint}</span>
        </span>
        <span class="num">
          {ratio === null
            ? <Unknown />
            : formatPercent(ratio, { min: 1, max: 1 })}
        </span>
        <meter
          class="margin__bar"
          min={0}
          max={1}
          low={0.5}
          high={0.8}
          optimum={0}
          value={ratio ?? 0}
          aria-label={t.bot.marginRatio}
        />
      </div>
    </section>
  );
}

function LegRow(
  { leg, base, decimals, markPrice }: {
    readonly leg: Leg;
    readonly base: string;
    readonly decimals: number | undefined;
    readonly markPrice: number | null;
  },
): JSX.Element {
  const { side, size, entryPrice } = leg;
  const isFlat = size === 0;
  const notional = size === null || markPrice === null
    ? null
    : size * markPrice;
  return (
    <li class="leg" data-leg={side}>
      <span class={`leg__side leg__side--${side}`}>{t.bot[side]}</span>
      <span class="leg__size num">
        {size === null
          ? <Unknown />
          : isFlat
          ? <span class="muted">{t.bot.flat}</span>
          : `${formatSize(size)} ${base}`}
      </span>
      {!isFlat && size !== null && (
        <>
          <span class="leg__entry num muted small">
            {entryPrice !== null &&
              t.bot.entryAt(formatPrice(entryPrice, decimals))}
          </span>
          <span class="leg__notional num muted small">
            {notional !== null && formatMoney(notional)}
          </span>
          {leg.breakEven !== null && (
            <LegLine name={t.desk.breakEven}>
              {formatPrice(leg.breakEven, decimals)}
            </LegLine>
          )}
          {leg.liquidation !== null && (
            <LegLine name={t.desk.liquidation}>
              {isNear(leg.liquidation, markPrice)
                ? formatPrice(leg.liquidation, decimals)
                : t.desk.liquidationFar}
            </LegLine>
          )}
        </>
      )}
    </li>
  );
}

/** A figure of the leg; none where the exchange gives none. */
function LegLine(
  { name, children }: {
    readonly name: string;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <>
      <span class="muted small">{name}</span>
      <span class="leg__notional num muted small">{children}</span>
    </>
  );
}
