import { POSITION_SIDES } from "../../model/sides.ts";
import type { RiskInput } from "./assess.ts";
import type { RiskLegs } from "./facts.ts";
import type { OpenLedger } from "./ledger.ts";
import type { RiskState } from "./state.ts";
import { trailingDistance } from "./trailing_take_profit.ts";
import { nextPriceMs } from "./volatility_spacing.ts";

/** Until when, and between which mark prices, no risk layer changes anything. */
export interface QuietPrices {
  /** Quote per base, exclusive; a layer may act at or below it. */
  readonly below: number;
  /** Exclusive; a layer may act at or above it. */
  readonly above: number;
  readonly untilMs: number;
}

/** Relative: the bounds lie this much nearer than worked out. */
const MARGIN = 1e-9;

/** Prices at which a straight line reaches zero or more bound the quiet. */
class Bounds {
  below = 0;
  above = Infinity;

  /** Something happens once `at + slope · (price − now)` is ≥ 0. */
  add(at: number, slope: number, now: number): void {
    if (at >= 0) {
      this.below = Infinity;
      return;
    }
    if (slope === 0) return;
    const price = now - at / slope;
    const margin = Math.abs(price) * MARGIN;
    if (slope > 0) this.above = Math.min(this.above, price - margin);
    else this.below = Math.max(this.below, price + margin);
  }
}

/**
 * Returns where the layers stay quiet as long as no order fills: every sum of
 * theirs is a straight line in the price.
 */
export function quietPrices(
  input: Pick<RiskInput, "layers" | "facts" | "nowMs">,
  { state, legs, ledger }: {
    readonly state: RiskState;
    readonly legs: RiskLegs;
    readonly ledger: OpenLedger | null;
  },
): QuietPrices {
  const { layers, facts } = input;
  const { markPrice: now, equity } = facts;
  const bounds = new Bounds();
  const slope = legs.long.size - legs.short.size;
  const { long: { pnl: long }, short: { pnl: short } } = legs;
  const trailing = layers.trailingTakeProfit;
  const isHeld = legs.long.size + legs.short.size > 0;
  const isRunning = state.halt === null;
  if (isRunning && isHeld && trailing && long !== null && short !== null) {
    const pnl = long + short;
    const peak = state.trailingPeak;
    if (peak === null) bounds.add(pnl - trailing.startProfit, slope, now);
    else {
      // A higher peak is something to remember: just above it counts.
      if (slope !== 0) bounds.add(Math.min(pnl - peak, -1e-12), slope, now);
      bounds.add(peak - pnl - trailingDistance(trailing, peak), -slope, now);
    }
  }
  if (isRunning && layers.hardStop && equity !== null) {
    const share = layers.hardStop.maxLossFraction;
    for (const side of POSITION_SIDES) {
      const { size, pnl } = legs[side];
      if (size === 0 || pnl === null || state.closing[side] !== null) continue;
      const legSlope = side === "long" ? size : -size;
      bounds.add(-pnl - share * equity, -legSlope - share * slope, now);
    }
  }
  if (isRunning && layers.maxLoss && ledger !== null) {
    const profit = ledger.cash + ledger.net * now;
    bounds.add(-profit - layers.maxLoss.maxLoss, -ledger.net, now);
  }
  if (isRunning && layers.accountMaxLoss && equity !== null) {
    const loss = (state.equityReference ?? equity) - equity;
    bounds.add(loss - layers.accountMaxLoss.maxLoss, -slope, now);
  }
  const { below, above } = bounds;
  return { below, above, untilMs: quietUntil(input, state) };
}

/** When time alone changes something. */
function quietUntil(
  { layers, nowMs }: Pick<RiskInput, "layers" | "nowMs">,
  { restsUntilMs, heavy, prices }: RiskState,
): number {
  const due = [restsUntilMs.long, restsUntilMs.short, heavy.restsUntilMs];
  if (layers.volatilitySpacing !== null && prices !== null) {
    due.push(nextPriceMs(layers.volatilitySpacing, prices));
  }
  return Math.min(Infinity, ...due.filter((atMs) => atMs > nowMs));
}
