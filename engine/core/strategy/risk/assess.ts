/**
 * All risk layers together: from what is held, what it is worth and what they
 * remember to what each leg may do. Pure; both strategies ask it first.
 *
 * In this order: what is being closed or reduced comes to its end; maximum
 * losses, then the hard stop of each leg, then the trailing take-profit, then
 * both legs heavy; last the overlays. What is unknown closes nothing.
 *
 * @module
 */
import type { Market, Quote } from "../../model/market.ts";
import { toDecimalText } from "../../model/rounding.ts";
import { POSITION_SIDES, type PositionSide } from "../../model/sides.ts";
import type {
  BotStop,
  Condition,
  LegPositions,
  WorkingOrder,
} from "../plan.ts";
import { watchBothLegs } from "./both_legs_heavy.ts";
import { riskConditions } from "./conditions.ts";
import type { RiskLayers } from "./config.ts";
import { type RiskFacts, type RiskLegs, riskLegs, totalPnl } from "./facts.ts";
import { exceedsLoss } from "./hard_stop.ts";
import { beginLedger, openLedger, profitAt } from "./ledger.ts";
import { reachesLoss } from "./max_loss.ts";
import { hasOverlay, type Overlay, shapeLeg } from "./overlay.ts";
import { type QuietPrices, quietPrices } from "./quiet.ts";
import { beginReduction } from "./reduce.ts";
import { resumeRisk, type RiskState } from "./state.ts";
import { trailTakeProfit } from "./trailing_take_profit.ts";
import { watchPrice } from "./volatility_spacing.ts";

/** What {@linkcode assessRisk} looks at. */
export interface RiskInput {
  readonly layers: RiskLayers;
  readonly state: RiskState | undefined;
  readonly facts: RiskFacts;
  readonly positions: LegPositions;
  /** Whether a leg's position is the bot's own. */
  readonly owned: Readonly<Record<PositionSide, boolean>>;
  /** Whether the trader wants a leg to run. */
  readonly runs: Readonly<Record<PositionSide, boolean>>;
  /** Of each leg: overlays are worked out once a cycle. */
  readonly cycles: Readonly<Record<PositionSide, number>>;
  /** T, base; null where the strategy knows no such size. */
  readonly maxEntry: number | null;
  readonly market: Market;
  readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
  readonly working: readonly WorkingOrder[];
  readonly nowMs: number;
}

/** What one leg may do. */
export interface LegVerdict {
  /** The layer that closes it: nothing else of the leg may rest. Null: none. */
  readonly closes: string | null;
  /** It may be opened while flat. */
  readonly mayOpen: boolean;
  /** It may be enlarged. */
  readonly mayEnter: boolean;
  /** Null: no overlay is on. */
  readonly overlay: Overlay | null;
}

/** What the layers ask for. */
export interface RiskVerdict {
  readonly state: RiskState;
  readonly legs: Readonly<Record<PositionSide, LegVerdict>>;
  /** Everything is done: the bot ends for this reason. */
  readonly stop: BotStop | null;
  readonly conditions: readonly Condition[];
  readonly quiet: QuietPrices;
}

/** See the module's description. */
export function assessRisk(input: RiskInput): RiskVerdict {
  const assessment = new Assessment(input);
  assessment.finish();
  if (assessment.state.halt === null) {
    assessment.count();
    assessment.watchLosses();
    assessment.watchLegs();
    assessment.watchProfit();
    assessment.watchSizes();
    assessment.shape();
  }
  return assessment.verdict();
}

class Assessment {
  state: RiskState;
  readonly #input: RiskInput;
  readonly #legs: RiskLegs;

  constructor(input: RiskInput) {
    this.#input = input;
    this.#legs = riskLegs(input);
    this.state = resumeRisk(input.state, input.facts.runVersion);
  }

  /** What was closed or reduced far enough is over; then the leg rests. */
  finish(): void {
    const { positions, layers, nowMs } = this.#input;
    for (const side of POSITION_SIDES) {
      const { settled } = positions[side];
      const { size } = this.#legs[side];
      const closing = this.state.closing[side];
      const isOver = settled && size === 0 && !this.#isBusy(side);
      if (closing !== null && isOver) {
        this.#set("closing", side, null);
        this.#rest(side, closing.cooldownSeconds);
      }
      const reduction = this.state.reductions[side];
      if (reduction === null || !settled) continue;
      const isOff = layers.bothLegsHeavy === null;
      if (!isOff && size > reduction.targetSize) continue;
      this.#set("reductions", side, null);
      const rest = layers.bothLegsHeavy?.cooldownSeconds ?? 0;
      const restsUntilMs = nowMs + rest * 1_000;
      this.#change({ heavy: { ...this.state.heavy, restsUntilMs } });
    }
  }

