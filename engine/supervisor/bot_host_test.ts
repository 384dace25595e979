import assert from "node:assert/strict";
import type { PlaceOutcome } from "@engine/exchange/port.ts";
import { Fixture, until } from "@engine/store/testing/fixture.ts";
import type { BotRunner, BotRunnerInput } from "./bot_runner.ts";
import { Desk, EagerRunner } from "./testing/desk.ts";
import { TestEngine } from "./testing/engine.ts";

/** A runner that has not carried its stop out yet. */
class Stopping implements BotRunner {
  readonly #end = Promise.withResolvers<void>();
  wakes = 0;

  constructor(readonly input: BotRunnerInput) {}

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  start(): void {}

  wake(): void {
    this.wakes += 1;
  }

  stop(): Promise<void> {
    this.#end.resolve();
    return this.ended;
  }

  async tryToOpen(): Promise<PlaceOutcome | undefined> {
    const { bot, account } = this.input;
    const [outcome] = await account.placeOrders([{
      symbol: bot.symbol,
      clientOrderId: `${bot.id}/`,
      positionSide: "long",
      orderSide: "buy",
      purpose: "open",
      price: null,
      size: 1,
      postOnly: false,
    }]);
    return outcome;
  }
}

/** An engine with a bot that it has opened to be stopped. */
class Scene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly desk = new Desk();
  readonly stopping: Stopping[] = [];
  botId = "";

  private constructor(readonly fixture: Fixture) {
    this.#stack.use(fixture);
  }

  static async open(): Promise<Scene> {
    const scene = new Scene(await Fixture.open());
    const { fixture, desk } = scene;
    scene.botId = (await fixture.addBot()).id;
    await scene.want("stopped");
    scene.#stack.use(
      await TestEngine.start({
        url: fixture.engineUrl,
        name: "a",
        desk,
        createRunner: (input) => {
          if (input.bot.desiredState === "running") {
            return new EagerRunner(input);
          }
          const runner = new Stopping(input);
          scene.stopping.push(runner);
          return runner;
        },
      }),
    );
    await until("it is opened", () => scene.stopping.length === 1);
    return scene;
  }

  async want(state: "running" | "stopped"): Promise<void> {
    await this.fixture.admin`
      update public.bots
      set desired_state = ${state}, desired_version = desired_version + 1`;
  }

  async row(): Promise<Record<string, unknown>> {
    const [row] = await this.fixture.admin`
      select status, status_code, claim_epoch::int as epoch from public.bots`;
    return { ...row };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

Deno.test("BotHost opens a bot anew that is started again before it has stopped, and asks its key", async () => {
  await using scene = await Scene.open();
  await scene.want("running");
  await until(
    "it trades",
    () => scene.desk.lastPlacement(scene.botId) !== undefined,
  );
  assert.deepEqual(await scene.row(), {
    status: "running",
    "status_code": null,
    epoch: 1,
  });
  assert.equal(scene.stopping.length, 1);
});

Deno.test("BotHost opens a bot anew whose runner would open first, and nothing leaves before its key is asked", async () => {
  await using scene = await Scene.open();
  const [runner] = scene.stopping;
  const outcome = await runner?.tryToOpen();
  assert.equal(outcome?.kind, "not_sent");
  // Still to be stopped: the next runner is for that, too.
  await until("it is opened anew", () => scene.stopping.length === 2);
  assert.equal(scene.desk.placements.length, 0);
  await scene.want("stopped");
  await until("it is woken", () => scene.stopping[1]?.wakes === 1);
  assert.equal(scene.stopping.length, 2);
});

Deno.test("BotHost faults a bot that is started again with a key that may not trade", async () => {
  await using scene = await Scene.open();
  const { identity } = scene.desk;
  scene.desk.identity = (id) => ({ ...identity(id), canTrade: false });
  // At once: started afterwards, by hand too, it would be refused.
  await scene.fixture.admin.begin(async (transaction) => {
    await transaction`
      update public.bots
      set desired_state = 'running', desired_version = desired_version + 1`;
    await transaction`update public.exchange_keys set status = 'invalid'`;
  });
  await until(
    "it is faulted",
    async () => (await scene.row()).status === "faulted",
  );
  assert.equal((await scene.row()).status_code, "key_invalid");
  assert.equal(scene.desk.placements.length, 0);
});
