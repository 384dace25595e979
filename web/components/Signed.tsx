import type { JSX } from "preact";
import { t } from "../i18n/mod.ts";
import { formatSignedMoney, signOf } from "./format.ts";
import { Icon } from "./Icon.tsx";

/** A gain or a loss: sign, arrow and colour say the same; unknown is a dash. */
export function Signed(
  { value, arrow = false, fine = false }: {
    readonly value: number | null;
    readonly arrow?: boolean;
    /** Up to four places, for single fills. */
    readonly fine?: boolean;
  },
): JSX.Element {
  if (value === null) return <Unknown />;
  const grain = fine ? "fine" : "total";
  const sign = signOf(value, grain);
  return (
    <span class={`num signed ${sign ?? ""}`}>
      {arrow && sign && (
        <Icon name={sign === "up" ? "arrowUp" : "arrowDown"} size={14} />
      )}
      {formatSignedMoney(value, grain)}
    </span>
  );
}

/** A figure nobody knows yet: read out as such. */
export function Unknown(): JSX.Element {
  return (
    <span class="muted">
      <span aria-hidden="true">—</span>
      <span class="visually-hidden">{t.common.unknown}</span>
    </span>
  );
}
