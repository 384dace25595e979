import type { JSX } from "preact";

/** A quiet walk of prices, relative: it turns where orders are met. */
const WALK = [
  50,
  44,
  47,
  36,
  39,
  28,
  33,
  24,
  31,
  36,
  33,
  44,
  40,
  52,
  47,
  60,
  55,
  68,
  63,
  56,
  59,
  52,
  56,
  44,
  48,
  40,
  44,
  36,
];
/** Prices at which orders rest: buys below, sells above. */
const BUYS = [68, 60, 52];
const SELLS = [44, 36, 28];
const STEP = 14;
const SCALE = 4;
const WIDTH = (WALK.length - 1) * STEP;
const FILLS = [
  { at: 3, isBuy: false },
  { at: 5, isBuy: false },
  { at: 13, isBuy: true },
  { at: 15, isBuy: true },
  { at: 17, isBuy: true },
  { at: 23, isBuy: false },
  { at: 27, isBuy: false },
];

/** The picture of the landing page: a price on its lattice. Decorative. */
export function LatticeArt(): JSX.Element {
  const points = WALK.map((y, i) => `${i * STEP},${y * SCALE}`).join(" ");
  return (
    <svg
      class="lattice-art"
      viewBox={`-12 72 ${WIDTH + 96} 232`}
      aria-hidden="true"
    >
      {BUYS.map((y) => <Level key={y} y={y} kind="buy" />)}
      {SELLS.map((y) => <Level key={y} y={y} kind="sell" />)}
      <polyline class="lattice-art__walk" points={points} />
      {FILLS.map(({ at, isBuy }) => (
        <circle
          key={at}
          class={isBuy ? "lattice-art__buy" : "lattice-art__sell"}
          cx={at * STEP}
          cy={(WALK[at] ?? 0) * SCALE}
          r="5"
        />
      ))}
    </svg>
  );
}

function Level(
  { y, kind }: { readonly y: number; readonly kind: "buy" | "sell" },
): JSX.Element {
  return (
    <g class={`lattice-art__level lattice-art__level--${kind}`}>
      <line x1="-12" x2={WIDTH + 12} y1={y * SCALE} y2={y * SCALE} />
      <rect x={WIDTH + 18} y={y * SCALE - 7} width="58" height="14" rx="4" />
    </g>
  );
}
