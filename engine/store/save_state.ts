import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import { FencedError } from "./port.ts";

/**
 * Saves the strategy's durable state, when no order goes with it. The fence
 * is explained in {@linkcode recordIntents}.
 *
 * @throws {FencedError} If the bot is another engine's.
 */
export async function saveState(
  sql: Sql,
  claim: Claim,
  state: unknown,
): Promise<void> {
  const saved = await sql`
    with held as (
      select id, claim_epoch
      from public.bots
      where id = ${claim.botId}
        and claim_epoch = ${claim.epoch}
      for share
    )
    insert into public.bot_states (bot_id, claim_epoch, state)
    select id, claim_epoch, ${toJsonParameter(state)}::text::jsonb
    from held
    on conflict (bot_id) do update
    set state = excluded.state,
      claim_epoch = excluded.claim_epoch
    returning bot_id`;
  if (saved.length !== 1) throw new FencedError(claim.botId, claim.epoch);
}
