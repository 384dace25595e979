/**
 * The AS grid's parameters: the schema that functions, engine and web form
 * share, and what a market has to say about a configuration.
 *
 * @module
 */
import { z } from "zod";
import { CLOSING_LAYERS, LEG_LAYERS, OVERLAYS } from "../risk/config.ts";

/** Which legs a bot runs. */
export const AS_GRID_LEGS = ["both", "long", "short"] as const;

const MarginGuardSchema = z.strictObject({
  /** No new entries from this margin ratio on. */
  entryLimit: z.number().min(0.05).max(0.95).default(0.5),
  /** The heavier leg is reduced from this margin ratio on. */
  reduceLimit: z.number().min(0.05).max(0.95).default(0.8),
}).refine((guard) => guard.reduceLimit > guard.entryLimit, {
  path: ["reduceLimit"],
  message: "The reduce limit must lie above the entry limit",
});

const RiskSchema = z.strictObject({
  /** A price older than this blocks every order, seconds. */
  staleDataSeconds: z.number().min(1).max(60).default(5),
  /** Null switches the guard off. */
  marginGuard: MarginGuardSchema.nullable().prefault({}),
  ...LEG_LAYERS,
  ...CLOSING_LAYERS,
  ...OVERLAYS,
});

/**
 * Parses an AS-grid configuration and fills in the defaults of as-grid.md.
 * Unknown keys are refused, so that a misspelt parameter is never ignored.
 */
export const AsGridConfigSchema = z.strictObject({
  /** Fraction from the anchor to the take-profit. */
  takeProfitSpacing: z.number().min(0.0005).max(0.10).default(0.004),
  /** Fraction from the anchor to the entry. */
  gridSpacing: z.number().min(0.0005).max(0.20).default(0.006),
  /** Size of one order, base; given instead of `baseNotional`. */
  baseSize: z.number().positive().optional(),
  /** Value of one order, quote; given instead of `baseSize`. */
  baseNotional: z.number().positive().optional(),
  leverage: z.int().min(1).max(500).default(10),
  /** Above baseSize × this the take-profit doubles. */
  takeProfitBoostMultiplier: z.number().min(1).max(50).default(5),
  /** Above baseSize × this the leg stops adding. */
  maxEntryMultiplier: z.number().positive().max(200).default(20),
  legs: z.enum(AS_GRID_LEGS).default("both"),
  /** How long an opening order stands before it may follow the touch. */
  openRequoteSeconds: z.number().min(1).max(300).default(10),
  risk: RiskSchema.prefault({}),
}).superRefine((config, context) => {
  if ((config.baseSize === undefined) === (config.baseNotional === undefined)) {
    context.addIssue({
      code: "custom",
      path: ["baseSize"],
      message: "Give either the base size or the base notional, not both",
    });
  }
  if (config.maxEntryMultiplier <= config.takeProfitBoostMultiplier) {
    context.addIssue({
      code: "custom",
      path: ["maxEntryMultiplier"],
      message: "The entry limit must lie above the take-profit boost",
    });
  }
});

/** A parsed configuration: every default filled in. */
export type AsGridConfig = z.infer<typeof AsGridConfigSchema>;

/** What a form or a request may leave out. */
export type AsGridConfigInput = z.input<typeof AsGridConfigSchema>;
