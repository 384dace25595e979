import type { DesiredOrder } from "../../model/order.ts";
import type { Market } from "../../model/market.ts";
import { BNB } from "../as_grid/testdata.ts";
import type { EndedOrder, WorkingOrder } from "../plan.ts";
import {
  type RangeGridConfig,
  type RangeGridConfigInput,
  RangeGridConfigSchema,
} from "./config.ts";
import { planRangeGrid, type RangeGridPlan } from "./mod.ts";
import { applyRangeGridOrder } from "./apply_order.ts";
import { createRangeGridState, type RangeGridState } from "./state.ts";

/** The grid of the worked examples: lines 640, 642 … 660, 0.05 an interval. */
export const EXAMPLE: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 10,
  investment: 66,
  leverage: 5,
};

/** A grid driven by hand: the runner's part, without a runner. */
export class HandDriven {
  config: RangeGridConfig;
  readonly market: Market;
  state: RangeGridState;
  price: number;
  readonly sizes = { long: 0, short: 0 };
  settled = { long: true, short: true };
  marginRatio = 0;
  working: WorkingOrder[] = [];
  nowMs = 0;
  #count = 0;

  constructor(
    input: Partial<RangeGridConfigInput> = {},
    { price = 650, market = BNB }: {
      readonly price?: number;
      readonly market?: Market;
    } = {},
  ) {
    this.config = RangeGridConfigSchema.parse({ ...EXAMPLE, ...input });
    this.market = market;
    this.price = price;
    this.state = createRangeGridState({
      config: this.config,
      market,
      referencePrice: price,
      runVersion: 1,
      nextCycle: { long: 0, short: 0 },
    });
  }

  /** Plans at a price; what is planned rests. */
  plan(price = this.price): RangeGridPlan {
    this.price = price;
    const position = (side: "long" | "short") => ({
      size: this.sizes[side],
      entryPrice: null,
      settled: this.settled[side],
    });
    const plan = planRangeGrid({
      config: this.config,
      market: this.market,
      state: this.state,
      positions: { long: position("long"), short: position("short") },
      quote: { bestBid: price, bestAsk: price },
      marginRatio: this.marginRatio,
      working: this.working,
      nowMs: this.nowMs,
    });
    this.state = plan.state;
    this.working = plan.desired.map((order) => ({
      ...order,
      filledSize: 0,
      placedAtMs: this.nowMs,
    }));
    return plan;
  }

  /** An order of the plan ends with so much filled, all of it unless said. */
  end(
    order: DesiredOrder | WorkingOrder,
    filledSize = order.size,
    price = order.price ?? this.price,
  ): EndedOrder {
    const { positionSide, purpose, level, cycle, size } = order;
    const opens = purpose === "open" || purpose === "entry";
    const moved = this.sizes[positionSide] + (opens ? 1 : -1) * filledSize;
    this.sizes[positionSide] = Math.max(0, Number(moved.toFixed(6)));
    const ended: EndedOrder = {
      positionSide,
      purpose,
      level,
      cycle,
      size,
      clientOrderId: `order-${this.#count++}`,
      filledSize,
      averagePrice: filledSize > 0 ? price : null,
      status: filledSize >= size ? "filled" : "canceled",
    };
    this.working = this.working.filter((o) =>
      !(o.positionSide === positionSide && o.purpose === purpose &&
        o.level === level)
    );
    this.tell(ended);
    return ended;
  }

  tell(order: EndedOrder): void {
    this.state = applyRangeGridOrder(this.state, {
      order,
      market: this.market,
    });
  }

  /** The plan's orders as the README writes them. */
  lines(price = this.price): string[] {
    return this.plan(price).desired.map(lineOf);
  }
}

/** Returns an order as the README writes it. */
export function lineOf(order: DesiredOrder): string {
  const { positionSide, purpose, price, size } = order;
  return `${positionSide} ${purpose} ${size} @ ${price ?? "market"}`;
}
