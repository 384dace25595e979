import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { useTrader } from "../../state/app_context.ts";

/** Whether news arrive as they happen: a dot and a word. */
export function LinkIndicator(): JSX.Element {
  const { trader } = useTrader();
  const state = trader.link.value;
  const isMoving = state === "connecting" || state === "reconnecting";
  return (
    <span class={`link-state link-state--${state}`} role="status">
      <span class={isMoving ? "dot dot--pulse" : "dot"} aria-hidden="true" />
      <span>{t.link[state]}</span>
    </span>
  );
}
