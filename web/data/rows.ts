/**
 * The rows the app shows, parsed once at the edge: what comes out of here has
 * our words and types. Money is a display value (JSON rounded it to a double);
 * null is unknown and is shown as a dash.
 *
 * @module
 */
import type { OrderStatus } from "@core/model/order.ts";
import { ORDER_STATUSES } from "@core/model/order.ts";
import type { OrderSide, PositionSide, Purpose } from "@core/model/sides.ts";
import { POSITION_SIDES, PURPOSES } from "@core/model/sides.ts";
import {
  isRow,
  type OutsideRow,
  readBoolean,
  readInstant,
  readInstantOrNull,
  readNumber,
  readNumberOrNull,
  readObject,
  readOneOf,
  readText,
  readTextList,
  readTextListOrEmpty,
  readTextOrNull,
} from "./row_reader.ts";

const ORDER_SIDES: readonly OrderSide[] = ["buy", "sell"];
const VENUES = ["bitget", "bitget_demo", "paper"] as const;
const KEY_STATUSES = ["active", "invalid", "revoked"] as const;
const BOT_STATUSES = [
  "idle",
  "starting",
  "running",
  "stopping",
  "stopped",
  "faulted",
] as const;
const PROFILE_STATUSES = [
  "pending_key",
  "pending_review",
  "active",
  "suspended",
  "rejected",
] as const;
const EVENT_LEVELS = ["info", "warning", "error"] as const;
const LIQUIDITIES = ["maker", "taker"] as const;

/** How a stopping bot leaves its orders and positions. */
export const STOP_POLICIES = [
  "keep_take_profits",
  "cancel_orders",
  "close_positions",
] as const;
/** One of {@linkcode STOP_POLICIES}. */
export type StopPolicy = (typeof STOP_POLICIES)[number];
/** Where a key trades. */
export type Venue = (typeof VENUES)[number];
/** What the engine reports. */
export type BotStatus = (typeof BOT_STATUSES)[number];
/** Whether the trader may trade real money. */
export type ProfileStatus = (typeof PROFILE_STATUSES)[number];

/** The trader. */
export interface Profile {
  readonly userId: string;
  readonly displayName: string | null;
  /** BCP 47 tag of the language chosen. */
  readonly locale: string;
  readonly status: ProfileStatus;
  readonly statusReason: string | null;
  readonly exchangeUid: string | null;
  /** While suspended: until when bots keep take-profits; null: not at all. */
  readonly graceEndsAtMs: number | null;
}

/** A connected exchange account; its secret never leaves the database. */
export interface ExchangeKey {
  readonly id: string;
  readonly label: string;
  readonly venue: Venue;
  readonly exchangeUid: string;
  readonly keyHint: string;
  readonly permissions: readonly string[];
  readonly ipRestricted: boolean;
  readonly status: (typeof KEY_STATUSES)[number];
  readonly createdAtMs: number;
  /** When the exchange was last asked about this very key. */
  readonly verifiedAtMs: number | null;
}

