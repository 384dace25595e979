import type { JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { useApp, useTrader } from "../state/app_context.ts";
import { Notice } from "./Notice.tsx";

/** Says that what is shown may be old, while it may be. */
export function StaleNotice(
  props: {
    /** Rows of the page's own could not be loaded again. */
    readonly isStale?: boolean;
  },
): JSX.Element | null {
  const { health } = useApp();
  const { trader } = useTrader();
  const isReady = trader.loadState.value === "ready";
  const isStale = trader.isStale.value || props.isStale === true;
  const isOffline = trader.link.value === "offline";
  if (!isReady || !(isStale || isOffline)) return null;
  return <Notice kind="warn">{t.common.staleTexts[health.value]}</Notice>;
}
