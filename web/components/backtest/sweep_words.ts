/** A sweep's parameters, values and cells in words. @module */
import { t } from "../../i18n/mod.ts";
import type { SweepCell } from "../../state/sweep_outcome.ts";
import {
  isPercentage,
  SWEPT,
  type SweptField,
} from "../../state/sweep_form.ts";
import { formatPercent, formatSize, UNKNOWN } from "../format.ts";

/** The form's name of a path of the configuration. */
function fieldOfPath(path: string): SweptField | null {
  if (path === "baseSize" || path === "baseNotional") return "size";
  const all: readonly SweptField[] = Object.values(SWEPT).flat();
  return all.find((field) => field === path) ?? null;
}

/** Returns a parameter's name. */
export function parameterWords(path: string): string {
  const field = fieldOfPath(path);
  return field === null ? path : t.backtest.sweep.parameters[field];
}

/** Returns a value in the unit it is typed in. */
export function valueWords(path: string, value: number): string {
  const field = fieldOfPath(path);
  return field !== null && isPercentage(field)
    ? formatPercent(value, { max: 3 })
    : formatSize(Number(value.toPrecision(6)));
}

/** Returns a cell's return with its sign, or why it has none. */
export function returnWords(cell: SweepCell): string {
  if (cell.refused !== null || Number.isNaN(cell.return)) return UNKNOWN;
  return signedPercent(cell.return);
}

/** Returns a fraction as a percentage with its sign. */
export function signedPercent(fraction: number): string {
  const text = formatPercent(fraction, { min: 2, max: 2 });
  return fraction > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}
