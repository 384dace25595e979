import { setServerClock } from "./server_clock.ts";

/** Where an exchange's public market data lives. */
export interface VenueEndpoints {
  /** Base of the REST API, no trailing slash. */
  readonly rest: string;
  /** Base of the WebSocket API, `ws:` or `wss:`, no trailing slash. */
  readonly ws: string;
}

/** What `/config.json` tells the app: the only thing not known at build time. */
export interface RuntimeConfig {
  readonly supabaseUrl: string;
  readonly publishableKey: string;
  readonly venues: {
    /** Null where no paper exchange runs beside this web server. */
    readonly paper: VenueEndpoints | null;
    readonly bitget: VenueEndpoints;
  };
  /** Where engines call the exchange from: keys are bound to these. */
  readonly engineAddresses?: readonly string[];
  /** The local inbox page; null where mails really leave. */
  readonly mailInboxUrl: string | null;
  /** The demo trader; null outside a demo. */
  readonly demo: { readonly email: string; readonly password: string } | null;
}

/** A page that waits for this shows nothing at all. */
const ANSWER_MS_MAX = 15_000;

/**
 * Reads the configuration of this deployment, and sets the clock by the answer.
 *
 * @throws {Error} If it does not come in time or is not what it should be.
 */
export async function loadRuntimeConfig(): Promise<RuntimeConfig> {
  const askedAtMs = Date.now();
  const response = await fetch("/config.json", {
    cache: "no-store",
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  setServerClock(response.headers.get("date"), askedAtMs);
  if (!response.ok) {
    throw new Error(`Cannot load /config.json: status ${response.status}`);
  }
  const config: RuntimeConfig = await response.json();
  if (!config.supabaseUrl || !config.publishableKey || !config.venues?.bitget) {
    throw new Error("Cannot use /config.json: a value is missing");
  }
  return config;
}
