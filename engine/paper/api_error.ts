/**
 * Refusals as Bitget words them. Codes and texts in one place; a refusal is
 * HTTP 400 with `{code, msg, requestTime, data: null}` unless said.
 *
 * @module
 */
import type { RefusalReason } from "@core/matching/mod.ts";

/** A refusal on its way to the client. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** What the model refuses, as code and text. */
export const REFUSALS: Readonly<
  Record<RefusalReason, { readonly code: string; readonly message: string }>
> = {
  "unknown_symbol": {
    code: "40034",
    message: "Parameter symbol does not exist",
  },
  "no_price": { code: "40308", message: "This symbol is not open for trading" },
  "wrong_position_mode": {
    code: "40774",
    message:
      "The order type for unilateral position must also be the unilateral position type.",
  },
  "duplicate_client_order_id": {
    code: "40786",
    message: "Duplicate clientOid",
  },
  "price_off_tick": {
    code: "45115",
    message: "The price you enter should be a multiple of {0}",
  },
  "price_above_band": {
    code: "40815",
    message: "The order price is higher than the highest bid price",
  },
  "price_below_band": {
    code: "40816",
    message: "The order price is lower than the lowest ask price",
  },
  "size_off_lot": {
    code: "40808",
    message: "Parameter verification exception size checkBDScale error",
  },
  "size_too_small": {
    code: "45111",
    message: "less than the minimum order quantity",
  },
  "size_too_large": {
    code: "45112",
    message: "more than the maximum order quantity",
  },
  "notional_too_small": {
    code: "45110",
    message: "less than the minimum amount 5 USDT",
  },
  "too_many_orders": {
    code: "43005",
    message: "Exceed the maximum number of orders",
  },
  "no_position": { code: "22002", message: "No position to close" },
  "position_too_small": {
    code: "40757",
    message: "Not enough position is available.",
  },
  "insufficient_margin": {
    code: "40762",
    message: "The order amount exceeds the balance",
  },
  "order_not_found": { code: "40768", message: "Order does not exist" },
  "order_finished": { code: "22001", message: "No order to cancel" },
  "nothing_to_change": {
    code: "40923",
    message: "Order size and price have not changed",
  },
  "leverage_out_of_range": {
    code: "43050",
    message: "Leverage must be within the range of the contract",
  },
  "leverage_unaffordable": {
    code: "40893",
    message:
      "The leverage cannot be lowered: the margin of open positions and orders would exceed the balance",
  },
  "position_mode_locked": {
    code: "40920",
    message: "The position or order exists, the position mode switching fails",
  },
};

/** Returns the refusal for a reason; `detail` replaces `{0}` in its text. */
export function toApiError(reason: RefusalReason, detail = ""): ApiError {
  const { code, message } = REFUSALS[reason];
  return new ApiError(code, message.replace("{0}", detail));
}

/** A required parameter is missing. */
export function missing(name: string): ApiError {
  return new ApiError("40019", `Parameter ${name} cannot be empty`);
}

/** A parameter has a value that cannot be. */
export function invalid(name: string): ApiError {
  return new ApiError("400172", `Parameter verification failed ${name}`);
}
