import assert from "node:assert/strict";
import process from "node:process";
import { TextLineStream } from "../lines.ts";
import { LAUNCH_LINE, launchArguments } from "../testing/launched.ts";

function launch(depth: number, env: Record<string, string> = {}): {
  readonly child: Deno.ChildProcess;
  readonly lines: ReadableStreamDefaultReader<string>;
} {
  const child = new Deno.Command("sh", {
    args: ["-c", LAUNCH_LINE, ...launchArguments(depth)],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "null", // a shell says that what it ran was killed
  }).spawn();
  const lines = child.stdout
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new TextLineStream())
    .getReader();
  return { child, lines };
}

for (const [which, name] of ["nearest", "farthest"].entries()) {
  Deno.test(`onLauncherGone() tells of kill -9 of the ${name} launcher`, async () => {
    const { child, lines } = launch(1);
    const launchers: number[] = JSON.parse((await lines.read()).value ?? "[]");
    assert.equal(launchers.length, 2);
    process.kill(launchers[which] ?? 0, "SIGKILL");
    assert.equal((await lines.read()).value, "gone");
    assert.equal((await lines.read()).done, true);
    await child.status;
  });
}

Deno.test("isLauncherGone() knows a deno task that was killed before", async () => {
  const { child, lines } = launch(0, { "TRELLIS_TASK": "1" });
  assert.equal((await lines.read()).value, "gone before");
  assert.equal((await lines.read()).done, true);
  await child.status;
});

Deno.test("readLaunchers() takes a user's shell for no launcher", async () => {
  const { child, lines } = launch(0);
  assert.equal((await lines.read()).value, "[]");
  assert.equal((await lines.read()).done, true);
  await child.status;
});
