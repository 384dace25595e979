import type { JSX } from "preact";
import { type Locale, LOCALES, t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { Segments } from "./Field.tsx";
import { Notice } from "./Notice.tsx";

/** Each language in its own words, so that its readers find it. */
const NAMES: Readonly<Record<Locale, { full: string; short: string }>> = {
  en: { full: "English", short: "EN" },
  "zh-TW": { full: "繁體中文", short: "中文" },
};

/** Chooses the language among all there are. */
export function LanguageChoice(
  props: { readonly name: string; readonly bare?: boolean },
): JSX.Element {
  const { language } = useApp();
  return (
    <>
      <Segments
        bare={props.bare ?? false}
        label={t.nav.language}
        name={props.name}
        value={language.locale.value}
        options={LOCALES.map((value) => ({ value, label: NAMES[value].full }))}
        onChange={(next) => void language.choose(next)}
      />
      {language.hasFailed.value && (
        <Notice kind="error">{t.nav.languageFailed}</Notice>
      )}
    </>
  );
}

/** Walks to the next language: a visitor's one click. */
export function LanguageToggle(): JSX.Element {
  const { language } = useApp();
  const next = LOCALES[
    (LOCALES.indexOf(language.locale.value) + 1) % LOCALES.length
  ] ?? LOCALES[0];
  return (
    <button
      type="button"
      class="button button--quiet button--language"
      lang={next}
      aria-label={`${NAMES[next].short}: ${NAMES[next].full}`}
      title={NAMES[next].full}
      onClick={() => void language.choose(next)}
    >
      {NAMES[next].short}
    </button>
  );
}
