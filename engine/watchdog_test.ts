import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { until } from "@engine/store/testing/fixture.ts";
import { startWatchdog } from "./watchdog.ts";

const WORKER = fileURLToPath(new URL("./watchdog_worker.ts", import.meta.url));

Deno.test("startWatchdog() ends a process whose main loop stalls, without run permission", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--allow-read=${WORKER}`,
      fileURLToPath(new URL("./testing/stalling.ts", import.meta.url)),
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assert.equal(new TextDecoder().decode(value), "stalling\n");
  const stalledAtMs = performance.now();
  const tooLate = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const status = await child.status;
  const lastedMs = performance.now() - stalledAtMs;
  clearTimeout(tooLate);
  await reader.cancel();
  assert.equal(status.signal, "SIGKILL");
  assert.ok(lastedMs < 5_000, `${lastedMs} ms`);
});

Deno.test("startWatchdog() leaves a process alone whose loop turns", async () => {
  using _watchdog = await startWatchdog(1_000);
  const end = performance.now() + 2_500; // more than twice its patience
  await until("the loop has turned", () => performance.now() > end);
});

Deno.test("startWatchdog() refuses to go without its worker", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      fileURLToPath(new URL("./testing/stalling.ts", import.meta.url)),
    ],
    stdin: "null",
  }).output();
  assert.equal(code, 1);
  assert.match(new TextDecoder().decode(stderr), /Cannot start the watchdog/);
});
