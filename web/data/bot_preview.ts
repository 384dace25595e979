import type {
  AsGridPreview,
  PreviewOrder,
} from "@core/strategy/as_grid/preview.ts";
import { POSITION_SIDES } from "@core/model/sides.ts";
import {
  isRow,
  type OutsideRow,
  readNumber,
  readNumberOrNull,
  readObject,
  readOneOf,
} from "./row_reader.ts";

/** What the form shows of {@linkcode AsGridPreview}. */
export interface BotPreview extends
  Pick<
    AsGridPreview,
    | "referencePrice"
    | "orders"
    | "orderNotional"
    | "worstNotional"
    | "worstMargin"
    | "minimumInvestment"
  > {
  readonly netPerGrid: number;
  readonly netFraction: number;
  /** Null: not liquidated at any price above zero. */
  readonly liquidations: readonly {
    readonly positionSide: PreviewOrder["positionSide"];
    readonly price: number | null;
  }[];
}

/** Reads the answer of `POST /bots/preview`. */
export function parseBotPreview(answer: OutsideRow): BotPreview {
  const profit = readObject(answer, "profitPerGrid");
  const rows = (name: string) =>
    Array.isArray(answer[name]) ? answer[name].filter(isRow) : [];
  return {
    referencePrice: readNumber(answer, "referencePrice"),
    orderNotional: readNumber(answer, "orderNotional"),
    worstNotional: readNumber(answer, "worstNotional"),
    worstMargin: readNumber(answer, "worstMargin"),
    minimumInvestment: readNumber(answer, "minimumInvestment"),
    netPerGrid: readNumber(profit, "net"),
    netFraction: readNumber(profit, "netFraction"),
    orders: rows("orders").map((row) => ({
      positionSide: readOneOf(row, "positionSide", POSITION_SIDES),
      purpose: readOneOf(row, "purpose", ["open", "entry", "take_profit"]),
      price: readNumber(row, "price"),
      size: readNumber(row, "size"),
      notional: readNumber(row, "notional"),
    })),
    liquidations: rows("legs").map((row) => ({
      positionSide: readOneOf(row, "positionSide", POSITION_SIDES),
      price: readNumberOrNull(row, "liquidationPrice"),
    })),
  };
}
