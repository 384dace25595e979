/** A finished sweep in words, rows and files. @module */
import {
  combinationAt,
  type FoldOutcome,
  type RankedResult,
  type SweepParameter,
} from "@core/sweep/mod.ts";

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(100 * fraction).toFixed(3)} %` : "—";
}

function score(value: number): string {
  return Number.isFinite(value) ? value.toFixed(5) : "—";
}

/** Returns the best combinations, one a line. */
export function formatRanking(
  parameters: readonly SweepParameter[],
  ranked: readonly RankedResult[],
  top: number,
): string {
  const rows = ranked.slice(0, top).map((result, i) => {
    const windows = [...result.train, ...result.test];
    const judged = result.test.length > 0 ? result.test : result.train;
    return [
      `${i + 1}`,
      ...combinationAt(parameters, result.index).map(String),
      score(result.testScore),
      score(result.trainScore),
      percent(mean(judged.map((one) => one.return))),
      percent(Math.max(...windows.map((one) => one.maxDrawdown))),
      `${result.trades}`,
      result.disqualified?.replaceAll("_", " ") ?? "",
    ];
  });
  const head = [
    "#",
    ...parameters.map(({ path }) => path),
    "test score",
    "train score",
    "return",
    "max drawdown",
    "trades",
    "",
  ];
  const table = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  return table.map((row) =>
    row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** Returns what choosing on the past would have brought, fold by fold. */
export function formatWalk(
  parameters: readonly SweepParameter[],
  folds: readonly FoldOutcome[],
): string {
  const lines = folds.map(({ chosen, train, test }, i) => {
    if (chosen === null || train === null || test === null) {
      return `fold ${i + 1}: nothing traded enough`;
    }
    const values = combinationAt(parameters, chosen).map((value, at) =>
      `${parameters[at]?.path}=${value}`
    );
    return `fold ${i + 1}: ${values.join(" ")}: ${
      percent(train.return)
    } chosen on, ${percent(test.return)} after`;
  });
  const after = folds.flatMap(({ test }) => test === null ? [] : [test.return]);
  const line = after.length === 0
    ? "no fold had a winner"
    : `mean after: ${percent(mean(after))}`;
  return [...lines, line].join("\n");
}

/** Returns every combination as CSV, the best first, part by part. */
export function* rankingCsv(
  parameters: readonly SweepParameter[],
  ranked: readonly RankedResult[],
): Generator<string> {
  const paths = parameters.map(({ path }) => path);
  const head = [
    "rank",
    ...paths,
    "test_score",
    "train_score",
    "test_return",
    "train_return",
    "max_drawdown",
    "trades",
    "disqualified",
  ];
  yield `${head.join(",")}\n`;
  for (const [i, result] of ranked.entries()) {
    const windows = [...result.train, ...result.test];
    const number = (value: number) => Number.isFinite(value) ? value : "";
    yield [
      i + 1,
      ...combinationAt(parameters, result.index),
      number(result.testScore),
      number(result.trainScore),
      number(mean(result.test.map((one) => one.return))),
      number(mean(result.train.map((one) => one.return))),
      number(Math.max(...windows.map((one) => one.maxDrawdown))),
      result.trades,
      result.disqualified ?? "",
    ].join(",") + "\n";
  }
}
