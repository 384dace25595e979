/** What a run of `deno test` came to. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[[0-9;]*m/g;
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(.*)$/;

/**
 * Reads the summary that `deno test` prints last.
 *
 * @param output Everything it wrote to stdout, colours included.
 * @param code Its exit code. Not 0 without a summary, or with one that counts no
 * failure (a file does not compile, a promise was left rejected), is one failure.
 */
export function countTests(output: string, code: number): TestCount {
  const summary = output.replace(COLOUR, "").split("\n")
    .map((line) => SUMMARY.exec(line.trim()))
    .findLast((match) => match !== null);
  const [, passed = "0", failed = "0", rest = ""] = summary ?? [];
  const skipped = /\| (\d+) ignored/.exec(rest)?.[1] ?? "0";
  return {
    passed: Number(passed),
    failed: code !== 0 ? Math.max(1, Number(failed)) : Number(failed),
    skipped: Number(skipped),
  };
}

/** `3 passed, 0 failed`, and `, 1 skipped` where some were. */
export function describeCount(count: TestCount): string {
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
  return `${count.passed} passed, ${count.failed} failed${skipped}`;
}
