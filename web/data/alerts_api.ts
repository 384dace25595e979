/**
 * Where the trader is told what happened outside the app: his channels and the
 * messages of late, read as rows; changed through the function `alerts`.
 *
 * @module
 */
import type { Client } from "./client.ts";
import { callFunction } from "./functions_api.ts";
import { LoadError } from "./load_error.ts";
import {
  isRow,
  type OutsideRow,
  readBoolean,
  readInstant,
  readNumber,
  readOneOf,
  readText,
  readTextList,
  readTextOrNull,
} from "./row_reader.ts";

/** Ways to be told. */
export const CHANNEL_KINDS = ["email", "telegram", "webhook"] as const;
/** One of {@linkcode CHANNEL_KINDS}. */
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
/** What to be told about. */
export const TOPICS = ["fault", "stop", "margin", "grace", "fills"] as const;
/** One of {@linkcode TOPICS}. */
export type Topic = (typeof TOPICS)[number];
const CHANNEL_STATUSES = ["pending", "active", "broken"] as const;
const MESSAGE_STATUSES = ["pending", "sending", "sent", "dead"] as const;
const MESSAGE_TOPICS = [...TOPICS, "test"] as const;
const MESSAGES_SHOWN = 30;

/** A channel of the trader. */
export interface AlertChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly isEnabled: boolean;
  readonly topics: readonly Topic[];
  readonly digestMinutes: number;
  /** A webhook's address, a Telegram chat's name. */
  readonly target: string | null;
  readonly status: (typeof CHANNEL_STATUSES)[number];
  readonly statusCode: string | null;
}

/** A message of late. */
export interface AlertMessage {
  readonly id: string;
  readonly channelId: string;
  readonly topic: (typeof MESSAGE_TOPICS)[number];
  readonly status: (typeof MESSAGE_STATUSES)[number];
  readonly attempts: number;
  readonly errorCode: string | null;
  readonly createdAtMs: number;
  /** The bot it is about, where it is about one. */
  readonly botName: string | null;
}

/** Everything the page shows. */
export interface AlertRows {
  readonly channels: readonly AlertChannel[];
  readonly messages: readonly AlertMessage[];
  /** What this installation can send with. */
  readonly offers: Readonly<Record<ChannelKind, boolean>>;
}

/** What is saved of a channel. */
export interface ChannelSettings {
  readonly isEnabled: boolean;
  readonly topics: readonly Topic[];
  readonly digestMinutes: number;
  /** A webhook's. */
  readonly url?: string;
}

/** Reads a row of `alert_channels`. */
function parseAlertChannel(row: OutsideRow): AlertChannel {
  const topics = readTextList(row, "topics");
  return {
    id: readText(row, "id"),
    kind: readOneOf(row, "kind", CHANNEL_KINDS),
    isEnabled: readBoolean(row, "is_enabled"),
    topics: TOPICS.filter((topic) => topics.includes(topic)),
    digestMinutes: readNumber(row, "digest_minutes"),
    target: readTextOrNull(row, "target"),
    status: readOneOf(row, "status", CHANNEL_STATUSES),
    statusCode: readTextOrNull(row, "status_code"),
  };
}

/** Reads a row of `alert_messages`. */
function parseAlertMessage(row: OutsideRow): AlertMessage {
  const { payload } = row;
  const bot = isRow(payload) && isRow(payload.bot) ? payload.bot : null;
  return {
    id: readText(row, "id"),
    channelId: readText(row, "channel_id"),
    topic: readOneOf(row, "topic", MESSAGE_TOPICS),
    status: readOneOf(row, "status", MESSAGE_STATUSES),
    attempts: readNumber(row, "attempts"),
    errorCode: readTextOrNull(row, "error_code"),
    createdAtMs: readInstant(row, "created_at"),
    botName: bot === null ? null : readTextOrNull(bot, "name"),
  };
}

/** See the head of this file. */
export class AlertsApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Loads all of it. @throws {LoadError} */
  async load(): Promise<AlertRows> {
    const [channels, messages, offers] = await Promise.all([
      this.#client.from("alert_channels").select("*"),
      this.#client.from("alert_messages").select("*")
        .order("created_at", { ascending: false }).limit(MESSAGES_SHOWN),
      callFunction(this.#client, "GET", "alerts/options"),
    ]);
    const error = channels.error ?? messages.error;
    if (error !== null) throw new LoadError(error.message);
    return {
      channels: (channels.data ?? []).map(parseAlertChannel),
      messages: (messages.data ?? []).map(parseAlertMessage),
      offers: {
        email: readBoolean(offers, "email"),
        telegram: readBoolean(offers, "telegram"),
        webhook: readBoolean(offers, "webhook"),
      },
    };
  }

  /** Saves a channel. @returns A new webhook's key, shown this once. */
  async save(
    kind: ChannelKind,
    settings: ChannelSettings,
  ): Promise<string | null> {
    const answer = await callFunction(
      this.#client,
      "PUT",
      `alerts/channels/${kind}`,
      { ...settings },
    );
    return readTextOrNull(answer, "secret");
  }

  /** Removes a channel, with its messages. */
  async remove(kind: ChannelKind): Promise<void> {
    await callFunction(this.#client, "DELETE", `alerts/channels/${kind}`);
  }

  /** Sends a test message. @returns Why it was not delivered; null: it was. */
  async test(kind: ChannelKind): Promise<string | null> {
    const answer = await callFunction(
      this.#client,
      "POST",
      `alerts/channels/${kind}/test`,
      {},
    );
    if (readText(answer, "status") === "sent") return null;
    return readTextOrNull(answer, "errorCode") ?? "delayed";
  }

  /** Gives the webhook a new key and returns it. */
  async rotate(): Promise<string> {
    const answer = await callFunction(
      this.#client,
      "POST",
      "alerts/webhook/secret",
      {},
    );
    return readText(answer, "secret");
  }

  /** Begins to link a chat; returns the address to open. */
  async linkTelegram(): Promise<string> {
    const answer = await callFunction(
      this.#client,
      "POST",
      "alerts/telegram/link",
      {},
    );
    return readText(answer, "url");
  }

  /** Has a message that was given up tried again. */
  async retry(id: string): Promise<void> {
    await callFunction(this.#client, "POST", `alerts/messages/${id}/retry`, {});
  }
}
