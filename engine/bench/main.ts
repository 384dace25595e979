// deno-lint-ignore-file no-console -- an entry point
/**
 * `deno task bench`: how fast an engine answers, on real Postgres (durable
 * commits), the paper exchange and the engine as processes of their own,
 * everything on this machine.
 *
 * - fill → replacement order at the exchange, see `reactions.ts`;
 * - fill → row in `fills`: exchange's clock to the statement's start.
 *
 * With 1 bot; with 50 bots one of which fills at a time; and with 50 bots that
 * all fill in the same instant, which no exchange's rate limits forbid.
 *
 * @module
 */
import { join } from "node:path";
import { startTestCluster } from "@db/local/test_cluster.ts";
import { TEST_DATABASE_VARIABLE } from "@db/local/test_database.ts";
import { Fixture, SILENT_LOG, until } from "@engine/store/testing/fixture.ts";
import { generateVaultKeys } from "@engine/vault/mod.ts";
import { EngineProcess } from "../testing/engine_process.ts";
import { addPaperBot } from "../testing/paper_bot.ts";
import { describe, type Distribution } from "./distribution.ts";
import { PaperProcess } from "./paper_process.ts";
import { reactionsOf } from "./reactions.ts";

const ROOT = join(import.meta.dirname ?? ".", "..", "..");
/** Bots on symbols of their own, so that one can fill at a time. */
const MANY = 50;
/** Between two price moves; an account may place 5 batches a second. */
const MOVE_MS_ONE = 500;
const MOVE_MS_MANY = 40;
const MOVES_ONE = 80;
const MOVES_MANY = 800;
const BURSTS = 12;
/** The price goes this much beyond the order it fills. */
const BEYOND = 0.0002;
const START_PRICE = 1;

interface Trader {
  readonly botId: string;
  readonly uid: string;
  readonly venueSymbol: string;
  isUp: boolean;
}

interface Round {
  readonly name: string;
  readonly reaction: Distribution;
  readonly row: Distribution;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One engine, one exchange, this many bots, all trading. */
class Stage implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly traders: Trader[] = [];

  private constructor(
    readonly fixture: Fixture,
    readonly paper: PaperProcess,
  ) {}

  static async open(bots: number): Promise<Stage> {
    const names = Array.from({ length: bots }, (_, i) => `B${i}USDT`);
    const fixture = await Fixture.open();
    const paper = await PaperProcess.start(names);
    const stage = new Stage(fixture, paper);
    stage.#stack.use(fixture);
    stage.#stack.use(paper);
    const vault = await generateVaultKeys();
    for (const venueSymbol of names) {
      await paper.setPrice(venueSymbol, START_PRICE);
      const bot = await addPaperBot(fixture, {
        account: await paper.openAccount(),
        publicKeys: vault.publicKeys,
        symbol: `${venueSymbol.replace("USDT", "")}/USDT:USDT`,
        config: { baseNotional: 20, takeProfitSpacing: 0.004 },
      });
      stage.traders.push({
        botId: bot.id,
        uid: bot.uid,
        venueSymbol,
        isUp: false,
      });
    }
    stage.engine = stage.#stack.use(
      await EngineProcess.start({
        databaseUrl: fixture.engineUrl,
        vaultKeys: vault.privateKeys,
        paperUrl: paper.url,
        name: "bench",
      }),
    );
    await stage.#begin();
    return stage;
  }

  engine: EngineProcess | null = null;

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
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

  async move(trader: Trader): Promise<void> {
    const price = await this.aim(trader);
    if (price !== null) await this.paper.setPrice(trader.venueSymbol, price);
  }

  /** Waits until every bot rests its orders, then lets both legs open. */
  async #begin(): Promise<void> {
    await until("every bot has orders", async () => {
      const [row] = await this.fixture.admin`
        select count(distinct bot_id)::int as bots from public.orders
        where status = 'open'`;
      return row?.bots === this.traders.length;
    }, 60_000);
    for (let i = 0; i < 4; i += 1) {
      for (const trader of this.traders) await this.move(trader);
      await pause(1_500);
    }
  }

  /** Returns what happened since, once rows and fills agree. */
  async measure(name: string, sinceMs: number): Promise<Round> {
    const books = await Promise.all(
      this.traders.map(({ uid }) => this.paper.books(uid)),
    );
    const fills = books.reduce((sum, { fills }) => sum + fills.length, 0);
    await until("every fill has its row", async () => {
      const [row] = await this.fixture.admin`
        select count(*)::int as fills from public.fills`;
      return row?.fills === fills;
    });
    if (fills === 0) {
      const last = this.engine?.lines.slice(-5);
      throw new Error(`Nothing filled; the engine says ${Deno.inspect(last)}`);
    }
    const rows = await this.fixture.admin`
      select extract(epoch from recorded_at - filled_at)::float8 * 1000 as ms
      from public.fills where filled_at >= ${new Date(sinceMs)}`;
    return {
      name,
      reaction: describe(books.flatMap((b) => reactionsOf(b, { sinceMs }))),
      row: describe(rows.map((row) => Number(row.ms))),
    };
  }
}

