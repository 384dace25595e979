import { POSITION_SIDES, type PositionSide } from "@core/model/sides.ts";
import {
  isRow,
  type OutsideRow,
  readNumber,
  readNumberOrNull,
  readObject,
  readOneOf,
} from "./row_reader.ts";

/** An order that would be placed. */
export interface PreviewOrder {
  readonly positionSide: PositionSide;
  readonly purpose: "open" | "entry" | "take_profit";
  readonly price: number;
  readonly size: number;
  /** Quote. */
  readonly notional: number;
}

/** What one closed pair earns after both fees, quote. */
export interface PreviewProfit {
  readonly net: number;
  /** Fraction of what was bought. */
  readonly netFraction: number;
}

/** What the form shows of a preview, whichever strategy answered. Quote. */
export interface BotPreview {
  readonly referencePrice: number;
  readonly orders: readonly PreviewOrder[];
  /** Of one order, base. */
  readonly size: number;
  readonly worstNotional: number;
  readonly worstMargin: number;
  /** Loss and fees when the price runs one way without a turn. */
  readonly worstLoss: number;
  /** The least the account needs so that no order is refused. */
  readonly requiredEquity: number;
  /** The least one can begin with: with the smallest order the market takes. */
  readonly minimumInvestment: number;
  /** The account's equity the liquidations were estimated with. */
  readonly equity: number;
  /** Whether worstNotional is both legs' together. */
  readonly isNotionalOfBoth: boolean;
  readonly profit: {
    readonly least: PreviewProfit;
    readonly most: PreviewProfit;
  };
  readonly ordersWanted: number;
  readonly ordersAllowed: number;
  /** Null: not liquidated at any price above zero. */
  readonly liquidations: readonly {
    readonly positionSide: PositionSide;
    readonly price: number | null;
  }[];
}

function rowsIn(row: OutsideRow, name: string): readonly OutsideRow[] {
  const rows = row[name];
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function readProfit(row: OutsideRow): PreviewProfit {
  return {
    net: readNumber(row, "net"),
    netFraction: readNumber(row, "netFraction"),
  };
}

/** Reads the answer of `POST /bots/preview`. */
export function parseBotPreview(answer: OutsideRow): BotPreview {
  const legs = rowsIn(answer, "legs");
  const orders = rowsIn(answer, "orders").map((row) => ({
    positionSide: readOneOf(row, "positionSide", POSITION_SIDES),
    purpose: readOneOf(row, "purpose", ["open", "entry", "take_profit"]),
    price: readNumber(row, "price"),
    size: readNumber(row, "size"),
    notional: readNumber(row, "notional"),
  }));
  return {
    referencePrice: readNumber(answer, "referencePrice"),
    orders,
    worstNotional: readNumber(answer, "worstNotional"),
    worstMargin: readNumber(answer, "worstMargin"),
    equity: readNumber(answer, "equity"),
    isNotionalOfBoth: answer.strategy === "as_grid" && legs.length > 1,
    liquidations: legs.map((row) => ({
      positionSide: readOneOf(row, "positionSide", POSITION_SIDES),
      price: readNumberOrNull(row, "liquidationPrice"),
    })),
    ...(answer.strategy === "range_grid"
      ? rangeParts(answer, legs)
      : asGridParts(answer, { legs, orders: orders.length })),
  };
}

type Parts = Omit<
  BotPreview,
  | "referencePrice"
  | "orders"
  | "worstNotional"
  | "worstMargin"
  | "equity"
  | "isNotionalOfBoth"
  | "liquidations"
>;

function rangeParts(answer: OutsideRow, legs: readonly OutsideRow[]): Parts {
  const profit = readObject(answer, "profitPerGrid");
  return {
    size: readNumber(answer, "size"),
    worstLoss: worstOf(legs),
    requiredEquity: readNumber(answer, "requiredEquity"),
    minimumInvestment: readNumber(answer, "minimumInvestment"),
    profit: {
      least: readProfit(readObject(profit, "least")),
      most: readProfit(readObject(profit, "most")),
    },
    ordersWanted: readNumber(answer, "ordersWanted"),
    ordersAllowed: readNumber(answer, "ordersAllowed"),
  };
}

function asGridParts(
  answer: OutsideRow,
  { legs, orders }: {
    readonly legs: readonly OutsideRow[];
    readonly orders: number;
  },
): Parts {
  const profit = readProfit(readObject(answer, "profitPerGrid"));
  return {
    size: readNumber(answer, "baseSize"),
    worstLoss: worstOf(legs.flatMap((leg) => rowsIn(leg, "steps").slice(-1))),
    requiredEquity: readNumber(answer, "minimumInvestment"),
    minimumInvestment: readNumber(answer, "smallestInvestment"),
    profit: { least: profit, most: profit },
    ordersWanted: orders,
    ordersAllowed: orders,
  };
}

/** Only one leg can lose at a time: the other gains meanwhile. */
function worstOf(rows: readonly OutsideRow[]): number {
  return Math.max(
    0,
    ...rows.map((row) => readNumber(row, "loss") + readNumber(row, "fees")),
  );
}
