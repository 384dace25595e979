import { useSignal } from "@preact/signals";
import type { JSX, TargetedPointerEvent } from "preact";
import type { Point } from "../../state/purses.ts";

const WIDTH = 600;
const HEIGHT = 120;
const PAD = 6;

interface Scale {
  x(atMs: number): number;
  y(value: number): number;
}

function scaleOf(points: readonly Point[]): Scale {
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const start = points[0]?.atMs ?? 0;
  const length = (points.at(-1)?.atMs ?? 0) - start || 1;
  return {
    x: (atMs) => (atMs - start) / length * WIDTH,
    // What did not move is a line through the middle.
    y: (value) =>
      span === 0
        ? HEIGHT / 2
        : PAD + (1 - (value - low) / span) * (HEIGHT - 2 * PAD),
  };
}

/** Returns an SVG path through points. */
function pathOf(points: readonly Point[], scale: Scale): string {
  return points.map(({ atMs, value }, i) =>
    `${i === 0 ? "M" : "L"}${scale.x(atMs).toFixed(1)} ${
      scale.y(value).toFixed(1)
    }`
  ).join("");
}

/** Formats what the pointer stands on. */
export interface CurveWords {
  readonly label: string;
  readonly value: (value: number) => string;
  /** At the edge of the drawing: without its unit. */
  readonly tick: (value: number) => string;
  readonly instant: (atMs: number) => string;
}

/** A line through time; a pointer reads single points off it. At least two. */
export function Curve(
  { points, words }: {
    readonly points: readonly Point[];
    readonly words: CurveWords;
  },
): JSX.Element | null {
  const marked = useSignal<number | null>(null);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const scale = scaleOf(points);
  const path = pathOf(points, scale);
  const point = marked.value === null ? undefined : points[marked.value];

  function mark(
    event: TargetedPointerEvent<HTMLElement>,
  ): void {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const index = Math.round(share * (points.length - 1));
    marked.value = Math.max(0, Math.min(points.length - 1, index));
  }

  return (
    <figure class="curve">
      <div
        class="curve__frame"
        onPointerMove={mark}
        onPointerLeave={() => (marked.value = null)}
      >
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={words.label}
        >
          <path
            class="curve__area"
            d={`${path}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`}
          />
          <path class="curve__line" d={path} />
        </svg>
        {point !== undefined && (
          <span
            class="curve__mark"
            aria-hidden="true"
            style={{
              left: `${scale.x(point.atMs) / WIDTH * 100}%`,
              top: `${scale.y(point.value) / HEIGHT * 100}%`,
            }}
          />
        )}
      </div>
      <Range points={points} words={words} />
      <Caption first={first} last={last} marked={point} words={words} />
    </figure>
  );
}

/** The highest and the lowest the line comes. */
function Range(
  { points, words }: {
    readonly points: readonly Point[];
    readonly words: CurveWords;
  },
): JSX.Element {
  const values = points.map(({ value }) => value);
  const high = words.tick(Math.max(...values));
  const low = words.tick(Math.min(...values));
  return (
    <p class="curve__range small muted num" aria-hidden="true">
      <span>{high}</span>
      {low !== high && <span>{low}</span>}
    </p>
  );
}

/** From when to when, or what the pointer stands on. */
function Caption(
  { first, last, marked, words }: {
    readonly first: Point;
    readonly last: Point;
    readonly marked: Point | undefined;
    readonly words: CurveWords;
  },
): JSX.Element {
  const from = words.instant((marked ?? first).atMs);
  const to = words.instant(last.atMs);
  return (
    <figcaption class="small muted num">
      <span>{from}</span>
      {marked === undefined
        ? to !== from && <span>{to}</span>
        : <strong>{words.value(marked.value)}</strong>}
    </figcaption>
  );
}
