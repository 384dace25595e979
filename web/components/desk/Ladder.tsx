import type { Market } from "@core/model/market.ts";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { BotGrid } from "../../data/bot_grid.ts";
import type { Order } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import { idleLevelsOf } from "../../state/idle_levels.ts";
import {
  aroundPrice,
  ladderOf,
  type LadderRow,
  toneOf,
} from "../../state/ladder.ts";
import { Button } from "../Button.tsx";
import { EmptyState } from "../EmptyState.tsx";
import {
  decimalsOf,
  formatAgo,
  formatMoney,
  formatPercent,
  formatPrice,
  formatSize,
} from "../format.ts";
import { Icon } from "../Icon.tsx";
import { OrderWords } from "./OrderWords.tsx";
import { useNow } from "../use_now.ts";
import { useSampled } from "../use_sampled.ts";

interface LadderProps {
  readonly orders: readonly Order[];
  /** What the exchange refused and nothing has replaced. */
  readonly blocked: readonly Order[];
  /** Null in a bot that is no range grid, and before it has begun. */
  readonly grid: BotGrid | null;
  /** Quote per base, as the market moves. */
  readonly price: ReadonlySignal<number | null>;
  /** Null: its rules are not known. */
  readonly market: Market | null;
  readonly isRunning: boolean;
}

/** Two hundred orders are not drawn with every tick. */
const PRICE_EVERY_MS = 1_000;
const AGES_EVERY_MS = 5_000;
/** Rows on each side of the price, until all are asked for. */
const ROWS_NEAR = 12;

/**
 * The orders in the book around the price, and between them what has none and
 * why; on top what the exchange refused.
 */
export function Ladder(props: LadderProps): JSX.Element {
  const { orders, blocked, grid, market, isRunning } = props;
  const price = useSampled(props.price, PRICE_EVERY_MS);
  const now = useSampled(useNow(), AGES_EVERY_MS);
  const isWhole = useSignal(false);
  const idle = grid === null || market === null ? [] : idleLevelsOf({
    grid,
    market,
    orders,
    blocked,
    price: price.value,
    isRunning,
  });
  const count = orders.length + idle.length;
  if (count === 0 && blocked.length === 0) {
    return (
      <EmptyState
        title={t.bot.noOrders}
        text={isRunning ? t.bot.noOrdersRunning : t.bot.noOrdersIdle}
      />
    );
  }
  const all = ladderOf(orders, price.value, idle);
  const near = aroundPrice(all, ROWS_NEAR);
  const decimals = market === null ? undefined : decimalsOf(market.tickSize);
  return (
    <>
      {blocked.length > 0 && <Blocked orders={blocked} decimals={decimals} />}
      {count > 0 && (
        <LadderTable
          rows={isWhole.value ? all : near}
          hasLevels={grid !== null}
          decimals={decimals}
          nowMs={now.value}
        />
      )}
      {near.length < all.length && (
        <p class="ladder-more">
          <Button kind="quiet" onClick={() => (isWhole.value = !isWhole.value)}>
            {isWhole.value ? t.desk.showNear : t.desk.showAll(count)}
          </Button>
        </p>
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
  { rows, hasLevels, decimals, nowMs }: {
    readonly rows: readonly LadderRow[];
    /** Of a range grid: its intervals have numbers, and wait for something. */
    readonly hasLevels: boolean;
    readonly decimals: number | undefined;
    readonly nowMs: number;
  },
): JSX.Element {
  const { columns } = t.bot;
  const shared = { hasLevels, decimals, nowMs };
  return (
    <table class="table ladder-table" aria-label={t.bot.openOrders}>
      <thead>
        <tr>
          {hasLevels && (
            <th scope="col" class="end only-wide">{t.desk.level}</th>
          )}
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
                <th scope="row" colSpan={hasLevels ? 8 : 7}>
                  <span>{t.desk.price}</span>
                  <span class="num">{formatPrice(row.price, decimals)}</span>
                </th>
              </tr>
            )
            : row.kind === "idle"
            ? <IdleRow key={`idle-${row.idle.level}`} row={row} {...shared} />
            : <OrderRow key={row.order.id} row={row} {...shared} />
        )}
      </tbody>
    </table>
  );
}

interface RowProps<Kind> {
  readonly row: LadderRow & { readonly kind: Kind };
  readonly hasLevels: boolean;
  readonly decimals: number | undefined;
  readonly nowMs: number;
}

function OrderRow(
  { row: { order, distance }, hasLevels, decimals, nowMs }: RowProps<"order">,
): JSX.Element {
  const state = hasLevels ? waitWords(order) : t.bot.orderStatus[order.status];
  const filled = order.filledSize > 0
    ? formatPercent(order.filledSize / order.size, { max: 0 })
    : null;
  return (
    <tr data-purpose={order.purpose} data-tone={toneOf(order)}>
      {hasLevels && <td class="end num muted only-wide">{order.level}</td>}
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
      <td class="end num">{distanceWords(distance)}</td>
      <td class="only-wide">{state}</td>
      <td class="end num muted only-wide">
        {formatAgo(order.createdAtMs, nowMs)}
      </td>
    </tr>
  );
}

/** A level without an order: what it would place, and why it does not. */
function IdleRow(
  { row: { idle, distance }, decimals }: RowProps<"idle">,
): JSX.Element {
  const { level, positionSide, purpose, price, size, reason } = idle;
  const isBuy = (positionSide === "long") === (purpose === "entry");
  const why = t.desk.idle[reason];
  return (
    <tr class="ladder-idle" data-tone="idle" data-idle={reason}>
      <td class="end num muted only-wide">{level}</td>
      <td>
        <span class="tone" aria-hidden="true" />
        <OrderWords
          order={{ positionSide, purpose, orderSide: isBuy ? "buy" : "sell" }}
        />
        <span class="table__sub">{why}</span>
      </td>
      <td class="end num">{formatPrice(price, decimals)}</td>
      <td class="end num">{formatSize(size)}</td>
      <td class="end num muted only-wide">{formatMoney(price * size)}</td>
      <td class="end num">{distanceWords(distance)}</td>
      <td class="only-wide" colSpan={2}>{why}</td>
    </tr>
  );
}

function distanceWords(distance: number | null): string | null {
  if (distance === null) return null;
  const sign = distance > 0 ? "+" : "";
  return `${sign}${formatPercent(distance, { min: 2, max: 2 })}`;
}

/** What an interval's resting order waits for; else how far the order is. */
function waitWords(order: Order): string {
  const isResting = order.status === "open";
  if (isResting && order.purpose === "entry") return t.desk.waits.entry;
  if (isResting && order.purpose === "take_profit") return t.desk.waits.exit;
  return t.bot.orderStatus[order.status];
}
