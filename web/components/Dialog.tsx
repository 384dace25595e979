import type { ComponentChildren, JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

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
