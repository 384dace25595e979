/**
 * `/uid`: how far a trader's verification has come; the admins' decisions.
 *
 * @module
 */
import { z } from "zod";
import { type App, createApp, requireUser } from "../_shared/app.ts";
import { parse, parseId, readJson } from "../_shared/body.ts";
import { callRpc, databaseRefusal } from "../_shared/database.ts";
import type { Environment } from "../_shared/env.ts";
import { ApiError } from "../_shared/errors.ts";
import { parseAllowlist } from "./allowlist.ts";

/** An admin's decisions and the status each leads to. */
const DECISIONS = {
  approve: "active",
  reject: "rejected",
  suspend: "suspended",
  reinstate: "active",
} as const;
const ALLOWLIST_BYTES_MAX = 1024 * 1024;

const decision = z.strictObject({
  /** Shown to the trader. */
  reason: z.string().trim().min(1).max(500).optional(),
});
const suspension = decision.extend({
  /** Until when running bots may go on. */
  graceEndsAt: z.iso.datetime({ offset: true }).optional(),
});
const profileRow = z.object({
  user_id: z.string(),
  status: z.string(),
  status_reason: z.string().nullable(),
  exchange_uid: z.string().nullable(),
  grace_ends_at: z.string().nullable(),
});

/** Returns the function's app. */
export function createUidApp(environment: () => Environment): App {
  const app = createApp({
    name: "uid",
    environment,
    bodyBytesMax: ALLOWLIST_BYTES_MAX,
  });

  app.get("/", requireUser("read"), async (c) => {
    const { data, error } = await c.var.caller.db.from("profiles")
      .select("user_id, status, status_reason, exchange_uid, grace_ends_at")
      .eq("user_id", c.var.caller.id).maybeSingle();
    if (error !== null) throw databaseRefusal(error);
    if (data === null) throw new ApiError("not_found");
    return c.json(toStatus(profileRow.parse(data)));
  });

  app.post("/allowlist", requireUser("write"), async (c) => {
    const entries = parseAllowlist(
      await c.req.text(),
      c.req.header("content-type") ?? "",
    );
    const added = await callRpc(c.var.caller.db, {
      name: "add_allowlisted_uids",
      args: { uids: entries },
      answer: z.int(),
    });
    c.var.log.info("allowlist_extended", { added });
    return c.json({ accepted: entries.length, added });
  });

  app.delete("/allowlist/:uid", requireUser("write"), async (c) => {
    const uid = parse(
      c.req.param("uid"),
      z.string().regex(/^\d{1,32}$/, "A UID has digits only"),
    );
    await callRpc(c.var.caller.db, {
      name: "remove_allowlisted_uid",
      args: { uid },
      answer: z.unknown(),
    });
    c.var.log.info("allowlist_removed");
    return c.json({ uid });
  });

  for (const [name, status] of Object.entries(DECISIONS)) {
    app.post(`/:userId/${name}`, requireUser("write"), async (c) => {
      const userId = parseId(c.req.param("userId"), "user");
      const schema: z.ZodType<z.infer<typeof suspension>> = name === "suspend"
        ? suspension
        : decision;
      const { reason, graceEndsAt } = await readJson(c, schema);
      const profile = await callRpc(c.var.caller.db, {
        name: "set_profile_status",
        args: {
          "user_id": userId,
          status,
          reason: reason ?? null,
          "grace_ends_at": graceEndsAt ?? null,
        },
        answer: profileRow,
      });
      c.var.log.info("profile_status_set", { targetId: userId, status });
      return c.json(toStatus(profile));
    });
  }

  return app;
}

function toStatus(row: z.infer<typeof profileRow>): Record<string, unknown> {
  return {
    userId: row.user_id,
    status: row.status,
    statusReason: row.status_reason,
    exchangeUid: row.exchange_uid,
    graceEndsAt: row.grace_ends_at,
  };
}
