/**
 * A strategy of the core with one bot's configuration and durable state around
 * its pure functions.
 *
 * @module
 */
import {
  assert,
  type CommonConfig,
  type CommonState,
  countFunding,
  type DesiredOrder,
  type EndedOrder,
  type Market,
  type PositionSide,
  type QuietPrices,
  type Quote,
  type StrategyKind,
} from "@core/mod.ts";
import type { BotRow } from "@engine/store/port.ts";
import { FaultError } from "./faults.ts";
import type {
  BotStrategy,
  Decision,
  History,
  StrategyInput,
} from "./strategy.ts";

interface Opened {
  readonly market: Market;
  readonly state: unknown;
  readonly referencePrice: number;
}

/** Opens a bot's strategy. @throws {FaultError} If its configuration is not acceptable. */
export function openStrategyKind<
  Config extends CommonConfig,
  State extends CommonState,
>(
  kind: StrategyKind<Config, State>,
  bot: BotRow,
  opened: Opened,
): BotStrategy {
  const { market } = opened;
  const config = parseConfig(kind, bot.config, opened);
  const runVersion = bot.desiredVersion;
  const state = kind.stateSchema.safeParse(opened.state).data ?? null;
  return new GridStrategy(kind, { config, market, state, runVersion });
}

/** Counts an order that has ended in a stored state, as far as it can be read. */
export function countIn<
  Config extends CommonConfig,
  State extends CommonState,
>(
  kind: StrategyKind<Config, State>,
  stored: unknown,
  change: { readonly order: EndedOrder; readonly market: Market },
): unknown {
  const state = kind.stateSchema.safeParse(stored).data;
  return state === undefined ? stored : kind.applyOrder(state, change);
}

class GridStrategy<Config extends CommonConfig, State extends CommonState>
  implements BotStrategy {
  readonly isInert = false;
  readonly #kind: StrategyKind<Config, State>;
  readonly #market: Market;
  readonly #runVersion: number;
  #config: Config;
  #state: State | null;
  /** Of the last plan: beyond these prices a risk layer may act. */
  #quiet: QuietPrices | null = null;

  constructor(
    kind: StrategyKind<Config, State>,
    rest: {
      readonly config: Config;
      readonly market: Market;
      readonly state: State | null;
      readonly runVersion: number;
    },
  ) {
    this.#kind = kind;
    this.#config = rest.config;
    this.#market = rest.market;
    this.#state = rest.state;
    this.#runVersion = rest.runVersion;
  }

  get leverage(): number {
    return this.#config.leverage;
  }

  get staleDataSeconds(): number {
    return this.#config.risk.staleDataSeconds;
  }

  get openRequoteSeconds(): number {
    return this.#config.openRequoteSeconds;
  }

  get needsEquity(): boolean {
    const { accountMaxLoss, hardStop } = this.#config.risk;
    return (accountMaxLoss ?? hardStop ?? null) !== null;
  }

  get state(): unknown {
    return this.#state;
  }

  get hasState(): boolean {
    return this.#state !== null;
  }

  rebuild(history: History): void {
    this.#state = this.#kind.rebuild({
      ...history,
      config: this.#config,
      market: this.#market,
      runVersion: this.#runVersion,
    });
  }

  begin(
    at: { readonly referencePrice: number; readonly isIdle: boolean },
  ): void {
    this.#state = this.#kind.resume(this.#need(), {
      ...at,
      config: this.#config,
      market: this.#market,
      runVersion: this.#runVersion,
    });
  }

  orderEnded(order: EndedOrder): void {
    const market = this.#market;
    this.#state = this.#kind.applyOrder(this.#need(), { order, market });
  }

  fundingSettled(payment: { amount: number; atMs: number }): void {
    const state = this.#state;
    const ledger = state?.risk?.ledger ?? null;
    if (state?.risk === undefined || ledger === null) return;
    const counted = countFunding(ledger, payment);
    if (counted === ledger) return;
    this.#state = { ...state, risk: { ...state.risk, ledger: counted } };
  }

  plan(input: StrategyInput): Decision {
    const { state, quiet, ...decision } = this.#kind.plan({
      ...input,
      config: this.#config,
      market: this.#market,
      state: this.#need(),
    });
    this.#state = state;
    this.#quiet = quiet;
    return decision;
  }

  isAwaited(quote: Quote): boolean {
    if (this.#state === null) return false;
    const quiet = this.#quiet;
    const isLoud = quiet !== null &&
      (quote.markPrice <= quiet.below || quote.markPrice >= quiet.above);
    return isLoud || this.#kind.isAwaited(this.#state, this.#config, quote);
  }

  ownsLeg(positionSide: PositionSide): boolean {
    return this.#kind.ownsLeg(this.#need(), positionSide, this.#market);
  }

  limitOf({ purpose }: Pick<DesiredOrder, "purpose">): number | null {
    return this.#kind.limitOf(this.#need(), this.#config, purpose);
  }

  cycleOf(positionSide: PositionSide): number {
    return this.#kind.cycleOf(this.#need(), positionSide);
  }

  leverageOf(config: unknown, referencePrice: number): number {
    const market = this.#market;
    return parseConfig(this.#kind, config, { market, referencePrice }).leverage;
  }

  adoptConfig(config: unknown, referencePrice: number): void {
    const market = this.#market;
    const parsed = parseConfig(this.#kind, config, { market, referencePrice });
    this.#config = parsed;
    if (this.#state === null) return;
    this.#state = this.#kind.adopt(this.#state, {
      config: parsed,
      market,
      referencePrice,
      runVersion: this.#runVersion,
    });
  }

  #need(): State {
    assert(this.#state !== null, "Cannot plan before the state is there");
    return this.#state;
  }
}

function parseConfig<Config extends CommonConfig, State extends CommonState>(
  kind: StrategyKind<Config, State>,
  config: unknown,
  { market, referencePrice }: Omit<Opened, "state">,
): Config {
  const parsed = kind.configSchema.safeParse(config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FaultError(
      "config_invalid",
      `The configuration cannot be used: ${issue?.path.join(".") ?? ""} ` +
        `${issue?.message ?? ""}. Edit the bot and start it again`,
    );
  }
  const refusal = kind.check({ config: parsed.data, market, referencePrice })
    .find((issue) => issue.level === "error");
  if (refusal !== undefined) {
    throw new FaultError(refusal.code, `${refusal.message}, then start again`);
  }
  return parsed.data;
}
