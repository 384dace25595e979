import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { Child } from "./child.ts";
import { temporaryDirectory } from "./testing/temporary_directory.ts";
import { until } from "./testing/until.ts";

function shell(script: string, onStdout: (line: string) => void = () => {}) {
  return new Child({
    command: "sh",
    args: ["-c", script],
    orphanSignal: "TERM",
    onStdout,
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

Deno.test("Child is the program itself: its pid, lines and exit code", async () => {
  const lines: string[] = [];
  const child = shell("echo $$; echo two; exit 3", (line) => lines.push(line));
  assert.equal((await child.ended).code, 3);
  assert.deepEqual(lines, [String(child.pid), "two"]);
});

Deno.test("Child.stop() asks first", async () => {
  const lines: string[] = [];
  const child = shell(
    "trap 'echo asked; exit 0' TERM; echo up; while :; do sleep 0.05; done",
    (line) => lines.push(line),
  );
  await until("up", () => Promise.resolve(lines[0] ?? null));
  const status = await child.stop("SIGTERM", 5_000);
  assert.deepEqual(lines, ["up", "asked"]);
  assert.equal(status.code, 0);
});

Deno.test("Child.stop() kills what does not listen, and may be called again", async () => {
  const lines: string[] = [];
  const child = shell(
    "trap '' TERM; echo up; while :; do sleep 0.05; done",
    (line) => lines.push(line),
  );
  await until("up", () => Promise.resolve(lines[0] ?? null));
  assert.equal((await child.stop("SIGTERM", 50)).signal, "SIGKILL");
  assert.equal((await child.stop("SIGTERM", 50)).signal, "SIGKILL");
});

Deno.test("Child ends when the process that started it is killed", async () => {
  await using directory = await temporaryDirectory();
  const script = join(directory.path, "parent.ts");
  await Deno.writeTextFile(
    script,
    `import { Child } from ${JSON.stringify(import.meta.resolve("./child.ts"))};
     const child = new Child({ command: "sleep", args: ["600"], orphanSignal: "TERM" });
     console.log(child.pid);
     await child.ended;`,
  );
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", script],
    stdout: "piped",
  }).spawn();
  const reader = parent.stdout.getReader();
  const { value } = await reader.read();
  const pid = Number(new TextDecoder().decode(value));
  assert.ok(isRunning(pid));
  parent.kill("SIGKILL");
  await parent.status;
  await reader.cancel();
  await until(
    "the child's end",
    () => Promise.resolve(isRunning(pid) ? null : true),
    5_000,
  );
});
