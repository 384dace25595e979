import type { PositionSide } from "@core/model/sides.ts";
import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import {
  isRow,
  type OutsideRow,
  readInstant,
  readInstantOrNull,
  readNumber,
  readNumberOrNull,
  readTextOrNull,
} from "./row_reader.ts";
import { serverNow } from "./server_clock.ts";

/** Sizes of both legs, base; null is unknown. */
export type LegSizes = Readonly<Record<PositionSide, number | null>>;

/** Why a bot can be believed: a row of the view `bot_trust`. */
export interface BotTrust {
  /** The last full look at the exchange, by the database's clock. */
  readonly lastSyncAtMs: number | null;
  /** What the bot acts on, and what the exchange showed. */
  readonly ours: LegSizes;
  readonly exchange: LegSizes;
  readonly expectedOrders: number | null;
  readonly foundOrders: number | null;
  readonly claimEpoch: number;
  /** Null: no engine holds the bot. */
  readonly engineName: string | null;
  readonly engineVersion: string | null;
  readonly engineStatus: string | null;
  readonly heartbeatAtMs: number | null;
  /** When this was read, by the database's clock: ages are against it. */
  readonly readAtMs: number;
  /** When this was read, by the clock of the page's ages. */
  readonly receivedAtMs: number;
}

/** Reads a row of `bot_trust`. */
function parseBotTrust(
  row: OutsideRow,
  receivedAtMs: number,
): BotTrust {
  return {
    lastSyncAtMs: readInstantOrNull(row, "last_sync_at"),
    ours: {
      long: readNumberOrNull(row, "our_long_size"),
      short: readNumberOrNull(row, "our_short_size"),
    },
    exchange: {
      long: readNumberOrNull(row, "exchange_long_size"),
      short: readNumberOrNull(row, "exchange_short_size"),
    },
    expectedOrders: readNumberOrNull(row, "expected_orders"),
    foundOrders: readNumberOrNull(row, "found_orders"),
    claimEpoch: readNumber(row, "claim_epoch"),
    engineName: readTextOrNull(row, "engine_name"),
    engineVersion: readTextOrNull(row, "engine_version"),
    engineStatus: readTextOrNull(row, "engine_status"),
    heartbeatAtMs: readInstantOrNull(row, "engine_heartbeat_at"),
    readAtMs: readInstant(row, "read_at"),
    receivedAtMs,
  };
}

/** Loads what the trust panel shows; null where there is no such bot. */
export async function loadBotTrust(
  client: Client,
  botId: string,
): Promise<BotTrust | null> {
  const { data, error } = await client.from("bot_trust").select("*")
    .eq("bot_id", botId).limit(1);
  if (error !== null) {
    throw new LoadError(`Cannot load trust: ${error.message}`);
  }
  const rows: unknown = data;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return isRow(row) ? parseBotTrust(row, serverNow()) : null;
}
