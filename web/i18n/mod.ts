/**
 * The texts in the language in use.
 *
 * `t` follows the locale: reading `t.area` inside a component or a computed
 * subscribes it, so that a change of language redraws what is on the screen and
 * loses nothing typed. Never read it at module level: that is read once.
 *
 * @module
 */
import { signal } from "@preact/signals";
import { en, type Texts } from "./en/mod.ts";

const texts = signal<Texts>(en);

/** The texts of the language in use. */
export const t: Texts = new Proxy(en, {
  get: (_en, area) => Reflect.get(texts.value, area),
});

export type { Texts };
