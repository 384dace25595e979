import type { Bot, BotEvent } from "../data/rows.ts";
import { t } from "../i18n/mod.ts";

/** The code of a condition that has ended is the condition's with this. */
const OVER = "_over";

/**
 * Returns a line of a bot's log in the language in use: ours where we have one
 * for the code, else the engine's own sentence, which is English.
 */
export function eventWords(event: Pick<BotEvent, "code" | "message">): string {
  const { code, message } = event;
  const ended = code.endsWith(OVER) ? code.slice(0, -OVER.length) : null;
  const endedWords = t.codes[ended ?? ""];
  if (endedWords !== undefined) return t.bots.over(endedWords);
  return t.codes[code] ?? message;
}

/** Returns why a bot is held back or has stopped; null when it says nothing. */
export function statusWords(
  bot: Pick<Bot, "statusCode" | "statusReason">,
): string | null {
  return t.codes[bot.statusCode ?? ""] ?? bot.statusReason;
}

/** Ends a sentence that others follow: some reasons have no full stop. */
export function sentence(text: string): string {
  return /[.!?。！？]$/.test(text) ? text : t.common.sentence(text);
}

/**
 * Returns why an account is closed: an administrator's own words, or the
 * database's in the language in use.
 */
export function reasonWords(reason: string): string {
  return t.reasons[reason] ?? reason;
}
