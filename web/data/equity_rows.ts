import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import { parseRows } from "./rows.ts";
import { readInstant, readNumberOrNull } from "./row_reader.ts";

/** Three hours of one point a minute. */
const POINTS_SHOWN = 180;

/** The equity of a bot's account at a minute; null is unknown. */
export interface EquityPoint {
  readonly atMs: number;
  readonly equity: number | null;
}

/** Loads the newest minutes of a bot's equity, oldest first. */
export async function loadEquity(
  client: Client,
  botId: string,
): Promise<readonly EquityPoint[]> {
  const { data, error } = await client.from("equity_snapshots")
    .select("at, equity").eq("bot_id", botId)
    .order("at", { ascending: false }).limit(POINTS_SHOWN);
  if (error !== null) {
    throw new LoadError(`Cannot load equity: ${error.message}`);
  }
  return parseRows(data, (row) => ({
    atMs: readInstant(row, "at"),
    equity: readNumberOrNull(row, "equity"),
  })).toReversed();
}
