import { useModel } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type EquityPoint, loadEquity } from "../../data/equity_rows.ts";
import { t } from "../../i18n/mod.ts";
import { useApp } from "../../state/app_context.ts";
import { EquityModel } from "../../state/equity.ts";
import { formatInstant, formatMoney } from "../format.ts";
import { Signed } from "../Signed.tsx";

const WIDTH = 280;
const HEIGHT = 84;
const PAD = 4;

interface Known {
  readonly atMs: number;
  readonly equity: number;
}

function knownOf(points: readonly EquityPoint[]): readonly Known[] {
  return points.flatMap(({ atMs, equity }) =>
    equity === null ? [] : [{ atMs, equity }]
  );
}

/** A line through the points, as an SVG path. */
function pathOf(points: readonly Known[]): string {
  const values = points.map(({ equity }) => equity);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const start = points[0]?.atMs ?? 0;
  const length = (points.at(-1)?.atMs ?? 0) - start || 1;
  return points.map(({ atMs, equity }, i) => {
    const x = (atMs - start) / length * WIDTH;
    const y = PAD + (1 - (equity - low) / span) * (HEIGHT - 2 * PAD);
    return `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }).join("");
}

/** The account's equity over the last hours: where it came from, at a glance. */
export function EquityCard(
  { botId }: { readonly botId: string },
): JSX.Element {
  const { client } = useApp();
  const model = useModel(() =>
    new EquityModel(() => loadEquity(client, botId))
  );
  useEffect(() => {
    model.start();
    return () => model.stop();
  }, []);
  const state = model.state.value;
  const points = knownOf(model.points.value);
  const first = points[0];
  const last = points.at(-1);
  const hasLine = first !== undefined && last !== undefined &&
    points.length > 1;
  return (
    <section class="card" aria-labelledby="equity-title">
      <div class="card__head">
        <h2 class="card__title" id="equity-title">{t.bot.equity}</h2>
        {hasLine && (
          <span class="equity__figures">
            {last.equity !== first.equity && (
              <Signed value={last.equity - first.equity} arrow />
            )}
            <strong class="num">{formatMoney(last.equity)}</strong>
          </span>
        )}
      </div>
      {hasLine
        ? <Line points={points} first={first} last={last} />
        : (
          <p class="card__body small muted">
            {state === "failed"
              ? t.common.loadFailed
              : state === "loading"
              ? t.common.loading
              : t.bot.noEquity}
          </p>
        )}
    </section>
  );
}

function Line(
  { points, first, last }: {
    readonly points: readonly Known[];
    readonly first: Known;
    readonly last: Known;
  },
): JSX.Element {
  const now = Date.now();
  const path = pathOf(points);
  return (
    <figure class="equity">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.bot.equityWords(
          formatMoney(first.equity),
          formatInstant(first.atMs, now),
          formatMoney(last.equity),
        )}
      >
        <path
          class="equity__area"
          d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`}
        />
        <path class="equity__line" d={path} />
      </svg>
      <figcaption class="small muted num">
        <span>{formatInstant(first.atMs, now)}</span>
        <span>{formatInstant(last.atMs, now)}</span>
      </figcaption>
    </figure>
  );
}
