import assert from "node:assert/strict";
import { wordsOf } from "./words.ts";

const WEB = "https://trellis.example";
const bot = { id: "b-1", name: "My grid", symbol: "BNB/USDT:USDT" };

Deno.test("wordsOf() says a digest line by line, and what is not known as a dash", () => {
  const { subject, text } = wordsOf({
    topic: "fills",
    locale: "en",
    payload: {
      code: "fills",
      level: "info",
      count: 3,
      symbols: [
        {
          symbol: "BNB/USDT:USDT",
          fills: 2,
          "realized_pnl": "1.25",
          fees: "0.0130",
          unknown: 0,
        },
        {
          symbol: "ETH/USDT:USDT",
          fills: 1,
          "realized_pnl": null,
          fees: null,
          unknown: 1,
        },
      ],
    },
  }, WEB);
  assert.equal(subject, "Trellis: 3 fills");
  assert.match(text, /^BNB\/USDT: 2 fills, realized 1\.25, fees 0\.0130$/m);
  assert.match(
    text,
    /^ETH\/USDT: 1 fill, realized —, fees — \(1 not known yet\)$/m,
  );
  assert.match(text, /https:\/\/trellis\.example\/bots$/m);
});

Deno.test("wordsOf() says what happened in the reader's language, and the engine's own sentence with its figures", () => {
  const linesIn = (locale: string) =>
    wordsOf({
      topic: "fault",
      locale,
      payload: {
        code: "insufficient_margin",
        level: "error",
        message: "The exchange refused: 12.5 USDT are missing",
        bot,
      },
    }, null).text.split("\n");
  assert.deepEqual(linesIn("en").slice(0, 2), [
    "My grid met an error",
    "The exchange refused: 12.5 USDT are missing",
  ]);
  assert.deepEqual(linesIn("zh-TW").slice(0, 3), [
    "My grid 發生錯誤",
    "保證金不足，交易所拒絕掛單。請補充保證金或減少數量。",
    "The exchange refused: 12.5 USDT are missing",
  ]);
});

Deno.test("wordsOf() keeps a subject on one line, whatever a bot is called", () => {
  const { subject, text } = wordsOf({
    topic: "fault",
    locale: "en",
    payload: {
      code: "internal_error",
      level: "error",
      bot: { ...bot, name: "Grid\r\nBcc: all@example.com\u2028\u0007x" },
    },
  }, WEB);
  assert.match(subject, /Grid {1,4}Bcc: all@example\.com/);
  assert.doesNotMatch(subject, /[\p{Cc}\u2028\u2029]/u);
  assert.doesNotMatch(text, /^Bcc/m);
});

Deno.test("wordsOf() tells the end of grace with its zone, and that there is none", () => {
  const grace = (ends: string | null, locale = "en") =>
    wordsOf({
      topic: "grace",
      locale,
      payload: {
        code: "account_suspended",
        level: "warning",
        message: "Late",
        "grace_ends_at": ends,
      },
    }, null).text;
  assert.match(
    grace("2026-11-25T12:30:00+00:00"),
    /Until 2026-11-25 12:30 UTC/,
  );
  assert.match(grace(null), /Your bots stop now/);
  assert.match(grace("2026-11-25T12:30:00+00:00", "zh-TW"), /只保留止盈/);
});

Deno.test("wordsOf() names the bot and repeats the engine's sentence", () => {
  for (
    const [topic, title] of [
      ["fault", "My grid met an error"],
      ["stop", "My grid has stopped"],
      ["margin", "My grid: margin warning"],
    ] as const
  ) {
    const { subject, text } = wordsOf({
      topic,
      locale: "en",
      payload: { code: "x", level: "error", message: "A sentence", bot },
    }, WEB);
    assert.equal(subject, `Trellis: ${title}`);
    assert.match(text, /^A sentence$/m);
    assert.match(text, /bots\/b-1$/m);
  }
});
