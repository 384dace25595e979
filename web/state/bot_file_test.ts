/// <reference lib="deno.ns" />
import { AsGridConfigSchema } from "@core/strategy/as_grid/config.ts";
import { RangeGridConfigSchema } from "@core/strategy/range_grid/config.ts";
import assert from "node:assert/strict";
import { botFileText, parseBotFile } from "./bot_file.ts";

const RANGE = {
  name: "Night watch",
  symbol: "BNB/USDT:USDT",
  strategy: "range_grid",
  config: RangeGridConfigSchema.parse({
    lowerPrice: 600,
    upperPrice: 700,
    levels: 20,
    investment: 100,
    risk: { maxLoss: { maxLoss: 20 } },
  }),
} as const;

function refusal(change: object): string {
  const row = { ...JSON.parse(botFileText(RANGE)), ...change };
  const answer = parseBotFile(JSON.stringify(row));
  return answer.kind === "refused" ? answer.words.join(" ") : "accepted";
}

Deno.test("parseBotFile() brings back what botFileText() wrote", () => {
  const answer = parseBotFile(botFileText(RANGE));
  assert.deepEqual(answer, { kind: "file", file: RANGE });
  const asGrid = {
    ...RANGE,
    strategy: "as_grid",
    config: AsGridConfigSchema.parse({ baseSize: 0.05 }),
  } as const;
  assert.deepEqual(parseBotFile(botFileText(asGrid)), {
    kind: "file",
    file: asGrid,
  });
});

Deno.test("parseBotFile() says what a file is that is none of ours", () => {
  const cases: readonly (readonly [text: string, words: RegExp])[] = [
    ["", /not JSON/],
    ["{ half", /not JSON/],
    ["[]", /not a bot's settings/],
    ['{"kind":"other"}', /not a bot's settings/],
    [" ".repeat(200_000), /not a bot's settings/],
  ];
  for (const [text, words] of cases) {
    const answer = parseBotFile(text);
    assert.ok(answer.kind === "refused");
    assert.match(answer.words.join(" "), words);
  }
});

Deno.test("parseBotFile() names the field that is wrong, and all of them", () => {
  assert.match(refusal({ version: 2 }), /another version/);
  assert.match(refusal({ strategy: "martingale" }), /martingale/);
  assert.match(refusal({ symbol: "BNBUSDT" }), /BNBUSDT/);
  assert.match(refusal({ symbol: 7 }), /“7”/);
  assert.match(refusal({ config: "x" }), /cannot be read/);
  const { config } = RANGE;
  assert.match(
    refusal({ config: { ...config, levels: 1 } }),
    /levels: At least/,
  );
  assert.match(
    refusal({ config: { ...config, misspelt: 1 } }),
    /Unknown settings: misspelt/,
  );
  const twice = refusal({
    config: { ...config, levels: 1.5, investment: -1 },
  });
  assert.match(twice, /levels: .*whole number/);
  assert.match(twice, /investment: .*more than zero/);
  assert.match(
    refusal({
      config: { ...config, risk: { hardStop: { maxLossFraction: 2 } } },
    }),
    /risk\.hardStop\.maxLossFraction: At most 95/,
  );
});
