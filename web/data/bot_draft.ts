/**
 * Settings on their way from one page to another: kept for this tab only, and
 * taken once.
 *
 * @module
 */
import { isRow, type OutsideRow } from "./row_reader.ts";

const KEY = "trellis.bot_draft";

/** A bot that does not exist yet. */
export interface BotDraft {
  readonly symbol: string;
  readonly strategy: "as_grid" | "range_grid";
  readonly config: OutsideRow;
}

/** Keeps a draft for the next page. */
export function keepBotDraft(draft: BotDraft): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

/** Takes the draft out; null where there is none that can be read. */
export function takeBotDraft(): BotDraft | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? null : parseBotDraft(text);
}

/** Reads a draft; null where it is none. */
export function parseBotDraft(text: string): BotDraft | null {
  try {
    const row: unknown = JSON.parse(text);
    if (!isRow(row) || !isRow(row.config)) return null;
    const { symbol, strategy, config } = row;
    const isKnown = strategy === "as_grid" || strategy === "range_grid";
    return typeof symbol === "string" && isKnown
      ? { symbol, strategy, config }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
