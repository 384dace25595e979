import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import { useContext } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import { TraderContext, useApp } from "../../state/app_context.ts";
import { THEME_CHOICES } from "../../state/theme.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { Button, ButtonLink } from "../Button.tsx";
import { GraceNotice } from "./GraceNotice.tsx";
import { Mark } from "../Icon.tsx";
import { LanguageToggle } from "../LanguageSwitch.tsx";
import { LinkIndicator } from "./LinkIndicator.tsx";

/** The frame around every page: brand, navigation, live state, account. */
export function Shell(
  { children }: { readonly children: ComponentChildren },
): JSX.Element {
  const isTrader = useContext(TraderContext) !== null;
  const { path } = useLocation();
  const isWide = path === "/backtest" || path.startsWith("/bots/");
  return (
    <>
      <a class="button skip-link" href="#main">{t.common.skipToContent}</a>
      <header class={isWide ? "header header--wide" : "header"}>
        <div class="header__row">
          <a
            class={isTrader ? "brand brand--collapsible" : "brand"}
            href="/"
            aria-label={t.common.appName}
          >
            <Mark />
            <span>{t.common.appName}</span>
          </a>
          {isTrader ? <TraderNav path={path} /> : <VisitorNav path={path} />}
        </div>
      </header>
      {isTrader && <GraceNotice />}
      {children}
    </>
  );
}

function TraderNav({ path }: { readonly path: string }): JSX.Element {
  const links = [
    { href: "/bots", label: t.nav.bots },
    { href: "/backtest", label: t.backtest.title },
    { href: "/keys", label: t.nav.keys },
  ];
  return (
    <>
      <nav class="nav" aria-label={t.nav.main}>
        {links.map(({ href, label }) => (
          <a
            key={href}
            href={href}
            aria-current={path.startsWith(href) ? "page" : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <div class="header__end">
        <LinkIndicator />
        <AccountMenu />
      </div>
    </>
  );
}

function VisitorNav({ path }: { readonly path: string }): JSX.Element {
  return (
    <div class="header__end">
      <LanguageToggle />
      <ThemeToggle />
      {path !== "/sign-in" && (
        <ButtonLink href="/sign-in" kind="quiet">
          {t.auth.signIn.submit}
        </ButtonLink>
      )}
    </div>
  );
}

/** Walks through system, light and dark. */
function ThemeToggle(): JSX.Element {
  const { theme } = useApp();
  const choice = theme.choice.value;
  const next = THEME_CHOICES[
    (THEME_CHOICES.indexOf(choice) + 1) % THEME_CHOICES.length
  ] ?? "system";
  return (
    <Button
      kind="quiet"
      icon={choice}
      label={t.theme.label(t.theme[choice])}
      onClick={() => theme.choose(next)}
    />
  );
}
