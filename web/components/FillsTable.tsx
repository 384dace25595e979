import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Fill } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { EmptyState } from "./EmptyState.tsx";
import {
  formatInstant,
  formatMoney,
  formatPrice,
  formatSize,
} from "./format.ts";
import { OrderWords } from "./OrderWords.tsx";
import { Signed, Unknown } from "./Signed.tsx";

/** Executions, newest first; those that arrive while one looks are lit up. */
export function FillsTable(
  { fills, decimals }: {
    readonly fills: readonly Fill[];
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const nowMs = Date.now();
  const openedAtMs = useRef(Date.now());
  if (fills.length === 0) {
    return <EmptyState title={t.bot.noFills} text={t.bot.noFillsText} />;
  }
  const { columns } = t.bot;
  return (
    <table class="table" aria-label={t.bot.fills}>
      <thead>
        <tr>
          <th scope="col" class="only-wide">{columns.time}</th>
          <th scope="col">{columns.order}</th>
          <th scope="col" class="end">{columns.price}</th>
          <th scope="col" class="end only-wide">{columns.size}</th>
          <th scope="col" class="end only-wide">{columns.fee}</th>
          <th scope="col" class="end">{columns.pnl}</th>
        </tr>
      </thead>
      <tbody>
        {fills.map((fill) => (
          <tr
            key={fill.id}
            data-fill-id={fill.id}
            class={fill.filledAtMs > openedAtMs.current ? "is-new" : undefined}
          >
            <td class="num muted only-wide">
              {formatInstant(fill.filledAtMs, nowMs)}
            </td>
            <td>
              <OrderWords order={fill} />
              <span class="table__sub num">
                {formatInstant(fill.filledAtMs, nowMs)}
              </span>
            </td>
            <td class="end num">
              {formatPrice(fill.price, decimals)}
              <span class="table__sub num">{formatSize(fill.size)}</span>
            </td>
            <td class="end num only-wide">{formatSize(fill.size)}</td>
            <td class="end num only-wide">
              <Fee fill={fill} />
            </td>
            <td class="end">
              <Signed value={fill.realizedPnl} fine />
              <span class="table__sub">
                <Fee fill={fill} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What was paid; a rebate says so. */
function Fee({ fill }: { readonly fill: Fill }): JSX.Element {
  if (fill.fee === null) return <Unknown />;
  return (
    <span class="num muted">
      {formatMoney(Math.abs(fill.fee), "fine")}
      {fill.fee < 0 && ` ${t.bot.feeRebate}`}
    </span>
  );
}
