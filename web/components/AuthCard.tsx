import type { ComponentChildren, JSX } from "preact";
import { Page } from "./Page.tsx";

/** The narrow card in which signing in, up and resetting happen. */
export function AuthCard(
  props: {
    readonly title: string;
    readonly lead?: string;
    readonly children: ComponentChildren;
    /** Below the card: the way to the other pages. */
    readonly footer?: ComponentChildren;
  },
): JSX.Element {
  return (
    <Page title={props.title} width="narrow">
      <div class="auth">
        <div class="auth__head">
          <h1>{props.title}</h1>
          {props.lead && <p class="muted">{props.lead}</p>}
        </div>
        <div class="card auth__card">{props.children}</div>
        {props.footer && <p class="auth__footer">{props.footer}</p>}
      </div>
    </Page>
  );
}

/** A form that is sent by code and checked by us, not by the browser. */
export function Form(
  props: {
    readonly onSubmit: () => void;
    readonly label?: string;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  return (
    <form
      class="form"
      noValidate
      aria-label={props.label}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
        focusFirstError(event.currentTarget);
      }}
    >
      {props.children}
    </form>
  );
}

/** After the fields have drawn their errors, the first one gets the focus. */
function focusFirstError(form: HTMLFormElement): void {
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      form.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    });
  });
}
