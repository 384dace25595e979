/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseExchangeKey, parseProfile } from "../data/rows.ts";
import { isOnboarded, onboardingOf } from "./onboarding.ts";

const NOW = "2026-11-22T18:00:00Z";

function profileRow(status: string, uid: string | null) {
  return parseProfile({
    "user_id": "u",
    "display_name": null,
    locale: "en",
    status,
    "status_reason": null,
    "exchange_uid": uid,
  });
}

function keyRow(venue: string, status = "active") {
  return parseExchangeKey({
    id: "k",
    label: "k",
    venue,
    "exchange_uid": "1",
    "key_hint": "abcd",
    permissions: [],
    "ip_restricted": false,
    status,
    "created_at": NOW,
  });
}

const stateOf = (
  profile: ReturnType<typeof profileRow> | null,
  keys: readonly ReturnType<typeof keyRow>[],
) => Object.values(onboardingOf({ profile, keys, bots: [] }));

Deno.test("onboardingOf() begins with the key, whatever happens on paper", () => {
  const nothing = ["now", "later", "later", "later"];
  assert.deepEqual(stateOf(null, []), nothing);
  const fresh = profileRow("pending_key", null);
  assert.deepEqual(stateOf(fresh, [keyRow("paper")]), nothing);
  assert.deepEqual(stateOf(fresh, [keyRow("bitget", "revoked")]), nothing);
});

Deno.test("onboardingOf() says who has to act", () => {
  const keys = [keyRow("bitget")];
  assert.deepEqual(
    stateOf(profileRow("pending_review", "1"), keys),
    ["done", "done", "waiting", "later"],
  );
  assert.deepEqual(
    stateOf(profileRow("active", "1"), keys),
    ["done", "done", "done", "now"],
  );
  for (const status of ["rejected", "suspended"]) {
    assert.deepEqual(
      stateOf(profileRow(status, "1"), keys),
      ["done", "done", "refused", "later"],
    );
    assert.deepEqual(
      stateOf(profileRow(status, null), []),
      ["later", "later", "refused", "later"],
    );
  }
});

Deno.test("isOnboarded() wants every step done", () => {
  const done = { key: "done", uid: "done", approval: "done" } as const;
  assert.equal(isOnboarded({ ...done, bot: "done" }), true);
  assert.equal(isOnboarded({ ...done, bot: "now" }), false);
});
