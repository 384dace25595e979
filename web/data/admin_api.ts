/**
 * What an admin asks and does. Reads are calls of the database, which checks
 * that an admin asks; whatever changes something goes through the functions.
 *
 * @module
 */
import {
  type AllowlistPreview,
  type AllowlistRow,
  type AuditRow,
  type EngineRow,
  type KillPreview,
  type ListPage,
  parseAllowlistPreview,
  parseAllowlistRow,
  parseAudit,
  parseEngine,
  parseKillPreview,
  parsePage,
  parsePerson,
  parsePlatformBot,
  type Person,
  type PlatformBot,
} from "./admin_rows.ts";
import type { Client } from "./client.ts";
import { callFunction } from "./functions_api.ts";
import { LoadError } from "./load_error.ts";
import { isRow, readNumber } from "./row_reader.ts";
import type { BotStatus, ProfileStatus, StopPolicy } from "./rows.ts";

const ALLOWLIST_PAGE = 50;
const ENGINES_MAX = 200;

/** What an admin types to stop everything; functions/bots/app.ts asks for it. */
export const KILL_CONFIRMATION = "STOP ALL";

/** What a list is asked for. */
export interface ListQuery<Status extends string = string> {
  readonly search: string;
  /** Null: of any. */
  readonly status: Status | null;
  /** From 0. */
  readonly page: number;
}

/** A change of the allowlist, as it is typed or read from a file. */
export interface AllowlistChange {
  /** Lines of UID and note. */
  readonly csv?: string;
  readonly remove?: readonly string[];
  readonly replace?: boolean;
  /** Null: users of removed UIDs stay active. */
  readonly graceHours: number | null;
}

/** What a change of the allowlist has done. */
export interface AllowlistResult {
  readonly added: number;
  readonly removed: number;
  readonly activated: number;
  readonly suspended: number;
}

/** An admin's decision about a person, and what it was made about. */
export interface Decision {
  readonly kind: "approve" | "reject" | "suspend" | "reinstate";
  readonly reason?: string;
  readonly graceEndsAtMs?: number;
  readonly expectedUid: string | null;
  readonly expectedStatus: ProfileStatus;
}

/** See the head of this file. */
export class AdminApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** A page of people, who waits for a review first. */
  async people(query: ListQuery<ProfileStatus>): Promise<ListPage<Person>> {
    return parsePage(
      await this.#ask("list_people", { ...query }),
      parsePerson,
    );
  }

  /** A page of everybody's bots, faulted ones first. */
  async bots(query: ListQuery<BotStatus>): Promise<ListPage<PlatformBot>> {
    return parsePage(
      await this.#ask("list_all_bots", { ...query }),
      parsePlatformBot,
    );
  }

  /** Fifty lines of the audit before an id, newest first. */
  async audit(
    query: {
      readonly beforeId?: string;
      readonly action?: string | null;
      readonly target?: string;
    },
  ): Promise<ListPage<AuditRow>> {
    const answer = await this.#ask("list_audit", {
      "before_id": query.beforeId ?? null,
      action: query.action ?? null,
      target: query.target ?? null,
    });
    return parsePage(answer, parseAudit);
  }

  /** The engine processes, those that run first. */
  async engines(): Promise<readonly EngineRow[]> {
    const { data, error } = await this.#client.from("engines").select("*")
      .order("heartbeat_at", { ascending: false }).limit(ENGINES_MAX);
    if (error !== null) throw new LoadError(error.message);
    return data.map(parseEngine);
  }

  /** A page of the allowlist, newest first. */
  async allowlist(query: ListQuery): Promise<ListPage<AllowlistRow>> {
    const from = query.page * ALLOWLIST_PAGE;
    const { data, error, count } = await this.#client.from("uid_allowlist")
      .select("*", { count: "exact" })
      .like("uid", `${query.search.trim().replaceAll(/\D/g, "")}%`)
      .order("created_at", { ascending: false }).order("uid")
      .range(from, from + ALLOWLIST_PAGE - 1);
    if (error !== null) throw new LoadError(error.message);
    return {
      rows: data.map(parseAllowlistRow),
      counts: { all: count ?? data.length },
      pageSize: ALLOWLIST_PAGE,
    };
  }

  /** What stopping everything by this policy would reach now. */
  async previewKill(stopPolicy: StopPolicy): Promise<KillPreview> {
    return parseKillPreview(
      await this.#ask("preview_kill", { "stop_policy": stopPolicy }),
    );
  }

  /** Stops everything; returns how many bots. */
  async kill(stopPolicy: StopPolicy, confirmation: string): Promise<number> {
    const answer = await callFunction(this.#client, "POST", "bots/kill", {
      stopPolicy,
      confirmation,
    });
    return readNumber(answer, "stopped");
  }

  /** Approves, rejects, suspends or reinstates; refused when the person has changed meanwhile. */
  async decide(userId: string, decision: Decision): Promise<void> {
    const { kind, reason, graceEndsAtMs, expectedUid, expectedStatus } =
      decision;
    await callFunction(this.#client, "POST", `uid/${userId}/${kind}`, {
      expectedStatus,
      ...(expectedUid === null ? {} : { expectedUid }),
      ...(reason === undefined ? {} : { reason }),
      ...(graceEndsAtMs === undefined
        ? {}
        : { graceEndsAt: new Date(graceEndsAtMs).toISOString() }),
    });
  }

  /** What a change of the allowlist would do; changes nothing. */
  async previewAllowlist(change: AllowlistChange): Promise<AllowlistPreview> {
    return parseAllowlistPreview(
      await callFunction(this.#client, "POST", "uid/allowlist/preview", {
        ...change,
      }),
    );
  }

  /** Does what the preview with this digest said, or is refused. */
  async applyAllowlist(
    change: AllowlistChange,
    digest: string,
  ): Promise<AllowlistResult> {
    const answer = await callFunction(
      this.#client,
      "POST",
      "uid/allowlist/apply",
      { ...change, digest },
    );
    return {
      added: readNumber(answer, "added"),
      removed: readNumber(answer, "removed"),
      activated: readNumber(answer, "activated"),
      suspended: readNumber(answer, "suspended"),
    };
  }

  /** Calls a reading function of the database. @throws {LoadError} */
  async #ask(
    name: AdminRead,
    args: Readonly<Record<string, unknown>>,
  ): Promise<unknown> {
    // Its types know no null for arguments that have a default.
    const { data, error } = await this.#client.rpc(name, args as never);
    if (error !== null) throw new LoadError(`${name}: ${error.message}`);
    return isRow(data) || typeof data === "boolean" ? data : null;
  }
}

type AdminRead =
  | "is_admin"
  | "list_people"
  | "list_all_bots"
  | "list_audit"
  | "preview_kill";
