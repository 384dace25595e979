import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";

/** Asks whether the signed-in user is an admin. @throws {LoadError} */
export async function askIsAdmin(client: Client): Promise<boolean> {
  const { data, error } = await client.rpc("is_admin");
  if (error !== null) throw new LoadError(`is_admin: ${error.message}`);
  return data;
}
