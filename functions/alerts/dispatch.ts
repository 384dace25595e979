/**
 * Empties the outbox: claims what is due, sends it, says what became of it.
 * At least once: a dispatcher that dies between sending and saying so leaves a
 * claim that runs out, and the message goes again under the same id.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { callRpc } from "../_shared/database.ts";
import type { Environment } from "../_shared/env.ts";
import { serviceClient } from "../_shared/service.ts";
import { deliver } from "./deliver.ts";
import {
  type AlertMessage,
  type ClaimedMessage,
  claimedMessages,
  type Outcome,
  readMessage,
} from "./message.ts";
import { readUpdates } from "./telegram.ts";

/** What a run has done. */
export interface Dispatched {
  readonly sent: number;
  /** To be tried again, or given up. */
  readonly failed: number;
  /** Telegram chats linked. */
  readonly linked: number;
}

const BATCH = 20;
/** Within a hosted function's time, with room for the last batch. */
const RUN_MS_MAX = 30_000;

/** Sends what is due; with a message's id that one alone. */
export async function dispatch(
  env: Environment,
  log: Log,
  messageId: string | null = null,
): Promise<Dispatched> {
  const db = serviceClient(env);
  const linked = messageId === null ? await linkChats(env, db, log) : 0;
  const endMs = Date.now() + RUN_MS_MAX;
  let sent = 0;
  let failed = 0;
  while (Date.now() < endMs) {
    const messages = await callRpc(db, {
      name: "claim_alerts",
      args: { "message_id": messageId, batch: BATCH },
      answer: claimedMessages,
    });
    const results = await Promise.all(
      messages.map((message) => attempt(env, db, log, message)),
    );
    sent += results.filter(Boolean).length;
    failed += results.filter((isSent) => !isSent).length;
    if (messages.length < BATCH || messageId !== null) break;
  }
  return { sent, failed, linked };
}

async function attempt(
  env: Environment,
  db: SupabaseClient,
  log: Log,
  claimed: ClaimedMessage,
): Promise<boolean> {
  const message = readMessage(claimed);
  const outcome = message === null
    ? { kind: "dead", code: "message_unreadable" } as const
    : await outcomeOf(env, log, message);
  const status = await callRpc(db, {
    name: "finish_alert",
    args: {
      "message_id": claimed.id,
      attempt: claimed.attempt,
      outcome: outcome.kind,
      "error_code": outcome.kind === "sent" ? null : outcome.code,
      "retry_seconds": outcome.kind === "sent"
        ? null
        : outcome.retrySeconds ?? null,
    },
    answer: z.string(),
  });
  const fields = {
    messageId: claimed.id,
    attempt: claimed.attempt,
    ...(message !== null &&
      { channel: message.channel.kind, topic: message.topic }),
    status,
  };
  if (outcome.kind === "sent") log.info("alert_sent", fields);
  else log.info("alert_not_sent", { ...fields, reason: outcome.code });
  return outcome.kind === "sent";
}

/** Delivers; what nobody expected is tried again and costs the others nothing. */
async function outcomeOf(
  env: Environment,
  log: Log,
  message: AlertMessage,
): Promise<Outcome> {
  try {
    return await deliver(env, message);
  } catch (error) {
    // Its kind alone: its text may quote an address, and with it a token.
    const kind = error instanceof Error ? error.name : typeof error;
    log.error("alert_failed", { messageId: message.id, error: kind });
    return { kind: "retry", code: "internal" };
  }
}

/** Reads what was written to the bot, while somebody waits to be linked. */
async function linkChats(
  env: Environment,
  db: SupabaseClient,
  log: Log,
): Promise<number> {
  const { telegram } = env.alerts;
  if (telegram === null) return 0;
  const cursor = await callRpc(db, {
    name: "read_telegram_cursor",
    args: {},
    answer: z.coerce.number().nullable(),
  });
  if (cursor === null) return 0;
  let linked = 0;
  for (const update of await readUpdates(telegram, cursor)) {
    const isLinked = await callRpc(db, {
      name: "take_telegram_update",
      args: {
        "update_id": update.updateId,
        code: update.code,
        "chat_id": update.chatId ?? "0",
        "chat_name": update.chatName,
      },
      answer: z.boolean(),
    });
    if (isLinked) linked += 1;
  }
  if (linked > 0) log.info("telegram_linked", { linked });
  return linked;
}
