/**
 * What a price chart draws across its width: resting orders, what the leg must
 * come back to and must not reach, the lines of a grid that is being made.
 *
 * @module
 */
import type { PositionSide } from "@core/model/sides.ts";
import { linesFrom } from "@core/strategy/range_grid/lines.ts";
import type { BotMetrics, Order } from "../../data/rows.ts";
import { t } from "../../i18n/mod.ts";
import type { BotForm } from "../../state/bot_form.ts";
import { type OrderTone, toneOf } from "../../state/ladder.ts";

/** A line at a price. */
export interface ChartLine {
  readonly id: string;
  readonly price: number;
  readonly color: "--accent" | "--up" | "--warn" | "--down" | "--text-muted";
  readonly style: "solid" | "dashed" | "dotted" | "sparse";
  readonly title: string;
  /** Its price stands on the axis. */
  readonly hasLabel: boolean;
  readonly width?: 1 | 2;
  /** The chart makes room for it, however far it is. */
  readonly isFrame?: boolean;
  /** Can be taken by the pointer and moved. */
  readonly isMovable?: boolean;
}

/**
 * With more orders only the nearest have a label on the axis, and no title: a
 * column of the same words would hide the candles. Colours tell them apart.
 */
const LABELS_MAX = 8;
/** How many times the price, or what part of it, is out of sight. */
const FAR = 2;
/** Beyond so many lines a chart is a grey wall. */
const GRID_LINES_MAX = 120;

const TONES = {
  entry: { color: "--accent", style: "dashed" },
  exit: { color: "--up", style: "solid" },
  waiting: { color: "--warn", style: "dotted" },
  blocked: { color: "--down", style: "dotted" },
} as const satisfies Record<OrderTone, Pick<ChartLine, "color" | "style">>;

/** Returns one line an order; the nearest to the price have labels. */
export function orderLines(
  orders: readonly Order[],
  price: number | null,
): readonly ChartLine[] {
  const priced = orders.flatMap((order) =>
    order.price === null ? [] : [{ order, at: order.price }]
  );
  const nearest = price === null
    ? priced
    : priced.toSorted((a, b) =>
      Math.abs(a.at - price) - Math.abs(b.at - price)
    );
  const labelled = new Set(nearest.slice(0, LABELS_MAX));
  const areFew = priced.length <= LABELS_MAX;
  return priced.map((one): ChartLine => {
    const { color, style } = TONES[toneOf(one.order)];
    const { positionSide, purpose } = one.order;
    return {
      id: `order-${one.order.id}`,
      price: one.at,
      color,
      style: labelled.has(one) ? style : "sparse",
      title: areFew ? t.chart.lineTitles[positionSide][purpose] : "",
      hasLabel: labelled.has(one),
    };
  });
}

/** Returns break-even and liquidation of each leg, and the mark price. */
export function levelLines(
  metrics: BotMetrics | null,
): readonly ChartLine[] {
  if (metrics === null) return [];
  const legs: readonly PositionSide[] = ["long", "short"];
  const lines: ChartLine[] = [];
  for (const side of legs) {
    const even = metrics.breakEvenPrices[side];
    if (even !== null) {
      lines.push({
        id: `even-${side}`,
        price: even,
        color: "--text-muted",
        style: "dashed",
        title: t.chart.breakEven[side],
        hasLabel: true,
      });
    }
    const liquidation = metrics.liquidationPrices[side];
    if (liquidation !== null && isNear(liquidation, metrics.markPrice)) {
      lines.push({
        id: `liquidation-${side}`,
        price: liquidation,
        color: "--down",
        style: "solid",
        title: t.chart.liquidation[side],
        hasLabel: true,
        width: 2,
      });
    }
  }
  if (metrics.markPrice !== null) {
    lines.push({
      id: "mark",
      price: metrics.markPrice,
      color: "--text-muted",
      style: "dotted",
      title: t.chart.mark,
      hasLabel: false,
    });
  }
  return lines;
}

/**
 * Tells whether a liquidation lies between half and twice the price: beyond, it
 * is no line on a chart, and where both legs are held no price at all.
 */
export function isNear(price: number, mark: number | null): boolean {
  return mark === null || (price < mark * FAR && price > mark / FAR);
}

/** Returns the lines of the grid that is in the form; empty while it is wrong. */
export function formLines(form: BotForm): readonly ChartLine[] {
  const parsed = form.parsed.value;
  const market = form.market.value;
  const price = form.price.value;
  if (parsed.strategy === "as_grid") return asGridLines(form, price);
  const config = parsed.result.data;
  if (config === undefined) return [];
  const all = linesFrom(config, 0, market?.tickSize ?? 1e-8);
  const inner = all.slice(1, -1);
  const exits: readonly (readonly [string, number | null])[] = [
    [t.form.stopLossPrice, config.stopLossPrice],
    [t.form.takeProfitPrice, config.takeProfitPrice],
    [t.form.triggerPrice, config.triggerPrice],
  ];
  return [
    frameLine("upper", config.upperPrice, t.form.upperPrice),
    frameLine("lower", config.lowerPrice, t.form.lowerPrice),
    ...(inner.length > GRID_LINES_MAX ? [] : inner).map((at, i): ChartLine => ({
      id: `grid-${i}`,
      price: at,
      color: price !== null && at > price ? "--up" : "--accent",
      style: "dotted",
      title: "",
      hasLabel: false,
    })),
    ...exits.flatMap(([title, at]): ChartLine[] =>
      at === null ? [] : [{
        id: `exit-${title}`,
        price: at,
        color: "--warn",
        style: "dashed",
        title,
        hasLabel: true,
      }]
    ),
  ];
}

function frameLine(id: string, price: number, title: string): ChartLine {
  return {
    id,
    price,
    color: "--accent",
    style: "solid",
    title,
    hasLabel: true,
    width: 2,
    isFrame: true,
    isMovable: true,
  };
}

/** One entry and one take-profit on each side that runs. */
function asGridLines(
  form: BotForm,
  price: number | null,
): readonly ChartLine[] {
  const parsed = form.parsed.value;
  if (parsed.strategy !== "as_grid" || price === null) return [];
  const config = parsed.result.data;
  if (config === undefined) return [];
  const legs = (["long", "short"] as const).filter((side) =>
    config.legs === "both" || config.legs === side
  );
  return legs.flatMap((side): ChartLine[] => {
    const sign = side === "long" ? 1 : -1;
    return [
      {
        id: `profit-${side}`,
        price: price * (1 + sign * config.takeProfitSpacing),
        color: "--up",
        style: "solid",
        title: t.chart.lineTitles[side].take_profit,
        hasLabel: true,
        isFrame: true,
        isMovable: true,
      },
      {
        id: `entry-${side}`,
        price: price * (1 - sign * config.gridSpacing),
        color: "--accent",
        style: "dashed",
        title: t.chart.lineTitles[side].entry,
        hasLabel: true,
        isFrame: true,
        isMovable: true,
      },
    ];
  });
}
