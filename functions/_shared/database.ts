/** Calls of the database's functions, their refusals turned into ours. @module */
import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import type { z } from "zod";
import { ApiError, isErrorCode } from "./errors.ts";

/** One call of a database function. */
export interface RpcCall<T> {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What the answer must look like. */
  readonly answer: z.ZodType<T>;
}

/**
 * Calls a database function.
 *
 * @throws {ApiError} With the function's own code where it refuses; `internal`
 * for everything else, its cause kept for the log.
 */
export async function callRpc<T>(
  db: SupabaseClient,
  call: RpcCall<T>,
): Promise<T> {
  const { data, error } = await db.rpc(call.name, call.args);
  if (error !== null) throw databaseRefusal(error);
  const parsed = call.answer.safeParse(data);
  if (!parsed.success) {
    throw new ApiError("internal", {
      cause: new TypeError(
        `Cannot read answer of ${call.name}: ${parsed.error.message}`,
      ),
    });
  }
  return parsed.data;
}

/**
 * Turns a database error into the API's. Our functions raise `P0001` with the
 * API code as message and the sentence as detail.
 */
export function databaseRefusal(error: PostgrestError): ApiError {
  if (error.code === "P0001" && isErrorCode(error.message)) {
    const sentence = error.details ?? "";
    if (sentence === "") return new ApiError(error.message);
    const message = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
    return new ApiError(error.message, { message });
  }
  if (error.code === "PGRST303" || error.code === "PGRST301") {
    return new ApiError(
      /expired/i.test(error.message) ? "token_expired" : "unauthorized",
    );
  }
  return new ApiError("internal", {
    cause: new Error(`Database answered ${error.code}: ${error.message}`),
  });
}
