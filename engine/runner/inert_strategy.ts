import type { BotStrategy } from "./strategy.ts";

/**
 * Stands in where a bot only has to be stopped and its configuration or state
 * cannot be read: a stop must not depend on either. It wants nothing, and
 * takes both legs for the bot's own.
 */
export function createInertStrategy(state: unknown): BotStrategy {
  return {
    leverage: 1,
    staleDataSeconds: 5,
    openRequoteSeconds: 10,
    state,
    hasState: true,
    isInert: true,
    rebuild() {},
    begin() {},
    orderEnded() {},
    fundingSettled() {},
    plan: () => ({ desired: [], heldLegs: [], conditions: [], stop: null }),
    isAwaited: () => false,
    ownsLeg: () => true,
    limitOf: () => null,
    cycleOf: () => 0,
    adoptConfig() {},
  };
}
