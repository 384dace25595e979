import {
  applyRangeGridOrder,
  assert,
  checkRangeGridConfig,
  type EndedOrder,
  heldOf,
  isPriceAwaited,
  type KnownOrder,
  type Market,
  planRangeGrid,
  type PositionSide,
  type Quote,
  type RangeGridConfig,
  RangeGridConfigSchema,
  type RangeGridState,
  RangeGridStateSchema,
  rebuildRangeGrid,
  resumeRangeGrid,
} from "@core/mod.ts";
import type { BotRow } from "@engine/store/port.ts";
import { FaultError } from "./faults.ts";
import type {
  BotStrategy,
  Decision,
  History,
  StrategyInput,
} from "./strategy.ts";

interface Opening {
  readonly market: Market;
  readonly state: unknown;
  readonly referencePrice: number;
}

/** Opens a range grid. @throws {FaultError} If its configuration is not acceptable. */
export function createRangeGrid(bot: BotRow, opening: Opening): BotStrategy {
  const { market, referencePrice } = opening;
  const config = parseConfig(bot.config, opening);
  const stored = RangeGridStateSchema.safeParse(opening.state).data ?? null;
  const runVersion = bot.desiredVersion;
  const isStart = bot.desiredState === "running";
  const state = stored === null || !isStart
    ? stored
    : resumeRangeGrid(stored, { config, market, referencePrice, runVersion });
  return new RangeGrid(config, { market, state, runVersion });
}

class RangeGrid implements BotStrategy {
  readonly isInert = false;
  readonly #market: Market;
  readonly #runVersion: number;
  #config: RangeGridConfig;
  #state: RangeGridState | null;

  constructor(
    config: RangeGridConfig,
    rest: {
      readonly market: Market;
      readonly state: RangeGridState | null;
      readonly runVersion: number;
    },
  ) {
    this.#config = config;
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

  get state(): unknown {
    return this.#state;
  }

  get hasState(): boolean {
    return this.#state !== null;
  }

  rebuild(history: History): void {
    const { positions, referencePrice, known, nextCycle } = history;
    this.#state = rebuildRangeGrid({
      config: this.#config,
      market: this.#market,
      runVersion: this.#runVersion,
      positions,
      referencePrice,
      known: known.filter(hasTraded),
      nextCycle,
    });
  }

  orderEnded(order: EndedOrder): void {
    const market = this.#market;
    this.#state = applyRangeGridOrder(this.#need(), { order, market });
  }

  plan(input: StrategyInput): Decision {
    const { state, ...decision } = planRangeGrid({
      ...input,
      config: this.#config,
      market: this.#market,
      state: this.#need(),
    });
    this.#state = state;
    return decision;
  }

  isAwaited(quote: Quote): boolean {
    return this.#state !== null &&
      isPriceAwaited(this.#state, this.#config, quote);
  }

  ownsLeg(positionSide: PositionSide): boolean {
    return heldOf(this.#need(), positionSide, this.#market.lotSize) > 0;
  }

  limitOf(): null {
    return null;
  }

  cycleOf(positionSide: PositionSide): number {
    return this.#need().cycles[positionSide];
  }

  /** A running grid keeps its lines: those come into use with its next start. */
  adoptConfig(config: unknown, referencePrice: number): void {
    const market = this.#market;
    this.#config = parseConfig(config, { market, referencePrice });
  }

  #need(): RangeGridState {
    assert(this.#state !== null, "Cannot plan before the state is there");
    return this.#state;
  }
}

/** A row that never left says nothing about what the grid holds. */
function hasTraded(order: KnownOrder): boolean {
  return order.status !== "rejected" &&
    (order.status !== "canceled" || order.filledSize > 0);
}

function parseConfig(
  config: unknown,
  { market, referencePrice }: Omit<Opening, "state">,
): RangeGridConfig {
  const parsed = RangeGridConfigSchema.safeParse(config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FaultError(
      "config_invalid",
      `The configuration cannot be used: ${issue?.path.join(".") ?? ""} ` +
        `${issue?.message ?? ""}. Edit the bot and start it again`,
    );
  }
  const refusal = checkRangeGridConfig(parsed.data, market, referencePrice)
    .find((issue) => issue.level === "error");
  if (refusal !== undefined) {
    throw new FaultError(refusal.code, `${refusal.message}, then start again`);
  }
  return parsed.data;
}
