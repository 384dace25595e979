/**
 * Any strategy through candles by its live plan: asked after every fill, at
 * every close, and at each of the four points of a candle where a risk layer
 * might act. It is the reference the fast loops are held against, and what
 * runs when a layer is on; then candles are skipped in which neither an order
 * nor a layer would do anything, and a test holds that against skipping none.
 *
 * What a layer does at market happens at that point's price, at the taker fee.
 *
 * @module
 */
import type { DesiredOrder } from "../model/order.ts";
import { roundToLot } from "../model/rounding.ts";
import {
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "../model/sides.ts";
import type {
  CommonConfig,
  CommonState,
  StrategyKind,
} from "../strategy/kind.ts";
import type { StrategyPlan } from "../strategy/plan.ts";
import { countFunding } from "../strategy/risk/ledger.ts";
import type { QuietPrices } from "../strategy/risk/quiet.ts";
import { riskModeOf } from "../strategy/risk/state.ts";
import { CandleRun, type FundingRate, type RunOptions } from "./candle_run.ts";
import type { CandleColumns } from "./columns.ts";
import { PauseClock } from "./pause_clock.ts";
import type { PlanRules, RestingOrder } from "./plan_rules.ts";
import { planViewOf } from "./plan_view.ts";
import type { BacktestReport } from "./report.ts";
import { isBuy, nearness, RestingOrders } from "./resting_orders.ts";

/** How a run asks its strategy. */
export interface PlanRunKind<
  Config extends CommonConfig,
  State extends CommonState,
> {
  readonly kind: StrategyKind<Config, State>;
  readonly rules: PlanRules<Config, State>;
  /** Every candle is looked at, however quiet: the plainest of runs. */
  readonly skipsNothing?: boolean;
}

/** Runs a strategy by its plan; see the module's description. */
export function runPlans<
  Config extends CommonConfig,
  State extends CommonState,
>(
  candles: CandleColumns,
  options: RunOptions<Config>,
  kind: PlanRunKind<Config, State>,
): { readonly report: BacktestReport; readonly state: State } {
  const run = new PlanRun(candles, options, kind);
  const report = run.run();
  return { report, state: run.state };
}

/** More rounds than this no decision takes to come to rest. */
const ROUNDS_MAX = 20;

class PlanRun<Config extends CommonConfig, State extends CommonState>
  extends CandleRun<Config> {
  state: State;
  readonly #kind: StrategyKind<Config, State>;
  readonly #rules: PlanRules<Config, State>;
  readonly #skipsNothing: boolean;
  readonly #pauses: PauseClock;
  readonly #resting = new RestingOrders();
  #quiet: QuietPrices | null = null;
  /** Something besides price and time has changed: ask at the next point. */
  #isStirred = false;
  #isClose = false;
  #ordersCount = 0;

  constructor(
    candles: CandleColumns,
    options: RunOptions<Config>,
    { kind, rules, skipsNothing = false }: PlanRunKind<Config, State>,
  ) {
    super(candles, options);
    this.#kind = kind;
    this.#rules = rules;
    this.#skipsNothing = skipsNothing;
    this.#pauses = new PauseClock(this.counters);
    this.state = kind.create({
      config: options.config,
      market: options.market,
      referencePrice: this.last,
      runVersion: 1,
    });
  }

  override run(): BacktestReport {
    const report = super.run();
    this.#pauses.end(this.candles.length);
    return { ...report, longestPause: this.counters.longestPause };
  }

  protected override begin(): void {
    this.#plan(this.last, POSITION_SIDES);
  }

  protected override isRestless(): boolean {
    if (this.#skipsNothing || this.#isStirred) return true;
    if (this.counters.stoppedBy !== null) return false;
    if (this.#rules.isGuarded(this.state)) return true;
    return this.#rules.isRestless(this.state, {
      config: this.options.config,
      sizes: this.#sizes,
      resting: this.#resting.all,
    });
  }

  protected override quietEnd(end: number): number {
    const untilMs = this.#quiet?.untilMs ?? Infinity;
    return Math.min(end, this.indexOf(untilMs) - 1);
  }

  protected override walk(from: number, to: number, isGap: boolean): void {
    const falls = to < from;
    const passes = ({ price }: RestingOrder) => this.passes(price, to, falls);
    let at = from;
    for (;;) {
      const order = this.#resting.firstPassed(falls, passes);
      const alarm = this.#alarmBetween(at, to);
      const comesFirst = alarm !== null &&
        (order === null ||
          (falls ? alarm > order.price : alarm < order.price));
      if (comesFirst) {
        this.#plan(isGap ? to : alarm, POSITION_SIDES);
        return;
      }
      if (order === null) return;
      at = falls ? Math.min(at, order.price) : Math.max(at, order.price);
      this.#fill(order, at);
    }
  }

  protected override fillPessimistically(i: number): void {
    const { open, high, low } = this.candles;
    const [o = 0, h = 0, l = 0] = [open[i], high[i], low[i]];
    const beyond = this.options.market.tickSize * (1 - 1e-6);
    const reached = this.#resting.all.filter((order) =>
      isBuy(order) ? l <= order.price - beyond : h >= order.price + beyond
    ).toSorted((a, b) => this.#rank(a) - this.#rank(b) || nearness(a, b));
    const filled = new Set<PositionSide>();
    for (const order of reached) {
      const { positionSide } = order;
      if (this.#rules.fillsLegOnce && filled.has(positionSide)) continue;
      if (!this.#resting.has(order)) continue;
      filled.add(positionSide);
      this.#fill(order, order.price);
    }
    const { config } = this.options;
    for (const alarm of this.#rules.alarms(config, this.state)) {
      const isLeft = this.#rules.alarms(config, this.state).includes(alarm);
      // Where the candle opened beyond it, that is the price.
      const isBelow = this.last > alarm;
      if (!isLeft || (isBelow ? l > alarm : h < alarm)) continue;
      this.#plan(isBelow ? Math.min(o, alarm) : Math.max(o, alarm));
    }
  }

  /** It is asked at each of these points, below. */
  protected override wakeGuard(): void {}

  protected override look(price: number, isClose: boolean): void {
    this.#isClose = isClose;
    if (this.counters.stoppedBy !== null) return;
    const isAsked = this.#isStirred || this.#isGuardAwake(price) ||
      this.#isLayerAwake(price);
    if (isAsked && this.#isLayerActing(price)) this.#plan(price, []);
  }

  #isGuardAwake(price: number): boolean {
    return this.options.config.risk.marginGuard !== null &&
      (this.#skipsNothing || this.wakesGuard(price) ||
        this.#rules.isGuarded(this.state));
  }

  #isLayerAwake(price: number): boolean {
    const quiet = this.#quiet;
    if (quiet === null) return false;
    return this.#skipsNothing || price <= quiet.below ||
      price >= quiet.above || this.#nowMs >= quiet.untilMs;
  }

  protected override follow(close: number): void {
    const isDone = this.counters.stoppedBy !== null;
    if (!isDone && this.#rules.plansAllLegs) this.#plan(close, POSITION_SIDES);
    else if (!isDone) {
      const flat = POSITION_SIDES.filter((side) => this.#sizes[side] === 0);
      const { hungry } = this.#resting;
      if (flat.length > 0) this.#plan(close, flat);
      this.#feed(hungry, close);
    }
    this.#isClose = false;
  }

  protected override settleFunding(price: number, rate: FundingRate): void {
    const before = this.ledger.funding;
    super.settleFunding(price, rate);
    const { risk } = this.state;
    if (risk === undefined || this.#quiet === null) return;
    this.#isStirred = true;
    if (risk.ledger === null) return;
    const ledger = countFunding(risk.ledger, {
      amount: this.ledger.funding - before,
      atMs: rate.atMs,
    });
    this.state = { ...this.state, risk: { ...risk, ledger } };
  }

  protected override measure(): void {
    let buy = -Infinity;
    let sell = Infinity;
    for (const order of this.#resting.all) {
      if (isBuy(order)) buy = Math.max(buy, order.price);
      else sell = Math.min(sell, order.price);
    }
    const alarms = this.#rules.alarms(this.options.config, this.state);
    const below = alarms.filter((alarm) => alarm < this.last);
    const above = alarms.filter((alarm) => alarm >= this.last);
    this.setBand(
      buy,
      sell,
      Math.max(0, this.#quiet?.below ?? 0, ...below),
      Math.min(this.#quiet?.above ?? Infinity, ...above),
    );
  }

  protected override countAmbiguous(low: number, high: number): void {
    const reaches = (buys: boolean, side: PositionSide | null) =>
      this.#resting.all.some((order) =>
        isBuy(order) === buys && (side ?? order.positionSide) ===
          order.positionSide &&
        this.passes(order.price, buys ? low : high, buys)
      );
    const legs = this.#rules.plansAllLegs ? [null] : POSITION_SIDES;
    if (legs.some((side) => reaches(true, side) && reaches(false, side))) {
      this.counters.ambiguousCandles++;
    }
  }

  get #nowMs(): number {
    const openMs = this.candles.openTimeMs[this.candle] ?? NaN;
    return openMs + (this.#isClose ? this.stepMs : 0);
  }

  get #sizes(): Readonly<Record<PositionSide, number>> {
    const { long, short } = this.ledger;
    return { long: long.size, short: short.size };
  }

  #alarmBetween(from: number, to: number): number | null {
    const { config } = this.options;
    for (const alarm of this.#rules.alarms(config, this.state)) {
      if (
        to < from ? to <= alarm && alarm <= from : to >= alarm && alarm >= from
      ) {
        return alarm;
      }
    }
    return null;
  }

  /** Entries before exits; of both legs, or leg by leg. */
  #rank({ positionSide, purpose }: RestingOrder): number {
    const leg = positionSide === "long" ? 0 : 1;
    const exit = isOpening(purpose) ? 0 : 1;
    return this.#rules.fillsLegOnce ? 2 * leg + exit : 2 * exit + leg;
  }

  #fill(order: RestingOrder, price: number): void {
    this.#resting.remove(order);
    const { positionSide, size, purpose } = order;
    const isRefused = purpose === "entry" &&
      this.#rules.margins === "filling" &&
      !this.ledger.canMargin(price, price * size);
    if (!isRefused) this.#trade(order, price);
    if (this.counters.stoppedBy !== null) return this.measure();
    const { plansAllLegs } = this.#rules;
    this.#plan(price, plansAllLegs ? POSITION_SIDES : [positionSide]);
    const isPaused = this.#rules.isPaused(this.state, positionSide);
    this.#pauses.see(positionSide, isPaused, this.candle);
  }

  /** Money and state of a fill, at rest or at market. */
  #trade(order: DesiredOrder, price: number): void {
    const { market } = this.options;
    const { positionSide, purpose, size } = order;
    const { ledger, counters } = this;
    const leg = this.holdings(positionSide);
    const sign = isOpening(purpose) ? 1 : -1;
    const after = roundToLot(leg.size + sign * size, market.lotSize);
    if (sign > 0) ledger.open(leg, price, size, after);
    else ledger.close(leg, price, size, after);
    if (purpose === "open") counters.openings++;
    else if (purpose === "entry") counters.entries++;
    else if (purpose === "take_profit") counters.takeProfits++;
    else counters.closes++;
    if (this.#isAtOnce(order)) ledger.payAsTaker(price, size);
    this.hear(positionSide, purpose, price, size);
    this.state = this.#kind.applyOrder(this.state, {
      market,
      order: {
        ...order,
        clientOrderId: String(this.#ordersCount++),
        filledSize: size,
        averagePrice: price,
        status: "filled",
      },
    });
  }

  #isAtOnce({ price, purpose }: DesiredOrder): boolean {
    return price === null || purpose === "reduce" ||
      (purpose === "open" && this.#rules.opensAtMarket);
  }

  /**
   * Asks the strategy, and carries out what it wants at market, until nothing
   * is left of that. Legs other than `sides` take new orders only where a risk
   * layer has changed what they may do.
   */
  #plan(price: number, sides: readonly PositionSide[] = POSITION_SIDES): void {
    let legs = sides;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = POSITION_SIDES.map((side) => this.#modeOf(side));
      const plan = this.#ask(price);
      this.state = plan.state;
      this.#quiet = plan.quiet;
      const turned = POSITION_SIDES.filter((side, i) =>
        this.#modeOf(side) !== before[i]
      );
      const rested = this.#resting.legs;
      this.#rest(plan, { price, legs: [...legs, ...turned] });
      const now = plan.desired.find((order) => this.#isAtOnce(order));
      if (now !== undefined) {
        this.counters.ordersPlaced++;
        this.#trade(now, price);
        legs = [...legs, now.positionSide];
      } else if (plan.stop !== null) {
        this.counters.stoppedBy = plan.stop.code;
        this.#quiet = null;
        break;
      } else {
        // A leg is closed when nothing of it rests any more: ask once more.
        const rests = this.#resting.legs;
        const emptied = rested.filter((side) => !rests.includes(side));
        if (emptied.length === 0) break;
        legs = [...legs, ...emptied];
      }
    }
    this.#isStirred = false;
    this.measure();
  }

  /**
   * Between fills and closes only risk layers act: a range neither begins nor
   * moves there.
   */
  #isLayerActing(price: number): boolean {
    this.#isStirred = false;
    if (!this.#rules.plansAllLegs) return true;
    const plan = this.#ask(price);
    this.#quiet = plan.quiet;
    this.measure();
    return plan.state.risk !== this.state.risk ||
      this.#rules.isGuarded(plan.state) !== this.#rules.isGuarded(this.state) ||
      plan.desired.some(({ price: limit }) => limit === null);
  }

  #modeOf(side: PositionSide): string {
    const guard = this.#rules.isGuarded(this.state) ? ":guarded" : "";
    return riskModeOf(this.state.risk, side, this.#nowMs) + guard;
  }

  #ask(price: number): StrategyPlan<State> {
    const { config, market } = this.options;
    // A strategy that plans one leg at a time replaces all of its orders.
    const resting = this.#rules.plansAllLegs ? this.#resting.all : [];
    return this.#kind.plan({
      ...planViewOf(this.ledger, market, {
        price,
        nowMs: this.#nowMs,
        resting,
        fundingRate: this.fundingRate,
      }),
      config,
      state: this.state,
    });
  }

  /** Replaces what rests on some legs by what is planned for them. */
  #rest(
    { desired }: StrategyPlan<State>,
    { price, legs }: {
      readonly price: number;
      readonly legs: readonly PositionSide[];
    },
  ): void {
    const planned = desired.filter((order): order is RestingOrder =>
      legs.includes(order.positionSide) && order.price !== null &&
      !this.#isAtOnce(order)
    );
    this.counters.ordersPlaced += this.#resting.replace(
      legs,
      planned,
      (order) => this.#canRest(order, price),
    );
  }

  #canRest({ purpose, price, size }: RestingOrder, at: number): boolean {
    return !isOpening(purpose) || this.#rules.margins === "filling" ||
      this.ledger.canMargin(at, price * size);
  }

  /** Tries again the entries that could not be margined. */
  #feed(hungry: readonly RestingOrder[], close: number): void {
    const fed = this.#resting.feed(
      hungry,
      (order) => this.#canRest(order, close),
    );
    if (fed === 0) return;
    this.counters.ordersPlaced += fed;
    this.measure();
  }
}
