import { botTag, formatClientOrderId, type VenueFill } from "@core/mod.ts";
import type { Claim } from "../claim.ts";
import type { Sql } from "../database.ts";
import { FencedError } from "../port.ts";
import { type Intents, recordIntents } from "../record_intents.ts";

/** Returns an intent of the bot: a long entry, unless changed. */
export function intentOf(
  botId: string,
  change: Partial<Intents[number]> = {},
): Intents[number] {
  const order = {
    symbol: "BNB/USDT:USDT",
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    level: 0,
    cycle: 0,
    revision: 0,
    price: 650.1,
    size: 0.07,
    postOnly: true,
    reason: { rule: "entry_below_anchor", inputs: { anchorPrice: 653.4 } },
    ...change,
  } as const;
  return {
    clientOrderId: formatClientOrderId({ ...order, botTag: botTag(botId) }),
    ...order,
  };
}

/** Commits one bot's intents. @throws {FencedError} */
export async function commitIntents(
  sql: Sql,
  claim: Claim,
  input: { readonly orders: Intents; readonly state: unknown },
): Promise<void> {
  const held = await recordIntents(sql, [{ claim, ...input }]);
  if (held.size === 0) throw new FencedError(claim.botId, claim.epoch);
}

/** Returns a fill of a client order, as an exchange tells it. */
export function fillOf(
  clientOrderId: string | null,
  change: Partial<VenueFill> = {},
): VenueFill {
  return {
    symbol: "BNB/USDT:USDT",
    venueTradeId: "t1",
    venueOrderId: "v1",
    clientOrderId,
    positionSide: "long",
    orderSide: "buy",
    price: "650.10",
    size: "0.07",
    fee: "0.0091014",
    feeCurrency: "USDT",
    realizedPnl: "0",
    liquidity: "maker",
    filledAtMs: 1_750_000_000_123,
    ...change,
  };
}
