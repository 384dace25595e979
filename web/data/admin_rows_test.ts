/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import {
  parseAllowlistPreview,
  parseAudit,
  parsePage,
  parsePerson,
  parsePlatformBot,
} from "./admin_rows.ts";

const PERSON = {
  "user_id": "u-1",
  email: "a@b.c",
  status: "suspended",
  "status_reason": null,
  "status_at": "2026-11-22T10:00:00+00:00",
  "exchange_uid": null,
  "is_allowlisted": false,
  "is_admin": false,
  "is_confirmed": true,
  "grace_ends_at": "2026-11-25T10:00:00+00:00",
  "last_grace_ends_at": null,
  "created_at": "2026-11-01T10:00:00+00:00",
  keys: 1,
  bots: 2,
  "bots_running": 1,
};

Deno.test("parsePage() reads rows, counts and the size of a page", () => {
  const page = parsePage({
    rows: [PERSON],
    counts: { suspended: 1 },
    "page_size": 50,
  }, parsePerson);
  assert.deepEqual(page.counts, { suspended: 1 });
  assert.equal(page.pageSize, 50);
  assert.equal(page.rows[0]?.graceEndsAtMs, Date.UTC(2026, 10, 25, 10));
  assert.throws(() => parsePage(null, parsePerson), TypeError);
  assert.throws(
    () => parsePerson({ ...PERSON, status: "king" }),
    /status/,
    "a status we do not know is an error of ours",
  );
});

Deno.test("parsePlatformBot() shows a grace only where the owner is suspended", () => {
  const row = {
    id: "b-1",
    name: "Grid",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    venue: "paper",
    "user_id": "u-1",
    email: null,
    status: "running",
    "status_reason": null,
    "status_at": "2026-11-22T10:00:00+00:00",
    "is_pending": false,
    "grace_ends_at": "2026-11-25T10:00:00+00:00",
  };
  const active = parsePlatformBot({ ...row, "profile_status": "active" });
  assert.equal(active.graceEndsAtMs, null);
  assert.equal(active.email, "u-1");
  assert.equal(active.equity, null, "unknown, not zero");
  const closed = parsePlatformBot({ ...row, "profile_status": "suspended" });
  assert.ok(closed.graceEndsAtMs !== null);
});

Deno.test("parseAudit() and parseAllowlistPreview() read what the functions answer", () => {
  const audit = parseAudit({
    id: "7",
    at: "2026-11-22T10:00:00+00:00",
    action: "uid_removed",
    target: "uid:1",
    "target_name": null,
    detail: { by: "postgres" },
    "actor_id": null,
    "actor_email": null,
  });
  assert.deepEqual(audit.detail, { by: "postgres" });
  const preview = parseAllowlistPreview({
    added: 1,
    removed: 0,
    known: 0,
    unknown: 0,
    staysClosed: 0,
    activated: 1,
    leaving: 0,
    stopping: 1,
    activates: [{ userId: "u-1", uid: "1", email: null, bots: 0 }],
    leaves: [],
    stops: [{ userId: "u-2", uid: "2", email: null, bots: 3 }],
    digest: "abc",
  });
  assert.equal(preview.activates[0]?.userId, "u-1");
  assert.equal(preview.stops[0]?.bots, 3);
});
