import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import { useApp, useTrader } from "../../state/app_context.ts";
import { THEME_CHOICES } from "../../state/theme.ts";
import { Segments } from "../Field.tsx";
import { Icon } from "../Icon.tsx";
import { LanguageChoice } from "../LanguageSwitch.tsx";

/** Who is signed in, the theme, the way out. Escape and going elsewhere close it. */
export function AccountMenu(): JSX.Element {
  const isOpen = useSignal(false);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = new AbortController();
    const { signal } = away;
    addEventListener("click", (event) => {
      const isInside = event.target instanceof Node &&
        element.current?.contains(event.target);
      if (!isInside) isOpen.value = false;
    }, { signal });
    return () => away.abort();
  }, []);
  return (
    <div
      class="menu"
      ref={element}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen.peek()) return;
        isOpen.value = false;
        element.current?.querySelector("button")?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        // Tabbed out of; a click on nothing that takes the focus stays inside.
        const isOutside = relatedTarget instanceof Node &&
          !element.current?.contains(relatedTarget);
        if (isOutside) isOpen.value = false;
      }}
    >
      <MenuButton
        isOpen={isOpen.value}
        onClick={() => (isOpen.value = !isOpen.value)}
      />
      {isOpen.value && <MenuPanel onClose={() => (isOpen.value = false)} />}
    </div>
  );
}

function MenuButton(
  props: { readonly isOpen: boolean; readonly onClick: () => void },
): JSX.Element {
  return (
    <button
      type="button"
      class="button button--quiet button--icon"
      aria-label={t.nav.account}
      aria-expanded={props.isOpen}
      onClick={props.onClick}
    >
      <Icon name="user" size={20} />
    </button>
  );
}

function MenuPanel({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { isAdmin } = useTrader();
  const { auth, config, session, theme } = useApp();
  return (
    <div class="menu__panel">
      <p class="menu__head small muted">{session.user.value?.email}</p>
      <div class="menu__theme">
        <Segments
          bare
          label={t.account.theme}
          name="menu-theme"
          value={theme.choice.value}
          options={THEME_CHOICES.map((value) => ({
            value,
            label: t.theme[value],
          }))}
          onChange={(choice) => theme.choose(choice)}
        />
        <LanguageChoice bare name="menu-language" />
      </div>
      <a class="menu__item" href="/account" onClick={onClose}>
        <Icon name="user" />
        {t.nav.settings}
      </a>
      {isAdmin.value && (
        <a class="menu__item" href="/admin" onClick={onClose}>
          <Icon name="shield" />
          {t.admin.title}
        </a>
      )}
      {config.mailInboxUrl !== null && (
        <a
          class="menu__item"
          href={config.mailInboxUrl}
          target="_blank"
          rel="noreferrer"
        >
          <Icon name="mail" />
          {t.nav.inbox}
        </a>
      )}
      <button
        type="button"
        class="menu__item"
        onClick={() => void auth.signOut()}
      >
        <Icon name="signOut" />
        {t.nav.signOut}
      </button>
    </div>
  );
}
