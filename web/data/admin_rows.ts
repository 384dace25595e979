/**
 * What admins see: people, bots of everybody, engines, the allowlist, the
 * audit. Parsed once at the edge, like a trader's own rows.
 *
 * @module
 */
import type { BotStatus, ProfileStatus, Venue } from "./rows.ts";
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
  readTextOrNull,
} from "./row_reader.ts";

/** The statuses of a profile, who waits first. */
export const PROFILE_STATUSES: readonly ProfileStatus[] = [
  "pending_review",
  "suspended",
  "active",
  "pending_key",
  "rejected",
];
/** The statuses of a bot, worst first. */
export const BOT_STATUSES: readonly BotStatus[] = [
  "faulted",
  "running",
  "starting",
  "stopping",
  "stopped",
  "idle",
];
const VENUES: readonly Venue[] = ["bitget", "bitget_demo", "paper"];
const ENGINE_STATUSES = ["running", "draining", "stopped"] as const;

/** One page of a list, and how many there are of each status. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly counts: Readonly<Record<string, number>>;
  readonly pageSize: number;
}

/** A user as admins see him. */
export interface Person {
  readonly id: string;
  readonly email: string;
  /** What the person calls himself; null where he has not said. */
  readonly displayName: string | null;
  readonly status: ProfileStatus;
  readonly statusReason: string | null;
  readonly statusAtMs: number;
  readonly exchangeUid: string | null;
  readonly isAllowlisted: boolean;
  readonly isAdmin: boolean;
  readonly isConfirmed: boolean;
  readonly graceEndsAtMs: number | null;
  readonly lastGraceEndsAtMs: number | null;
  readonly createdAtMs: number;
  readonly keys: number;
  readonly bots: number;
  readonly botsRunning: number;
}

/** Anybody's bot. */
export interface PlatformBot {
  readonly id: string;
  readonly name: string;
  readonly symbol: string;
  readonly strategy: string;
  readonly venue: Venue;
  readonly email: string;
  readonly status: BotStatus;
  readonly statusCode: string | null;
  readonly statusReason: string | null;
  readonly statusAtMs: number;
  readonly isPending: boolean;
  readonly engineName: string | null;
  readonly lastSyncAtMs: number | null;
  readonly equity: number | null;
  readonly openOrders: number | null;
  /** The owner is suspended and his grace runs until then. */
  readonly graceEndsAtMs: number | null;
}

/** An engine process. */
export interface EngineRow {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly status: (typeof ENGINE_STATUSES)[number];
  readonly capacity: number;
  readonly botsCount: number;
  readonly startedAtMs: number;
  readonly heartbeatAtMs: number;
}

/** A UID on the allowlist. */
export interface AllowlistRow {
  readonly uid: string;
  readonly note: string | null;
  readonly createdAtMs: number;
}

/** A line of the audit. */
export interface AuditRow {
  readonly id: string;
  readonly atMs: number;
  readonly action: string;
  readonly target: string;
  readonly targetName: string | null;
  readonly detail: OutsideRow;
  /** Null: the platform itself, or whom `detail.by` names. */
  readonly actorEmail: string | null;
  readonly actorId: string | null;
}

/** What stopping everything would reach. */
export interface KillPreview {
  readonly bots: number;
  readonly users: number;
  readonly realBots: number;
  readonly ordersCanceled: number;
  readonly ordersKept: number;
  readonly positionsClosed: number;
  readonly positionsLeft: number;
}

/** Somebody a change of the allowlist concerns. */
export interface AffectedPerson {
  readonly userId: string;
  readonly uid: string;
  readonly email: string | null;
  readonly bots: number;
}

/** What a change of the allowlist would do. */
export interface AllowlistPreview {
  readonly added: number;
  readonly removed: number;
  readonly known: number;
  readonly unknown: number;
  readonly staysClosed: number;
  readonly activated: number;
  readonly leaving: number;
  /** Who has bots on a second account that loses its UID: those stop. */
  readonly stopping: number;
  /** The first hundred of `activated`. */
  readonly activates: readonly AffectedPerson[];
  /** The first hundred of `leaving`. */
  readonly leaves: readonly AffectedPerson[];
  /** The first hundred of `stopping`; `bots` are those on the account. */
  readonly stops: readonly AffectedPerson[];
  /** Names this preview when it is agreed to. */
  readonly digest: string;
}

/** Reads a page of rows. */
export function parsePage<T>(
  answer: unknown,
  parse: (row: OutsideRow) => T,
): ListPage<T> {
  if (!isRow(answer) || !Array.isArray(answer.rows)) {
    throw new TypeError("Cannot read a page: it has no rows");
  }
  const counts = Object.entries(readObject(answer, "counts"));
  return {
    rows: answer.rows.filter(isRow).map(parse),
    counts: Object.fromEntries(counts.map(([k, n]) => [k, Number(n)])),
    pageSize: readNumber(answer, "page_size"),
  };
}

