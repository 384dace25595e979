import assert from "node:assert/strict";
import { Harness, type Trader } from "../_shared/testing/harness.ts";

async function giveUid(
  harness: Harness,
  trader: Trader,
  uid: string,
): Promise<void> {
  await harness.sql`
    update public.profiles
    set exchange_uid = ${uid}, status = 'pending_review'
    where user_id = ${trader.id}`;
}

Deno.test("GET /uid answers the caller's own verification", async () => {
  await using harness = await Harness.start();
  const trader = await harness.signUp();
  const other = await harness.signUp();
  await giveUid(harness, other, "42");
  const ask = { method: "GET", path: "/uid" };
  assert.deepEqual((await harness.call({ ...ask, as: trader })).body, {
    userId: trader.id,
    status: "pending_key",
    statusReason: null,
    exchangeUid: null,
    graceEndsAt: null,
  });
  const second = await harness.call({ ...ask, as: other });
  assert.equal(second.body.status, "pending_review");
  assert.equal(second.body.exchangeUid, "42");
});

Deno.test("POST /uid/:userId/… decides, with the reason the trader is told", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  await giveUid(harness, trader, "42");
  const graceEndsAt = new Date(Date.now() + 86_400_000).toISOString();
  const expectedUid = "42";
  const steps = [
    ["approve", { expectedUid, expectedStatus: "pending_review" }, "active"],
    ["suspend", { reason: "late", graceEndsAt }, "suspended"],
    ["reinstate", { expectedUid }, "active"],
    ["reject", { reason: "not ours" }, "rejected"],
  ] as const;
  for (const [decision, body, status] of steps) {
    const path = `/uid/${trader.id}/${decision}`;
    const reply = await harness.call({ path, as: admin, body });
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    assert.deepEqual(reply.body, {
      userId: trader.id,
      status,
      statusReason: "reason" in body ? body.reason : null,
      exchangeUid: "42",
      graceEndsAt: status === "suspended" ? reply.body.graceEndsAt : null,
    });
    if (status === "suspended") {
      assert.equal(Date.parse(reply.body.graceEndsAt), Date.parse(graceEndsAt));
    }
  }
  const audited = await harness.sql`
    select detail ->> 'to' as "to" from public.audit_events
    where action = 'profile_status_set' and actor_id = ${admin.id}
    order by at, id`;
  assert.deepEqual(
    audited.map((row) => row.to).sort(),
    ["active", "active", "rejected", "suspended"],
  );
});

Deno.test("POST /uid/:userId/… is for admins, of users there are, with reasons that fit", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  for (const decision of ["approve", "reject", "suspend", "reinstate"]) {
    const path = `/uid/${trader.id}/${decision}`;
    await harness.refuses({ path, as: trader }, {
      code: "forbidden",
      status: 403,
    });
    await harness.refuses({ path }, { code: "unauthorized", status: 401 });
  }
  const missing = { code: "not_found", status: 404 } as const;
  for (const id of ["x", crypto.randomUUID()]) {
    const path = `/uid/${id}/suspend`;
    await harness.refuses({ path, as: admin }, missing);
  }
  await harness.refuses(
    { path: `/uid/${trader.id}/promote`, as: admin },
    missing,
  );
  const failed = { code: "validation_failed", status: 400 } as const;
  await harness.refuses({ path: `/uid/${trader.id}/approve`, as: admin }, {
    ...failed,
    sentence: /not connected a real account/,
  });
  await giveUid(harness, trader, "43");
  await harness.refuses({ path: `/uid/${trader.id}/approve`, as: admin }, {
    ...failed,
    sentence: /which UID/,
  });
  for (const body of [{ expectedUid: "42" }, { expectedStatus: "active" }]) {
    const path = `/uid/${trader.id}/approve`;
    await harness.refuses({ path, as: admin, body }, {
      code: "profile_changed",
      status: 409,
    });
  }
  for (
    const [field, body] of [
      ["reason", { reason: "x".repeat(501) }],
      ["graceEndsAt", { graceEndsAt: "tomorrow" }],
      [undefined, { grace: 1 }],
    ] as const
  ) {
    const path = `/uid/${trader.id}/suspend`;
    await harness.refuses({ path, as: admin, body }, {
      ...failed,
      ...(field === undefined ? {} : { field }),
    });
  }
  const reject = { graceEndsAt: "2030-01-01T00:00:00Z" };
  const path = `/uid/${trader.id}/reject`;
  await harness.refuses({ path, as: admin, body: reject }, failed);
});

