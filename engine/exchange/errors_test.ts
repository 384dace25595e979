import assert from "node:assert/strict";
import {
  classifyRefusal,
  isGone,
  isLocal,
  localError,
  offStepError,
  unansweredError,
} from "./errors.ts";

function classify(
  code: string | null,
  options: { httpStatus?: number | null; effect?: "read" | "write" } = {},
) {
  return classifyRefusal({
    code,
    message: "text",
    httpStatus: 400,
    retryAfterMs: null,
    effect: "write",
    ...options,
  });
}

const TABLE: Readonly<Record<string, readonly [kind: string, codes: string]>> =
  {
    "insufficient_margin": ["rejected", "40762 40754 43012"],
    "price_step": ["rejected", "45115 41103"],
    "size_step": ["rejected", "40808 43028"],
    "below_minimum": ["rejected", "45110 45111"],
    "above_maximum": ["rejected", "45112 45113"],
    "no_position": ["rejected", "22002 40939"],
    "position_too_small": ["rejected", "40757 45003"],
    "position_mode": ["rejected", "40774"],
    "duplicate_client_order_id": ["rejected", "40786 43118 45034 25212"],
    "order_not_found": ["rejected", "40768 40109 43001"],
    "order_finished": ["rejected", "22001 45055"],
    "cancel_too_often": ["retryable", "45129"],
    "price_band": [
      "rejected",
      "40815 40816 43008 43009 22006 22007 22008 22009",
    ],
    "position_open": ["rejected", "40920 45117 45097 40893 22020"],
    "setting_unchanged": ["rejected", "45054 40814"],
    "leverage_out_of_range": ["rejected", "43050"],
    "too_many_orders": ["rejected", "43005 43128 45118 40723 40761"],
    "batch_too_large": ["rejected", "40912"],
    "key_invalid": ["fatal", "40001 40006 40037 40036 30011"],
    "signature_invalid": ["fatal", "40009 40002 40003"],
    "passphrase_invalid": ["fatal", "40011 40012 30012"],
    "permission_missing": ["fatal", "40014"],
    "clock_skew": ["retryable", "40008 40004 40005 30013 30014"],
    "ip_refused": ["fatal", "40018 40038 22010"],
    "account_suspended": ["fatal", "40031 40300 40013 40710"],
    "market_not_served": ["rejected", "22004 22005"],
    "market_closed": ["retryable", "40200 40308 41114 43115"],
    "bad_client_order_id": ["rejected", "40304 40305 40500"],
    "bad_request": ["rejected", "40017 40019 40020 40925 22003"],
    "login_refused": ["fatal", "30002 30003 30004 30005"],
    "bad_channel": ["rejected", "30001"],
    "unified_account": ["fatal", "40085 40084"],
    "wrong_environment": ["fatal", "40099"],
    "throttled": ["retryable", "429 1001 30006 30007"],
    "outcome_unknown": ["unresolved", "40010 40725 40015"],
    "post_only_would_cross": ["rejected", "40930"],
  };

for (const [reason, [kind, codes]] of Object.entries(TABLE)) {
  Deno.test(`classifyRefusal() says ${reason}, ${kind}, for ${codes}`, () => {
    for (const code of codes.split(" ")) {
      const error = classify(code);
      assert.equal(error.reason, reason, code);
      assert.equal(error.kind, kind, code);
      assert.equal(error.code, code);
      assert.match(error.message, /^[A-Z].*: text$/);
    }
  });
}

Deno.test("classifyRefusal() does not trust a code it does not know", () => {
  const write = classify("99999");
  assert.equal(write.kind, "unresolved");
  assert.equal(write.reason, "unknown_code");
  assert.equal(classify("99999", { effect: "read" }).kind, "retryable");
});

Deno.test("classifyRefusal() leaves a write open after a 5xx, with or without a code", () => {
  for (const httpStatus of [500, 502, 503, 504]) {
    const error = classify(null, { httpStatus });
    assert.equal(error.kind, "unresolved");
    assert.equal(error.reason, "exchange_unavailable");
    assert.equal(error.code, `http_${httpStatus}`);
    const read = classify(null, { httpStatus, effect: "read" });
    assert.equal(read.kind, "retryable");
    assert.equal(classify("40762", { httpStatus }).kind, "unresolved");
  }
});

Deno.test("classifyRefusal() knows a 429 by its status alone", () => {
  const error = classifyRefusal({
    code: null,
    message: "",
    httpStatus: 429,
    retryAfterMs: 2_000,
    effect: "write",
  });
  assert.equal(error.reason, "throttled");
  assert.equal(error.kind, "retryable");
  assert.equal(error.retryAfterMs, 2_000);
});

Deno.test("classifyRefusal() never calls a read unresolved", () => {
  assert.equal(classify("40010", { effect: "read" }).kind, "retryable");
});

Deno.test("isGone() is true of orders that cannot be live", () => {
  for (const code of ["40768", "40109", "43001", "22001", "45055"]) {
    assert.equal(isGone(classify(code)), true, code);
  }
  for (const code of ["45129", "40010", "429"]) {
    assert.equal(isGone(classify(code)), false, code);
  }
});

Deno.test("isLocal() is true only of what never left", () => {
  assert.equal(isLocal(localError("queue_full")), true);
  assert.equal(isLocal(localError("unreachable")), true);
  assert.equal(isLocal(offStepError("x")), false);
  assert.equal(isLocal(unansweredError("timeout", { effect: "write" })), false);
  assert.equal(isLocal(classify("429")), false);
});
