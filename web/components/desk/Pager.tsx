import type { JSX } from "preact";
import { t } from "../../i18n/mod.ts";
import { Button } from "../Button.tsx";
import { formatSize } from "../format.ts";

/** Which part of a long list is shown, and the way to the others. */
export function Pager(
  { page, size, total, onChange }: {
    /** Counted from 0. */
    readonly page: number;
    /** Rows on a page. */
    readonly size: number;
    readonly total: number;
    readonly onChange: (page: number) => void;
  },
): JSX.Element | null {
  if (total <= size && page === 0) return null;
  const first = page * size + 1;
  const last = Math.min(total, first + size - 1);
  return (
    <nav class="pager" aria-label={t.desk.pages}>
      <Button
        icon="back"
        label={t.desk.newer}
        disabled={page === 0}
        onClick={() => onChange(page - 1)}
      />
      <span class="num small" role="status">
        {t.desk.rowsOf(formatSize(first), formatSize(last), formatSize(total))}
      </span>
      <Button
        icon="chevronRight"
        label={t.desk.older}
        disabled={last >= total}
        onClick={() => onChange(page + 1)}
      />
    </nav>
  );
}
