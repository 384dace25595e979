import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";

/** How far something is, and the button that ends it. */
export function RunProgress(
  { words, done, total, onCancel }: {
    readonly words: string;
    readonly done: number | null;
    readonly total: number;
    readonly onCancel: () => void;
  },
): JSX.Element {
  return (
    <div class="run-progress" role="status">
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
