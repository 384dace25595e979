import type { Cause, ParityLine } from "./explain.ts";

/** How often each cause occurs, and what it is worth. */
export type CauseSummary = ReadonlyMap<
  Cause,
  { readonly count: number; readonly equity: number }
>;

/** Sums the lines up by cause. */
export function summarize(lines: readonly ParityLine[]): CauseSummary {
  const summary = new Map<Cause, { count: number; equity: number }>();
  for (const { cause, equity } of lines) {
    const before = summary.get(cause) ?? { count: 0, equity: 0 };
    summary.set(cause, {
      count: before.count + 1,
      equity: before.equity + equity,
    });
  }
  return summary;
}

function fillText(fill: ParityLine["live"]): string {
  if (fill === null) return "—";
  const { positionSide, purpose, price, size, tick, parts } = fill;
  const pieces = parts > 1 ? ` in ${parts} parts` : "";
  return `${positionSide} ${purpose} ${size} @ ${price}, tick ${tick}${pieces}`;
}

/** Returns the differences, one a line, and what they sum up to. */
export function formatParity(lines: readonly ParityLine[]): string {
  const different = lines.filter(({ cause }) => cause !== "same");
  const rows = different.map(({ live, backtest, cause, equity }) =>
    [
      cause.padEnd(11),
      fillText(live).padEnd(52),
      fillText(backtest).padEnd(46),
      equity.toFixed(6).padStart(12),
    ].join(" ")
  );
  const sums = [...summarize(lines)].map(([cause, { count, equity }]) =>
    `${cause}: ${count}, ${equity.toFixed(6)}`
  );
  return [
    `${"cause".padEnd(11)} ${"paper session".padEnd(52)} ${
      "backtest".padEnd(46)
    } ${"equity".padStart(12)}`,
    ...rows,
    sums.join("; "),
  ].join("\n");
}
