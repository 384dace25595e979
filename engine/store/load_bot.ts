import type { Claim } from "./claim.ts";
import type { Sql } from "./database.ts";
import { type BotRow, FencedError } from "./port.ts";
import { parseBotRow } from "./rows.ts";

/**
 * Returns the bot's row; read on every wake-up, by primary key.
 *
 * @throws {FencedError} If the bot is gone or another engine's.
 */
export async function loadBot(sql: Sql, claim: Claim): Promise<BotRow> {
  const [row] = await sql`
    select id, user_id, exchange_key_id, name, symbol, strategy, config,
      config_version, running_config_version, desired_state, desired_version,
      acknowledged_version, stop_policy, status, claim_epoch, started_at,
      exists (
        select from public.profiles p
        where p.user_id = bots.user_id and p.status = 'suspended'
      ) as is_suspended
    from public.bots
    where id = ${claim.botId}
      and claim_epoch = ${claim.epoch}`;
  if (row === undefined) throw new FencedError(claim.botId, claim.epoch);
  return parseBotRow(row);
}
