import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

type Kind = "default" | "primary" | "danger" | "quiet";

interface ButtonProps {
  readonly kind?: Kind;
  readonly icon?: IconName;
  readonly type?: "button" | "submit";
  readonly wide?: boolean;
  /** Something runs: the button shows it and does nothing. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly onClick?: () => void;
  readonly label?: string;
  readonly children?: ComponentChildren;
}

function classOf(
  { kind = "default", wide, iconOnly }: {
    readonly kind?: Kind | undefined;
    readonly wide?: boolean | undefined;
    readonly iconOnly?: boolean;
  },
): string {
  return [
    "button",
    kind === "default" ? "" : `button--${kind}`,
    wide ? "button--wide" : "",
    iconOnly ? "button--icon" : "",
  ].filter(Boolean).join(" ");
}

/**
 * A button. While busy it keeps the focus (`aria-disabled`, not `disabled`), so
 * that a keyboard does not lose its place.
 */
export function Button(props: ButtonProps): JSX.Element {
  const { icon, busy = false, disabled = false, onClick, label } = props;
  const isInert = busy || disabled;
  const iconOnly = props.children === undefined;
  return (
    <button
      type={props.type ?? "button"}
      class={classOf({ kind: props.kind, wide: props.wide, iconOnly })}
      aria-disabled={isInert ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      aria-label={label}
      title={iconOnly ? label : undefined}
      onClick={(event) => {
        if (isInert) event.preventDefault();
        else onClick?.();
      }}
    >
      {busy
        ? <span class="spinner" aria-hidden="true" />
        : icon && <Icon name={icon} />}
      {props.children}
    </button>
  );
}

/** A link that looks like a button: it leads somewhere. */
export function ButtonLink(
  props: {
    readonly href: string;
    readonly kind?: Kind;
    readonly icon?: IconName;
    readonly wide?: boolean;
    /** Where its words alone do not say what it is about. */
    readonly label?: string;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <a
      href={props.href}
      class={classOf({ kind: props.kind, wide: props.wide })}
      aria-label={props.label}
    >
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  );
}
