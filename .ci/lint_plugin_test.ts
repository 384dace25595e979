import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import plugin from "./lint_plugin.ts";

const ROOT = dirname(import.meta.dirname ?? ".");

function messages(file: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, join(ROOT, file), source)
    .map((diagnostic) => diagnostic.message);
}

Deno.test("imports rule refuses a room that looks the wrong way", () => {
  const source = 'import { x } from "@engine/store/port.ts"; x();';
  assert.deepEqual(messages("engine/core/plan.ts", source), [
    "engine/core may not import engine/store",
  ]);
  assert.deepEqual(messages("engine/runner/loop.ts", source), []);
});

Deno.test("imports rule refuses a relative path out of the room", () => {
  const source = 'export * from "../../web/app.ts";';
  assert.deepEqual(messages("engine/runner/loop.ts", source), [
    "engine/runner may not import web",
  ]);
});

Deno.test("imports rule keeps a package with its owner", () => {
  const source = 'import ccxt from "ccxt"; ccxt();';
  assert.equal(messages("engine/runner/loop.ts", source).length, 1);
  assert.equal(messages("engine/exchange/account.ts", source).length, 0);
  const scoped = 'import { App } from "@supabase/lite"; new App();';
  assert.equal(messages("web/app.ts", scoped).length, 1);
});

Deno.test("no-ambient rule keeps clock and chance out of the core", () => {
  const source = "export const a = Date.now() + Math.random(); new Date();";
  assert.equal(messages("engine/core/plan.ts", source).length, 3);
  assert.equal(messages("engine/runner/loop.ts", source).length, 0);
});

Deno.test("short-functions rule refuses what does not fit a screen", () => {
  const source = `function f() {\n${"  g();\n".repeat(80)}}`;
  assert.equal(messages("engine/runner/loop.ts", source).length, 1);
});

Deno.test("late-texts rule refuses texts that are read before a language is chosen", () => {
  const early =
    'import { t } from "../i18n/mod.ts"; const TITLE = t.bots.title;';
  assert.deepEqual(messages("web/components/a.tsx", early), [
    "Read texts in a function: at module level they keep the language they were first read in",
  ]);
  const late = "const title = () => t.bots.title; function f() { t.bots; }";
  assert.deepEqual(messages("web/components/a.tsx", late), []);
  assert.deepEqual(messages("web/components/a_test.ts", early), []);
});

Deno.test("file-paths rule refuses a path that a blank in it breaks", () => {
  const wrong = 'export const A = new URL("./a", import.meta.url).pathname;';
  assert.deepEqual(messages("supabase/local/a.ts", wrong), [
    "Use fileURLToPath: a URL's pathname spells a blank as %20",
  ]);
  const right = "export const path = (url: string) => new URL(url).pathname;";
  assert.deepEqual(messages("supabase/local/a.ts", right), []);
});
