import type { ComponentChildren, JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { useApp } from "../state/app_context.ts";
import { Button } from "./Button.tsx";
import { Icon, type IconName } from "./Icon.tsx";

/** What stands where nothing is yet: what it would be, and how to get there. */
export function EmptyState(
  props: {
    readonly icon?: IconName;
    readonly title: string;
    readonly text?: string;
    /** It is all the page has: then its title is the page's heading. */
    readonly isPage?: boolean;
    readonly children?: ComponentChildren;
  },
): JSX.Element {
  return (
    <div class="empty">
      {props.icon && (
        <span class="empty__icon">
          <Icon name={props.icon} size={22} />
        </span>
      )}
      <div class="stack stack--tight">
        {props.isPage ? <h1>{props.title}</h1> : <h2>{props.title}</h2>}
        {props.text && <p class="empty__text">{props.text}</p>}
      </div>
      {props.children && <div class="actions">{props.children}</div>}
    </div>
  );
}

/** What stands where a first load failed. */
export function LoadFailed(
  props: {
    readonly onRetry: () => void;
    /** It is all the page has. */
    readonly isPage?: boolean;
  },
): JSX.Element {
  const { health } = useApp();
  return (
    <div role="alert">
      <EmptyState
        icon="alert"
        isPage={props.isPage ?? false}
        title={t.common.loadFailed}
        text={t.common.loadFailedTexts[health.value]}
      >
        <Button onClick={props.onRetry}>{t.common.retry}</Button>
      </EmptyState>
    </div>
  );
}

/** Grey lines while something loads; said once to screen readers. */
export function Loading(props: { readonly lines?: number }): JSX.Element {
  const widths = ["62%", "88%", "45%", "74%", "56%"];
  return (
    <div class="card card__body stack" role="status">
      <span class="visually-hidden">{t.common.loading}</span>
      {Array.from({ length: props.lines ?? 4 }, (_, i) => (
        <span
          key={i}
          class="skeleton"
          style={{ width: widths[i % widths.length] }}
        />
      ))}
    </div>
  );
}
