import assert from "node:assert/strict";
import { TcpProxy } from "../faults/tcp_proxy.ts";
import { openDatabase } from "./database.ts";
import { listenBots } from "./listen_bots.ts";
import { BOTS_CHANNEL, notifyBot } from "./notify_bot.ts";
import { SILENT_MS } from "./pool.ts";
import { Fixture, until } from "./testing/fixture.ts";

const BEAT_MS = 50;

/** A listener behind a cable, by a clock that is a second further each beat. */
class Scene implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly heard: string[] = [];
  beats = 0;
  listenings = 0;
  silences = 0;

  private constructor(
    readonly fixture: Fixture,
    readonly cable: TcpProxy,
  ) {
    this.#stack.use(fixture);
    this.#stack.use(cable);
  }

  static async open(): Promise<Scene> {
    const fixture = await Fixture.open();
    const { hostname, port } = new URL(fixture.engineUrl);
    const cable = new TcpProxy({ hostname, port: Number(port) });
    const scene = new Scene(fixture, cable);
    const behind = openDatabase({
      url: cable.through(fixture.engineUrl),
      engineId: crypto.randomUUID(),
    });
    scene.#stack.use(behind);
    const facts = new Proxy(fixture.database.facts, {
      apply(sql, self, args) {
        scene.beats += 1;
        return Reflect.apply(sql, self, args);
      },
    });
    const openListener = () => behind.openListener();
    const end = await listenBots({ facts, openListener }, {
      onBot: (botId) => scene.heard.push(botId),
      onListening: () => scene.listenings += 1,
      onSilent: () => scene.silences += 1,
      nowMs: () => scene.beats * 1_000,
      beatMs: BEAT_MS,
    });
    scene.#stack.defer(end);
    return scene;
  }

  say(botId: string): Promise<void> {
    return notifyBot(this.fixture.admin, botId);
  }

  /** The port by which the server knows the connection that listens. */
  async port(): Promise<number> {
    const [row] = await this.fixture.admin`
      select client_port from pg_stat_activity
      where datname = current_database()
        and query like ${`listen "${BOTS_CHANNEL}"`}`;
    return Number(row?.client_port);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

Deno.test("listenBots() notices that its connection fell silent, and hears again by a new one", async () => {
  await using scene = await Scene.open();
  await scene.say("a");
  await until("it hears", () => scene.heard.includes("a"));
  scene.cable.forgetOne(await scene.port());
  await scene.say("lost");
  await until("it listens anew", () => scene.listenings === 2);
  assert.equal(scene.silences, 1);
  await scene.say("b");
  await until("it hears again", () => scene.heard.includes("b"));
  assert.deepEqual(scene.heard, ["a", "b"]);
});

Deno.test("listenBots() takes nothing for silence while it hears itself, however long nothing is announced", async () => {
  await using scene = await Scene.open();
  const enough = 3 * SILENT_MS / 1_000;
  await until("that long", () => scene.beats >= enough, 30_000);
  await scene.say("a");
  await until("it hears", () => scene.heard.includes("a"));
  assert.deepEqual([scene.silences, scene.listenings], [0, 1]);
});

Deno.test("listenBots() listens again when its connection breaks, and says so", async () => {
  await using scene = await Scene.open();
  scene.cable.cut();
  scene.cable.heal();
  await until("it listens anew", () => scene.listenings === 2);
  await scene.say("a");
  await until("it hears", () => scene.heard.includes("a"));
  assert.equal(scene.silences, 0);
});

Deno.test("listenBots() fails at once where the database cannot be reached", async () => {
  await using fixture = await Fixture.open();
  const url = new URL(fixture.engineUrl);
  url.port = "1";
  await using gone = openDatabase({
    url: url.href,
    engineId: crypto.randomUUID(),
  });
  await assert.rejects(
    listenBots(gone, { onBot: () => {}, onListening: () => {} }),
  );
});
