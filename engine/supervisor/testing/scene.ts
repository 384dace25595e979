/**
 * A database with bots in it, a desk to trade at, and engines without a
 * process, for tests of the supervisor.
 *
 * @module
 */
import { Fixture, until } from "@engine/store/testing/fixture.ts";
import { Desk } from "./desk.ts";
import { TestEngine, type TestEngineOptions } from "./engine.ts";

/** A bot's row, as tests of the supervisor look at it. */
export type BotStatus = Readonly<Record<string, unknown>>;

/** See the head of this file; disposing ends the engines first. */
export class Scene implements AsyncDisposable {
  readonly desk = new Desk();
  readonly #stack = new AsyncDisposableStack();

  private constructor(readonly fixture: Fixture) {
    this.#stack.use(fixture);
  }

  static async open(): Promise<Scene> {
    return new Scene(await Fixture.open());
  }

  /** Starts an engine. */
  async start(
    name: string,
    options: Partial<Omit<TestEngineOptions, "url" | "name" | "desk">> = {},
  ): Promise<TestEngine> {
    const { fixture, desk } = this;
    const url = fixture.engineUrl;
    return this.#stack.use(
      await TestEngine.start({ ...options, url, name, desk }),
    );
  }

  async statusOf(botId: string): Promise<BotStatus> {
    const [row] = await this.fixture.admin`
      select status, status_code, status_reason, engine_id, claim_epoch::int,
        acknowledged_version, desired_version
      from public.bots where id = ${botId}`;
    return { ...row };
  }

  /** The name of the engine that has the bot; null: nobody has. */
  async engineOf(botId: string): Promise<unknown> {
    const [row] = await this.fixture.admin`
      select e.name from public.bots b left join public.engines e
        on e.id = b.engine_id where b.id = ${botId}`;
    return row?.name;
  }

  /** Waits until the bot trades, and returns the engine that placed last. */
  async tradesOn(botId: string, not?: string): Promise<string | undefined> {
    await until("the bot trades", () => {
      const last = this.desk.lastPlacement(botId);
      return last !== undefined && last.engine !== not &&
        performance.now() - last.atMs < 100;
    }, 20_000);
    return this.desk.lastPlacement(botId)?.engine;
  }

  /** The trader wants this of a bot. */
  async want(botId: string, state: "running" | "stopped"): Promise<void> {
    await this.fixture.admin`
      update public.bots
      set desired_state = ${state}, desired_version = desired_version + 1
      where id = ${botId}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