/** A bot: what is wanted of it and what the engine says of it. */
export interface Bot {
  readonly id: string;
  readonly exchangeKeyId: string;
  readonly name: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly config: OutsideRow;
  readonly desiredState: "running" | "stopped";
  /** True until the engine has carried out the newest wish. */
  readonly isPending: boolean;
  /** Raised by every change of the configuration. */
  readonly configVersion: number;
  /** The one the engine trades by; null before the first start. */
  readonly runningConfigVersion: number | null;
  readonly status: BotStatus;
  readonly statusCode: string | null;
  readonly statusReason: string | null;
  readonly startedAtMs: number | null;
  readonly stoppedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A bot's figures. */
export interface BotMetrics {
  readonly botId: string;
  readonly markPrice: number | null;
  readonly longSize: number | null;
  readonly longEntryPrice: number | null;
  readonly shortSize: number | null;
  readonly shortEntryPrice: number | null;
  readonly unrealizedPnl: number | null;
  readonly realizedPnl: number | null;
  readonly fees: number | null;
  readonly funding: number | null;
  readonly equity: number | null;
  readonly marginRatio: number | null;
  readonly openOrders: number | null;
  readonly fillsCount: number | null;
  readonly lastSyncAtMs: number | null;
  /** What closed pairs earned, gross; null is unknown. */
  readonly gridProfit: number | null;
  readonly gridPairs: number | null;
  /** By leg, in the exchange's words; null: it says none, or the leg is flat. */
  readonly liquidationPrices: LegPrices;
  readonly breakEvenPrices: LegPrices;
  readonly updatedAtMs: number;
}

/** A price of each leg. */
export type LegPrices = Readonly<Record<PositionSide, number | null>>;

/** An order of a bot. */
export interface Order {
  readonly id: string;
  readonly botId: string;
  readonly clientOrderId: string;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly purpose: Purpose;
  /** Null for market orders. */
  readonly price: number | null;
  readonly size: number;
  readonly filledSize: number;
  readonly status: OrderStatus;
  readonly rejectCode: string | null;
  readonly rejectMessage: string | null;
  /** The strategy's rule that wanted it. */
  readonly rule: string | null;
  /** What the rule looked at. */
  readonly inputs: OutsideRow;
  /** Its place in the grid. */
  readonly level: number;
  /** Why it ended unfilled; null: it filled, or rests, or not known. */
  readonly endReason: string | null;
  /** Mean price of its fills. */
  readonly averagePrice: number | null;
  readonly finishedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One execution. */
export interface Fill {
  readonly id: string;
  readonly botId: string | null;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly purpose: Purpose | null;
  readonly price: number;
  readonly size: number;
  readonly fee: number | null;
  readonly feeCurrency: string | null;
  readonly realizedPnl: number | null;
  readonly liquidity: "maker" | "taker" | null;
  readonly tradeId: string;
  /** Of a closing fill: what its pair earned, gross; null: none, or not known. */
  readonly pairProfit: number | null;
  readonly pairEntryPrice: number | null;
  /** Trade ids of the openings it gave back, newest first. */
  readonly pairTradeIds: readonly string[];
  readonly filledAtMs: number;
}

/** A line of a bot's log. */
export interface BotEvent {
  readonly id: string;
  readonly botId: string;
  readonly level: (typeof EVENT_LEVELS)[number];
  readonly code: string;
  readonly message: string;
  readonly createdAtMs: number;
}

/** Reads many rows; one that cannot be read is an error of ours and throws. */
export function parseRows<T>(
  rows: unknown,
  parse: (row: OutsideRow) => T,
): readonly T[] {
  if (!Array.isArray(rows)) throw new TypeError("Cannot read rows: no list");
  return rows.filter(isRow).map(parse);
}

/** Reads a row of `profiles`. */
export function parseProfile(row: OutsideRow): Profile {
  return {
    userId: readText(row, "user_id"),
    displayName: readTextOrNull(row, "display_name"),
    locale: readText(row, "locale"),
    status: readOneOf(row, "status", PROFILE_STATUSES),
    statusReason: readTextOrNull(row, "status_reason"),
    exchangeUid: readTextOrNull(row, "exchange_uid"),
    graceEndsAtMs: readInstantOrNull(row, "grace_ends_at"),
  };
}

/** Reads a row of `exchange_keys`. */
export function parseExchangeKey(row: OutsideRow): ExchangeKey {
  return {
    id: readText(row, "id"),
    label: readText(row, "label"),
    venue: readOneOf(row, "venue", VENUES),
    exchangeUid: readText(row, "exchange_uid"),
    keyHint: readText(row, "key_hint"),
    permissions: readTextList(row, "permissions"),
    ipRestricted: readBoolean(row, "ip_restricted"),
    status: readOneOf(row, "status", KEY_STATUSES),
    createdAtMs: readInstant(row, "created_at"),
    verifiedAtMs: readInstantOrNull(row, "verified_at"),
  };
}

/** Reads a row of `bots`. */
export function parseBot(row: OutsideRow): Bot {
  return {
    id: readText(row, "id"),
    exchangeKeyId: readText(row, "exchange_key_id"),
    name: readText(row, "name"),
    symbol: readText(row, "symbol"),
    strategy: readText(row, "strategy"),
    config: readObject(row, "config"),
    desiredState: readOneOf(row, "desired_state", ["running", "stopped"]),
    isPending: readNumber(row, "acknowledged_version") <
      readNumber(row, "desired_version"),
    configVersion: readNumber(row, "config_version"),
    runningConfigVersion: readNumberOrNull(row, "running_config_version"),
    status: readOneOf(row, "status", BOT_STATUSES),
    statusCode: readTextOrNull(row, "status_code"),
    statusReason: readTextOrNull(row, "status_reason"),
    startedAtMs: readInstantOrNull(row, "started_at"),
    stoppedAtMs: readInstantOrNull(row, "stopped_at"),
    createdAtMs: readInstant(row, "created_at"),
    updatedAtMs: readInstant(row, "updated_at"),
  };
}

/** Reads a row of `bot_metrics`. */
export function parseBotMetrics(row: OutsideRow): BotMetrics {
  return {
    botId: readText(row, "bot_id"),
    markPrice: readNumberOrNull(row, "mark_price"),
    longSize: readNumberOrNull(row, "long_size"),
    longEntryPrice: readNumberOrNull(row, "long_entry_price"),
    shortSize: readNumberOrNull(row, "short_size"),
    shortEntryPrice: readNumberOrNull(row, "short_entry_price"),
    unrealizedPnl: readNumberOrNull(row, "unrealized_pnl"),
    realizedPnl: readNumberOrNull(row, "realized_pnl"),
    fees: readNumberOrNull(row, "fees"),
    funding: readNumberOrNull(row, "funding"),
    equity: readNumberOrNull(row, "equity"),
    marginRatio: readNumberOrNull(row, "margin_ratio"),
    openOrders: readNumberOrNull(row, "open_orders"),
    fillsCount: readNumberOrNull(row, "fills_count"),
    lastSyncAtMs: readInstantOrNull(row, "last_sync_at"),
    gridProfit: readNumberOrNull(row, "grid_profit"),
    gridPairs: readNumberOrNull(row, "grid_pairs"),
    liquidationPrices: readLegPrices(row, "liquidation_price"),
    breakEvenPrices: readLegPrices(row, "break_even_price"),
    updatedAtMs: readInstant(row, "updated_at"),
  };
}

function readLegPrices(row: OutsideRow, what: string): LegPrices {
  return {
    long: readNumberOrNull(row, `long_${what}`),
    short: readNumberOrNull(row, `short_${what}`),
  };
}

/** Reads a row of `orders`. */
export function parseOrder(row: OutsideRow): Order {
  const reason = readObject(row, "reason");
  return {
    id: readText(row, "id"),
    botId: readText(row, "bot_id"),
    clientOrderId: readText(row, "client_order_id"),
    positionSide: readOneOf(row, "position_side", POSITION_SIDES),
    orderSide: readOneOf(row, "order_side", ORDER_SIDES),
    purpose: readOneOf(row, "purpose", PURPOSES),
    price: readNumberOrNull(row, "price"),
    size: readNumber(row, "size"),
    filledSize: readNumber(row, "filled_size"),
    status: readOneOf(row, "status", ORDER_STATUSES),
    rejectCode: readTextOrNull(row, "reject_code"),
    rejectMessage: readTextOrNull(row, "reject_message"),
    rule: readTextOrNull(reason, "rule"),
    inputs: readObject(reason, "inputs"),
    level: readNumber(row, "level"),
    endReason: readTextOrNull(row, "end_reason"),
    averagePrice: readNumberOrNull(row, "average_price"),
    finishedAtMs: readInstantOrNull(row, "finished_at"),
    createdAtMs: readInstant(row, "created_at"),
    updatedAtMs: readInstant(row, "updated_at"),
  };
}

/** Reads a row of `fills`. */
export function parseFill(row: OutsideRow): Fill {
  return {
    id: readText(row, "id"),
    botId: readTextOrNull(row, "bot_id"),
    positionSide: readOneOf(row, "position_side", POSITION_SIDES),
    orderSide: readOneOf(row, "order_side", ORDER_SIDES),
    purpose: row.purpose === null ? null : readOneOf(row, "purpose", PURPOSES),
    price: readNumber(row, "price"),
    size: readNumber(row, "size"),
    fee: readNumberOrNull(row, "fee"),
    feeCurrency: readTextOrNull(row, "fee_currency"),
    realizedPnl: readNumberOrNull(row, "realized_pnl"),
    liquidity: row.liquidity === null
      ? null
      : readOneOf(row, "liquidity", LIQUIDITIES),
    tradeId: readText(row, "venue_trade_id"),
    pairProfit: readNumberOrNull(row, "pair_profit"),
    pairEntryPrice: readNumberOrNull(row, "pair_entry_price"),
    pairTradeIds: readTextListOrEmpty(row, "pair_trade_ids"),
    filledAtMs: readInstant(row, "filled_at"),
  };
}

/** Reads a row of `bot_events`. */
export function parseBotEvent(row: OutsideRow): BotEvent {
  return {
    id: readText(row, "id"),
    botId: readText(row, "bot_id"),
    level: readOneOf(row, "level", EVENT_LEVELS),
    code: readText(row, "code"),
    message: readText(row, "message"),
    createdAtMs: readInstant(row, "created_at"),
  };
}
