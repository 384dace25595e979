/**
 * E-mail over an HTTP mail API: hosted functions may not speak SMTP on the
 * usual ports. One POST of `{from, to, subject, text}` with a bearer key and an
 * `Idempotency-Key`, as Resend and its likes take it; the local stack's inbox
 * takes the same.
 *
 * @module
 */
import type { AlertsEnvironment } from "../_shared/env.ts";
import type { AlertText } from "./words.ts";

const TIMEOUT_MS = 10_000;

/** Sends one mail. @returns The status; 0: no answer. */
export async function sendMail(
  mail: NonNullable<AlertsEnvironment["mail"]>,
  message: AlertText & { readonly id: string; readonly to: string },
): Promise<number> {
  const { id, to, subject, text } = message;
  try {
    const response = await fetch(mail.url, {
      method: "POST",
      headers: {
        "authorization": `Bearer ${mail.key}`,
        "content-type": "application/json",
        "idempotency-key": id,
      },
      body: JSON.stringify({ from: mail.from, to, subject, text }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}
