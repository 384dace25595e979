/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { effect } from "@preact/signals";
import { formatDay, formatMoney } from "../components/format.ts";
import { en } from "./en/mod.ts";
import { pickLocale, setLocale, t } from "./mod.ts";
import { zhTw } from "./zh_tw/mod.ts";

Deno.test("pickLocale() takes the first language somebody reads that there is", () => {
  assert.equal(pickLocale(["fr", "zh-HK", "en"]), "zh-TW");
  assert.equal(pickLocale(["en-GB", "zh-TW"]), "en");
  assert.equal(pickLocale(["zh"]), "zh-TW");
  assert.equal(pickLocale(["de", "fr"]), null);
  assert.equal(pickLocale([]), null);
});

Deno.test("t follows the language, and tells those who have read it", async () => {
  const seen: string[] = [];
  const stop = effect(() => void seen.push(t.bots.title));
  try {
    await setLocale("zh-TW");
    assert.equal(t.common.cancel, zhTw.common.cancel);
    assert.match(formatDay(Date.UTC(2026, 10, 22, 12)), /2026年11月22日/);
    assert.equal(formatMoney(1234.5), "1,234.50");
  } finally {
    await setLocale("en");
    stop();
  }
  assert.deepEqual(seen, [en.bots.title, zhTw.bots.title, en.bots.title]);
});

Deno.test("setLocale() lets the later of two calls count", async () => {
  const first = setLocale("zh-TW");
  const second = setLocale("en");
  await Promise.all([first, second]);
  assert.equal(t.locale, en.locale);
});

/** Every text of a language by its path; functions stand for themselves. */
function pathsOf(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, part]) =>
    pathsOf(part, `${path}.${key}`)
  );
}

Deno.test("no text of the Taiwanese has stayed English", () => {
  const latin: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string") {
      const words = value.match(/[A-Za-z]{3,}/g) ?? [];
      const hasChinese = /\p{Script=Han}/u.test(value);
      if (!hasChinese && words.length > 2) latin.push(`${path}: ${value}`);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) {
        walk(part, `${path}.${key}`);
      }
    }
  };
  walk(zhTw, "");
  assert.deepEqual(latin, []);
  // The type holds the shape; records of open keys are the exception.
  const open = /^\.(codes|apiErrors|chart\.intervals|keys\.permissionNames)/;
  const known = new Set(pathsOf(zhTw));
  assert.deepEqual(
    pathsOf(en).filter((path) => !known.has(path) && !open.test(path)),
    [],
  );
});
