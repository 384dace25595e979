import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { BotStore } from "./port.ts";

/** The orders of {@linkcode BotStore.recordIntents}. */
export type Intents = Parameters<BotStore["recordIntents"]>[0];

/** What one bot wants to do, and the state it follows from. */
export interface BotIntents {
  readonly claim: Claim;
  readonly orders: Intents;
  readonly state: unknown;
}

/**
 * Commits intents (status `pending`) and the states they follow from, in one
 * statement and so in one round trip and one commit: replacement orders wait
 * for it. Many bots may share it, each once. An id that exists already is left
 * as it is, so the statement may be sent again.
 *
 * The fence is `for share`: a claim under way (it updates the row) makes us
 * wait, re-check the epoch and find nothing. A plain `select` would look at
 * the snapshot from before that claim. The batch writer's lock of the same
 * kind does not make us wait.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function recordIntents(
  sql: Sql,
  intents: readonly BotIntents[],
): Promise<Set<string>> {
  const claims = intents.map(({ claim, state }) => ({ ...claim, state }));
  const orders = intents.flatMap(({ claim: { botId }, orders }) =>
    orders.map((order) => ({ ...order, botId }))
  );
  const held = await sql`
    with held as materialized (
      select b.id, b.user_id, b.exchange_key_id, b.claim_epoch, c.state
      from public.bots b
      join json_to_recordset(${toJsonParameter(claims)}::text::json)
        as c ("botId" uuid, epoch bigint, state jsonb)
        on c."botId" = b.id and c.epoch = b.claim_epoch
      order by b.id
      for share of b
    ), saved as (
      insert into public.bot_states (bot_id, claim_epoch, state)
      select id, claim_epoch, coalesce(state, 'null')
      from held
      order by id
      on conflict (bot_id) do update
      set state = excluded.state,
        claim_epoch = excluded.claim_epoch
    ), written as (
      insert into public.orders (
        bot_id, user_id, exchange_key_id, claim_epoch, client_order_id, symbol,
        position_side, order_side, purpose, level, cycle, revision, price,
        size, post_only, reason, status
      )
      select held.id, held.user_id, held.exchange_key_id, held.claim_epoch,
        r."clientOrderId", r.symbol, r."positionSide", r."orderSide",
        r.purpose, r.level, r.cycle, r.revision, r.price, r.size,
        r."postOnly", r.reason, 'pending'
      from held
      join json_to_recordset(${toJsonParameter(orders)}::text::json) as r (
        "botId" uuid, "clientOrderId" text, symbol text, "positionSide" text,
        "orderSide" text, purpose text, level int, cycle int, revision int,
        price numeric, size numeric, "postOnly" boolean, reason jsonb
      ) on r."botId" = held.id
      on conflict (client_order_id) do nothing
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
