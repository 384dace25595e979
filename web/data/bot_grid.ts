import {
  RANGE_GRID_DIRECTIONS,
  RANGE_GRID_SPACINGS,
} from "@core/strategy/range_grid/config.ts";
import type {
  GridFrame,
  RangeGridState,
} from "@core/strategy/range_grid/state.ts";
import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import {
  isRow,
  type OutsideRow,
  readBoolean,
  readNumber,
  readNumberOrNull,
  readObject,
  readOneOf,
  readTextOrNull,
} from "./row_reader.ts";

const PHASES = ["waiting", "opening", "running", "exiting", "ended"] as const;

/** What one interval of a range grid holds and waits for. */
export interface BotInterval {
  /** Held when its entry is complete, and now; base. */
  readonly size: number;
  readonly held: number;
  /** Its order gives back what it holds. */
  readonly isExiting: boolean;
}

/** A range grid as its engine keeps it: a row of the view `bot_grids`. */
export interface BotGrid extends GridFrame {
  readonly phase: RangeGridState["phase"];
  /** It waits for its trigger price, not for its range. */
  readonly isTriggered: boolean;
  /** The margin guard keeps entries off. */
  readonly entriesOff: boolean;
  /** Intervals offset ≤ k < offset + levels are its range. */
  readonly offset: number;
  /** The interval around which orders rest, where not all may. */
  readonly center: number | null;
  /** Interval k is at k modulo levels. */
  readonly intervals: readonly BotInterval[];
}

/** Reads a row of `bot_grids`; null where no range grid has begun. */
export function parseBotGrid(row: OutsideRow): BotGrid | null {
  if (readTextOrNull(row, "phase") === null) return null;
  const grid = readObject(row, "grid");
  const intervals = Array.isArray(row.intervals) ? row.intervals : [];
  return {
    phase: readOneOf(row, "phase", PHASES),
    isTriggered: readTextOrNull(row, "awaits") === null,
    entriesOff: readBoolean(row, "entries_off"),
    offset: readNumber(row, "range_offset"),
    splitAt: readNumber(row, "split_at"),
    center: readNumberOrNull(row, "center"),
    grid: {
      lowerPrice: readNumber(grid, "lowerPrice"),
      upperPrice: readNumber(grid, "upperPrice"),
      levels: readNumber(grid, "levels"),
      spacing: readOneOf(grid, "spacing", RANGE_GRID_SPACINGS),
      direction: readOneOf(grid, "direction", RANGE_GRID_DIRECTIONS),
      budget: readNumber(grid, "budget"),
    },
    intervals: intervals.filter(isRow).map((interval) => ({
      size: readNumber(interval, "size"),
      held: readNumber(interval, "held"),
      isExiting: readBoolean(interval, "isExiting"),
    })),
  };
}

/** Loads a bot's grid; null where none has begun. */
export async function loadBotGrid(
  client: Client,
  botId: string,
): Promise<BotGrid | null> {
  const { data, error } = await client.from("bot_grids").select("*")
    .eq("bot_id", botId).limit(1);
  if (error !== null) {
    throw new LoadError(`Cannot load the grid: ${error.message}`);
  }
  const rows: unknown = data;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return isRow(row) ? parseBotGrid(row) : null;
}
