import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

/**
 * The browser focuses the first choice of a group, chosen or not: a blank typed
 * there would choose it.
 */
function focusChosen(): void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLInputElement) || focused.type !== "radio") {
    return;
  }
  const group = focused.closest("dialog")?.querySelectorAll("input") ?? [];
  for (const each of group) {
    if (each.name === focused.name && each.checked) each.focus();
  }
}

/**
 * A modal dialog: the browser's own, so Escape, focus and the page behind it
 * behave. It exists only while it is open.
 */
export function Dialog(
  props: {
    readonly title: string;
    readonly onClose: () => void;
    readonly children: ComponentChildren;
  },
): JSX.Element {
  const element = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  const id = useId();
  // Before anything is painted: a key pressed at once must find it open.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    focusChosen();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onPointerDown={(event) => {
        pressedOutside.current = event.target === element.current;
      }}
      onClick={(event) => {
        // Not where a selection began inside and only ended out there.
        const isOutside = event.target === element.current;
        if (isOutside && pressedOutside.current) props.onClose();
      }}
    >
      <div class="dialog__body">
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}
