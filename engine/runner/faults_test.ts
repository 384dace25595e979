import assert from "node:assert/strict";
import { FATAL_REASONS } from "@engine/exchange/errors.ts";
import { ExchangeError } from "@engine/exchange/port.ts";
import { FaultError, faultOf, mayPass } from "./faults.ts";

const errorOf = (reason: string) =>
  new ExchangeError("The exchange said no", {
    code: "40000",
    kind: "fatal",
    reason,
  });

Deno.test("faultOf() gives each fatal refusal its code, what the exchange said, and a next step of its own", () => {
  assert.ok(FATAL_REASONS.length >= 8);
  const general = faultOf(errorOf("never_heard_of"))?.message ?? "";
  const step = (message: string) => message.split(". ").slice(1).join(". ");
  assert.match(step(general), /^Check the exchange account/);
  for (const reason of FATAL_REASONS) {
    const fault = faultOf(errorOf(reason));
    assert.ok(fault instanceof FaultError, reason);
    assert.equal(fault.code, reason);
    assert.match(fault.message, /^The exchange said no\. [A-Z]/, reason);
    assert.notEqual(step(fault.message), step(general), reason);
  }
});

Deno.test("faultOf() says nothing where waiting may help", () => {
  for (const kind of ["retryable", "unresolved"] as const) {
    const error = new ExchangeError("Busy", {
      code: "1",
      kind,
      reason: "busy",
    });
    assert.equal(faultOf(error), null);
  }
});

Deno.test("mayPass() takes no error of ours for a connection that broke", () => {
  for (const Ours of [TypeError, RangeError, ReferenceError]) {
    assert.equal(mayPass(new Ours("x is not defined")), false, Ours.name);
  }
  assert.equal(mayPass(new Error("The connection broke")), true);
});
