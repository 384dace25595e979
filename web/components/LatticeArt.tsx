import type { JSX } from "preact";

/** A quiet walk of prices, relative; and the orders it has met. */
const WALK = [
  62,
  58,
  60,
  49,
  52,
  41,
  46,
  38,
  43,
  57,
  54,
  66,
  61,
  73,
  69,
  60,
  64,
  51,
  55,
  44,
  40,
  47,
  36,
];
const ENTRIES = [72, 56, 40];
const EXITS = [64, 48, 32];
const STEP = 17;
const WIDTH = (WALK.length - 1) * STEP;
const FILLS = [
  { at: 5, isBuy: false },
  { at: 7, isBuy: false },
  { at: 9, isBuy: true },
  { at: 13, isBuy: true },
  { at: 15, isBuy: false },
  { at: 20, isBuy: false },
];

/** The picture of the landing page: a price on its lattice. Decorative. */
export function LatticeArt(): JSX.Element {
  const points = WALK.map((y, i) => `${i * STEP},${y * 2.4}`).join(" ");
  return (
    <svg
      class="lattice-art"
      viewBox={`-12 40 ${WIDTH + 96} 172`}
      aria-hidden="true"
    >
      {ENTRIES.map((y) => <Level key={y} y={y} kind="entry" />)}
      {EXITS.map((y) => <Level key={y} y={y} kind="exit" />)}
      <polyline class="lattice-art__walk" points={points} />
      {FILLS.map(({ at, isBuy }) => (
        <circle
          key={at}
          class={isBuy ? "lattice-art__buy" : "lattice-art__sell"}
          cx={at * STEP}
          cy={(WALK[at] ?? 0) * 2.4}
          r="5"
        />
      ))}
    </svg>
  );
}

function Level(
  { y, kind }: { readonly y: number; readonly kind: "entry" | "exit" },
): JSX.Element {
  return (
    <g class={`lattice-art__${kind}`}>
      <line x1="-12" x2={WIDTH + 12} y1={y * 2.4} y2={y * 2.4} />
      <rect x={WIDTH + 18} y={y * 2.4 - 7} width="58" height="14" rx="4" />
    </g>
  );
}
