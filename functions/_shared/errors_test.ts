import assert from "node:assert/strict";
import { ApiError, ERRORS, isErrorCode } from "./errors.ts";

Deno.test("ERRORS says each code in whole sentences a trader reads", () => {
  for (const [code, [status, sentence]] of Object.entries(ERRORS)) {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(status >= 400 && status < 600, code);
    assert.match(sentence, /^[A-Z].+\.$/, code);
    assert.doesNotMatch(sentence, /undefined|null|exception|JSON/i, code);
  }
});

Deno.test("ApiError.toBody() names the field only where there is one", () => {
  assert.deepEqual(new ApiError("not_found").toBody(), {
    error: { code: "not_found", message: ERRORS.not_found[1] },
  });
  assert.deepEqual(
    new ApiError("validation_failed", { message: "No.", field: "a.b" })
      .toBody(),
    { error: { code: "validation_failed", message: "No.", field: "a.b" } },
  );
});

Deno.test("ApiError.toBody() keeps its cause to itself", () => {
  const error = new ApiError("internal", { cause: new Error("marker") });
  assert.doesNotMatch(JSON.stringify(error.toBody()), /marker/);
});

Deno.test("isErrorCode() knows the table and nothing of Object", () => {
  assert.ok(isErrorCode("uid_taken"));
  assert.ok(!isErrorCode("constructor"));
  assert.ok(!isErrorCode("toString"));
});
