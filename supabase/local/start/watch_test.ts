import assert from "node:assert/strict";
import { partsMadeOf } from "./watch.ts";

Deno.test("partsMadeOf() names what a changed file is part of", () => {
  const cases: [string, readonly string[]][] = [
    ["web/pages/BotPage.tsx", ["web"]],
    ["web/styles/main.css", ["web"]],
    ["functions/keys/app.ts", ["functions"]],
    ["engine/core/model/order.ts", ["web", "functions", "engines", "paper"]],
    ["engine/runner/runner.ts", ["engines"]],
    ["engine/vault/seal.ts", ["functions", "engines"]],
    ["engine/paper/main.ts", ["paper"]],
    ["supabase/migrations/20260101000000_x.sql", ["all"]],
    ["engine/runner/runner_test.ts", []],
    ["web/e2e/journey.ts", []],
    ["web/README.md", []],
  ];
  for (const [path, parts] of cases) {
    assert.deepEqual(partsMadeOf(path), parts, path);
  }
});