  /** Begins what losses are counted from, and forgets it with its layer. */
  count(): void {
    const { layers, facts, nowMs } = this.#input;
    const { ledger, equityReference } = this.state;
    if (layers.maxLoss === null) {
      if (ledger !== null) this.#change({ ledger: null });
    } else if (ledger === null && this.#isSettled()) {
      const net = this.#legs.long.size - this.#legs.short.size;
      const price = facts.markPrice;
      this.#change({ ledger: beginLedger({ net, price, nowMs }) });
    }
    if (layers.accountMaxLoss === null) {
      if (equityReference !== null) this.#change({ equityReference: null });
    } else if (equityReference === null && facts.equity !== null) {
      this.#change({ equityReference: facts.equity });
    }
  }

  watchLosses(): void {
    const { layers, facts, market } = this.#input;
    const { maxLoss, accountMaxLoss } = layers;
    const { equityReference } = this.state;
    const money = (amount: number) =>
      `${toDecimalText(Number(amount.toFixed(2)))} ${market.quote}`;
    const ledger = this.#openLedger();
    if (maxLoss !== null && ledger !== null) {
      const loss = -profitAt(ledger, facts.markPrice);
      if (reachesLoss(maxLoss, loss)) {
        return this.#halt(
          "max_loss",
          true,
          `The bot has lost ${money(loss)} ` +
            `since it was started, its limit is ${money(maxLoss.maxLoss)}`,
        );
      }
    }
    if (
      accountMaxLoss === null || equityReference === null ||
      facts.equity === null
    ) return;
    const loss = equityReference - facts.equity;
    if (!reachesLoss(accountMaxLoss, loss)) return;
    this.#halt(
      "account_max_loss",
      true,
      `The account has lost ${money(loss)} since the bot was started, the ` +
        `limit is ${money(accountMaxLoss.maxLoss)}`,
    );
  }

  /** The hard stop. */
  watchLegs(): void {
    const { layers: { hardStop }, facts: { equity } } = this.#input;
    if (hardStop === null || equity === null) return;
    for (const side of POSITION_SIDES) {
      const { size, pnl } = this.#legs[side];
      if (size === 0 || pnl === null) continue;
      if (this.state.closing[side] !== null) continue;
      if (!exceedsLoss(hardStop, { pnl, equity })) continue;
      const { cooldownSeconds } = hardStop;
      this.#set("closing", side, { code: "hard_stop", cooldownSeconds });
    }
  }

  /** The trailing take-profit. */
  watchProfit(): void {
    const layer = this.#input.layers.trailingTakeProfit;
    const { long, short } = this.#legs;
    if (layer === null || long.size + short.size === 0) {
      if (this.state.trailingPeak !== null) {
        this.#change({ trailingPeak: null });
      }
      return;
    }
    const pnl = totalPnl(this.#legs);
    if (pnl === null) return;
    const before = this.state.trailingPeak;
    const { peak, closes } = trailTakeProfit(layer, { pnl, peak: before });
    if (peak !== before) this.#change({ trailingPeak: peak });
    if (!closes) return;
    const { cooldownSeconds } = layer;
    for (const side of POSITION_SIDES) {
      const isFlat = this.#legs[side].size === 0;
      if (this.state.closing[side] !== null) continue;
      if (isFlat && !this.#input.runs[side]) continue;
      if (isFlat && !this.#isBusy(side)) this.#rest(side, cooldownSeconds);
      else {
        const code = "trailing_take_profit";
        this.#set("closing", side, { code, cooldownSeconds });
      }
    }
  }

  /** Both legs heavy. */
  watchSizes(): void {
    const { layers, maxEntry, market, quote, nowMs } = this.#input;
    const layer = layers.bothLegsHeavy;
    if (layer === null || maxEntry === null || !this.#isSettled()) return;
    const { long, short } = this.#legs;
    const { memory, verdict } = watchBothLegs(layer, {
      memory: this.state.heavy,
      sizes: [long.size, short.size],
      maxEntry,
      isReducing: POSITION_SIDES.some((side) =>
        this.state.reductions[side] !== null
      ),
      nowMs,
    });
    if (memory !== this.state.heavy) this.#change({ heavy: memory });
    if (verdict === "stop") {
      this.#halt(
        "both_legs_heavy_stop",
        false,
        `Both legs were heavy ${memory.count} times today`,
      );
    }
    if (verdict !== "reduce") return;
    const amount = layer.reduceFraction * maxEntry;
    for (const side of POSITION_SIDES) {
      const { size } = this.#legs[side];
      const from = { side, size, amount, market, quote, nowMs };
      this.#set("reductions", side, beginReduction(from));
    }
  }

  /** The overlays. */
  shape(): void {
    const { layers, facts, cycles, nowMs } = this.#input;
    const overlay = layers.volatilitySpacing;
    const window = overlay === null ? null : watchPrice(overlay, {
      window: this.state.prices,
      price: facts.markPrice,
      nowMs,
    });
    if (window !== this.state.prices) this.#change({ prices: window });
    for (const side of POSITION_SIDES) {
      const before = this.state.overlays[side];
      if (!hasOverlay(layers)) {
        if (before !== null) this.#set("overlays", side, null);
        continue;
      }
      const cycle = cycles[side];
      if (before?.cycle === cycle || !this.#isSettled()) continue;
      const { fundingRate } = facts;
      const legs = this.#legs;
      const shaped = shapeLeg(layers, {
        side,
        cycle,
        legs,
        fundingRate,
        window,
      });
      this.#set("overlays", side, shaped);
    }
  }

  verdict(): RiskVerdict {
    const { state } = this;
    const stop = this.#stop();
    return {
      state,
      legs: { long: this.#verdictOf("long"), short: this.#verdictOf("short") },
      stop,
      conditions: riskConditions(this.#input, { state, legs: this.#legs }),
      quiet: quietPrices(this.#input, {
        state,
        legs: this.#legs,
        ledger: this.#openLedger(),
      }),
    };
  }

  #verdictOf(side: PositionSide): LegVerdict {
    const { halt, closing, restsUntilMs, heavy, overlays } = this.state;
    const rests = this.#input.nowMs < restsUntilMs[side];
    const isLeft = halt !== null || closing[side] !== null || rests;
    return {
      closes: halt?.closes === true ? halt.code : closing[side]?.code ?? null,
      mayOpen: !isLeft,
      mayEnter: !isLeft && !heavy.entriesOff,
      overlay: overlays[side],
    };
  }

  /** Told only when nothing is left to be done before the bot ends. */
  #stop(): BotStop | null {
    const { halt } = this.state;
    if (halt === null || !this.#isSettled()) return null;
    const { working } = this.#input;
    const isLeft = halt.closes
      ? working.length > 0 ||
        POSITION_SIDES.some((side) => this.#legs[side].size > 0)
      : working.some((order) => order.purpose !== "take_profit");
    return isLeft ? null : { code: halt.code, message: halt.message };
  }

  #halt(
    code: NonNullable<RiskState["halt"]>["code"],
    closes: boolean,
    why: string,
  ): void {
    const message = `${why}. ` +
      (closes
        ? "Everything the bot held is closed and it has stopped"
        : "The bot has stopped: its entries are canceled, its take-profits " +
          "stay") +
      ". Look at the market and the settings, then start it again";
    this.#change({ halt: { code, message, closes } });
  }

  #isBusy(side: PositionSide): boolean {
    return this.#input.working.some((order) => order.positionSide === side);
  }

  #rest(side: PositionSide, seconds: number): void {
    const untilMs = this.#input.nowMs + seconds * 1_000;
    this.#set("restsUntilMs", side, untilMs);
  }

  #openLedger() {
    const { working, facts, market } = this.#input;
    const { ledger } = this.state;
    if (ledger === null) return null;
    return openLedger(ledger, { working, price: facts.markPrice, market });
  }

  #isSettled(): boolean {
    const { long, short } = this.#input.positions;
    return long.settled && short.settled;
  }

  #change(change: Partial<RiskState>): void {
    this.state = { ...this.state, ...change };
  }

  #set<
    Field extends "closing" | "restsUntilMs" | "reductions" | "overlays",
  >(
    field: Field,
    side: PositionSide,
    value: RiskState[Field][PositionSide],
  ): void {
    this.#change({ [field]: { ...this.state[field], [side]: value } });
  }
}
