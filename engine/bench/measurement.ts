/**
 * What a section of the bench reports, and how it is printed.
 *
 * @module
 */
import type { Distribution } from "./distribution.ts";

/** One line of the bench. */
export interface Measurement {
  /** `reaction, 50 bots one by one`. */
  readonly name: string;
  /** `ms`, `MB`, `bots/s` … */
  readonly unit: string;
  readonly value: number | Distribution;
  /** The same of a program that does nothing else: see `floor_process.ts`. */
  readonly floor?: number | Distribution;
  /** What design.md §12 asks for, in words: `p50 ≤ 8, p99 ≤ 40`. */
  readonly goal?: string;
}

/** Told each measurement when it is there. */
export type Report = (measurement: Measurement) => void;

/** A part of the bench that can be run alone. */
export interface Section {
  readonly name: string;
  /** One line for `--help`. */
  readonly about: string;
  run(report: Report): Promise<void>;
}

const NAME_WIDTH = 46;
const NUMBER_WIDTH = 9;

/** Returns the table's head. */
export function formatHead(): string {
  return "".padEnd(NAME_WIDTH) +
    ["p50", "p95", "p99", "max"].map((t) => t.padStart(NUMBER_WIDTH)).join("") +
    "  unit      n";
}

/** Returns a measurement as one line of the table, its floor as another. */
export function formatMeasurement(measurement: Measurement): string {
  const { name, unit, value, floor, goal } = measurement;
  const line = formatLine(name, unit, value) +
    (goal === undefined ? "" : `  (${goal})`);
  return floor === undefined
    ? line
    : `${line}\n${formatLine("  the floor: a bare loop", unit, floor)}`;
}

function formatLine(
  name: string,
  unit: string,
  value: number | Distribution,
): string {
  const numbers = typeof value === "number"
    ? [value]
    : [value.p50, value.p95, value.p99, value.max];
  const count = typeof value === "number" ? "" : String(value.count);
  return name.padEnd(NAME_WIDTH) +
    numbers.map(formatNumber).join("").padEnd(4 * NUMBER_WIDTH) +
    `  ${unit.padEnd(8)}${count}`.trimEnd();
}

function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return value.toFixed(digits).padStart(NUMBER_WIDTH);
}