async function runSteadily(
  stage: Stage,
  options: { readonly moves: number; readonly everyMs: number },
): Promise<void> {
  for (let i = 0; i < options.moves; i += 1) {
    const trader = stage.traders[i % stage.traders.length];
    if (trader === undefined) return;
    const nextAtMs = performance.now() + options.everyMs;
    await stage.move(trader);
    await pause(Math.max(0, nextAtMs - performance.now()));
  }
  await pause(1_000);
}

async function runBursts(stage: Stage): Promise<void> {
  for (let i = 0; i < BURSTS; i += 1) {
    const aims = await Promise.all(stage.traders.map(async (trader) => ({
      symbol: trader.venueSymbol,
      price: await stage.aim(trader),
    })));
    await Promise.all(
      aims.map(({ symbol, price }) =>
        price === null ? null : stage.paper.setPrice(symbol, price)
      ),
    );
    await pause(2_000);
  }
}

function print(round: Round): void {
  for (
    const [what, d] of [
      ["fill → replacement order at the exchange", round.reaction],
      ["fill → row in fills", round.row],
    ] as const
  ) {
    const figures = [d.p50, d.p95, d.p99, d.max]
      .map((ms) => ms.toFixed(1).padStart(8)).join("");
    console.log(
      `${round.name.padEnd(22)}${what.padEnd(42)}${figures}  n=${d.count}`,
    );
  }
}

async function printMachine(fixture: Fixture): Promise<void> {
  const [row] = await fixture.admin`
    select current_setting('server_version') as version,
      current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit`;
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = /model name\s*: (.*)/.exec(cpu)?.[1] ?? Deno.build.arch;
  console.log(
    `${model}, ${navigator.hardwareConcurrency} cores, load ${
      Deno.loadavg()[0]?.toFixed(1)
    }; Deno ${Deno.version.deno}; Postgres ${row?.version}, fsync ${row?.fsync}, synchronous_commit ${row?.commit}`,
  );
}

async function printEngine(stage: Stage): Promise<void> {
  if (stage.engine === null) return;
  const answer = await fetch(`${await stage.engine.metricsUrl}/metrics`);
  const text = await answer.text();
  const rss = /trellis_resident_memory_bytes (\d+)/.exec(text)?.[1];
  console.log(
    `engine: ${stage.traders.length} bots, ${
      (Number(rss) / 2 ** 20).toFixed(0)
    } MB resident`,
  );
}

async function main(): Promise<void> {
  await using cluster = await startTestCluster({
    migrations: join(ROOT, "supabase", "migrations"),
    log: SILENT_LOG,
    durable: true,
  });
  Deno.env.set(TEST_DATABASE_VARIABLE, cluster.adminUrl);
  {
    await using stage = await Stage.open(1);
    await printMachine(stage.fixture);
    console.log(
      `${"".padEnd(64)}${
        ["p50", "p95", "p99", "max"].map((t) => t.padStart(8)).join("")
      }  ms`,
    );
    const sinceMs = Date.now();
    await runSteadily(stage, { moves: MOVES_ONE, everyMs: MOVE_MS_ONE });
    print(await stage.measure("1 bot", sinceMs));
    await printEngine(stage);
  }
  await using stage = await Stage.open(MANY);
  let sinceMs = Date.now();
  await runSteadily(stage, { moves: MOVES_MANY, everyMs: MOVE_MS_MANY });
  print(await stage.measure(`${MANY} bots, one by one`, sinceMs));
  sinceMs = Date.now();
  await runBursts(stage);
  print(await stage.measure(`${MANY} bots at once`, sinceMs));
  await printEngine(stage);
}

if (import.meta.main) await main();
