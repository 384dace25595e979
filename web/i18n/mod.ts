/**
 * The texts in the language in use.
 *
 * `t` follows the locale: reading `t.area` inside a component or a computed
 * subscribes it, so that a change of language redraws what is on the screen and
 * loses nothing typed. Never read it at module level: that is read once.
 *
 * @module
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { en, type Texts } from "./en/mod.ts";

/** The languages there are, as BCP 47 tags; the first is the last resort. */
export const LOCALES = ["en", "zh-TW"] as const;
/** One of {@linkcode LOCALES}. */
export type Locale = (typeof LOCALES)[number];

/** English is always there; another language is loaded when it is chosen. */
const LOADERS: Readonly<Record<Locale, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  "zh-TW": async () => (await import("./zh_tw/mod.ts")).zhTw,
};

const present = signal<{ readonly locale: Locale; readonly texts: Texts }>({
  locale: "en",
  texts: en,
});
let wanted: Locale = "en";

/** The language in use. */
export const locale: ReadonlySignal<Locale> = computed(() =>
  present.value.locale
);

/** The texts of the language in use. */
export const t: Texts = new Proxy(en, {
  get: (_en, area) => Reflect.get(present.value.texts, area),
});

/**
 * Changes the language; of two calls the later one counts.
 *
 * @throws When its texts could not be loaded: the language stays.
 */
export async function setLocale(next: Locale): Promise<void> {
  wanted = next;
  const texts = await LOADERS[next]();
  if (wanted === next) present.value = { locale: next, texts };
}

/** Returns the first language somebody reads that there is; null when none. */
export function pickLocale(wishes: readonly string[]): Locale | null {
  for (const wish of wishes) {
    const tag = wish.toLowerCase();
    // All Chinese readers get the Chinese there is.
    const found = LOCALES.find((locale) =>
      locale.split("-")[0] === tag.split("-")[0]
    );
    if (found !== undefined) return found;
  }
  return null;
}

export type { Texts };
