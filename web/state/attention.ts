/**
 * What a trader should look at first: bots that stopped on their own, keys the
 * exchange no longer takes, bots that are silent or held back, and what was
 * written into the logs since.
 *
 * @module
 */
import type { Bot, BotEvent, BotMetrics, ExchangeKey } from "../data/rows.ts";

/** A running bot is in step with the exchange at least once a minute. */
export const SILENT_AFTER_MS = 90_000;

/** One thing to look at. */
export type Concern =
  | { readonly kind: "faulted"; readonly bot: Bot }
  | {
    readonly kind: "key_invalid";
    readonly key: ExchangeKey;
    readonly bots: number;
  }
  | {
    readonly kind: "silent";
    readonly bot: Bot;
    readonly sinceMs: number;
  }
  | { readonly kind: "held"; readonly bot: Bot }
  | {
    readonly kind: "event";
    readonly bot: Bot;
    readonly event: BotEvent;
    /** How often the same was written. */
    readonly count: number;
  };

/** Tells whether a bot that should be trading has not been heard of. */
export function isSilent(
  bot: Bot,
  metrics: BotMetrics | null,
  nowMs: number,
): boolean {
  const heardAtMs = metrics?.lastSyncAtMs ?? null;
  return bot.status === "running" && heardAtMs !== null &&
    nowMs - heardAtMs >= SILENT_AFTER_MS;
}

/** Tells whether a concern is an error rather than a warning. */
export function isError(concern: Concern): boolean {
  return concern.kind === "faulted" || concern.kind === "key_invalid" ||
    (concern.kind === "event" && concern.event.level === "error");
}

function ofBot(
  bot: Bot,
  metrics: BotMetrics | null,
  nowMs: number,
): readonly Concern[] {
  if (bot.status === "faulted") return [{ kind: "faulted", bot }];
  if (isSilent(bot, metrics, nowMs)) {
    return [{ kind: "silent", bot, sinceMs: metrics?.lastSyncAtMs ?? nowMs }];
  }
  const isHeld = bot.status === "running" && bot.statusCode !== null;
  return isHeld ? [{ kind: "held", bot }] : [];
}

/** The newest event of each bot and code since the bot was last started. */
function ofEvents(
  bots: ReadonlyMap<string, Bot>,
  events: readonly BotEvent[],
): readonly Concern[] {
  const groups = Map.groupBy(
    events.filter((event) => {
      const bot = bots.get(event.botId);
      return bot !== undefined && bot.statusCode !== event.code &&
        event.createdAtMs >= (bot.startedAtMs ?? 0);
    }),
    (event) => `${event.botId} ${event.code}`,
  );
  return [...groups.values()].flatMap((group): readonly Concern[] => {
    const [event] = group;
    const bot = event === undefined ? undefined : bots.get(event.botId);
    return event === undefined || bot === undefined
      ? []
      : [{ kind: "event", bot, event, count: group.length }];
  });
}

/** Returns what needs attention, errors first. */
export function concernsOf(
  rows: {
    readonly bots: readonly Bot[];
    readonly keys: readonly ExchangeKey[];
    readonly metrics: ReadonlyMap<string, BotMetrics>;
    /** Newest first. */
    readonly events: readonly BotEvent[];
  },
  nowMs: number,
): readonly Concern[] {
  const { bots, keys, metrics, events } = rows;
  const concerns: Concern[] = bots.flatMap((bot) =>
    ofBot(bot, metrics.get(bot.id) ?? null, nowMs)
  );
  for (const key of keys) {
    const count = bots.filter((bot) => bot.exchangeKeyId === key.id).length;
    if (key.status === "invalid" && count > 0) {
      concerns.push({ kind: "key_invalid", key, bots: count });
    }
  }
  concerns.push(...ofEvents(new Map(bots.map((bot) => [bot.id, bot])), events));
  return [
    ...concerns.filter(isError),
    ...concerns.filter((concern) => !isError(concern)),
  ];
}
