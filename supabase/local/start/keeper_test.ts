import assert from "node:assert/strict";
import { silentLog } from "../testing/silent_log.ts";
import { until } from "../testing/until.ts";
import { Keeper, type Program } from "./keeper.ts";

/** A program that dies when told. */
class FakeProgram implements Program {
  readonly pid: number;
  readonly ended: Promise<void>;
  readonly die: () => void;

  constructor(pid: number) {
    this.pid = pid;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.die = resolve;
  }

  stop(): Promise<void> {
    this.die();
    return this.ended;
  }
}

function fakes(failures: readonly number[] = []) {
  const started: FakeProgram[] = [];
  let attempts = 0;
  return {
    started,
    start: () => {
      attempts += 1;
      if (failures.includes(attempts)) {
        return Promise.reject(new Error("not now"));
      }
      const program = new FakeProgram(attempts);
      started.push(program);
      return Promise.resolve(program);
    },
  };
}

Deno.test("Keeper starts a program again when it dies, and again", async () => {
  const { started, start } = fakes([2]);
  const log = silentLog();
  let restarts = 0;
  await using keeper = await Keeper.start({
    name: "fake",
    start,
    restartDelayMs: 1,
    log,
  });
  keeper.onRestart(() => restarts += 1);
  started[0]?.die();
  await until(
    "the second program",
    () => Promise.resolve(keeper.program.pid === 3 ? true : null),
  );
  started[1]?.die();
  await until(
    "the third program",
    () => Promise.resolve(keeper.program.pid === 4 ? true : null),
  );
  assert.equal(restarts, 2);
  assert.ok(log.codes.includes("program_restart_failed"));
});

Deno.test("Keeper leaves a stopped program stopped", async () => {
  const { started, start } = fakes();
  const keeper = await Keeper.start({
    name: "fake",
    start,
    restartDelayMs: 1,
    log: silentLog(),
  });
  await keeper[Symbol.asyncDispose]();
  await keeper[Symbol.asyncDispose]();
  assert.equal(started.length, 1);
});

Deno.test("Keeper stops while it waits to start again", async () => {
  const { started, start } = fakes();
  const log = silentLog();
  const keeper = await Keeper.start({
    name: "fake",
    start,
    restartDelayMs: 60_000,
    log,
  });
  started[0]?.die();
  await until(
    "its death noticed",
    () => Promise.resolve(log.codes.includes("program_ended") ? true : null),
  );
  await keeper[Symbol.asyncDispose]();
  assert.equal(started.length, 1);
});

Deno.test("Keeper.start() fails when the first start does", async () => {
  const { start } = fakes([1]);
  await assert.rejects(
    Keeper.start({ name: "fake", start, restartDelayMs: 1, log: silentLog() }),
    /not now/,
  );
});
