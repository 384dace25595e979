/**
 * The sweep as a map over two parameters: of several combinations in a cell
 * the best one is shown.
 *
 * @module
 */
import {
  combinationAt,
  type RankedResult,
  type SweepParameter,
} from "@core/sweep/mod.ts";

/** Text and background of a cell: 24-bit colour, readable on both. */
const TEXT_DARK = "\x1b[38;2;20;22;28m";
const RESET = "\x1b[0m";
/** White to green, white to red, sRGB. */
const UP = [47, 154, 118] as const;
const DOWN = [207, 90, 82] as const;

/** A map over the first two parameters that vary. */
export interface HeatMap {
  readonly down: SweepParameter;
  readonly across: SweepParameter;
  /** Rows by the value down; null: not tried. */
  readonly cells: readonly (readonly (HeatCell | null)[])[];
  /** Largest absolute score. */
  readonly scale: number;
}

/** The best combination of a pair of values. */
export interface HeatCell {
  readonly score: number;
  readonly result: RankedResult;
}

/** Returns the map; null where fewer than two parameters vary. */
export function heatMapOf(
  parameters: readonly SweepParameter[],
  ranked: readonly RankedResult[],
): HeatMap | null {
  const varying = parameters.filter(({ values }) => values.length > 1);
  const [down, across] = varying;
  if (down === undefined || across === undefined) return null;
  const at = [down, across].map((one) => parameters.indexOf(one));
  const cells = down.values.map(() =>
    across.values.map((): HeatCell | null => null)
  );
  for (const result of ranked.toReversed()) {
    const values = combinationAt(parameters, result.index);
    const row = down.values.indexOf(values[at[0] ?? 0] ?? NaN);
    const column = across.values.indexOf(values[at[1] ?? 0] ?? NaN);
    const line = cells[row];
    const score = result.test.length > 0 ? result.testScore : result.trainScore;
    if (line !== undefined) line[column] = { score, result };
  }
  const scores = cells.flat().flatMap((cell) =>
    cell === null || !Number.isFinite(cell.score) ? [] : [Math.abs(cell.score)]
  );
  return { down, across, cells, scale: Math.max(0, ...scores) };
}

function colorOf(score: number, scale: number): readonly number[] {
  const share = scale > 0 ? Math.min(1, Math.abs(score) / scale) : 0;
  const color = score < 0 ? DOWN : UP;
  return color.map((part) => Math.round(255 - (255 - part) * share));
}

function scoreText(cell: HeatCell | null): string {
  if (cell === null || !Number.isFinite(cell.score)) return "—";
  const isOut = cell.result.disqualified !== null;
  return `${(100 * cell.score).toFixed(2)}${isOut ? "*" : ""}`;
}

/**
 * Draws the map as text; 24-bit colours where the terminal has them.
 *
 * @returns Scores × 100; a star: that combination may not win.
 */
export function drawHeatMap(map: HeatMap, hasColors: boolean): string {
  const { down, across, cells, scale } = map;
  const head = ["", ...across.values.map(String)];
  const rows = cells.map((line, i) => [
    String(down.values[i]),
    ...line.map(scoreText),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)) + 2
  );
  const pad = (text: string, column: number) =>
    text.padStart(widths[column] ?? 0);
  const lines = rows.map((row, i) =>
    row.map((text, column) => {
      const cell = column === 0 ? null : cells[i]?.[column - 1] ?? null;
      const plain = pad(text, column);
      if (!hasColors || cell === null || !Number.isFinite(cell.score)) {
        return plain;
      }
      const color = colorOf(cell.score, scale).join(";");
      return `\x1b[48;2;${color}m${TEXT_DARK}${plain}${RESET}`;
    }).join("")
  );
  return [
    `${down.path} ↓  ${across.path} →   score × 100, * may not win`,
    head.map(pad).join(""),
    ...lines,
  ].join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Returns the map as a page of its own: a table, readable without colours. */
export function heatMapHtml(
  map: HeatMap,
  { title, note }: { readonly title: string; readonly note: string },
): string {
  const { down, across, cells, scale } = map;
  const head = across.values.map((value) => `<th scope="col">${value}</th>`);
  const rows = cells.map((line, i) => {
    const columns = line.map((cell) => {
      if (cell === null) return "<td>—</td>";
      const { result, score } = cell;
      const color = Number.isFinite(score)
        ? `rgb(${colorOf(score, scale).join(" ")})`
        : "transparent";
      const why = result.disqualified === null
        ? `${result.trades} trades at least`
        : result.disqualified.replaceAll("_", " ");
      return `<td style="background:${color}" title="${escape(why)}">${
        scoreText(cell)
      }</td>`;
    });
    return `<tr><th scope="row">${down.values[i]}</th>${columns.join("")}</tr>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 2rem; color: #14161c; background: #fff }
table { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums }
th { font-weight: 500; color: #565c6b; padding: 4px 8px; text-align: right }
td { padding: 8px; text-align: right; border-radius: 4px; min-width: 4em }
</style>
<h1>${escape(title)}</h1>
<p>${escape(note)}</p>
<table>
<caption>${escape(down.path)} ↓ · ${
    escape(across.path)
  } → · score × 100, * may not win</caption>
<thead><tr><td></td>${head.join("")}</tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table>
`;
}
