import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";

/**
 * How far something is, and the button that ends it. When it goes while that
 * button has the focus, the focus returns to where the run was started.
 */
export function RunProgress(
  { words, done, total, onCancel }: {
    readonly words: string;
    readonly done: number | null;
    readonly total: number;
    readonly onCancel: () => void;
  },
): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const bar = element.current;
    const before = document.activeElement;
    return () => {
      const hadFocus = bar?.contains(document.activeElement) === true;
      if (hadFocus && before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div class="run-progress" role="status" ref={element}>
      <div class="run-progress__bar">
        <span class="small muted num">{words}</span>
        <progress
          aria-label={t.backtest.progress}
          max={Math.max(1, total)}
          {...(done !== null && { value: done })}
        />
      </div>
      <Button onClick={onCancel}>{t.common.cancel}</Button>
    </div>
  );
}
