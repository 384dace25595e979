/**
 * The range grid's parameters: the schema that functions, engine and web form
 * share.
 *
 * @module
 */
import { z } from "zod";
import { CLOSING_LAYERS } from "../risk/config.ts";

/** What a range grid bets on. */
export const RANGE_GRID_DIRECTIONS = ["neutral", "long", "short"] as const;

/** How the lines lie between the two ends. */
export const RANGE_GRID_SPACINGS = ["arithmetic", "geometric"] as const;

/** More intervals than this are never offered: each of them is an order. */
export const RANGE_GRID_LEVELS_MAX = 200;

const price = z.number().positive();

const RiskSchema = z.strictObject({
  /** A price older than this blocks every order, seconds. */
  staleDataSeconds: z.number().min(1).max(60).default(5),
  /** Null switches the guard off. */
  marginGuard: z.strictObject({
    /** No new entries from this margin ratio on. */
    entryLimit: z.number().min(0.05).max(0.95).default(0.5),
  }).nullable().prefault({}),
  ...CLOSING_LAYERS,
});

const FieldsSchema = z.strictObject({
  lowerPrice: price,
  upperPrice: price,
  /** Intervals between the two ends; each owns one order. */
  levels: z.int().min(2).max(RANGE_GRID_LEVELS_MAX),
  spacing: z.enum(RANGE_GRID_SPACINGS).default("arithmetic"),
  direction: z.enum(RANGE_GRID_DIRECTIONS).default("neutral"),
  /** The trader's own money in the grid, quote; times leverage is its size. */
  investment: z.number().positive(),
  leverage: z.int().min(1).max(500).default(5),
  /** Long and short: take the position the grid would hold at this price. */
  openingPosition: z.boolean().default(true),
  /** The grid waits until this price has been reached; null: it begins. */
  triggerPrice: price.nullable().default(null),
  /** Everything is closed and the grid has ended; null: never. */
  stopLossPrice: price.nullable().default(null),
  takeProfitPrice: price.nullable().default(null),
  /** The range follows the price up until its upper end is here; null: never. */
  trailingUpTo: price.nullable().default(null),
  /** The range follows the price down until its lower end is here. */
  trailingDownTo: price.nullable().default(null),
  /** How long an opening order stands before it may follow the touch. */
  openRequoteSeconds: z.number().min(1).max(300).default(10),
  risk: RiskSchema.prefault({}),
});

type Fields = z.infer<typeof FieldsSchema>;
type Complaint = readonly [field: keyof Fields, message: string];

/** Parses a range-grid configuration; unknown keys are refused. */
export const RangeGridConfigSchema = FieldsSchema.superRefine(
  (config, context) => {
    const complaints = config.lowerPrice < config.upperPrice
      ? [...exitComplaints(config), ...otherComplaints(config)]
      : [["upperPrice", "The upper price must lie above the lower"] as const];
    for (const [field, message] of complaints) {
      context.addIssue({ code: "custom", path: [field], message });
    }
  },
);

/** Stop-loss and take-profit lie outside the range, on the side they belong to. */
function exitComplaints(config: Fields): Complaint[] {
  const { lowerPrice, upperPrice, direction } = config;
  const { stopLossPrice: stop, takeProfitPrice: profit } = config;
  const isBelow = (exit: number | null) => exit !== null && exit < lowerPrice;
  const isAbove = (exit: number | null) => exit !== null && exit > upperPrice;
  const complaints: Complaint[] = [];
  const check = (
    field: "stopLossPrice" | "takeProfitPrice",
    allowed: "below" | "above" | "outside",
  ) => {
    const exit = config[field];
    if (exit === null) return;
    const fits = (allowed !== "above" && isBelow(exit)) ||
      (allowed !== "below" && isAbove(exit));
    if (!fits) {
      const name = field === "stopLossPrice" ? "stop-loss" : "take-profit";
      complaints.push([
        field,
        `The ${name} of a ${direction} grid must lie ${allowed} the range`,
      ]);
    }
  };
  const isNeutral = direction === "neutral";
  const isLong = direction === "long";
  check("stopLossPrice", isNeutral ? "outside" : isLong ? "below" : "above");
  check("takeProfitPrice", isNeutral ? "outside" : isLong ? "above" : "below");
  const areTogether = (isBelow(stop) && isBelow(profit)) ||
    (isAbove(stop) && isAbove(profit));
  if (isNeutral && areTogether) {
    complaints.push([
      "takeProfitPrice",
      "Stop-loss and take-profit must lie on different sides of the range",
    ]);
  }
  return complaints;
}

function otherComplaints(config: Fields): Complaint[] {
  const { lowerPrice, upperPrice, direction, triggerPrice } = config;
  const { trailingUpTo, trailingDownTo } = config;
  const complaints: Complaint[] = [];
  if (
    triggerPrice !== null &&
    (triggerPrice < lowerPrice || triggerPrice > upperPrice)
  ) {
    complaints.push(["triggerPrice", "The trigger must lie within the range"]);
  }
  if (trailingUpTo !== null && direction === "short") {
    complaints.push(["trailingUpTo", "A short grid only trails down"]);
  } else if (trailingUpTo !== null && trailingUpTo <= upperPrice) {
    complaints.push(["trailingUpTo", "It must lie above the upper price"]);
  }
  if (trailingDownTo !== null && direction === "long") {
    complaints.push(["trailingDownTo", "A long grid only trails up"]);
  } else if (trailingDownTo !== null && trailingDownTo >= lowerPrice) {
    complaints.push(["trailingDownTo", "It must lie below the lower price"]);
  }
  return complaints;
}

/** A parsed configuration: every default filled in. */
export type RangeGridConfig = z.infer<typeof RangeGridConfigSchema>;

/** What a form or a request may leave out. */
export type RangeGridConfigInput = z.input<typeof RangeGridConfigSchema>;
