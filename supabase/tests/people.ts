/** People and rows to try the schema on. @module */
import type { Sql } from "postgres";

/** Makes a user the way Auth does; the trigger makes the profile. */
export async function addUser(
  sql: Sql,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const id = crypto.randomUUID();
  await sql`
    insert into auth.users (id, email, raw_user_meta_data)
    values (${id}, ${`${id}@test.local`}, ${sql.json(metadata)})`;
  return id;
}

/** Makes a user who is an admin. */
export async function addAdmin(sql: Sql): Promise<string> {
  const id = await addUser(sql);
  await sql`insert into private.admins (user_id) values (${id})`;
  return id;
}

/** Lifts a profile to `active`, as a verified UID would. */
export async function activate(
  sql: Sql,
  userId: string,
  exchangeUid: string,
): Promise<void> {
  await sql`
    update public.profiles
    set status = 'active', exchange_uid = ${exchangeUid}
    where user_id = ${userId}`;
}

/** Connects an account, with a sealed key that has the right shape. */
export async function addKey(
  sql: Sql,
  userId: string,
  venue = "paper",
  exchangeUid = String(crypto.getRandomValues(new Uint32Array(1))[0]),
): Promise<string> {
  const [key] = await sql`
    insert into public.exchange_keys (
      user_id, label, venue, exchange_uid, key_hint, permissions, verified_at
    )
    values (${userId}, 'Test', ${venue}, ${exchangeUid}, 'abcd', '{trade}', now())
    returning id`;
  await sql`
    insert into private.exchange_key_secrets (exchange_key_id, sealed, kid)
    values (${key?.id}, 'e30..aaaa.bbbb.cccc', 'test')`;
  return String(key?.id);
}

/** Makes a bot at rest. */
export async function addBot(
  sql: Sql,
  owner: { readonly userId: string; readonly keyId: string },
  symbol = "BNB/USDT:USDT",
): Promise<string> {
  const [bot] = await sql`
    insert into public.bots (
      user_id, exchange_key_id, name, symbol, strategy, config
    )
    values (${owner.userId}, ${owner.keyId}, 'Test', ${symbol}, 'as_grid', '{}')
    returning id`;
  return String(bot?.id);
}

/** Whose rows they are. */
export interface BotRef {
  readonly userId: string;
  readonly keyId: string;
  readonly botId: string;
}

/** Makes a user with a paper account and a bot on it. */
export async function addTrader(sql: Sql): Promise<BotRef> {
  const userId = await addUser(sql);
  const keyId = await addKey(sql, userId);
  return { userId, keyId, botId: await addBot(sql, { userId, keyId }) };
}

/** Records an order of a long leg, by itself an entry; returns its client order id. */
export async function addOrder(
  sql: Sql,
  bot: BotRef,
  status = "open",
  wanted: { readonly side?: string; readonly price?: number } = {},
): Promise<string> {
  const { side = "buy", price = 650.1 } = wanted;
  const clientOrderId = crypto.randomUUID();
  await sql`
    insert into public.orders (
      bot_id, user_id, exchange_key_id, symbol, client_order_id, position_side,
      order_side, purpose, level, cycle, revision, price, size, status, reason,
      claim_epoch
    )
    values (
      ${bot.botId}, ${bot.userId}, ${bot.keyId}, 'BNB/USDT:USDT',
      ${clientOrderId}, 'long', ${side},
      ${side === "buy" ? "entry" : "take_profit"}, 0, 0, 0, ${price}, 0.05,
      ${status},
      '{"rule": "entry", "inputs": {}}', 1
    )`;
  return clientOrderId;
}

/** Records fills in one statement. */
export async function addFills(
  sql: Sql,
  bot: BotRef,
  venueTradeIds: readonly string[],
): Promise<void> {
  await sql`
    insert into public.fills (
      bot_id, exchange_key_id, user_id, venue_order_id, venue_trade_id, symbol,
      position_side, order_side, purpose, price, size, fee, fee_currency,
      realized_pnl, liquidity, filled_at
    )
    select ${bot.botId}, ${bot.keyId}, ${bot.userId}, 'o-1', t, 'BNB/USDT:USDT',
      'long', 'buy', 'entry', 650.1, 0.05, 0.0065, 'USDT', 0, 'maker',
      '2026-11-22T15:00:00Z'
    from unnest(${sql.array([...venueTradeIds])}::text[]) as t`;
}

/** Gives a bot a row in every table that has rows of bots. */
export async function addRowsEverywhere(sql: Sql, bot: BotRef): Promise<void> {
  await addOrder(sql, bot);
  await addFills(sql, bot, [crypto.randomUUID()]);
  const { botId, keyId, userId } = bot;
  await sql`
    insert into public.bot_states (bot_id, claim_epoch, state)
    values (${botId}, 1, '{}')`;
  await sql`
    insert into public.bot_metrics (bot_id, equity) values (${botId}, 1000)`;
  await sql`
    insert into public.bot_audits (
      bot_id, claim_epoch, synced_at, our_long_size, our_short_size,
      exchange_long_size, exchange_short_size, expected_orders, found_orders
    )
    values (${botId}, 1, now(), 0.1, 0, 0.1, 0, 2, 2)`;
  await sql`
    insert into public.equity_snapshots (bot_id, at, equity)
    values (${botId}, now(), 1000)`;
  await sql`
    insert into public.bot_events (bot_id, user_id, level, code, message)
    values (${botId}, ${userId}, 'info', 'bot_started', 'Started')`;
  await sql`
    insert into public.funding_payments (
      exchange_key_id, bot_id, user_id, symbol, venue_bill_id, amount, currency,
      paid_at
    )
    values (
      ${keyId}, ${botId}, ${userId}, 'BNB/USDT:USDT', ${crypto.randomUUID()},
      -0.01, 'USDT', now()
    )`;
  await sql`
    with channel as (
      insert into public.alert_channels (user_id, kind)
      values (${userId}, 'email')
      returning id
    )
    insert into public.alert_messages (channel_id, user_id, topic, dedupe_key, payload)
    select id, ${userId}, 'test', 'test', '{}' from channel`;
}

/** Adds a row to each table that is the platform's and no user's. */
export async function addPlatformRows(sql: Sql): Promise<void> {
  await sql`insert into public.uid_allowlist (uid) values ('1234567890')`;
  await sql`
    insert into public.engines (name, host, pid, version, capacity)
    values ('engine-1', 'host', 1, '0', 500)`;
  await sql`
    insert into public.audit_events (action, target)
    values ('tested', 'all_bots')`;
}

/** A database error as far as tests look at it. */
export interface Refusal {
  /** SQLSTATE. */
  readonly code: string;
  /** Where it is one of ours (P0001): the API's code. */
  readonly message: string;
  readonly detail?: string;
}

/**
 * Waits for the refusal of a statement.
 *
 * @throws {Error} If the statement succeeds.
 */
export async function refusalOf(
  statement: PromiseLike<unknown>,
): Promise<Refusal> {
  try {
    await statement;
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      const detail = "detail" in error ? String(error.detail) : undefined;
      return {
        code: String(error.code),
        message: error.message,
        ...(detail !== undefined && { detail }),
      };
    }
    throw error;
  }
  throw new Error("The statement was not refused");
}
