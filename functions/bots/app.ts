/**
 * `/bots`: create, change, preview, start, stop, close. Functions write what
 * the trader wants; the engine does it and writes what is.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import {
  type App,
  type AppEnv,
  createApp,
  requireUser,
} from "../_shared/app.ts";
import { parseId, readJson } from "../_shared/body.ts";
import { callRpc } from "../_shared/database.ts";
import type { Environment } from "../_shared/env.ts";
import {
  checkConfig,
  configFields,
  issueCode,
  previewConfig,
} from "./config.ts";
import { loadBot, loadKeyVenue } from "./rows.ts";

const STOP_POLICIES = [
  "keep_take_profits",
  "cancel_orders",
  "close_positions",
] as const;

const name = z.string().trim().min(1, "Give the bot a name").max(80);
const exchangeKeyId = z.uuid("Choose one of your keys");
const newBot = z.strictObject({ exchangeKeyId, name, ...configFields });
const change = z.strictObject({
  name: name.optional(),
  config: z.unknown().optional(),
  /** What the change was made from: refused where another came first. */
  configVersion: z.int().positive().optional(),
}).refine(
  (given) => given.name !== undefined || given.config !== undefined,
  "Give a name or a configuration",
);
const preview = z.strictObject({
  exchangeKeyId,
  ...configFields,
  /** USDT; the estimates then say what this much can bear. */
  equity: z.number().positive().max(1e12).optional(),
});
const stop = z.strictObject({
  stopPolicy: z.enum(STOP_POLICIES).default("keep_take_profits"),
});
/** What an admin types to stop everything; the same in every language. */
const KILL_CONFIRMATION = "STOP ALL";
const kill = stop.extend({
  confirmation: z.literal(
    KILL_CONFIRMATION,
    `Type ${KILL_CONFIRMATION} to confirm`,
  ),
});
/** The row as the Data API shows it. */
const botRow = z.looseObject({ id: z.string() });

/** Returns the function's app. */
export function createBotsApp(environment: () => Environment): App {
  const app = createApp({ name: "bots", environment });

  app.post("/", requireUser("write"), async (c) => {
    const bot = await readJson(c, newBot, issueCode);
    const venue = await loadKeyVenue(c.var.caller, bot.exchangeKeyId);
    const config = await checkConfig(c.var.env, { ...bot, venue });
    const row = await callRpc(c.var.caller.db, {
      name: "create_bot",
      args: {
        "exchange_key_id": bot.exchangeKeyId,
        name: bot.name,
        symbol: bot.symbol,
        strategy: bot.strategy,
        config,
      },
      answer: botRow,
    });
    c.var.log.info("bot_created", { botId: row.id });
    return c.json(row, 201);
  });

  app.post("/preview", requireUser("preview"), async (c) => {
    const asked = await readJson(c, preview, issueCode);
    const venue = await loadKeyVenue(c.var.caller, asked.exchangeKeyId);
    return c.json(await previewConfig(c.var.env, { ...asked, venue }));
  });

  app.post("/kill", requireUser("write", "session"), async (c) => {
    const { stopPolicy } = await readJson(c, kill);
    const count = await callRpc(c.var.caller.db, {
      name: "kill_all_bots",
      args: { "stop_policy": stopPolicy },
      answer: z.number(),
    });
    c.var.log.warn("all_bots_killed", { stopPolicy, count });
    return c.json({ stopped: count });
  });

  app.patch("/:id", requireUser("write"), async (c) => {
    const id = parseId(c.req.param("id"), "bot");
    const { name, config, configVersion } = await readJson(c, change);
    const bot = await loadBot(c.var.caller, id);
    const checked = config === undefined
      ? null
      : await checkConfig(c.var.env, { ...bot, config });
    return await intend(c, "update_bot", {
      "bot_id": id,
      name: name ?? null,
      config: checked,
      "config_version": configVersion ?? null,
    });
  });

  addIntents(app);
  return app;
}

/** Start, stop, close: asked of the database, done by the engine. */
function addIntents(app: App): void {
  app.post("/:id/start", requireUser("write"), async (c) => {
    const id = parseId(c.req.param("id"), "bot");
    const bot = await loadBot(c.var.caller, id);
    // The market's limits may have changed since the bot was made.
    await checkConfig(c.var.env, bot);
    return await intend(c, "request_bot_start", { "bot_id": id });
  });

  app.post("/:id/stop", requireUser("write"), async (c) => {
    const id = parseId(c.req.param("id"), "bot");
    const { stopPolicy } = await readJson(c, stop);
    return await intend(c, "request_bot_stop", {
      "bot_id": id,
      "stop_policy": stopPolicy,
    });
  });

  app.post("/:id/close", requireUser("write"), async (c) => {
    const id = parseId(c.req.param("id"), "bot");
    return await intend(c, "request_bot_close", { "bot_id": id });
  });
}

/** Writes an intent as the caller; the answer is the bot's row. */
async function intend(
  c: Context<AppEnv>,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const row = await callRpc(c.var.caller.db, { name, args, answer: botRow });
  c.var.log.info(name, { botId: row.id });
  return c.json(row);
}
