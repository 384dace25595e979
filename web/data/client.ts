import type { Database } from "@db/database_types.ts";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type ApiHealth, watchedFetch } from "./api_fetch.ts";
import type { RuntimeConfig } from "./runtime_config.ts";
import { sessionFetch } from "./session_fetch.ts";

/** supabase-js, knowing our tables and functions. */
export type Client = SupabaseClient<Database>;

/**
 * Returns the client. The session lives in local storage; a reset link's
 * tokens are taken from the address (the implicit flow, so that the link works
 * in another browser than the one that asked for it).
 *
 * @param onHealth Told how the server does after each answer, or none.
 */
export function createSupabaseClient(
  config: RuntimeConfig,
  onHealth: (health: ApiHealth) => void = () => {},
): Client {
  return createClient<Database>(config.supabaseUrl, config.publishableKey, {
    auth: { flowType: "implicit", storageKey: SESSION_KEY },
    // The models try again themselves, and say so meanwhile.
    db: { retry: false },
    global: {
      fetch: sessionFetch(watchedFetch({
        fetch: (...request) => fetch(...request),
        onHealth,
      })),
    },
  });
}

/** Where the session lives in local storage. */
export const SESSION_KEY = "trellis.session";
