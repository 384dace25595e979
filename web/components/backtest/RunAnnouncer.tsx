import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import type { RunState } from "../../state/run.ts";

/**
 * Tells a screen reader that a run is over: its result stands somewhere below,
 * and nothing else would say so. Always there, for only what changes inside a
 * live region is read out.
 */
export function RunAnnouncer(
  { state }: { readonly state: RunState },
): JSX.Element {
  return (
    <p class="visually-hidden" role="status">
      {state === "ready" ? t.backtest.finished : ""}
    </p>
  );
}
