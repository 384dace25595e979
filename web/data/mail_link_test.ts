/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { readMailLink } from "./mail_link.ts";

Deno.test("readMailLink() knows dead links and halves of a change of address", () => {
  const read = (hash: string) => readMailLink({ hash, pathname: "/bots" });
  const path = "/bots";
  assert.deepEqual(
    read("#error=access_denied&error_code=otp_expired&error_description=x"),
    { state: "dead", path },
  );
  assert.deepEqual(read("#message=Confirmation+link+accepted."), {
    state: "half",
    path,
  });
  assert.equal(read("#access_token=a&refresh_token=b&type=signup"), null);
  assert.equal(read("#main"), null);
  assert.equal(read(""), null);
});
