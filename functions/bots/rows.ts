/** Rows the callers may see, as far as functions need them. @module */
import { z } from "zod";
import type { Caller } from "../_shared/auth.ts";
import { type Venue, VENUES } from "../_shared/bitget.ts";
import { databaseRefusal } from "../_shared/database.ts";
import { ApiError } from "../_shared/errors.ts";
import type { BotConfig } from "./config.ts";

const keyRow = z.object({ venue: z.enum(VENUES) });
const botRow = z.object({
  symbol: z.string(),
  strategy: z.string(),
  config: z.unknown(),
  "exchange_keys": keyRow,
});

/**
 * Returns where the caller's key trades.
 *
 * @throws {ApiError} `not_found`, also for everybody else's keys.
 */
export async function loadKeyVenue(
  caller: Caller,
  exchangeKeyId: string,
): Promise<Venue> {
  const { data, error } = await caller.db.from("exchange_keys")
    .select("venue").eq("id", exchangeKeyId).eq("user_id", caller.id)
    .maybeSingle();
  if (error !== null) throw databaseRefusal(error);
  if (data === null) {
    throw new ApiError("not_found", {
      message: "There is no such key. Connect an account first.",
      field: "exchangeKeyId",
    });
  }
  return keyRow.parse(data).venue;
}

/**
 * Returns what the caller's bot trades, and where.
 *
 * @throws {ApiError} `not_found`, also for everybody else's bots.
 */
export async function loadBot(
  caller: Caller,
  botId: string,
): Promise<BotConfig> {
  const { data, error } = await caller.db.from("bots")
    // The key is named: embedded, a composite one counts as several.
    .select(
      "symbol, strategy, config, exchange_keys!bots_exchange_key_is_owners(venue)",
    )
    .eq("id", botId).eq("user_id", caller.id).maybeSingle();
  if (error !== null) throw databaseRefusal(error);
  if (data === null) {
    throw new ApiError("not_found", { message: "There is no such bot." });
  }
  const row = botRow.parse(data);
  return { ...row, venue: row.exchange_keys.venue };
}
