import type { JSX } from "preact";
import type { Order } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { EmptyState } from "./EmptyState.tsx";
import {
  formatInstant,
  formatPercent,
  formatPrice,
  formatSize,
} from "./format.ts";
import { OrderWords } from "./OrderWords.tsx";

/** The orders in the book, highest price first. */
export function OrdersTable(
  { orders, decimals, isRunning }: {
    readonly orders: readonly Order[];
    readonly decimals: number | undefined;
    readonly isRunning: boolean;
  },
): JSX.Element {
  const nowMs = Date.now();
  if (orders.length === 0) {
    return (
      <EmptyState
        title={t.bot.noOrders}
        text={isRunning ? t.bot.noOrdersRunning : t.bot.noOrdersIdle}
      />
    );
  }
  const sorted = [...orders].sort((a, b) =>
    (b.price ?? Infinity) - (a.price ?? Infinity)
  );
  const { columns } = t.bot;
  return (
    <table class="table" aria-label={t.bot.openOrders}>
      <thead>
        <tr>
          <th scope="col">{columns.order}</th>
          <th scope="col" class="end">{columns.price}</th>
          <th scope="col" class="end">{columns.size}</th>
          <th scope="col" class="end only-wide">{columns.filled}</th>
          <th scope="col" class="only-wide">{columns.state}</th>
          <th scope="col" class="end only-wide">{columns.time}</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((order) => (
          <tr key={order.id} data-purpose={order.purpose}>
            <td>
              <OrderWords order={order} />
              <span class="table__sub">
                {t.bot.orderStatus[order.status]}
              </span>
            </td>
            <td class="end num">{formatPrice(order.price, decimals)}</td>
            <td class="end num">{formatSize(order.size)}</td>
            <td class="end num only-wide">
              {formatPercent(order.filledSize / order.size, { max: 0 })}
            </td>
            <td class="only-wide">{t.bot.orderStatus[order.status]}</td>
            <td class="end num muted only-wide">
              {formatInstant(order.createdAtMs, nowMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
