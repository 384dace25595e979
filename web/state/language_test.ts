/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { Locale } from "../i18n/mod.ts";
import { tieLanguage } from "./language.ts";

/** A tab: what was chosen in it, and what it shows. */
function openTab(profile: { value: string | null }) {
  const chosen = signal<Locale | null>(null);
  const shown = signal<string>("en");
  const saves: Locale[] = [];
  const untie = tieLanguage({
    language: {
      chosen,
      adopt(tag) {
        chosen.value = null;
        shown.value = tag;
        return Promise.resolve();
      },
    },
    profileLocale: () => profile.value,
    save(locale) {
      saves.push(locale);
      // As the server's answer: everybody hears of it.
      profile.value = locale;
    },
  });
  return {
    saves,
    shown,
    untie,
    choose(locale: Locale) {
      shown.value = locale;
      chosen.value = locale;
    },
  };
}

Deno.test("tieLanguage() writes a choice once: two tabs never take it from each other", () => {
  const profile = signal<string | null>("en");
  const [a, b] = [openTab(profile), openTab(profile)];
  a.choose("zh-TW");
  b.choose("en");
  assert.deepEqual([a.saves, b.saves], [["zh-TW"], ["en"]]);
  // The same again, after the other tab had its way: it is a choice anew.
  a.choose("zh-TW");
  assert.deepEqual(a.saves, ["zh-TW", "zh-TW"]);
  assert.deepEqual([a.shown.value, b.shown.value], ["zh-TW", "zh-TW"]);
  a.untie();
  b.untie();
});

Deno.test("tieLanguage() keeps a choice until the profile is known, then writes it", () => {
  const profile = signal<string | null>(null);
  const tab = openTab(profile);
  tab.choose("zh-TW");
  assert.deepEqual(tab.saves, []);
  profile.value = "en";
  assert.deepEqual(tab.saves, ["zh-TW"]);
  tab.untie();
});

Deno.test("tieLanguage() writes a choice although an older profile says the same", () => {
  const profile = signal<string | null>("en");
  const tab = openTab(profile);
  tab.choose("en");
  assert.deepEqual(tab.saves, ["en"]);
  tab.untie();
});
