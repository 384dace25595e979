/** Closed sets stand in the code and in check constraints: they must agree. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  END_REASONS,
  ORDER_STATUSES,
  POSITION_SIDES,
  PURPOSES,
} from "@core/mod.ts";
import type {
  BotEvent,
  BotRow,
  BotStatus,
  StopPolicy,
} from "@engine/store/port.ts";
import type { Liquidity, OrderSide } from "@core/mod.ts";
import type { Sql } from "postgres";
import { VENUES } from "../../functions/_shared/bitget.ts";
import { ALERT_KINDS, ALERT_TOPICS } from "../../functions/alerts/message.ts";
import { isErrorCode } from "../../functions/_shared/errors.ts";
import { readMigrations } from "../local/migrations.ts";
import { openTestSql } from "./test_sql.ts";

/** Lists every member of a union type: the compiler refuses a missing one. */
function members<T extends string>(set: Readonly<Record<T, true>>): string[] {
  return Object.keys(set);
}

const BOT_STATUSES = members<BotStatus>({
  idle: true,
  starting: true,
  running: true,
  stopping: true,
  stopped: true,
  faulted: true,
});
const SETS: Readonly<Record<string, readonly string[]>> = {
  "orders_status_valid": ORDER_STATUSES,
  "orders_end_reason_valid": END_REASONS,
  "orders_purpose_valid": PURPOSES,
  "fills_purpose_valid": PURPOSES,
  "orders_position_side_valid": POSITION_SIDES,
  "fills_position_side_valid": POSITION_SIDES,
  "orders_order_side_valid": members<OrderSide>({ buy: true, sell: true }),
  "fills_order_side_valid": members<OrderSide>({ buy: true, sell: true }),
  "fills_liquidity_valid": members<Liquidity>({ maker: true, taker: true }),
  "bots_status_valid": BOT_STATUSES,
  "bots_desired_state_valid": members<BotRow["desiredState"]>({
    running: true,
    stopped: true,
  }),
  "bots_strategy_valid": members<BotRow["strategy"]>({
    "as_grid": true,
    "range_grid": true,
  }),
  "bots_stop_policy_valid": members<StopPolicy>({
    "keep_take_profits": true,
    "cancel_orders": true,
    "close_positions": true,
  }),
  "exchange_keys_venue_valid": VENUES,
  "alert_channels_kind_valid": ALERT_KINDS,
  "alert_channels_topics_valid": ALERT_TOPICS,
  "alert_messages_topic_valid": [...ALERT_TOPICS, "test"],
  "bot_events_level_valid": members<BotEvent["level"]>({
    info: true,
    warning: true,
    error: true,
  }),
};

async function valuesOf(sql: Sql, constraint: string): Promise<string[]> {
  const [row] = await sql`
    select pg_get_constraintdef(oid) as definition
    from pg_constraint where conname = ${constraint}`;
  return [...String(row?.definition).matchAll(/'([^']+)'::text/g)]
    .map((match) => match[1] ?? "");
}

Deno.test("check constraints list the same closed sets as the code", async () => {
  await using test = await openTestSql();
  for (const [constraint, set] of Object.entries(SETS)) {
    const values = await valuesOf(test.sql, constraint);
    assert.deepEqual(values.sort(), [...set].sort(), constraint);
  }
});

Deno.test("every refusal of a database function is a code of the API", async () => {
  const migrations = await readMigrations(
    fileURLToPath(new URL("../migrations", import.meta.url)),
  );
  const codes = new Set(
    migrations.flatMap(({ text }) =>
      [...text.matchAll(/private\.refuse\('(\w+)'/g)].map(([, code]) => code)
    ),
  );
  assert.ok(codes.size > 10);
  for (const code of codes) assert.ok(isErrorCode(code ?? ""), code ?? "");
});
