import assert from "node:assert/strict";
import { createJsonLog, type LogLevel } from "./json_log.ts";

function collect(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const log = createJsonLog({
    level,
    write: (line) => lines.push(JSON.parse(line)),
    now: () => 0,
  });
  return { lines, log };
}

Deno.test("createJsonLog() writes one JSON line an event, from its level on", () => {
  const { lines, log } = collect("info");
  log.debug("too_much");
  log.with({ botId: "b" }).warn("order_rejected", { code: "40762", size: 1n });
  assert.deepEqual(lines, [{
    time: "1970-01-01T00:00:00.000Z",
    level: "warn",
    code: "order_rejected",
    errorCode: "40762",
    botId: "b",
    size: "1",
  }]);
});

Deno.test("createJsonLog() hides what is named like a secret and passwords in URLs", () => {
  const { lines, log } = collect("debug");
  log.error("failed", {
    apiSecret: "hunter2",
    nested: { passphrase: "hunter2", keep: 1 },
    error: new Error("connect postgres://engine:hunter2@host:5432/db failed"),
    long: "x".repeat(10_000),
  });
  const text = JSON.stringify(lines);
  assert.equal(text.includes("hunter2"), false);
  assert.ok(text.includes("postgres://engine@host:5432/db failed"));
  assert.ok(text.length < 3_000);
});
