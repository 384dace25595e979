import type { JSX } from "preact";
import type { Order } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { EmptyState } from "../EmptyState.tsx";
import {
  formatInstant,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { OrderWords } from "./OrderWords.tsx";

/** Every order the bot ever wanted, newest first, and what became of it. */
export function OrderHistoryTable(
  { orders, decimals }: {
    readonly orders: readonly Order[];
    readonly decimals: number | undefined;
  },
): JSX.Element {
  const nowMs = Date.now();
  const { columns } = t.bot;
  if (orders.length === 0) return <EmptyState title={t.desk.nothing} />;
  return (
    <table class="table" aria-label={t.desk.orders}>
      <thead>
        <tr>
          <th scope="col" class="only-wide">{columns.time}</th>
          <th scope="col">{columns.order}</th>
          <th scope="col" class="end">{columns.price}</th>
          <th scope="col" class="end">{columns.size}</th>
          <th scope="col" class="end only-wide">{columns.filled}</th>
          <th scope="col">{columns.state}</th>
        </tr>
      </thead>
      <tbody>
        {orders.map((order) => (
          <tr key={order.id} data-order-status={order.status}>
            <td class="num muted only-wide">
              {formatInstant(order.createdAtMs, nowMs)}
            </td>
            <td>
              <OrderWords order={order} />
              <span class="table__sub num">
                {formatInstant(order.createdAtMs, nowMs)}
              </span>
            </td>
            <td class="end num">
              {order.price === null
                ? t.desk.atMarket
                : formatPrice(order.price, decimals)}
            </td>
            <td class="end num">{formatSize(order.size)}</td>
            <td class="end num only-wide">
              {formatPercent(order.filledSize / order.size, { max: 0 })}
              {order.averagePrice !== null && (
                <span class="muted small line">
                  {t.desk.average(formatPrice(order.averagePrice, decimals))}
                </span>
              )}
            </td>
            <td>
              {t.bot.orderStatus[order.status]}
              <EndReason order={order} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function EndReason({ order }: { readonly order: Order }): JSX.Element | null {
  const { endReason, rejectMessage } = order;
  const words = rejectMessage ??
    (endReason === null ? null : t.desk.decisions.ends[endReason] ?? endReason);
  if (words === null) return null;
  return <span class="muted small line">{words}</span>;
}
