import type { ReadonlySignal } from "@preact/signals";
import type { ApiHealth } from "../data/api_fetch.ts";
import type { Client } from "../data/client.ts";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AuthApi } from "../data/auth_api.ts";
import type { FunctionsApi } from "../data/functions_api.ts";
import type { LiveHub } from "../data/live_hub.ts";
import type { MailLink } from "../data/mail_link.ts";
import type { RuntimeConfig, VenueEndpoints } from "../data/runtime_config.ts";
import type { Venue } from "../data/rows.ts";
import type { Language } from "./language.ts";
import type { Session } from "./session.ts";
import type { Theme } from "./theme.ts";
import type { Trader } from "./trader.ts";

/** What every page may use. */
export interface App {
  readonly config: RuntimeConfig;
  readonly client: Client;
  readonly auth: AuthApi;
  readonly api: FunctionsApi;
  /** How the server does, as of its last answer. */
  readonly health: ReadonlySignal<ApiHealth>;
  readonly language: Language;
  /** The page was opened by a mailed link that is dead, or half of two. */
  readonly mailLink: MailLink | null;
  readonly session: Session;
  readonly theme: Theme;
}

/** What pages of a signed-in trader may use besides. */
export interface TraderScope {
  readonly hub: LiveHub;
  readonly trader: Trader;
  /** Whether the trader is an admin as well; null until it is known. */
  readonly isAdmin: ReadonlySignal<boolean | null>;
  /** Nobody could say so far; it is asked again by itself. */
  readonly isAdminUnknown: ReadonlySignal<boolean>;
  /** Asks again whether he is one. */
  readonly askAdmin: () => void;
}

/** Filled by main.tsx. */
export const AppContext = createContext<App | null>(null);
/** Filled by TraderGate. */
export const TraderContext = createContext<TraderScope | null>(null);

/** Returns the app's services. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error("Cannot use the app outside its context");
  return app;
}

/** Returns the signed-in trader's rows and live line. */
export function useTrader(): TraderScope {
  const scope = useContext(TraderContext);
  if (scope === null) throw new Error("Cannot use a trader while signed out");
  return scope;
}

/** Returns where a venue's public market data lives; null where nowhere. */
export function endpointsOf(
  config: RuntimeConfig,
  venue: Venue,
): VenueEndpoints | null {
  return venue === "paper" ? config.venues.paper : config.venues.bitget;
}
