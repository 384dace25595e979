import type { JSX } from "preact";

const WIDTH = 96;
const HEIGHT = 32;
const PAD = 2;

/** Joins what is known; a gap is where nothing is. */
function pathOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  let isOpen = false;
  return values.map((value, i) => {
    if (value === null) {
      isOpen = false;
      return "";
    }
    const x = i / (values.length - 1) * WIDTH;
    const y = span === 0
      ? HEIGHT / 2
      : PAD + (1 - (value - low) / span) * (HEIGHT - 2 * PAD);
    const step = `${isOpen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
    return step;
  }).join("");
}

/** A bot's result at a glance; the figures beside it say the same in words. */
export function Sparkline(
  { values }: { readonly values: readonly (number | null)[] },
): JSX.Element | null {
  const hasMoved = new Set(values.filter((value) => value !== null)).size > 1;
  if (!hasMoved) return null;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={pathOf(values)} />
    </svg>
  );
}
