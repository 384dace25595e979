import type { Log } from "@core/model/log.ts";

/** Hosted, pg_cron calls every half minute; here somebody is looking. */
const INTERVAL_MS = 2_000;

/** What the timer calls. */
export interface AlertsTimerOptions {
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly log: Log;
}

/** Has the outbox of alerts emptied every two seconds until disposed. */
export function startAlertsTimer(options: AlertsTimerOptions): AsyncDisposable {
  const end = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = callDispatcher(options, end.signal)
      .finally(() => isRunning = false);
  }, INTERVAL_MS);
  return {
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(timer);
      end.abort();
      await running;
    },
  };
}

async function callDispatcher(
  { apiUrl, secretKey, log }: AlertsTimerOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const response = await fetch(`${apiUrl}/functions/v1/alerts/dispatch`, {
      method: "POST",
      headers: { apikey: secretKey },
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) {
      log.warn("alerts_not_dispatched", { status: response.status });
    }
  } catch (error) {
    if (signal.aborted) return;
    log.warn("alerts_not_dispatched", { error });
  }
}