/** Reads one person of `list_people()`. */
export function parsePerson(row: OutsideRow): Person {
  return {
    id: readText(row, "user_id"),
    email: readTextOrNull(row, "email") ?? readText(row, "user_id"),
    displayName: readTextOrNull(row, "display_name"),
    status: readOneOf(row, "status", PROFILE_STATUSES),
    statusReason: readTextOrNull(row, "status_reason"),
    statusAtMs: readInstant(row, "status_at"),
    exchangeUid: readTextOrNull(row, "exchange_uid"),
    isAllowlisted: readBoolean(row, "is_allowlisted"),
    isAdmin: readBoolean(row, "is_admin"),
    isConfirmed: readBoolean(row, "is_confirmed"),
    graceEndsAtMs: readInstantOrNull(row, "grace_ends_at"),
    lastGraceEndsAtMs: readInstantOrNull(row, "last_grace_ends_at"),
    createdAtMs: readInstant(row, "created_at"),
    keys: readNumber(row, "keys"),
    bots: readNumber(row, "bots"),
    botsRunning: readNumber(row, "bots_running"),
  };
}

/** Reads one bot of `list_all_bots()`. */
export function parsePlatformBot(row: OutsideRow): PlatformBot {
  const isSuspended = row.profile_status === "suspended";
  return {
    id: readText(row, "id"),
    name: readText(row, "name"),
    symbol: readText(row, "symbol"),
    strategy: readText(row, "strategy"),
    venue: readOneOf(row, "venue", VENUES),
    email: readTextOrNull(row, "email") ?? readText(row, "user_id"),
    status: readOneOf(row, "status", BOT_STATUSES),
    statusCode: readTextOrNull(row, "status_code"),
    statusReason: readTextOrNull(row, "status_reason"),
    statusAtMs: readInstant(row, "status_at"),
    isPending: readBoolean(row, "is_pending"),
    engineName: readTextOrNull(row, "engine_name"),
    lastSyncAtMs: readInstantOrNull(row, "last_sync_at"),
    equity: readNumberOrNull(row, "equity"),
    openOrders: readNumberOrNull(row, "open_orders"),
    graceEndsAtMs: isSuspended ? readInstantOrNull(row, "grace_ends_at") : null,
  };
}

/** Reads a row of `engines`. */
export function parseEngine(row: OutsideRow): EngineRow {
  return {
    id: readText(row, "id"),
    name: readText(row, "name"),
    host: readText(row, "host"),
    version: readText(row, "version"),
    status: readOneOf(row, "status", ENGINE_STATUSES),
    capacity: readNumber(row, "capacity"),
    botsCount: readNumber(row, "bots_count"),
    startedAtMs: readInstant(row, "started_at"),
    heartbeatAtMs: readInstant(row, "heartbeat_at"),
  };
}

/** Reads a row of `uid_allowlist`. */
export function parseAllowlistRow(row: OutsideRow): AllowlistRow {
  return {
    uid: readText(row, "uid"),
    note: readTextOrNull(row, "note"),
    createdAtMs: readInstant(row, "created_at"),
  };
}

/** Reads a line of `list_audit()`. */
export function parseAudit(row: OutsideRow): AuditRow {
  return {
    id: readText(row, "id"),
    atMs: readInstant(row, "at"),
    action: readText(row, "action"),
    target: readText(row, "target"),
    targetName: readTextOrNull(row, "target_name"),
    detail: readObject(row, "detail"),
    actorEmail: readTextOrNull(row, "actor_email"),
    actorId: readTextOrNull(row, "actor_id"),
  };
}

/** Reads the answer of `preview_kill()`. */
export function parseKillPreview(answer: unknown): KillPreview {
  if (!isRow(answer)) throw new TypeError("Cannot read the preview of a kill");
  return {
    bots: readNumber(answer, "bots"),
    users: readNumber(answer, "users"),
    realBots: readNumber(answer, "real_bots"),
    ordersCanceled: readNumber(answer, "orders_canceled"),
    ordersKept: readNumber(answer, "orders_kept"),
    positionsClosed: readNumber(answer, "positions_closed"),
    positionsLeft: readNumber(answer, "positions_left"),
  };
}

/** Reads the answer of `POST /uid/allowlist/preview`. */
export function parseAllowlistPreview(answer: OutsideRow): AllowlistPreview {
  return {
    added: readNumber(answer, "added"),
    removed: readNumber(answer, "removed"),
    known: readNumber(answer, "known"),
    unknown: readNumber(answer, "unknown"),
    staysClosed: readNumber(answer, "staysClosed"),
    activated: readNumber(answer, "activated"),
    leaving: readNumber(answer, "leaving"),
    stopping: readNumber(answer, "stopping"),
    activates: readPeople(answer.activates),
    leaves: readPeople(answer.leaves),
    stops: readPeople(answer.stops),
    digest: readText(answer, "digest"),
  };
}

function readPeople(value: unknown): readonly AffectedPerson[] {
  if (!Array.isArray(value)) throw new TypeError("Cannot read who is affected");
  return value.filter(isRow).map((row) => ({
    userId: readText(row, "userId"),
    uid: readText(row, "uid"),
    email: readTextOrNull(row, "email"),
    bots: readNumber(row, "bots"),
  }));
}
