import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Environment } from "./env.ts";

/**
 * Returns a client that acts as `service_role`. It exists for what no caller
 * may do himself, and the database grants that role nothing else: storing a
 * sealed key, counting calls, and sending alerts.
 */
export function serviceClient(env: Environment): SupabaseClient {
  return createClient(env.supabaseUrl, env.secretKey, {
    auth: {
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
    },
  });
}
