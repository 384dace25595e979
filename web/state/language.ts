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
  effect(() => {
    // What was chosen in another tab is chosen here, too: rows that this tab
    // has asked for before still have the old language.
    const onStorage = ({ key }: StorageEvent) => {
      const next = key === STORAGE_KEY ? readStored() : null;
      if (next === null || next === locale.peek()) return;
      void change(next).then((isDone) => {
        if (isDone) chosen.value = next;
      });
    };
    addEventListener("storage", onStorage);
    return () => removeEventListener("storage", onStorage);
  });
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
    /** Takes what the profile says: from then on nobody has chosen here. */
    async adopt(tag: string): Promise<void> {
      const next = pickLocale([tag]);
      if (next === null) return;
      chosen.value = null;
      if (next === locale.peek()) return;
      if (await change(next)) store(next);
    },
  };
});
/** An instance of {@linkcode LanguageModel}. */
export type Language = InstanceType<typeof LanguageModel>;

/**
 * Keeps language and profile one: a choice goes into the profile, and what the
 * profile says later, of another device, counts again.
 *
 * @param options.profileLocale The profile's language; null until it is known.
 * @param options.save Writes it.
 * @returns Ends it.
 */
export function tieLanguage(
  options: {
    readonly language: Pick<Language, "adopt" | "chosen">;
    readonly profileLocale: () => string | null;
    readonly save: (locale: Locale) => void;
  },
): () => void {
  const { language, profileLocale, save } = options;
  // A choice is written once: were it written against every later one of
  // another tab or device, two of them would do so for ever.
  let written: Locale | null = null;
  return effect(() => {
    const known = profileLocale();
    const chosen = language.chosen.value;
    if (known === null) return;
    untracked(() => {
      if (chosen === null || chosen === written) {
        written = null;
        void language.adopt(known);
      } else {
        // Even where it is what is known: another tab may have changed it.
        written = chosen;
        save(chosen);
      }
    });
  });
}
