/** One attempt to deliver one message, and what became of it. @module */
import type { AlertsEnvironment, Environment } from "../_shared/env.ts";
import { checkTarget, TargetError } from "./egress.ts";
import { sendMail } from "./mail.ts";
import type { AlertMessage, Outcome } from "./message.ts";
import { post, PostError } from "./post.ts";
import { sendMessage } from "./telegram.ts";
import { deriveSecret, signedHeaders } from "./webhook.ts";
import { wordsOf } from "./words.ts";

const WEBHOOK_TIMEOUT_MS = 10_000;
const SENT: Outcome = { kind: "sent" };

/** Delivers a message. Never throws for what a receiver does. */
export async function deliver(
  env: Environment,
  message: AlertMessage,
): Promise<Outcome> {
  switch (message.channel.kind) {
    case "webhook":
      return await deliverWebhook(env.alerts, message);
    case "telegram":
      return await deliverTelegram(env, message);
    case "email":
      return await deliverMail(env, message);
  }
}

/** What a receiver gets: `{type, timestamp, data}`, as Standard Webhooks advise. */
function webhookBody(message: AlertMessage): string {
  const { topic, payload, created_at: createdAt } = message;
  return JSON.stringify({
    type: `trellis.${topic}`,
    timestamp: createdAt,
    data: payload,
  });
}

async function deliverWebhook(
  { key, allowsLocalTargets }: AlertsEnvironment,
  message: AlertMessage,
): Promise<Outcome> {
  const { channel } = message;
  if (key === null || channel.target === null) {
    return { kind: "dead", code: "channel_unavailable" };
  }
  try {
    const target = await checkTarget(channel.target, {
      allowsLocal: allowsLocalTargets,
    });
    const body = webhookBody(message);
    const secret = await deriveSecret(key, {
      id: channel.id,
      secretVersion: channel.secret_version,
    });
    const signed = await signedHeaders(secret, {
      id: `msg_${message.id}`,
      atSeconds: Math.floor(Date.now() / 1_000),
      body,
    });
    const answer = await post(target, {
      headers: { "content-type": "application/json", ...signed },
      body,
      timeoutMs: WEBHOOK_TIMEOUT_MS,
    });
    return webhookOutcome(answer.status, answer.retryAfterSeconds);
  } catch (error) {
    if (error instanceof TargetError) {
      return { kind: "dead", code: "url_not_allowed" };
    }
    if (error instanceof PostError) return { kind: "retry", code: error.code };
    throw error;
  }
}

function webhookOutcome(status: number, retrySeconds: number | null): Outcome {
  if (status >= 200 && status < 300) return SENT;
  const code = `http_${status}`;
  // Gone: the receiver wants nothing any more.
  if (status === 410) return { kind: "broken", code };
  if (status >= 300 && status < 400) return { kind: "dead", code };
  return {
    kind: "retry",
    code,
    ...(retrySeconds === null ? {} : { retrySeconds }),
  };
}

async function deliverTelegram(
  env: Environment,
  message: AlertMessage,
): Promise<Outcome> {
  const { telegram } = env.alerts;
  const chatId = message.channel.chat_id;
  if (telegram === null || chatId === null) {
    return { kind: "dead", code: "channel_unavailable" };
  }
  const { text } = wordsOf(message, webUrlOf(env));
  const answer = await sendMessage(telegram, chatId, text);
  if (answer.status === 200 && answer.result !== null) return SENT;
  // The user has blocked the bot, or the chat is gone.
  if (answer.status === 403 || answer.status === 400) {
    return { kind: "broken", code: "telegram_blocked" };
  }
  return {
    kind: "retry",
    code: answer.status === 0 ? "unreachable" : `http_${answer.status}`,
    ...(answer.retryAfterSeconds === null
      ? {}
      : { retrySeconds: Math.ceil(answer.retryAfterSeconds) }),
  };
}

async function deliverMail(
  env: Environment,
  message: AlertMessage,
): Promise<Outcome> {
  const { mail } = env.alerts;
  if (mail === null) return { kind: "dead", code: "channel_unavailable" };
  // Only the address its owner has proved to be his.
  if (message.email === null) {
    return { kind: "dead", code: "email_unconfirmed" };
  }
  const status = await sendMail(mail, {
    ...wordsOf(message, webUrlOf(env)),
    id: message.id,
    to: message.email,
  });
  if (status >= 200 && status < 300) return SENT;
  if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
    return { kind: "dead", code: `http_${status}` };
  }
  return {
    kind: "retry",
    code: status === 0 ? "unreachable" : `http_${status}`,
  };
}

function webUrlOf({ allowedOrigins }: Environment): string | null {
  return allowedOrigins[0] ?? null;
}
