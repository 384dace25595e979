import { AssertionError } from "@core/mod.ts";
import { ExchangeError } from "@engine/exchange/port.ts";
import { isTransient } from "@engine/store/errors.ts";
import { FencedError } from "@engine/store/port.ts";

/** A bot cannot go on: its code, and a sentence with the trader's next step. */
export class FaultError extends Error {
  override readonly name = "FaultError";
  constructor(readonly code: string, message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** By the exchange's reason. Each fatal one stands here: a test sees to it. */
const NEXT_STEPS: Readonly<Record<string, string>> = {
  "key_invalid": "Connect a new API key and start the bot again",
  "signature_invalid": "Connect the API key again with its secret",
  "passphrase_invalid": "Connect the API key again with its passphrase",
  "permission_missing":
    "Give the API key futures trading permission on the exchange",
  "ip_refused": "Add this engine's address to the API key on the exchange",
  "account_suspended": "Ask the exchange's support, then start again",
  "wrong_environment":
    "Connect the key again and choose demo or real, as it was made",
  "login_refused":
    "Connect a new API key, and start the bot again; if it returns, tell support",
  "unified_account":
    "Switch the exchange account to classic futures, then start again",
  "unknown_symbol": "Choose a market the exchange lists",
  "position_open":
    "Close the symbol's positions and orders, then start the bot again",
  "leverage_out_of_range": "Choose a leverage the market allows",
};

/**
 * Returns the fault an error means for its bot, or null where trying again
 * later may help.
 */
export function faultOf(error: unknown): FaultError | null {
  if (error instanceof FaultError) return error;
  if (error instanceof ExchangeError) {
    if (error.kind !== "fatal" && error.kind !== "rejected") return null;
    const step = NEXT_STEPS[error.reason] ??
      "Check the exchange account, then start the bot again";
    return new FaultError(error.reason, `${error.message}. ${step}`, error);
  }
  if (error instanceof AssertionError) {
    return new FaultError(
      "internal_error",
      "The bot met a state it does not know and has stopped to be safe; its " +
        "orders are untouched. Start it again; if it returns, tell support",
      error,
    );
  }
  return null;
}

/** Tells whether the same may work later: the exchange or the database is in trouble. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ExchangeError) return faultOf(error) === null;
  if (error instanceof FencedError || faultOf(error) !== null) return false;
  return isTransient(error);
}
