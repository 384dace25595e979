/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { ERRORS } from "../../functions/_shared/errors.ts";
import { zhTw } from "./zh_tw/mod.ts";

Deno.test("every refusal of the functions is said in Chinese, too", () => {
  const missing = Object.keys(ERRORS).filter((code) =>
    zhTw.apiErrors[code] === undefined
  );
  assert.deepEqual(missing, []);
});
