import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type {
  ComponentChildren,
  JSX,
  PartialInputHTMLAttributes,
} from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n/mod.ts";
import { Icon } from "./Icon.tsx";

interface FieldProps {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** Something beside the label, such as a link. */
  readonly aside?: ComponentChildren;
  readonly error?: string | null | undefined;
}

interface FrameProps extends FieldProps {
  /** Gets the ids and states that tie the control to its texts. */
  readonly children: (
    control: {
      readonly id: string;
      readonly "aria-describedby": string | undefined;
      readonly "aria-invalid": "true" | undefined;
    },
  ) => ComponentChildren;
}

/** Label, control, hint and error, tied together for assistive technology. */
export function FieldFrame(props: FrameProps): JSX.Element {
  const id = useId();
  const { hint, error = null } = props;
  const describedBy = [
    error === null ? null : `${id}-error`,
    hint === undefined ? null : `${id}-hint`,
  ].filter((part) => part !== null).join(" ");
  return (
    <div class="field">
      <div class="field__label">
        <label for={id}>{props.label}</label>
        {props.aside}
      </div>
      {props.children({
        id,
        "aria-describedby": describedBy === "" ? undefined : describedBy,
        "aria-invalid": error === null ? undefined : "true",
      })}
      {error !== null && (
        <p class="field__error" id={`${id}-error`}>
          <Icon name="alert" size={16} />
          <span>{error}</span>
        </p>
      )}
      {hint !== undefined && <p class="field__hint" id={`${id}-hint`}>{hint}
      </p>}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  readonly name: string;
  readonly value: Signal<string>;
  readonly type?: "text" | "email" | "password";
  readonly unit?: ComponentChildren;
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly inputMode?: "text" | "decimal" | "numeric" | "email";
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
  readonly disabled?: boolean;
  readonly onBlur?: () => void;
}

/** A line of text. A password can be shown. */
export function TextField(props: TextFieldProps): JSX.Element {
  const isShown = useSignal(false);
  const isPassword = props.type === "password";
  const type = isPassword && isShown.value ? "text" : props.type ?? "text";
  return (
    <FieldFrame
      label={props.label}
      hint={props.hint}
      aside={props.aside}
      error={props.error}
    >
      {(control) => (
        <div
          class="input-frame"
          data-invalid={props.error ? "true" : undefined}
        >
          <LineInput
            type={type}
            attributes={{
              ...control,
              name: props.name,
              value: props.value,
              placeholder: props.placeholder,
              autocomplete: props.autoComplete ?? "off",
              autofocus: props.autoFocus ?? false,
              inputMode: props.inputMode,
              maxLength: props.maxLength,
              disabled: props.disabled ?? false,
              spellcheck: false,
              autocapitalize: "off",
              onInput: (
                event,
              ) => (props.value.value = event.currentTarget.value),
              onBlur: props.onBlur,
            }}
          />
          {props.unit && <span class="input-frame__unit">{props.unit}</span>}
          {isPassword && (
            <button
              type="button"
              class="input-frame__button"
              aria-label={isShown.value
                ? t.common.hidePassword
                : t.common.showPassword}
              aria-pressed={isShown.value}
              onClick={() => (isShown.value = !isShown.value)}
            >
              <Icon name={isShown.value ? "eyeOff" : "eye"} />
            </button>
          )}
        </div>
      )}
    </FieldFrame>
  );
}

/** The types allow each kind of input its own attributes: one line a kind. */
function LineInput(
  { type, attributes }: {
    readonly type: "text" | "email" | "password";
    readonly attributes: Omit<
      PartialInputHTMLAttributes<HTMLInputElement>,
      "role" | "type"
    >;
  },
): JSX.Element {
  if (type === "password") return <input {...attributes} type="password" />;
  if (type === "email") return <input {...attributes} type="email" />;
  return <input {...attributes} type="text" />;
}

/** One of a few choices behind a native list. */
export function SelectField(
  props: FieldProps & {
    readonly name: string;
    readonly value: Signal<string>;
    readonly options: readonly {
      readonly value: string;
      readonly label: string;
    }[];
    readonly disabled?: boolean;
    readonly onChange?: (value: string) => void;
  },
): JSX.Element {
  return (
    <FieldFrame label={props.label} hint={props.hint} error={props.error}>
      {(control) => (
        <div
          class="input-frame"
          data-invalid={props.error ? "true" : undefined}
        >
          <select
            {...control}
            name={props.name}
            value={props.value}
            disabled={props.disabled ?? false}
            onChange={(event) => {
              props.value.value = event.currentTarget.value;
              props.onChange?.(props.value.peek());
            }}
          >
            {props.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <span class="input-frame__chevron">
            <Icon name="chevronDown" size={16} />
          </span>
        </div>
      )}
    </FieldFrame>
  );
}

/** One of two or three choices side by side: radio buttons underneath. */
export function Segments<T extends string>(
  props: {
    readonly label: string;
    readonly name: string;
    readonly value: T;
    readonly options: readonly { readonly value: T; readonly label: string }[];
    readonly onChange: (value: T) => void;
    /** The label is for screen readers only. */
    readonly bare?: boolean;
  },
): JSX.Element {
  const id = useId();
  return (
    <div class="field" role="radiogroup" aria-labelledby={id}>
      <span
        id={id}
        class={props.bare ? "visually-hidden" : "field__label"}
      >
        {props.label}
      </span>
      <div class="segments">
        {props.options.map((option) => (
          <label class="segment" key={option.value}>
            <input
              type="radio"
              name={props.name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() =>
                props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
