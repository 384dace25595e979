import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Fill } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { EmptyState } from "../EmptyState.tsx";
import {
  formatInstant,
  formatMoney,
  formatPrice,
  formatSize,
} from "../format.ts";
import { OrderWords } from "./OrderWords.tsx";
import { Signed, Unknown } from "../Signed.tsx";

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
          <th scope="col" class="end only-wide">{columns.pnl}</th>
          <th scope="col" class="end">{t.desk.pair}</th>
        </tr>
      </thead>
      <tbody>
        {fills.map((fill) => (
          <FillRow
            key={fill.id}
            fill={fill}
            decimals={decimals}
            nowMs={nowMs}
            isNew={fill.filledAtMs > openedAtMs.current}
          />
        ))}
      </tbody>
    </table>
  );
}

function FillRow(
  { fill, decimals, nowMs, isNew }: {
    readonly fill: Fill;
    readonly decimals: number | undefined;
    readonly nowMs: number;
    readonly isNew: boolean;
  },
): JSX.Element {
  const when = formatInstant(fill.filledAtMs, nowMs);
  return (
    <tr data-fill-id={fill.id} class={isNew ? "is-new" : undefined}>
      <td class="num muted only-wide">{when}</td>
      <td>
        <OrderWords order={fill} />
        <span class="table__sub num">{when}</span>
      </td>
      <td class="end num">
        {formatPrice(fill.price, decimals)}
        <span class="table__sub num">{formatSize(fill.size)}</span>
      </td>
      <td class="end num only-wide">{formatSize(fill.size)}</td>
      <td class="end num only-wide">
        <Fee fill={fill} />
      </td>
      <td class="end only-wide">
        <Signed value={fill.realizedPnl} fine />
      </td>
      <td class="end">
        <PairProfit fill={fill} decimals={decimals} />
        <span class="table__sub">
          {t.bot.columns.fee} <Fee fill={fill} />
        </span>
      </td>
    </tr>
  );
}

/** What a closing fill's pair earned; an opening has none. */
function PairProfit(
  { fill, decimals }: {
    readonly fill: Fill;
    readonly decimals: number | undefined;
  },
): JSX.Element | null {
  const isOpening = fill.purpose === "open" || fill.purpose === "entry";
  if (fill.pairProfit === null) return isOpening ? null : <Unknown />;
  return (
    <span data-pair={fill.id}>
      <Signed value={fill.pairProfit} fine />
      {fill.pairEntryPrice !== null && (
        <span class="num muted small line only-wide-line">
          {t.desk.pairOf(formatPrice(fill.pairEntryPrice, decimals))}
        </span>
      )}
    </span>
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
