import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Order } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";
import { ladderOf, type LadderRow, toneOf } from "../state/ladder.ts";
import { EmptyState } from "./EmptyState.tsx";
import {
  formatAgo,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "./format.ts";
import { Icon } from "./Icon.tsx";
import { OrderWords } from "./OrderWords.tsx";
import { useNow } from "./use_now.ts";
import { useSampled } from "./use_sampled.ts";

interface LadderProps {
  readonly orders: readonly Order[];
  /** What the exchange refused and nothing has replaced. */
  readonly blocked: readonly Order[];
  /** Quote per base, as the market moves. */
  readonly price: ReadonlySignal<number | null>;
  readonly decimals: number | undefined;
  readonly isRunning: boolean;
}

/** Two hundred orders are not drawn with every tick. */
const PRICE_EVERY_MS = 1_000;
const AGES_EVERY_MS = 5_000;

/** The orders in the book around the price; on top what the exchange refused. */
export function Ladder(props: LadderProps): JSX.Element {
  const { orders, blocked, decimals, isRunning } = props;
  const price = useSampled(props.price, PRICE_EVERY_MS);
  const now = useSampled(useNow(), AGES_EVERY_MS);
  if (orders.length === 0 && blocked.length === 0) {
    return (
      <EmptyState
        title={t.bot.noOrders}
        text={isRunning ? t.bot.noOrdersRunning : t.bot.noOrdersIdle}
      />
    );
  }
  return (
    <>
      {blocked.length > 0 && <Blocked orders={blocked} decimals={decimals} />}
      {orders.length > 0 && (
        <LadderTable
          rows={ladderOf(orders, price.value)}
          decimals={decimals}
          nowMs={now.value}
        />
      )}
    </>
  );
}

function Blocked(
  { orders, decimals }: {
    readonly orders: readonly Order[];
    readonly decimals: number | undefined;
  },
): JSX.Element {
  return (
    <ul class="blocked" aria-label={t.desk.blocked}>
      {orders.map((order) => (
        <li key={order.id} data-blocked={order.id}>
          <Icon name="alert" size={16} />
          <p>
            <strong>{t.desk.tones.blocked}</strong> <OrderWords order={order} />
            {" "}
            <span class="num">
              {formatSize(order.size)} @ {formatPrice(order.price, decimals)}
            </span>
            <span class="blocked__why">
              {order.rejectMessage ?? t.desk.noReason}
              {order.rejectCode !== null && (
                <span class="mono muted">({order.rejectCode})</span>
              )}
            </span>
          </p>
        </li>
      ))}
    </ul>
  );
}

function LadderTable(
  { rows, decimals, nowMs }: {
    readonly rows: readonly LadderRow[];
    readonly decimals: number | undefined;
    readonly nowMs: number;
  },
): JSX.Element {
  const { columns } = t.bot;
  return (
    <table class="table ladder-table" aria-label={t.bot.openOrders}>
      <thead>
        <tr>
          <th scope="col" class="end only-wide">{t.desk.level}</th>
          <th scope="col">{columns.order}</th>
          <th scope="col" class="end">{columns.price}</th>
          <th scope="col" class="end">{columns.size}</th>
          <th scope="col" class="end only-wide">{t.desk.value}</th>
          <th scope="col" class="end">{t.desk.distance}</th>
          <th scope="col" class="only-wide">{columns.state}</th>
          <th scope="col" class="end only-wide">{t.desk.age}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.kind === "price"
            ? (
              <tr key="price" class="ladder-price">
                <th scope="row" colSpan={8}>
                  <span>{t.desk.price}</span>
                  <span class="num">{formatPrice(row.price, decimals)}</span>
                </th>
              </tr>
            )
            : (
              <OrderRow
                key={row.order.id}
                row={row}
                decimals={decimals}
                nowMs={nowMs}
              />
            )
        )}
      </tbody>
    </table>
  );
}

function OrderRow(
  { row: { order, distance }, decimals, nowMs }: {
    readonly row: LadderRow & { readonly kind: "order" };
    readonly decimals: number | undefined;
    readonly nowMs: number;
  },
): JSX.Element {
  const state = t.bot.orderStatus[order.status];
  const filled = order.filledSize > 0
    ? formatPercent(order.filledSize / order.size, { max: 0 })
    : null;
  return (
    <tr data-purpose={order.purpose} data-tone={toneOf(order)}>
      <td class="end num muted only-wide">{order.level}</td>
      <td>
        <span class="tone" aria-hidden="true" />
        <OrderWords order={order} />
        {order.status !== "open" && <span class="table__sub">{state}</span>}
      </td>
      <td class="end num">
        {order.price === null
          ? t.desk.atMarket
          : formatPrice(order.price, decimals)}
      </td>
      <td class="end num">
        {formatSize(order.size)}
        {filled !== null && (
          <span class="muted small line">{t.desk.filled(filled)}</span>
        )}
      </td>
      <td class="end num muted only-wide">
        {formatMoney(order.price === null ? null : order.price * order.size)}
      </td>
      <td class="end num">
        {distance === null
          ? null
          : `${distance > 0 ? "+" : ""}${
            formatPercent(distance, { min: 2, max: 2 })
          }`}
      </td>
      <td class="only-wide">{state}</td>
      <td class="end num muted only-wide">
        {formatAgo(order.createdAtMs, nowMs)}
      </td>
    </tr>
  );
}
