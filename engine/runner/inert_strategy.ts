import type { EndedOrder } from "@core/mod.ts";
import type { BotStrategy } from "./strategy.ts";

/**
 * Stands in where a bot only has to be stopped and its configuration or state
 * cannot be read: a stop must not depend on either. It wants nothing, and
 * takes both legs for the bot's own. Orders that end meanwhile still count in
 * a state that can be read: their rows are finished, nobody tells them again.
 */
export function createInertStrategy(
  stored: unknown,
  count: (state: unknown, order: EndedOrder) => unknown,
): BotStrategy {
  let state = stored;
  return {
    leverage: 1,
    staleDataSeconds: 5,
    openRequoteSeconds: 10,
    needsEquity: false,
    get state() {
      return state;
    },
    hasState: true,
    isInert: true,
    rebuild() {},
    begin() {},
    orderEnded(order) {
      state = count(state, order);
    },
    fundingSettled() {},
    plan: () => ({ desired: [], heldLegs: [], conditions: [], stop: null }),
    isAwaited: () => false,
    ownsLeg: () => true,
    limitOf: () => null,
    cycleOf: () => 0,
    leverageOf: () => 1,
    adoptConfig() {},
  };
}
