/**
 * The parameters of the risk layers and overlays. Each is an object that
 * switches its layer on, `{}` with the defaults; null, the default, is off.
 * Only stale data and the margin guard are on unless the trader says so.
 *
 * @module
 */
import { z } from "zod";

const quote = z.number().positive().max(1e9);

/** Both legs large at once: money stands still on both sides. */
export const BothLegsHeavySchema = z.strictObject({
  heavyFraction: z.number().min(0.3).max(1).default(0.8).describe(
    "Both legs at or above this fraction of T are heavy",
  ),
  releaseFraction: z.number().min(0.2).max(1).default(0.75).describe(
    "Entries come back when both legs are below this fraction of T",
  ),
  reduceFraction: z.number().min(0.01).max(0.5).default(0.1).describe(
    "Taken off each leg, as a fraction of T",
  ),
  cooldownSeconds: z.int().min(10).max(3_600).default(60).describe(
    "Rest between two reductions",
  ),
  maxPerDay: z.int().min(1).max(20).default(3).describe(
    "This many times in one UTC day stops the bot instead",
  ),
}).refine((layer) => layer.releaseFraction <= layer.heavyFraction, {
  path: ["releaseFraction"],
  message: "Entries must come back at or below the size that is heavy",
});

/** Closes both legs when their unrealized profit has turned. */
export const TrailingTakeProfitSchema = z.strictObject({
  startProfit: quote.default(20).describe(
    "Unrealized profit of both legs, quote, that arms it",
  ),
  minDrawdown: quote.default(5).describe(
    "It closes when the profit has fallen by at least this much, quote",
  ),
  drawdownFraction: z.number().min(0.01).max(0.95).default(0.25).describe(
    "… and by at least this fraction of its peak",
  ),
  cooldownSeconds: z.int().min(0).max(604_800).default(60).describe(
    "Rest of both legs after it has closed them",
  ),
}).refine((layer) => layer.minDrawdown <= layer.startProfit, {
  path: ["minDrawdown"],
  message: "A drawdown larger than the profit that arms it closes at a loss",
});

/** Closes a leg that has lost too much of the account. */
export const HardStopSchema = z.strictObject({
  maxLossFraction: z.number().min(0.005).max(0.95).default(0.1).describe(
    "A leg whose unrealized loss exceeds this fraction of the equity is closed",
  ),
  cooldownSeconds: z.int().min(60).max(604_800).default(3_600).describe(
    "Rest of the leg after it was closed",
  ),
});

/** Closes everything and stops the bot. */
export const MaxLossSchema = z.strictObject({
  maxLoss: quote.default(100).describe(
    "Loss of this bot since it was started, fees and funding included, quote",
  ),
});

/** Closes everything of this bot and stops it when the account has lost. */
export const AccountMaxLossSchema = z.strictObject({
  maxLoss: quote.default(200).describe(
    "Fall of the account's equity since this bot was started, quote; what " +
      "other bots, manual trades and withdrawals take counts as well",
  ),
});

/** Adds less on the leg that pays funding, more on the one that is paid. */
export const FundingBiasSchema = z.strictObject({
  threshold: z.number().min(0.00001).max(0.01).default(0.0001).describe(
    "Funding rate per interval, as a fraction, from which it acts",
  ),
  payingFactor: z.number().min(0.5).max(1).default(0.8).describe(
    "Entry size of the leg that pays",
  ),
  receivingFactor: z.number().min(1).max(1.5).default(1.2).describe(
    "Entry size of the leg that is paid",
  ),
});

/** Adds less on the heavier leg, more on the lighter one. */
export const InventorySkewSchema = z.strictObject({
  gamma: z.number().min(0.05).max(1).default(0.5).describe(
    "How strongly: 1 − i·γ on the heavier leg, 1 + i·γ on the lighter one",
  ),
});

/** Widens both spacings when the market moves, narrows them when it is calm. */
export const VolatilitySpacingSchema = z.strictObject({
  windowMinutes: z.int().min(30).max(1_440).default(240).describe(
    "Realised volatility is measured over so many minutes",
  ),
  referenceVolatility: z.number().min(0.0005).max(0.2).default(0.01).describe(
    "Volatility of the window, as a fraction, at which spacings are unchanged",
  ),
  min: z.number().min(0.25).max(1).default(0.5).describe(
    "Spacings are never multiplied by less",
  ),
  max: z.number().min(1).max(4).default(2).describe(
    "Spacings are never multiplied by more",
  ),
});

/** Layers that any strategy can have: they close what is held. */
export const CLOSING_LAYERS = {
  trailingTakeProfit: TrailingTakeProfitSchema.nullable().default(null)
    .describe("Trailing take-profit on the unrealized profit of both legs"),
  hardStop: HardStopSchema.nullable().default(null)
    .describe("Hard stop of a leg, with a cooldown"),
  maxLoss: MaxLossSchema.nullable().default(null)
    .describe("Maximum loss of the bot"),
  accountMaxLoss: AccountMaxLossSchema.nullable().default(null)
    .describe("Maximum loss of the account"),
} as const;

/** Layers that need a size at which a leg stops adding. */
export const LEG_LAYERS = {
  bothLegsHeavy: BothLegsHeavySchema.nullable().default(null)
    .describe("Reduces both legs when both are heavy"),
} as const;

/** Overlays: they shape a leg's next orders and never move resting ones. */
export const OVERLAYS = {
  fundingBias: FundingBiasSchema.nullable().default(null)
    .describe("Entry sizes lean to the leg that is paid funding"),
  inventorySkew: InventorySkewSchema.nullable().default(null)
    .describe("Entry sizes lean to the lighter leg"),
  volatilitySpacing: VolatilitySpacingSchema.nullable().default(null)
    .describe("Spacings follow realised volatility"),
} as const;

/** Every layer and overlay, parsed; null is off. */
export interface RiskLayers {
  readonly bothLegsHeavy: z.infer<typeof BothLegsHeavySchema> | null;
  readonly trailingTakeProfit: z.infer<typeof TrailingTakeProfitSchema> | null;
  readonly hardStop: z.infer<typeof HardStopSchema> | null;
  readonly maxLoss: z.infer<typeof MaxLossSchema> | null;
  readonly accountMaxLoss: z.infer<typeof AccountMaxLossSchema> | null;
  readonly fundingBias: z.infer<typeof FundingBiasSchema> | null;
  readonly inventorySkew: z.infer<typeof InventorySkewSchema> | null;
  readonly volatilitySpacing: z.infer<typeof VolatilitySpacingSchema> | null;
}
