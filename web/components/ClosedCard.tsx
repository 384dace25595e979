import type { JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { EmptyState } from "./EmptyState.tsx";

/** In the place of what would begin something, for whom nothing begins. */
export function ClosedCard(): JSX.Element {
  return (
    <div class="card">
      <EmptyState
        icon="alert"
        title={t.keys.closedTitle}
        text={t.keys.closedText}
      />
    </div>
  );
}
