import { createModel, effect, signal, untracked } from "@preact/signals";
import {
  type Locale,
  locale,
  LOCALES,
  pickLocale,
  setLocale,
} from "../i18n/mod.ts";

const STORAGE_KEY = "trellis.locale";

function readStored(): Locale | null {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return LOCALES.find((choice) => choice === stored) ?? null;
  } catch {
    // Storage is closed to us (private window): the browser's language.
    return null;
  }
}

function store(choice: Locale): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // The choice then lasts as long as the page, and in the profile.
  }
}

/**
 * The language: the one chosen on this device, else the browser's; a signed-in
 * trader's profile comes before both, unless he has just chosen another.
 */
export const LanguageModel = createModel(() => {
  /** Chosen since the page was loaded. */
  const chosen = signal<Locale | null>(null);
  /** The texts of a language could not be loaded: another stayed. */
  const hasFailed = signal(false);

  effect(() => {
    document.documentElement.lang = locale.value;
  });

  async function change(next: Locale): Promise<boolean> {
    try {
      await setLocale(next);
      hasFailed.value = false;
      return true;
    } catch {
      // Said on the page; the language in use goes on.
      hasFailed.value = true;
      return false;
    }
  }
  return {
    locale,
    chosen,
    hasFailed,
    /** Loads the language to begin with; the page is drawn after it. */
    async begin(): Promise<void> {
      const first = readStored() ?? pickLocale(navigator.languages) ??
        LOCALES[0];
      await change(first);
    },
    /** Takes the person's choice. */
    async choose(next: Locale): Promise<void> {
      if (!await change(next)) return;
      chosen.value = next;
      store(next);
    },
    /** Takes what the profile says, as long as nobody has chosen here. */
    async adopt(tag: string): Promise<void> {
      const next = pickLocale([tag]);
      if (next === null || next === locale.peek()) return;
      if (await change(next)) store(next);
    },
  };
});
/** An instance of {@linkcode LanguageModel}. */
export type Language = InstanceType<typeof LanguageModel>;

/**
 * Keeps language and profile one: a choice goes into the profile, without a
 * choice the profile's language is used.
 *
 * @param options.profileLocale The profile's language; null until it is known.
 * @param options.save Writes it; a failure is tried again at the next change.
 * @returns Ends it.
 */
export function tieLanguage(
  options: {
    readonly language: Language;
    readonly profileLocale: () => string | null;
    readonly save: (locale: Locale) => void;
  },
): () => void {
  const { language, profileLocale, save } = options;
  return effect(() => {
    const known = profileLocale();
    const chosen = language.chosen.value;
    if (known === null || known === chosen) return;
    untracked(() => {
      if (chosen === null) void language.adopt(known);
      else save(chosen);
    });
  });
}
