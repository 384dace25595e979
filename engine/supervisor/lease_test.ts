import assert from "node:assert/strict";
import { Lease, LEASE_MS } from "./lease.ts";

function makeClock() {
  const time = { wallMs: 1_750_000_000_000, monotonicMs: 50 };
  return {
    nowMs: () => time.wallMs,
    monotonicMs: () => time.monotonicMs,
    pass(ms: number) {
      time.wallMs += ms;
      time.monotonicMs += ms;
    },
    setBack(ms: number) {
      time.wallMs -= ms;
    },
    sleep(ms: number) {
      time.wallMs += ms;
    },
  };
}

Deno.test("Lease is not valid before the first renewal", () => {
  assert.equal(new Lease(makeClock()).isValid, false);
});

Deno.test("Lease counts from before the renewal was sent", () => {
  const clock = makeClock();
  const lease = new Lease(clock);
  const sentAt = lease.now();
  clock.pass(2_000); // the answer was under way for two seconds
  lease.renewed(sentAt);
  assert.equal(lease.isValid, true);
  clock.pass(LEASE_MS - 2_000 - 1);
  assert.equal(lease.isValid, true);
  clock.pass(1);
  assert.equal(lease.isValid, false);
});

Deno.test("Lease is good again when a late answer comes, unless that is too old itself", () => {
  const clock = makeClock();
  const lease = new Lease(clock);
  lease.renewed(lease.now());
  const late = lease.now();
  clock.pass(LEASE_MS + 1);
  lease.renewed(late);
  assert.equal(lease.isValid, false);
  lease.renewed(lease.now());
  assert.equal(lease.isValid, true);
});

Deno.test("Lease expires when the wall clock was set back meanwhile", () => {
  const clock = makeClock();
  const lease = new Lease(clock);
  lease.renewed(lease.now());
  clock.setBack(3_600_000);
  clock.pass(LEASE_MS);
  assert.equal(lease.isValid, false);
});

Deno.test("Lease expires when the machine slept and its monotonic clock stood still", () => {
  const clock = makeClock();
  const lease = new Lease(clock);
  lease.renewed(lease.now());
  clock.sleep(LEASE_MS);
  assert.equal(lease.isValid, false);
});

Deno.test("Lease is over at once when revoked", () => {
  const lease = new Lease(makeClock());
  lease.renewed(lease.now());
  lease.revoke();
  assert.equal(lease.isValid, false);
  assert.equal(lease.silenceMs, Infinity);
});
