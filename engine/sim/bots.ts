import type { AsGridConfigInput } from "@core/mod.ts";
import type { MemoryBot } from "@engine/store/memory_bot_store.ts";
import type { BotRow } from "@engine/store/port.ts";
import type { Random } from "./random.ts";
import { FIRST_PRICE } from "./venue.ts";
import {
  asGridLimits,
  rangeGridLimits,
  type WatchedBot,
} from "./watched_bot.ts";

const BASE_SIZE = 0.05;

/** What a bot trades by, and what that allows it. */
export interface DrawnBot extends Pick<BotRow, "strategy" | "config"> {
  readonly limits: (
    rows: MemoryBot,
  ) => Pick<WatchedBot, "openingLimit" | "sizeLimit">;
}

/** Draws a bot: an AS grid, or a range grid. */
export function drawBot(random: Random): DrawnBot {
  return random.chance(0.65) ? drawAsGrid(random) : drawRangeGrid(random);
}

function drawAsGrid(random: Random): DrawnBot {
  const boost = random.integer(1, 5);
  const maxEntryMultiplier = boost + random.integer(1, 12);
  const config: AsGridConfigInput = {
    baseSize: BASE_SIZE,
    leverage: random.pick([5, 10, 20]),
    takeProfitBoostMultiplier: boost,
    maxEntryMultiplier,
  };
  return {
    strategy: "as_grid",
    config,
    limits: () => asGridLimits(BASE_SIZE, maxEntryMultiplier),
  };
}

function drawRangeGrid(random: Random): DrawnBot {
  const direction = random.pick<"neutral" | "long" | "short">([
    "neutral",
    "long",
    "short",
  ]);
  const levels = random.integer(4, 10);
  const lowerPrice = FIRST_PRICE - Math.round(levels * 0.8);
  const upperPrice = FIRST_PRICE + Math.round(levels * 0.8);
  const stopDistance = random.integer(5, 40);
  const hasStop = random.chance(0.3);
  const trails = random.chance(0.3);
  return {
    strategy: "range_grid",
    config: {
      direction,
      levels,
      lowerPrice,
      upperPrice,
      leverage: 10,
      investment: random.pick([40, 60]),
      ...(hasStop && {
        stopLossPrice: direction === "short"
          ? upperPrice + stopDistance
          : lowerPrice - stopDistance,
      }),
      ...(trails && direction === "long" && { trailingUpTo: upperPrice + 6 }),
      ...(trails && direction === "short" &&
        { trailingDownTo: lowerPrice - 6 }),
    },
    limits: (rows) => rangeGridLimits(() => rows),
  };
}
