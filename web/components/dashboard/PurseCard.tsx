import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { type Dashboard, SPANS } from "../../state/dashboard.ts";
import type { Purse, Sum } from "../../state/purses.ts";
import { Curve } from "./Curve.tsx";
import { Segments } from "../Field.tsx";
import { formatAgo, formatDayAndMinute, formatMoney } from "../format.ts";
import { Signed, Unknown } from "../Signed.tsx";
import { VenueBadge } from "../StatusBadge.tsx";
import { useNow } from "../use_now.ts";

/** Older than this it is said how old. */
const FRESH_MS = 60_000;

/** What the trader owns, a card a kind of money; the time shown is one for all. */
export function Purses(
  { purses, dashboard }: {
    readonly purses: readonly Purse[];
    readonly dashboard: Dashboard;
  },
): JSX.Element | null {
  if (purses.length === 0) return null;
  const areMany = purses.length > 1;
  return (
    <div class={areMany ? "purses purses--many" : "purses"}>
      {areMany && (
        <div class="purses__head">
          <SpanChoice dashboard={dashboard} />
        </div>
      )}
      {purses.map((purse) => (
        <PurseCard
          key={`${purse.venue} ${purse.coin}`}
          purse={purse}
          dashboard={dashboard}
          hasSpan={!areMany}
        />
      ))}
    </div>
  );
}

function SpanChoice(
  { dashboard }: { readonly dashboard: Dashboard },
): JSX.Element {
  return (
    <Segments
      bare
      label={t.bots.purse.span}
      name="span"
      value={dashboard.span.value}
      options={SPANS.map((value) => ({
        value,
        label: t.bots.purse.spans[value],
      }))}
      onChange={(span) => dashboard.choose(span)}
    />
  );
}

interface PurseProps {
  readonly purse: Purse;
  readonly dashboard: Dashboard;
  /** The time shown is chosen in the card itself. */
  readonly hasSpan: boolean;
}

/** One kind of money: how much there is, what it made, how it went. */
function PurseCard(
  { purse, dashboard, hasSpan }: PurseProps,
): JSX.Element {
  const { coin, venue } = purse;
  const title = t.bots.purse.title(coin, t.venues[venue]);
  return (
    <section class="card purse" aria-label={title} data-purse={coin}>
      <div class="purse__figures">
        <div class="purse__head">
          <h2 class="purse__title">{t.bots.purse.equity}</h2>
          <VenueBadge venue={venue} />
        </div>
        <p class="purse__equity" data-figure="equity">
          {purse.equity.value === null
            ? <Unknown />
            : <span class="num">{formatMoney(purse.equity.value)}</span>}{" "}
          <span class="purse__coin">{coin}</span>
        </p>
        <p class="small muted">
          {t.bots.purse.accounts(purse.accounts)} · {t.bots.botCount(
            purse.bots,
          )}
          <Age purse={purse} />
        </p>
        <dl class="purse__results">
          <Result label={t.bots.purse.today} sum={purse.today} name="today" />
          <Result
            label={t.bots.purse.allTime}
            sum={purse.allTime}
            name="all-time"
          />
        </dl>
      </div>
      <div class="purse__curve">
        {hasSpan && <SpanChoice dashboard={dashboard} />}
        <PurseCurve purse={purse} dashboard={dashboard} title={title} />
      </div>
    </section>
  );
}

function Age({ purse }: { readonly purse: Purse }): JSX.Element | null {
  const now = useNow();
  const nowMs = now.value;
  const { equityAtMs } = purse;
  if (equityAtMs === null || nowMs - equityAtMs < FRESH_MS) return null;
  return <>{" · "}{t.bots.purse.asOf(formatAgo(equityAtMs, nowMs))}</>;
}

function Result(
  { label, sum, name }: {
    readonly label: string;
    readonly sum: Sum;
    readonly name: string;
  },
): JSX.Element {
  return (
    <div data-figure={name}>
      <dt>{label}</dt>
      <dd>
        <Signed value={sum.value} arrow />
        {sum.value !== null && sum.unknown > 0 && (
          <span class="small muted">{t.bots.purse.without(sum.unknown)}</span>
        )}
      </dd>
    </div>
  );
}

function PurseCurve(
  { purse, dashboard, title }: {
    readonly purse: Purse;
    readonly dashboard: Dashboard;
    readonly title: string;
  },
): JSX.Element {
  const state = dashboard.state.value;
  const { curve } = purse;
  const first = curve[0];
  const last = curve.at(-1);
  const hasCurve = first !== undefined && last !== undefined &&
    curve.length > 1;
  if (!hasCurve) {
    return (
      <p class="purse__no-curve small muted">
        {state === "loading"
          ? t.common.loading
          : state === "failed"
          ? t.common.loadFailed
          : t.bots.purse.noCurve}
      </p>
    );
  }
  return (
    <Curve
      points={curve}
      words={{
        label: t.bots.purse.curve(
          title,
          formatMoney(first.value),
          formatDayAndMinute(first.atMs),
          formatMoney(last.value),
        ),
        value: (value) => `${formatMoney(value)} ${purse.coin}`,
        tick: (value) => formatMoney(value),
        instant: formatDayAndMinute,
      }}
    />
  );
}
