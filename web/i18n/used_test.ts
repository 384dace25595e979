/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { sourcesOf } from "../testing/sources.ts";
import { en } from "./en/mod.ts";

/** Looked up by what a row, an answer or a field says: nobody names them. */
const BY_VALUE = [
  "admin.allowlist.removedChoices",
  "admin.audit",
  "admin.decide.graceChoices",
  "alerts.digestEvery",
  "alerts.reasons",
  "apiErrors",
  "backtest.form.spans",
  "backtest.sweep.disqualified",
  "chart.intervals",
  "codes",
  "desk.decisions",
  "keys.permissionNames",
  "reasons",
  "risk",
];

function pathsOf(value: unknown, path: readonly string[]): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[...path]];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    pathsOf(part, [...path, key])
  );
}

Deno.test("each text is named by the app", async () => {
  const sources = await sourcesOf(new URL("..", import.meta.url));
  const words = new Set(sources.match(/[A-Za-z_]\w*/g));
  const paths = pathsOf(en, []);
  assert.ok(paths.length > 500);
  const unused = paths
    .filter((path) => !words.has(path.at(-1) ?? ""))
    .map((path) => path.join("."))
    .filter((path) => !BY_VALUE.some((area) => path.startsWith(`${area}.`)));
  assert.deepEqual(unused, []);
});
