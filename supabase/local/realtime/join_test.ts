import assert from "node:assert/strict";
import fc from "fast-check";
import { readJoin } from "./join.ts";

Deno.test("readJoin() reads what realtime-js sends", () => {
  const join = readJoin({
    "access_token": "token",
    config: {
      broadcast: { ack: true, self: false, replay: { since: 5, limit: 100 } },
      presence: { key: "", enabled: false },
      "postgres_changes": [],
      private: true,
    },
  });
  assert.deepEqual(join, {
    isPrivate: true,
    token: "token",
    hearsItself: false,
    wantsAcknowledgement: true,
    wantsPresence: false,
    wantsReplicationReady: false,
    postgresChanges: 0,
    replay: { since: new Date(5), limit: 25 },
  });
});

Deno.test("readJoin() takes whatever it cannot read for not asked for", () => {
  fc.assert(
    fc.property(fc.anything(), (payload) => {
      assert.equal(readJoin(payload).isPrivate, false);
    }),
  );
  assert.equal(readJoin({ config: { private: "yes" } }).isPrivate, false);
});
