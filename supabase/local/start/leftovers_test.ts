import assert from "node:assert/strict";
import { silentLog } from "../testing/silent_log.ts";
import { temporaryDirectory } from "../testing/temporary_directory.ts";
import { endLeftovers, rememberProcesses } from "./leftovers.ts";

function sleeper(seconds: string): Deno.ChildProcess {
  return new Deno.Command("sleep", { args: [seconds] }).spawn();
}

Deno.test("endLeftovers() ends what is remembered, and nothing that only has its pid", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/processes.json`;
  const left = sleeper("601");
  const stranger = sleeper("602");
  await rememberProcesses(file, [
    { pid: left.pid, marker: "601" },
    { pid: stranger.pid, marker: "engine/main.ts" },
    { pid: 2 ** 22, marker: "gone long ago" },
  ]);
  const log = silentLog();
  const ended = endLeftovers(file, log);
  assert.equal((await left.status).signal, "SIGTERM");
  await ended;
  assert.deepEqual(log.codes, ["leftover_process"]);
  stranger.kill("SIGKILL"); // throws had it ended
  await stranger.status;
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
});

Deno.test("endLeftovers() does nothing without a file or with half of one", async () => {
  await using temporary = await temporaryDirectory();
  const file = `${temporary.path}/processes.json`;
  await endLeftovers(file, silentLog());
  await Deno.writeTextFile(file, '[{"pid": 1');
  await endLeftovers(file, silentLog());
});
