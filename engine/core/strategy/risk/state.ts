/**
 * What risk layers must not forget: peaks, cooldowns, counts, references,
 * closings under way, and why a bot stopped. It is part of its strategy's
 * durable state, and absent while no layer is on.
 *
 * @module
 */
import { z } from "zod";
import type { PositionSide } from "../../model/sides.ts";
import { NEVER_HEAVY } from "./both_legs_heavy.ts";
import type { RiskLayers } from "./config.ts";
import { LedgerSchema } from "./ledger.ts";
import { OverlaySchema } from "./overlay.ts";
import { ReductionSchema } from "./reduce.ts";
import { PriceWindowSchema } from "./volatility_spacing.ts";

function bothLegs<Leg extends z.ZodType>(leg: Leg) {
  return z.strictObject({ long: leg, short: leg });
}

const ClosingSchema = z.strictObject({
  /** The layer that closes. */
  code: z.enum(["hard_stop", "trailing_take_profit"]),
  /** Of the leg once it is flat. */
  cooldownSeconds: z.number().min(0),
});

/** Why a layer has stopped the bot. */
export const STOP_CODES = [
  "max_loss",
  "account_max_loss",
  "both_legs_heavy_stop",
] as const;

/** Parses the stored memory of the risk layers. */
export const RiskStateSchema = z.strictObject({
  /** Of the trader's intent that limits are counted from. */
  runVersion: z.int(),
  /** Highest unrealized PnL since the trailing take-profit was armed. */
  trailingPeak: z.number().nullable(),
  heavy: z.strictObject({
    entriesOff: z.boolean(),
    restsUntilMs: z.number(),
    day: z.int(),
    count: z.int().min(0),
  }),
  /** Of the layer "both legs heavy". */
  reductions: bothLegs(ReductionSchema.nullable()),
  closing: bothLegs(ClosingSchema.nullable()),
  /** No order opens a leg before this moment: the cooldown after a stop. */
  restsUntilMs: bothLegs(z.number()),
  overlays: bothLegs(OverlaySchema.nullable()),
  prices: PriceWindowSchema.nullable(),
  /** Of the bot, for its maximum loss. */
  ledger: LedgerSchema.nullable(),
  /** The account's equity when the bot was started, for its maximum loss. */
  equityReference: z.number().nullable(),
  halt: z.strictObject({
    code: z.enum(STOP_CODES),
    message: z.string(),
    /** Everything is closed; otherwise take-profits stay. */
    closes: z.boolean(),
  }).nullable(),
});

/** See {@linkcode RiskStateSchema}. */
export type RiskState = z.infer<typeof RiskStateSchema>;

/** Returns the memory of layers that have never acted. */
export function createRiskState(runVersion: number): RiskState {
  return {
    runVersion,
    trailingPeak: null,
    heavy: NEVER_HEAVY,
    reductions: { long: null, short: null },
    closing: { long: null, short: null },
    restsUntilMs: { long: 0, short: 0 },
    overlays: { long: null, short: null },
    prices: null,
    ledger: null,
    equityReference: null,
    halt: null,
  };
}

/**
 * Returns the memory a bot goes on with. A new start by the trader, who has
 * read why the bot stopped, counts losses and the day's reductions anew;
 * cooldowns stay. Another engine that takes the bot over changes nothing.
 */
export function resumeRisk(
  state: RiskState | undefined,
  runVersion: number,
): RiskState {
  if (state === undefined) return createRiskState(runVersion);
  if (state.runVersion === runVersion) return state;
  return {
    ...state,
    runVersion,
    trailingPeak: null,
    heavy: { ...state.heavy, count: 0 },
    closing: { long: null, short: null },
    ledger: null,
    equityReference: null,
    halt: null,
  };
}

/** Everything off. */
export const NO_LAYERS: RiskLayers = {
  bothLegsHeavy: null,
  trailingTakeProfit: null,
  hardStop: null,
  maxLoss: null,
  accountMaxLoss: null,
  fundingBias: null,
  inventorySkew: null,
  volatilitySpacing: null,
};

/** Tells whether any layer or overlay is on. */
export function isAnyLayerOn(layers: Partial<RiskLayers>): boolean {
  return Boolean(
    layers.bothLegsHeavy ?? layers.trailingTakeProfit ?? layers.hardStop ??
      layers.maxLoss ?? layers.accountMaxLoss ?? layers.fundingBias ??
      layers.inventorySkew ?? layers.volatilitySpacing,
  );
}

/**
 * Returns what layers make of a leg in a word: it changes when its orders have
 * to be planned anew although none of them filled.
 */
export function riskModeOf(
  state: RiskState | undefined,
  side: PositionSide,
  nowMs: number,
): string {
  if (state === undefined) return "";
  const { halt, closing, restsUntilMs, heavy, reductions } = state;
  return [
    halt?.code,
    closing[side]?.code,
    nowMs < restsUntilMs[side] ? "rests" : "",
    heavy.entriesOff ? "heavy" : "",
    reductions[side] === null ? "" : "reducing",
  ].join(":");
}
