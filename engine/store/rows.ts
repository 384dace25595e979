/**
 * Rows as Postgres returns them → domain types: parsed once, here. `numeric`
 * and `bigint` arrive as text, `timestamptz` as Date.
 *
 * @module
 */
import { z } from "zod";
import { ORDER_STATUSES, PURPOSES } from "@core/mod.ts";
import type { BotRow, OrderRow } from "./port.ts";

const decimal = z.string().transform((text, context) => {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  context.addIssue({ code: "custom", message: `"${text}" is no number` });
  return z.NEVER;
});
const epochMs = z.date().transform((date) => date.getTime());

const botRow = z.object({
  "id": z.string(),
  "user_id": z.string(),
  "exchange_key_id": z.string(),
  "name": z.string(),
  "symbol": z.string(),
  "strategy": z.enum(["as_grid", "range_grid"]),
  "config": z.unknown(),
  "config_version": z.number(),
  "running_config_version": z.number().nullable(),
  "desired_state": z.enum(["running", "stopped"]),
  "desired_version": z.number(),
  "acknowledged_version": z.number(),
  "stop_policy": z.enum([
    "keep_take_profits",
    "cancel_orders",
    "close_positions",
  ]),
  "status": z.enum([
    "idle",
    "starting",
    "running",
    "stopping",
    "stopped",
    "faulted",
  ]),
  "claim_epoch": decimal,
  "started_at": epochMs.nullable(),
  "is_suspended": z.boolean(),
});

/** Parses a row of `bots`. @throws {z.ZodError} */
export function parseBotRow(row: unknown): BotRow {
  const r = botRow.parse(row);
  return {
    id: r.id,
    userId: r.user_id,
    exchangeKeyId: r.exchange_key_id,
    name: r.name,
    symbol: r.symbol,
    strategy: r.strategy,
    config: r.config,
    configVersion: r.config_version,
    runningConfigVersion: r.running_config_version,
    desiredState: r.desired_state,
    desiredVersion: r.desired_version,
    acknowledgedVersion: r.acknowledged_version,
    stopPolicy: r.stop_policy,
    status: r.status,
    claimEpoch: r.claim_epoch,
    startedAtMs: r.started_at,
    keepsTakeProfitsOnly: r.is_suspended,
  };
}

const orderRow = z.object({
  "client_order_id": z.string(),
  "venue_order_id": z.string().nullable(),
  "symbol": z.string(),
  "position_side": z.enum(["long", "short"]),
  "order_side": z.enum(["buy", "sell"]),
  "purpose": z.enum(PURPOSES),
  "level": z.number(),
  "cycle": z.number(),
  "revision": z.number(),
  "price": decimal.nullable(),
  "size": decimal,
  "filled_size": decimal,
  "post_only": z.boolean(),
  "status": z.enum(ORDER_STATUSES),
  "reject_code": z.string().nullable(),
  "reason": z.object({
    rule: z.string(),
    inputs: z.record(
      z.string(),
      z.union([z.number(), z.string(), z.null()]),
    ),
  }),
  "created_at": epochMs,
});

/** Parses a row of `orders`. @throws {z.ZodError} */
export function parseOrderRow(row: unknown): OrderRow {
  const r = orderRow.parse(row);
  return {
    clientOrderId: r.client_order_id,
    venueOrderId: r.venue_order_id,
    symbol: r.symbol,
    positionSide: r.position_side,
    orderSide: r.order_side,
    purpose: r.purpose,
    level: r.level,
    cycle: r.cycle,
    revision: r.revision,
    price: r.price,
    size: r.size,
    filledSize: r.filled_size,
    postOnly: r.post_only,
    status: r.status,
    rejectCode: r.reject_code,
    reason: r.reason,
    createdAtMs: r.created_at,
  };
}
