import { printError } from "./usage_error.ts";

const WIDTH = 30;
/** Redrawing more often only costs. */
const BETWEEN_MS = 100;

/** Draws a bar: `[█████·····]  50 %  1,234 of 2,468 minutes  12 s left`. */
export function drawBar(
  done: number,
  total: number,
  { unit, secondsLeft }: {
    readonly unit: string;
    readonly secondsLeft: number | null;
  },
): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const full = Math.round(share * WIDTH);
  const bar = "█".repeat(full) + "·".repeat(WIDTH - full);
  const count = (value: number) => value.toLocaleString("en");
  const left = secondsLeft === null ? "" : `  ${Math.ceil(secondsLeft)} s left`;
  return `[${bar}] ${Math.floor(100 * share).toString().padStart(3)} %  ${
    count(done)
  } of ${count(total)} ${unit}${left}`;
}

/** A bar on a terminal; where stderr is none, nothing is written. */
export class ProgressBar {
  readonly #unit: string;
  readonly #isShown: boolean;
  readonly #startedAtMs = performance.now();
  #first = -1;
  #shownAtMs = -Infinity;

  constructor(unit: string, isShown = Deno.stderr.isTerminal()) {
    this.#unit = unit;
    this.#isShown = isShown;
  }

  async show(done: number, total: number): Promise<void> {
    if (!this.#isShown) return;
    if (this.#first < 0) this.#first = done;
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < BETWEEN_MS && done < total) return;
    this.#shownAtMs = nowMs;
    const did = done - this.#first;
    const seconds = (nowMs - this.#startedAtMs) / 1_000;
    const secondsLeft = did > 0 ? (total - done) * seconds / did : null;
    const text = drawBar(done, total, { unit: this.#unit, secondsLeft });
    await printError(`\r\x1b[2K${text}`);
  }

  /** Leaves the line. */
  async end(): Promise<void> {
    if (this.#isShown && this.#first >= 0) await printError("\n");
  }
}
