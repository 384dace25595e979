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

/**
 * An admin's decisions and the status each leads to. Who is reinstated without
 * a UID to name goes back to where he was: without a real account.
 */
const DECISIONS = {
  approve: "active",
  reject: "rejected",
  suspend: "suspended",
  reinstate: "active",
} as const;
const ALLOWLIST_BYTES_MAX = 1024 * 1024;
const ENTRIES_MAX = 10_000;
const GRACE_HOURS_MAX = 90 * 24;
const uidText = z.string().regex(/^\d{1,32}$/, "A UID has digits only");

const STATUSES = [
  "pending_key",
  "pending_review",
  "active",
  "suspended",
  "rejected",
] as const;

const decision = z.strictObject({
  /** Shown to the trader. */
  reason: z.string().trim().min(1).max(500).optional(),
  /** What the admin looked at: the call is refused when it is no longer so. */
  expectedStatus: z.enum(STATUSES).optional(),
  /** Must be named to approve: the user may have connected another account meanwhile. */
  expectedUid: z.string().min(1).max(64).optional(),
});
const suspension = decision.extend({
  /** Until when running bots may go on. */
  graceEndsAt: z.iso.datetime({ offset: true }).optional(),
});
const changeFields = {
  add: z.array(z.strictObject({
    uid: uidText,
    note: z.string().trim().max(500).nullish(),
  })).max(ENTRIES_MAX).default([]),
  /** A file as text; instead of `add`. */
  csv: z.string().max(ALLOWLIST_BYTES_MAX).optional(),
  remove: z.array(uidText).max(ENTRIES_MAX).default([]),
  /** What is not in `add` leaves the list. */
  replace: z.boolean().default(false),
  /** How long users of removed UIDs may keep take-profits; null: they stay active. */
  graceHours: z.int().min(0).max(GRACE_HOURS_MAX).nullable().default(null),
};
const change = z.strictObject(changeFields);
const agreedChange = z.strictObject({
  ...changeFields,
  /** Of the preview that was agreed to. */
  digest: z.string().min(1).max(128),
});
const person = z.object({
  "user_id": z.string(),
  uid: z.string(),
  email: z.string().nullable(),
  bots: z.int(),
});
const previewAnswer = z.object({
  added: z.int(),
  removed: z.int(),
  known: z.int(),
  unknown: z.int(),
  activated: z.int(),
  leaving: z.int(),
  stopping: z.int(),
  "stays_closed": z.int(),
  activates: z.array(person),
  leaves: z.array(person),
  stops: z.array(person),
  digest: z.string(),
});
const applyAnswer = z.object({
  added: z.int(),
  removed: z.int(),
  activated: z.int(),
  suspended: z.int(),
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

  app.post("/allowlist/preview", requireUser("write"), async (c) => {
    const preview = await callRpc(c.var.caller.db, {
      name: "preview_allowlist_change",
      args: { change: toChange(await readJson(c, change)) },
      answer: previewAnswer,
    });
    return c.json(toPreview(preview));
  });

  app.post("/allowlist/apply", requireUser("write", "session"), async (c) => {
    const { digest, ...asked } = await readJson(c, agreedChange);
    const done = await callRpc(c.var.caller.db, {
      name: "apply_allowlist_change",
      args: { change: toChange(asked), digest },
      answer: applyAnswer,
    });
    c.var.log.info("allowlist_changed", done);
    return c.json(done);
  });

  app.delete("/allowlist/:uid", requireUser("write"), async (c) => {
    const uid = parse(c.req.param("uid"), uidText);
    await callRpc(c.var.caller.db, {
      name: "remove_allowlisted_uid",
      args: { uid },
      answer: z.unknown(),
    });
    c.var.log.info("allowlist_removed");
    return c.json({ uid });
  });

  addDecisions(app);
  return app;
}

function addDecisions(app: App): void {
  for (const [name, status] of Object.entries(DECISIONS)) {
    app.post(`/:userId/${name}`, requireUser("write"), async (c) => {
      const userId = parseId(c.req.param("userId"), "user");
      const schema: z.ZodType<z.infer<typeof suspension>> = name === "suspend"
        ? suspension
        : decision;
      const asked = await readJson(c, schema);
      const profile = await callRpc(c.var.caller.db, {
        name: "set_profile_status",
        args: {
          "user_id": userId,
          status: name === "reinstate" && asked.expectedUid === undefined
            ? "pending_key"
            : status,
          reason: asked.reason ?? null,
          "grace_ends_at": asked.graceEndsAt ?? null,
          "expected_uid": asked.expectedUid ?? null,
          "expected_status": asked.expectedStatus ?? null,
        },
        answer: profileRow,
      });
      c.var.log.info("profile_status_set", { targetId: userId, status });
      return c.json(toStatus(profile));
    });
  }
}

/** A change as the database reads it; the file's lines are checked here. */
function toChange(asked: z.infer<typeof change>): Record<string, unknown> {
  return {
    add: asked.csv === undefined
      ? asked.add
      : parseAllowlist(asked.csv, "text/csv"),
    remove: asked.remove,
    replace: asked.replace,
    "grace_hours": asked.graceHours,
  };
}

function toPreview(
  preview: z.infer<typeof previewAnswer>,
): Record<string, unknown> {
  const { stays_closed: staysClosed, ...rest } = preview;
  return {
    ...rest,
    staysClosed,
    activates: preview.activates.map(toPerson),
    leaves: preview.leaves.map(toPerson),
    stops: preview.stops.map(toPerson),
  };
}

function toPerson(row: z.infer<typeof person>): Record<string, unknown> {
  const { user_id: userId, ...rest } = row;
  return { userId, ...rest };
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
