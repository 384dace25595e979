/**
 * One exchange, one database, bots on accounts of their own, and the engines
 * that trade them.
 *
 * @module
 */
import { join } from "node:path";
import { startTestCluster } from "@db/local/test_cluster.ts";
import { Fixture, SILENT_LOG, until } from "@engine/store/testing/fixture.ts";
import { generateVaultKeys } from "@engine/vault/mod.ts";
import { EngineProcess } from "../testing/engine_process.ts";
import { addPaperBot } from "../testing/paper_bot.ts";
import { FloorProcess } from "./floor_process.ts";
import { PaperProcess } from "./paper_process.ts";

const MIGRATIONS = join(
  import.meta.dirname ?? ".",
  "..",
  "..",
  "supabase",
  "migrations",
);
/** The price goes this much beyond the order it fills. */
const BEYOND = 0.0002;
const START_PRICE = 1;
const CONFIG = { baseNotional: 20, takeProfitSpacing: 0.004 };
const RESTING_MS = 120_000;
const OPENING_MS = 60_000;

/** A bot on an account and a symbol of its own, so that it can fill alone. */
export interface Trader {
  readonly botId: string;
  readonly uid: string;
  readonly venueSymbol: string;
  isUp: boolean;
}

/** What a stage is opened with. */
export interface StageOptions {
  readonly bots: number;
  /** Accounts of the bare loop beside them. */
  readonly floors?: number;
}

/** See the head of this file. */
export class Stage implements AsyncDisposable {
  readonly traders: Trader[] = [];
  readonly engines: EngineProcess[] = [];
  readonly #stack: AsyncDisposableStack;
  readonly #vault: Awaited<ReturnType<typeof generateVaultKeys>>;

  private constructor(
    readonly fixture: Fixture,
    readonly paper: PaperProcess,
    readonly floor: FloorProcess | null,
    rest: {
      readonly stack: AsyncDisposableStack;
      readonly vault: Awaited<ReturnType<typeof generateVaultKeys>>;
    },
  ) {
    this.#stack = rest.stack;
    this.#vault = rest.vault;
  }

  /** Opens it: bots that should run, no engine yet. */
  static async open({ bots, floors = 0 }: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const cluster = stack.use(
      await startTestCluster({
        migrations: MIGRATIONS,
        log: SILENT_LOG,
        durable: true,
      }),
    );
    const names = Array.from({ length: bots }, (_, i) => `B${i}USDT`);
    const floorNames = Array.from({ length: floors }, (_, i) => `F${i}USDT`);
    const fixture = stack.use(await Fixture.open(cluster.adminUrl));
    const paper = stack.use(
      await PaperProcess.start([...names, ...floorNames]),
    );
    for (const name of [...names, ...floorNames]) {
      await paper.setPrice(name, START_PRICE);
    }
    const floor = floors === 0
      ? null
      : stack.use(await FloorProcess.start(paper, floorNames));
    const vault = await generateVaultKeys();
    const stage = new Stage(fixture, paper, floor, {
      vault,
      stack: stack.move(),
    });
    for (const name of names) await stage.#addTrader(name);
    return stage;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #addTrader(venueSymbol: string): Promise<void> {
    const bot = await addPaperBot(this.fixture, {
      account: await this.paper.openAccount(),
      publicKeys: this.#vault.publicKeys,
      symbol: `${venueSymbol.replace("USDT", "")}/USDT:USDT`,
      config: CONFIG,
    });
    const { id: botId, uid } = bot;
    this.traders.push({ botId, uid, venueSymbol, isUp: false });
  }

  /** Starts one more engine. */
  async startEngine(name = "bench"): Promise<EngineProcess> {
    const engine = this.#stack.use(
      await EngineProcess.start({
        databaseUrl: this.fixture.engineUrl,
        vaultKeys: this.#vault.privateKeys,
        paperUrl: this.paper.url,
        name,
      }),
    );
    this.engines.push(engine);
    return engine;
  }

  /** Waits until every bot rests orders. */
  async waitForOrders(): Promise<void> {
    await until("every bot has orders", async () => {
      const [row] = await this.fixture.admin`
        select count(distinct bot_id)::int as bots from public.orders
        where status = 'open'`;
      return row?.bots === this.traders.length;
    }, RESTING_MS);
  }

  /** Moves prices until both legs of every bot are open. */
  async openLegs(): Promise<void> {
    const flat = async () =>
      await this.fixture.admin`
        select distinct bot_id from public.orders
        where status = 'open' and purpose = 'open'`;
    const deadlineMs = Date.now() + OPENING_MS;
    for (;;) {
      const waiting = new Set((await flat()).map((row) => String(row.bot_id)));
      const moved = this.traders.filter(({ botId }) => waiting.has(botId));
      if (moved.length === 0) return;
      if (Date.now() > deadlineMs) {
        throw new Error(`${moved.length} bots did not open both legs`);
      }
      for (const trader of moved) await this.move(trader);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /**
   * Fills the bot's nearest resting order above the price, next time the
   * nearest below.
   *
   * @returns The price to go to; null while the bot rests no such order.
   */
  async aim(trader: Trader): Promise<number | null> {
    trader.isUp = !trader.isUp;
    const [row] = trader.isUp
      ? await this.fixture.admin`
        select min(price)::float8 as price from public.orders
        where bot_id = ${trader.botId} and status = 'open'
          and order_side = 'sell'`
      : await this.fixture.admin`
        select max(price)::float8 as price from public.orders
        where bot_id = ${trader.botId} and status = 'open'
          and order_side = 'buy'`;
    if (typeof row?.price !== "number") return null;
    return row.price * (trader.isUp ? 1 + BEYOND : 1 - BEYOND);
  }

  /** Moves the price so that one of the bot's orders fills. */
  async move(trader: Trader): Promise<void> {
    const price = await this.aim(trader);
    if (price !== null) await this.paper.setPrice(trader.venueSymbol, price);
  }

  /** Reads a number of an engine's metrics by its name, labels included. */
  async metric(engine: EngineProcess, name: string): Promise<number> {
    const text = await this.metricsText(engine);
    const line = text.split("\n").find((l) => l.startsWith(`${name} `));
    if (line === undefined) throw new Error(`The engine counts no ${name}`);
    return Number(line.slice(name.length + 1));
  }

  /** Reads all of an engine's metrics. */
  async metricsText(engine: EngineProcess): Promise<string> {
    const answer = await fetch(`${await engine.metricsUrl}/metrics`);
    return await answer.text();
  }
}
