/**
 * `/alerts`: where a user is told what happened, test messages, and the
 * dispatcher, which a timer calls with the project's secret key.
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
import { parse, parseId, readJson } from "../_shared/body.ts";
import { callRpc, databaseRefusal } from "../_shared/database.ts";
import type { AlertsEnvironment, Environment } from "../_shared/env.ts";
import { ApiError } from "../_shared/errors.ts";
import { dispatch } from "./dispatch.ts";
import { checkTarget, TargetError } from "./egress.ts";
import { ALERT_KINDS, ALERT_TOPICS } from "./message.ts";
import { botName } from "./telegram.ts";
import { deriveSecret, secretText } from "./webhook.ts";

type Kind = (typeof ALERT_KINDS)[number];

const settings = z.strictObject({
  isEnabled: z.boolean().default(true),
  topics: z.array(z.enum(ALERT_TOPICS)).max(ALERT_TOPICS.length),
  digestMinutes: z.int().min(5).max(1_440).default(60),
  /** A webhook's. */
  url: z.string().trim().max(500).optional(),
});
const channelRow = z.looseObject({
  id: z.string(),
  "secret_version": z.int(),
});
const link = z.object({ code: z.string(), "expires_at": z.string() });
const outcomeRow = z.object({
  status: z.string(),
  "error_code": z.string().nullable(),
});

/** Returns the function's app. */
export function createAlertsApp(environment: () => Environment): App {
  const app = createApp({ name: "alerts", environment });

  app.get("/options", requireUser("read"), (c) => c.json(offersOf(c.var.env)));

  app.put("/channels/:kind", requireUser("alerts"), async (c) => {
    const kind = kindOf(c);
    const { isEnabled, topics, digestMinutes, url } = await readJson(
      c,
      settings,
    );
    if (!offersOf(c.var.env)[kind]) throw new ApiError("channel_unavailable");
    const target = kind === "webhook" ? await checkUrl(c.var.env, url) : null;
    const isNew = !await hasChannel(c, kind);
    const row = await callRpc(c.var.caller.db, {
      name: "save_alert_channel",
      args: {
        kind,
        "is_enabled": isEnabled,
        topics,
        "digest_minutes": digestMinutes,
        target,
      },
      answer: channelRow,
    });
    c.var.log.info("alert_channel_saved", { kind });
    if (kind !== "webhook" || !isNew) return c.json({ id: row.id });
    return c.json({ id: row.id, secret: await secretOf(c.var.env, row) }, 201);
  });

  app.delete("/channels/:kind", requireUser("alerts"), async (c) => {
    const kind = kindOf(c);
    await callRpc(c.var.caller.db, {
      name: "remove_alert_channel",
      args: { kind },
      answer: z.unknown(),
    });
    return c.json({ kind });
  });

  app.post("/channels/:kind/test", requireUser("alerts"), async (c) => {
    const id = await callRpc(c.var.caller.db, {
      name: "request_alert_test",
      args: { kind: kindOf(c) },
      answer: z.uuid(),
    });
    await dispatch(c.var.env, c.var.log, id);
    const { data, error } = await c.var.caller.db.from("alert_messages")
      .select("status, error_code").eq("id", id).single();
    if (error !== null) throw databaseRefusal(error);
    const row = outcomeRow.parse(data);
    return c.json({ id, status: row.status, errorCode: row.error_code });
  });

  addLinks(app);
  return app;
}

/** Keys and codes, a second try, and the timer's call. */
function addLinks(app: App): void {
  app.post("/webhook/secret", requireUser("alerts", "session"), async (c) => {
    const row = await callRpc(c.var.caller.db, {
      name: "rotate_alert_secret",
      args: {},
      answer: channelRow,
    });
    c.var.log.info("alert_secret_rotated");
    return c.json({ secret: await secretOf(c.var.env, row) });
  });

  app.post("/telegram/link", requireUser("alerts"), async (c) => {
    const { telegram } = c.var.env.alerts;
    const name = telegram === null ? null : await botName(telegram);
    if (name === null) throw new ApiError("channel_unavailable");
    const { code, expires_at: expiresAt } = await callRpc(c.var.caller.db, {
      name: "begin_telegram_link",
      args: {},
      answer: link,
    });
    return c.json({ url: `https://t.me/${name}?start=${code}`, expiresAt });
  });

  app.post("/messages/:id/retry", requireUser("alerts"), async (c) => {
    const id = parseId(c.req.param("id"), "message");
    await callRpc(c.var.caller.db, {
      name: "retry_alert",
      args: { "message_id": id },
      answer: z.unknown(),
    });
    return c.json({ id });
  });

  app.post("/dispatch", async (c) => {
    await requireSecretKey(c);
    return c.json(await dispatch(c.var.env, c.var.log));
  });
}

/** What this installation can send with. */
function offersOf({ alerts }: Environment): Readonly<Record<Kind, boolean>> {
  return {
    email: alerts.mail !== null,
    telegram: alerts.telegram !== null,
    webhook: alerts.key !== null,
  };
}

function kindOf(c: Context<AppEnv>): Kind {
  const kind = ALERT_KINDS.find((each) => each === c.req.param("kind"));
  if (kind === undefined) throw new ApiError("not_found");
  return kind;
}

async function hasChannel(c: Context<AppEnv>, kind: Kind): Promise<boolean> {
  const { data, error } = await c.var.caller.db.from("alert_channels")
    .select("id").eq("kind", kind).maybeSingle();
  if (error !== null) throw databaseRefusal(error);
  return data !== null;
}

async function checkUrl(
  { alerts }: Environment,
  url: string | undefined,
): Promise<string> {
  const text = parse(url, z.string("Give the webhook's address").min(1));
  try {
    const target = await checkTarget(text, {
      allowsLocal: alerts.allowsLocalTargets,
    });
    return target.url.href;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    throw new ApiError("url_not_allowed", {
      message: `${error.message}.`,
      field: "url",
    });
  }
}

async function secretOf(
  { alerts }: { readonly alerts: AlertsEnvironment },
  row: z.infer<typeof channelRow>,
): Promise<string> {
  if (alerts.key === null) throw new ApiError("channel_unavailable");
  return secretText(
    await deriveSecret(alerts.key, {
      id: row.id,
      secretVersion: row.secret_version,
    }),
  );
}

/** Compared as digests: how long it takes tells nothing of the key. */
async function requireSecretKey(c: Context<AppEnv>): Promise<void> {
  const digest = async (text: string) =>
    new Uint8Array(
      await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
    ).toHex();
  const given = c.req.header("apikey") ?? "";
  if (await digest(given) === await digest(c.var.env.secretKey)) return;
  throw new ApiError("unauthorized");
}
