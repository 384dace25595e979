import type { Database } from "@db/database_types.ts";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { RuntimeConfig } from "./runtime_config.ts";

/** supabase-js, knowing our tables and functions. */
export type Client = SupabaseClient<Database>;

/**
 * Returns the client. The session lives in local storage; a reset link's
 * tokens are taken from the address (the implicit flow, so that the link works
 * in another browser than the one that asked for it).
 */
export function createSupabaseClient(config: RuntimeConfig): Client {
  return createClient<Database>(config.supabaseUrl, config.publishableKey, {
    auth: { flowType: "implicit", storageKey: "trellis.session" },
    // The models try again themselves, and say so meanwhile.
    db: { retry: false },
  });
}
