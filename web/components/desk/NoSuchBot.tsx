import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { ButtonLink } from "../Button.tsx";
import { EmptyState } from "../EmptyState.tsx";

/** Shown for foreign bots as well: what is not ours does not exist for us. */
export function NoSuchBot(): JSX.Element {
  return (
    <div class="card">
      <EmptyState
        isPage
        icon="bots"
        title={t.bot.notFound}
        text={t.bot.notFoundText}
      >
        <ButtonLink href="/bots">{t.bots.title}</ButtonLink>
      </EmptyState>
    </div>
  );
}
