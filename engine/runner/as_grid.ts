import {
  adoptAsGridConfig,
  applyEndedOrder,
  type AsGridConfig,
  AsGridConfigSchema,
  type AsGridState,
  AsGridStateSchema,
  assert,
  checkConfigAgainstMarket,
  type DesiredOrder,
  type EndedOrder,
  type Market,
  planAsGrid,
  type PositionSide,
  rebuildAsGridState,
  thresholdsOf,
} from "@core/mod.ts";
import { FaultError } from "./faults.ts";
import type {
  BotStrategy,
  Decision,
  History,
  StrategyInput,
} from "./strategy.ts";

/** Opens an AS grid. @throws {FaultError} If its configuration is not acceptable. */
export function createAsGrid(
  config: unknown,
  options: {
    readonly market: Market;
    readonly state: unknown;
    readonly referencePrice: number;
  },
): BotStrategy {
  const { market, state, referencePrice } = options;
  return new AsGrid(
    parseConfig(config, { market, referencePrice }),
    market,
    AsGridStateSchema.safeParse(state).data ?? null,
  );
}

class AsGrid implements BotStrategy {
  readonly isInert = false;
  #config: AsGridConfig;
  readonly #market: Market;
  #state: AsGridState | null;

  constructor(
    config: AsGridConfig,
    market: Market,
    state: AsGridState | null,
  ) {
    this.#config = config;
    this.#market = market;
    this.#state = state;
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
    this.#state = rebuildAsGridState({
      ...history,
      config: this.#config,
      market: this.#market,
    });
  }

  orderEnded(order: EndedOrder): void {
    this.#state = applyEndedOrder(this.#need(), {
      order,
      market: this.#market,
    });
  }

  plan(input: StrategyInput): Decision {
    const { state, ...decision } = planAsGrid({
      ...input,
      config: this.#config,
      market: this.#market,
      state: this.#need(),
    });
    this.#state = state;
    return decision;
  }

  isAwaited(): boolean {
    return false;
  }

  ownsLeg(positionSide: PositionSide): boolean {
    const { anchor, openedSize } = this.#need().legs[positionSide];
    return anchor !== null || openedSize > 0;
  }

  limitOf({ purpose }: Pick<DesiredOrder, "purpose">): number {
    const state = this.#need();
    const { maxEntry } = thresholdsOf(state, this.#config);
    return purpose === "open" ? state.baseSize : maxEntry + state.baseSize;
  }

  cycleOf(positionSide: PositionSide): number {
    return this.#need().legs[positionSide].cycle;
  }

  adoptConfig(config: unknown, referencePrice: number): void {
    const market = this.#market;
    const parsed = parseConfig(config, { market, referencePrice });
    this.#config = parsed;
    if (this.#state === null) return;
    this.#state = adoptAsGridConfig(this.#state, {
      config: parsed,
      market,
      referencePrice,
    });
  }

  #need(): AsGridState {
    assert(this.#state !== null, "Cannot plan before the state is there");
    return this.#state;
  }
}

function parseConfig(
  config: unknown,
  { market, referencePrice }: {
    readonly market: Market;
    readonly referencePrice: number;
  },
): AsGridConfig {
  const parsed = AsGridConfigSchema.safeParse(config);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FaultError(
      "config_invalid",
      `The configuration cannot be used: ${issue?.path.join(".") ?? ""} ` +
        `${issue?.message ?? ""}. Edit the bot and start it again`,
    );
  }
  const refusal = checkConfigAgainstMarket(parsed.data, market, referencePrice)
    .find((issue) => issue.level === "error");
  if (refusal !== undefined) {
    throw new FaultError(refusal.code, `${refusal.message}, then start again`);
  }
  return parsed.data;
}
