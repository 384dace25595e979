import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

type Kind = "info" | "error" | "warn" | "ok";
const ICONS: Readonly<Record<Kind, IconName>> = {
  info: "info",
  error: "alert",
  warn: "alert",
  ok: "check",
};

/** A message in its place. Errors interrupt a screen reader, others wait. */
export function Notice(
  props: {
    readonly kind?: Kind;
    readonly children: ComponentChildren;
    readonly actions?: ComponentChildren;
  },
): JSX.Element {
  const kind = props.kind ?? "info";
  return (
    <div
      class={kind === "info" ? "notice" : `notice notice--${kind}`}
      role={kind === "error" ? "alert" : "status"}
    >
      <Icon name={ICONS[kind]} />
      <div>{props.children}</div>
      {props.actions && <div class="notice__actions">{props.actions}</div>}
    </div>
  );
}