Deno.test("POST /uid/allowlist takes JSON and CSV and lets in who waited", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  await giveUid(harness, trader, "42");
  const json = await harness.call({
    path: "/uid/allowlist",
    as: admin,
    body: { uids: ["7", { uid: "42", note: "friend" }] },
  });
  assert.deepEqual(json.body, { accepted: 2, added: 2 });
  const csv = await harness.call({
    path: "/uid/allowlist",
    as: admin,
    body: "uid,note\n42,again\n8,new\n",
    headers: { "content-type": "text/csv" },
  });
  assert.deepEqual(csv.body, { accepted: 2, added: 1 });
  const rows = await harness.sql`
    select uid, note from public.uid_allowlist order by uid`;
  assert.deepEqual(rows.map((row) => [row.uid, row.note]), [
    ["42", "friend"],
    ["7", null],
    ["8", "new"],
  ]);
  const status = await harness.call({
    method: "GET",
    path: "/uid",
    as: trader,
  });
  assert.equal(status.body.status, "active");
});

Deno.test("POST /uid/:userId/reinstate without a UID leads back to waiting for a key", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  const path = `/uid/${trader.id}`;
  await harness.call({ path: `${path}/suspend`, as: admin });
  const reply = await harness.call({ path: `${path}/reinstate`, as: admin });
  assert.equal(reply.body.status, "pending_key", JSON.stringify(reply.body));
});

Deno.test("POST /uid/allowlist/apply does what the preview of the same file said, once", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const waiting = await harness.signUp();
  const listed = await harness.signUp();
  await giveUid(harness, waiting, "42");
  await giveUid(harness, listed, "43");
  await harness
    .sql`update public.profiles set status = 'active' where exchange_uid = '43'`;
  await harness.sql`insert into public.uid_allowlist (uid) values ('43')`;
  const file = {
    csv: "uid,note\n42,friend\n44,\n",
    replace: true,
    graceHours: 24,
  };
  const preview = await harness.call({
    path: "/uid/allowlist/preview",
    as: admin,
    body: file,
  });
  assert.equal(preview.status, 200, JSON.stringify(preview.body));
  const { digest, ...said } = preview.body;
  assert.deepEqual(said, {
    added: 2,
    removed: 1,
    known: 0,
    unknown: 0,
    activated: 1,
    leaving: 1,
    stopping: 0,
    staysClosed: 0,
    activates: [{
      userId: waiting.id,
      uid: "42",
      email: waiting.email,
      bots: 0,
    }],
    leaves: [{ userId: listed.id, uid: "43", email: listed.email, bots: 0 }],
    stops: [],
  });
  const apply = {
    path: "/uid/allowlist/apply",
    as: admin,
    body: { ...file, digest },
  };
  await harness.refuses({ ...apply, as: waiting }, {
    code: "forbidden",
    status: 403,
  });
  const other = { ...apply, body: { ...apply.body, graceHours: 48 } };
  const outdated = { code: "preview_outdated", status: 409 } as const;
  await harness.refuses(other, outdated);
  assert.deepEqual((await harness.call(apply)).body, {
    added: 2,
    removed: 1,
    activated: 1,
    suspended: 1,
  });
  await harness.refuses(apply, outdated);
  await harness.refuses(
    { ...apply, path: "/uid/allowlist/preview", body: { csv: "1\nx\n" } },
    { code: "validation_failed", status: 400, field: "line 2" },
  );
});

Deno.test("POST /uid/allowlist is for admins and refuses what is no UID", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  const body = { uids: ["7"] };
  await harness.refuses({ path: "/uid/allowlist", as: trader, body }, {
    code: "forbidden",
    status: 403,
  });
  await harness.refuses(
    {
      path: "/uid/allowlist",
      as: admin,
      body: "1\n2\nthree\n",
      headers: { "content-type": "text/csv" },
    },
    { code: "validation_failed", status: 400, field: "line 3" },
  );
  await harness.refuses(
    { path: "/uid/allowlist", as: admin, body: { uids: ["7", "x"] } },
    { code: "validation_failed", status: 400, field: "uids.1" },
  );
});

Deno.test("DELETE /uid/allowlist/:uid takes a UID off, for admins alone", async () => {
  await using harness = await Harness.start();
  const admin = await harness.signUpAdmin();
  const trader = await harness.signUp();
  await harness.sql`insert into public.uid_allowlist (uid) values ('7')`;
  const remove = { method: "DELETE", path: "/uid/allowlist/7" };
  await harness.refuses({ ...remove, as: trader }, {
    code: "forbidden",
    status: 403,
  });
  const reply = await harness.call({ ...remove, as: admin });
  assert.deepEqual(reply.body, { uid: "7" });
  await harness.refuses({ ...remove, as: admin }, {
    code: "not_found",
    status: 404,
  });
  const odd = { method: "DELETE", path: "/uid/allowlist/x", as: admin };
  await harness.refuses(odd, { code: "validation_failed", status: 400 });
});
