import type { Client } from "./client.ts";
import { ApiError } from "./functions_api.ts";

/** A function of the database refuses with its code as message (P0001). */
const RAISED = "P0001";

/**
 * Deletes the signed-in trader's account, for good.
 *
 * @param email His own address, as he typed it.
 * @throws {ApiError} `account_in_use` while something trades, `validation_failed`
 *   when the address is not his, `profile_suspended`, `forbidden` to admins.
 */
export async function deleteAccount(
  client: Client,
  email: string,
): Promise<void> {
  const { error } = await client.rpc("delete_account", { email });
  if (error === null) return;
  if (error.code === RAISED) {
    throw new ApiError({ code: error.message, message: error.details ?? "" });
  }
  const isOffline = error.message.includes("Failed to fetch");
  throw new ApiError({ code: isOffline ? "offline" : "internal", message: "" });
}
