/**
 * The bot's side of Telegram. The token is part of each address there, so no
 * error of a request is ever passed on: it could quote the address.
 *
 * @module
 */
import { z } from "zod";

/** The bot. */
export interface TelegramBot {
  readonly token: string;
  /** `https://api.telegram.org`. */
  readonly url: string;
}

/** A text somebody wrote to the bot. */
export interface TelegramUpdate {
  readonly updateId: number;
  /** What follows `/start `; null for everything else. */
  readonly code: string | null;
  readonly chatId: string | null;
  readonly chatName: string;
}

/** What Telegram answers. */
export interface TelegramAnswer {
  /** 0: nothing that could be read. */
  readonly status: number;
  readonly result: unknown;
  readonly retryAfterSeconds: number | null;
}

const TIMEOUT_MS = 10_000;
const UPDATES_MAX = 50;
const answer = z.object({
  ok: z.boolean(),
  result: z.unknown().optional(),
  parameters: z.object({ "retry_after": z.number().optional() }).optional(),
});
const update = z.object({
  "update_id": z.int(),
  message: z.object({
    text: z.string().optional(),
    chat: z.object({
      id: z.int(),
      title: z.string().optional(),
      username: z.string().optional(),
      "first_name": z.string().optional(),
    }),
  }).optional(),
});
const me = z.object({ username: z.string() });

/** Calls a method of the bot; never throws. */
async function call(
  bot: TelegramBot,
  method: string,
  body: Readonly<Record<string, unknown>>,
): Promise<TelegramAnswer> {
  try {
    const response = await fetch(`${bot.url}/bot${bot.token}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const parsed = answer.safeParse(await response.json());
    return {
      status: response.status,
      result: parsed.success && parsed.data.ok ? parsed.data.result : null,
      retryAfterSeconds: parsed.data?.parameters?.retry_after ?? null,
    };
  } catch {
    return { status: 0, result: null, retryAfterSeconds: null };
  }
}

/** Writes to a chat. */
export async function sendMessage(
  bot: TelegramBot,
  chatId: string,
  text: string,
): Promise<TelegramAnswer> {
  return await call(bot, "sendMessage", {
    "chat_id": chatId,
    text,
    "link_preview_options": { "is_disabled": true },
  });
}

/** The bot's name, for links; null when Telegram does not answer. */
export async function botName(bot: TelegramBot): Promise<string | null> {
  const { result } = await call(bot, "getMe", {});
  const parsed = me.safeParse(result);
  return parsed.success ? parsed.data.username : null;
}

/** What was written to the bot since, oldest first; nothing on failure. */
export async function readUpdates(
  bot: TelegramBot,
  offset: number,
): Promise<readonly TelegramUpdate[]> {
  const { result } = await call(bot, "getUpdates", {
    offset,
    limit: UPDATES_MAX,
    timeout: 0,
    "allowed_updates": ["message"],
  });
  const parsed = z.array(update).safeParse(result);
  if (!parsed.success) return [];
  return parsed.data.map(({ update_id: updateId, message }) => ({
    updateId,
    code: /^\/start ([\w-]{8,64})$/.exec(message?.text ?? "")?.[1] ?? null,
    chatId: message === undefined ? null : String(message.chat.id),
    chatName: message?.chat.title ?? message?.chat.username ??
      message?.chat.first_name ?? "",
  }));
}
