import { z } from "zod";
import type { Credentials } from "../_shared/bitget.ts";
import type { Environment } from "../_shared/env.ts";
import { ApiError } from "../_shared/errors.ts";

const TIMEOUT_MS = 5_000;
const answer = z.object({
  apiKey: z.string().min(1),
  apiSecret: z.string().min(1),
  passphrase: z.string().min(1),
});

/**
 * Opens an account on the paper exchange through its control interface.
 *
 * @param balance USDT, > 0.
 * @throws {ApiError} `paper_unavailable`.
 */
export async function openPaperAccount(
  env: Environment,
  balance: number,
): Promise<Credentials> {
  if (env.paperUrl === null) {
    throw new ApiError("paper_unavailable", {
      message: "This installation has no paper exchange.",
    });
  }
  try {
    const response = await fetch(`${env.paperUrl}/paper/accounts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ balance }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answer.parse(await response.json());
  } catch (error) {
    // The answer holds a secret: of what went wrong only the class is kept.
    const kind = error instanceof Error ? error.name : "unknown";
    throw new ApiError("paper_unavailable", {
      cause: new Error(`Cannot open paper account: ${kind}`),
    });
  }
}
