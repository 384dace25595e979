/** What goes wrong with one bot, and leaves the others alone. */
import assert from "node:assert/strict";
import { ExchangeError } from "@engine/exchange/port.ts";
import { until } from "@engine/store/testing/fixture.ts";
import type { BotRunner, BotRunnerInput } from "./bot_runner.ts";
import { Scene } from "./testing/scene.ts";

Deno.test("Supervisor faults a bot whose key cannot be used, in words, and leaves the others running", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const good = await fixture.addBot();
  const thief = await fixture.addBot();
  const stranger = await fixture.addBot();
  const mute = await fixture.addBot();
  const invalid = await fixture.addBot();
  await fixture.admin`
    update public.exchange_keys set status = 'invalid'
    where id = ${invalid.exchangeKeyId}`;
  const identity = desk.identity;
  desk.identity = (exchangeKeyId) => ({
    ...identity(exchangeKeyId),
    canWithdraw: exchangeKeyId === thief.exchangeKeyId,
    canTrade: exchangeKeyId !== mute.exchangeKeyId,
    ...(exchangeKeyId === stranger.exchangeKeyId && { exchangeUid: "9999" }),
  });
  const engine = await scene.start("a");
  const expected = [
    [thief, "key_can_withdraw"],
    [stranger, "uid_mismatch"],
    [mute, "key_cannot_trade"],
    [invalid, "key_invalid"],
  ] as const;
  for (const [bot, code] of expected) {
    await until(`${code} is written`, async () => {
      const row = await scene.statusOf(bot.id);
      return row.status === "faulted" && row.engine_id === null;
    });
    const row = await scene.statusOf(bot.id);
    assert.equal(row.status_code, code);
    assert.match(String(row.status_reason), /\. [A-Z]/);
    assert.equal(row.acknowledged_version, row.desired_version);
    const events = await fixture.admin`
      select level, code from public.bot_events where bot_id = ${bot.id}`;
    assert.deepEqual(events.map((e) => ({ ...e })), [
      { level: "error", code },
    ]);
  }
  await scene.tradesOn(good.id);
  assert.equal(engine.supervisor.state.bots, 1);
});

Deno.test("Supervisor faults a bot whose rows the database refuses, and that one alone", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  const good = await fixture.addBot();
  const bad = await fixture.addBot();
  await scene.start("a", {
    createRunner: (input) => {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      return {
        ended,
        start() {
          input.store.addEvents([
            { level: "info", code: "hello", message: "Hello" },
          ]);
          if (input.bot.id !== bad.id) return;
          input.store.addEvents([
            { level: "info", code: "NO SUCH CODE", message: "Hello" },
          ]);
        },
        wake() {},
        stop() {
          resolve();
          return ended;
        },
      };
    },
  });
  await until(
    "the bad one has faulted",
    async () => (await scene.statusOf(bad.id)).status === "faulted",
  );
  assert.equal((await scene.statusOf(bad.id)).status_code, "internal");
  const events = await fixture.admin`
    select bot_id from public.bot_events where code = 'hello'`;
  assert.deepEqual(events.map((e) => e.bot_id), [good.id]);
  assert.equal(await scene.engineOf(good.id), "a");
});

Deno.test("Supervisor asks an exchange again that does not answer, and says so", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  desk.outage = new ExchangeError("Bad gateway", {
    code: "502",
    kind: "retryable",
    reason: "exchange_unavailable",
  });
  const bot = await fixture.addBot();
  await scene.start("a");
  await until(
    "the trader is told",
    async () =>
      (await scene.statusOf(bot.id)).status_code === "exchange_unavailable",
  );
  assert.equal((await scene.statusOf(bot.id)).status, "starting");
  desk.outage = null;
  await scene.tradesOn(bot.id);
  const row = await scene.statusOf(bot.id);
  assert.equal(row.status, "running");
  assert.equal(row.status_code, null);
});

Deno.test("Supervisor takes the database's weather for no fault of a bot's", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  const bot = await fixture.addBot();
  let losses = 0;
  await scene.start("a", {
    wrapStore: (store) =>
      new Proxy(store, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (key === "loadBot" && losses === 0) {
            losses++;
            const code = "CONNECTION_CLOSED";
            return () =>
              Promise.reject(Object.assign(new Error("away"), { code }));
          }
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
  });
  await scene.tradesOn(bot.id);
  assert.equal(losses, 1);
  const told = await fixture.admin`
    select code from public.bot_events where level = 'error'`;
  assert.deepEqual([...told], []);
  assert.equal((await scene.statusOf(bot.id)).claim_epoch, 2);
});

/** A runner whose bot has nothing left at the exchange. */
function stopAtOnce({ bot, store }: BotRunnerInput): BotRunner {
  const { promise, resolve } = Promise.withResolvers<void>();
  const detail = { acknowledgedVersion: bot.desiredVersion };
  return {
    start: () => void store.setStatus("stopped", detail).then(() => resolve()),
    wake: () => {},
    stop: () => promise,
    ended: promise,
  };
}

Deno.test("Supervisor stops bots whose keys may not trade any more: less risk is always allowed, but not on a stranger's account", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const thief = await fixture.addBot();
  const mute = await fixture.addBot();
  const invalid = await fixture.addBot();
  const stranger = await fixture.addBot();
  await fixture.admin`
    update public.exchange_keys set status = 'invalid'
    where id = ${invalid.exchangeKeyId}`;
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2`;
  const identity = desk.identity;
  desk.identity = (exchangeKeyId) => ({
    ...identity(exchangeKeyId),
    canWithdraw: exchangeKeyId === thief.exchangeKeyId,
    canTrade: exchangeKeyId !== mute.exchangeKeyId,
    ...(exchangeKeyId === stranger.exchangeKeyId && { exchangeUid: "9999" }),
  });
  await scene.start("a", {
    createRunner: stopAtOnce,
  });
  for (const bot of [thief, mute, invalid]) {
    await until("the stop is carried out", async () => {
      const row = await scene.statusOf(bot.id);
      return row.status === "stopped" && row.engine_id === null;
    });
  }
  await until("the stranger's account is left alone", async () => {
    const row = await scene.statusOf(stranger.id);
    return row.status === "faulted" && row.status_code === "uid_mismatch";
  });
});
