import type { Quote } from "../../model/market.ts";

/** Why nothing may be placed or canceled right now. */
export interface DataProblem {
  readonly code: "private_socket_down" | "no_price" | "price_stale";
  /** A sentence for the trader. */
  readonly message: string;
}

/** What {@linkcode checkData} looks at. */
export interface DataInput {
  readonly quote: Quote | null;
  /** Whether the account's private socket is logged in and answering. */
  readonly connected: boolean;
  /** A price older than this is stale, seconds, > 0. */
  readonly staleDataSeconds: number;
  readonly nowMs: number;
}

/**
 * The risk layer "stale data": without a fresh price and a living private
 * socket nothing is placed and nothing canceled.
 *
 * @returns Null when the data may be acted on.
 */
export function checkData(input: DataInput): DataProblem | null {
  const { quote, connected, staleDataSeconds, nowMs } = input;
  if (!connected) {
    return {
      code: "private_socket_down",
      message: "The connection to the exchange account is down. Resting " +
        "orders stay where they are, nothing new is placed until it is back",
    };
  }
  if (quote === null) {
    return {
      code: "no_price",
      message: "No price has arrived yet. The bot waits for the first one",
    };
  }
  if (nowMs - quote.receivedAtMs <= staleDataSeconds * 1_000) return null;
  return {
    code: "price_stale",
    message: `No price for more than ${staleDataSeconds} s. Resting orders ` +
      "stay where they are, nothing new is placed until prices move again",
  };
}
