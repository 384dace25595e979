import type { JSX } from "preact";
import type { BotMetrics } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { netResultOf } from "../state/figures.ts";
import { formatAgo } from "./format.ts";
import { Money, Signed } from "./Signed.tsx";
import { useNow } from "./use_now.ts";

/** The figures that count, from the bot's rows; unknown ones are dashes. */
export function PnlStrip(
  { metrics }: { readonly metrics: BotMetrics | null },
): JSX.Element {
  const fees = metrics?.fees ?? null;
  return (
    <section class="card pnl" aria-label={t.bot.figures}>
      <dl>
        <div class="pnl__net" title={t.bot.netHint}>
          <dt>{t.bot.net}</dt>
          <dd data-figure="net">
            <Signed value={netResultOf(metrics)} arrow />
          </dd>
        </div>
        <div>
          <dt>{t.bot.realized}</dt>
          <dd data-figure="realized">
            <Signed value={metrics?.realizedPnl ?? null} />
          </dd>
        </div>
        <div>
          <dt>{t.bot.fees}</dt>
          <dd data-figure="fees">
            <Money value={fees === null ? null : -fees} />
          </dd>
        </div>
        <div>
          <dt>{t.bot.funding}</dt>
          <dd data-figure="funding">
            <Signed value={metrics?.funding ?? null} />
          </dd>
        </div>
        <div>
          <dt>{t.bot.unrealized}</dt>
          <dd data-figure="unrealized">
            <Signed value={metrics?.unrealizedPnl ?? null} />
          </dd>
        </div>
        <div>
          <dt>{t.bot.equity}</dt>
          <dd data-figure="equity">
            <Money value={metrics?.equity ?? null} />
          </dd>
        </div>
      </dl>
      {metrics !== null && <Freshness atMs={metrics.updatedAtMs} />}
    </section>
  );
}

function Freshness({ atMs }: { readonly atMs: number }): JSX.Element {
  const now = useNow();
  return (
    <p class="pnl__fresh small muted">
      {t.bot.updated(formatAgo(atMs, now.value))}
    </p>
  );
}
