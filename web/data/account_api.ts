import type { Client } from "./client.ts";
import { ApiError } from "./functions_api.ts";

/** A function of the database refuses with its code as message (P0001). */
const RAISED = "P0001";
/** The client's word for a call without an answer. */
const NO_STATUS = 0;

/**
 * Deletes the signed-in trader's account, for good.
 *
 * @param email His own address, as he typed it.
 * @throws {ApiError} `account_in_use` while something trades, `validation_failed`
 *   when the address is not his, `profile_suspended`, `forbidden` to admins;
 *   `offline`, or `no_answer` where it may have been done all the same.
 */
export async function deleteAccount(
  client: Client,
  email: string,
): Promise<void> {
  const { error, status } = await client.rpc("delete_account", { email });
  if (error === null) return;
  if (error.code === RAISED) {
    throw new ApiError({ code: error.message, message: error.details ?? "" });
  }
  if (status !== NO_STATUS) {
    throw new ApiError({ code: "internal", message: "" });
  }
  // Each browser has its own words for a server that is not there.
  const isLate = error.message.startsWith("TimeoutError");
  throw new ApiError({ code: isLate ? "no_answer" : "offline", message: "" });
}
