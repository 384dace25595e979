import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n/mod.ts";
import { Icon } from "./Icon.tsx";

let isFirstPage = true;

/**
 * A page: its title in the tab, its content as the main landmark. After a
 * navigation the focus moves here, as it does when a browser loads a page.
 */
export function Page(
  props: {
    readonly title: string;
    readonly width?: "narrow" | "normal" | "wide";
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const element = useRef<HTMLElement>(null);
  const width = props.width ?? "normal";
  useEffect(() => {
    document.title = `${props.title} · ${t.common.appName}`;
  }, [props.title]);
  useEffect(() => {
    const hasFocus = element.current?.contains(document.activeElement);
    if (!isFirstPage && !hasFocus) {
      element.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    isFirstPage = false;
  }, []);
  return (
    <main
      ref={element}
      id="main"
      tabIndex={-1}
      class={width === "normal" ? "page" : `page page--${width}`}
    >
      {props.children}
    </main>
  );
}

/** A page's heading, what it is about, and what can be done there. */
export function PageHead(
  props: {
    readonly title: ComponentChildren;
    readonly lead?: ComponentChildren;
    /** The page above this one. */
    readonly back?: { readonly href: string; readonly label: string };
    readonly children?: ComponentChildren;
  },
): JSX.Element {
  return (
    <div class="page__head">
      <div>
        {props.back && (
          <a class="page__back" href={props.back.href}>
            <Icon name="back" size={16} />
            {props.back.label}
          </a>
        )}
        <h1>{props.title}</h1>
        {props.lead !== undefined && <p class="page__lead">{props.lead}</p>}
      </div>
      {props.children && <div class="actions">{props.children}</div>}
    </div>
  );
}
