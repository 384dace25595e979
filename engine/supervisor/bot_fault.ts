import { ExchangeError } from "@engine/exchange/port.ts";

/** Why a bot cannot go on: shown to the trader, who has to act. */
export class BotFault extends Error {
  override readonly name = "BotFault";

  /**
   * @param code Stable snake_case code; the API's own where there is one.
   * @param message A sentence with the next step.
   */
  constructor(readonly code: string, message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Returns the fault an exchange's refusal of the key means, or null when it may pass. */
export function faultOf(error: unknown): BotFault | null {
  if (!(error instanceof ExchangeError)) return null;
  if (error.kind === "retryable" || error.kind === "unresolved") return null;
  return new BotFault(
    "key_invalid",
    `The exchange refuses this key (${error.code}: ${error.message}). Connect the account again with a new key`,
    error,
  );
}
