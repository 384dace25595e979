import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import { type BotStore, FencedError } from "./port.ts";

/** The orders of {@linkcode BotStore.recordIntents}. */
export type Intents = Parameters<BotStore["recordIntents"]>[0];

/**
 * Commits intents (status `pending`) and the state they follow from, in one
 * statement and so in one round trip and one commit: a replacement order
 * waits for it. An id that exists already is left as it is, so the statement
 * may be sent again.
 *
 * The fence is `for share`: a claim under way (it updates the row) makes us
 * wait, re-check the epoch and find nothing. A plain `select` would look at
 * the snapshot from before that claim. The batch writer's lock of the same
 * kind does not make us wait.
 *
 * @throws {FencedError} If the bot is another engine's.
 */
export async function recordIntents(
  sql: Sql,
  claim: Claim,
  input: { readonly orders: Intents; readonly state: unknown },
): Promise<void> {
  const [result] = await sql`
    with held as (
      select id, user_id, exchange_key_id, claim_epoch
      from public.bots
      where id = ${claim.botId}
        and claim_epoch = ${claim.epoch}
      for share
    ), saved as (
      insert into public.bot_states (bot_id, claim_epoch, state)
      select held.id, held.claim_epoch, ${
    toJsonParameter(input.state)
  }::text::jsonb
      from held
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
      from held, json_to_recordset(${
    toJsonParameter(input.orders)
  }::text::json) as r (
        "clientOrderId" text, symbol text, "positionSide" text,
        "orderSide" text, purpose text, level int, cycle int,
        revision int, price numeric, size numeric, "postOnly" boolean,
        reason jsonb
      )
      on conflict (client_order_id) do nothing
    )
    select count(*)::int as held from held`;
  if (result?.held !== 1) throw new FencedError(claim.botId, claim.epoch);
}
