/**
 * The scene: real engine processes, each with a cable of its own to a real
 * Postgres, the real paper exchange, and bots that trade there.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { TestCluster } from "@db/local/test_cluster.ts";
import { Fixture, until } from "@engine/store/testing/fixture.ts";
import { generateVaultKeys, type VaultKeys } from "@engine/vault/mod.ts";
import type { PaperAccount } from "../paper/control.ts";
import { EngineProcess } from "../testing/engine_process.ts";
import { addPaperBot } from "../testing/paper_bot.ts";
import { compareBooks } from "./compare.ts";
import { PaperServer } from "./paper_server.ts";
import { readRowBooks } from "./row_books.ts";
import { TcpProxy } from "./tcp_proxy.ts";
import { readVenueBooks } from "./venue_books.ts";

const BALANCE = "100000";
const SYMBOLS = ["BNBUSDT", "ETHUSDT"] as const;
/** Every so manieth account has a bot on each symbol. */
const PAIR_EVERY = 3;
/** So slow that next to nothing fills, and prices still flow. */
const CALM_SPEED = 0.01;
const MANAGED_POLL_MS = 100;

/** What the scene holds. */
export interface StageOptions {
  readonly bots: number;
  /** Played time ÷ wall time. */
  readonly speed: number;
  readonly seed?: number;
  /** A Postgres of its own, to be restarted; the test run's without. */
  readonly cluster?: TestCluster;
}

/** A bot and the account it trades on. */
export interface StageBot {
  readonly id: string;
  readonly exchangeKeyId: string;
  readonly account: PaperAccount;
}

/** Who has a bot, and since when it is certainly managed. */
export interface BotFacts {
  readonly id: string;
  readonly status: string;
  readonly statusCode: string | null;
  readonly epoch: number;
  /** Of the process; null: nobody's. */
  readonly enginePid: number | null;
  /** When it last asked the exchange for everything, epoch ms; 0 never. */
  readonly syncedAtMs: number;
  /**
   * Orders of earlier engines whose fate is not known and that nothing has
   * taken the place of: their slots may wait for them.
   */
  readonly doubtful: number;
}

/** See the head of this file. */
export class Stage implements AsyncDisposable {
  readonly bots: StageBot[] = [];
  readonly #stack = new AsyncDisposableStack();
  readonly #engines = new AsyncDisposableStack();

  private constructor(
    readonly fixture: Fixture,
    readonly paper: PaperServer,
    readonly vault: VaultKeys,
  ) {}

  static async open(options: StageOptions): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const fixture = stack.use(await Fixture.open(options.cluster?.adminUrl));
    const paper = stack.use(
      await PaperServer.start({
        symbols: SYMBOLS,
        seed: options.seed ?? 1,
        speed: options.speed,
      }),
    );
    const stage = new Stage(fixture, paper, await generateVaultKeys());
    await stage.#addBots(options.bots);
    stage.#stack.use(stack.move());
    return stage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engines.disposeAsync();
    await this.#stack.disposeAsync();
  }

  async #addBots(count: number): Promise<void> {
    for (let i = 0; this.bots.length < count; i += 1) {
      const account = await this.paper.openAccount(BALANCE);
      // Spacings differ, so that bots on one price do not all fill at once.
      const spread = 0.0010 + 0.0001 * (i % 10);
      const config = {
        baseNotional: 40,
        takeProfitSpacing: spread,
        gridSpacing: 1.4 * spread,
      };
      const bot = await addPaperBot(this.fixture, {
        account,
        publicKeys: this.vault.publicKeys,
        config,
      });
      const { exchangeKeyId } = bot;
      this.bots.push({ id: bot.id, exchangeKeyId, account });
      if (i % PAIR_EVERY !== 0 || this.bots.length === count) continue;
      const second = await this.fixture.addBot({
        exchangeKeyId,
        symbol: "ETH/USDT:USDT",
        config,
      });
      this.bots.push({ id: second.id, exchangeKeyId, account });
    }
  }

  /** A cable to the database for one engine. */
  openCable(): TcpProxy {
    const { hostname, port } = new URL(this.fixture.engineUrl);
    return this.#engines.use(new TcpProxy({ hostname, port: Number(port) }));
  }

  /** Spawns an engine and does not wait for it. */
  spawnEngine(name: string, cable?: TcpProxy): EngineProcess {
    const url = this.fixture.engineUrl;
    return this.#engines.use(
      new EngineProcess({
        databaseUrl: cable?.through(url) ?? url,
        vaultKeys: this.vault.privateKeys,
        paperUrl: this.paper.url,
        name,
      }),
    );
  }

  /** Starts an engine and waits until it is ready. */
  async startEngine(name: string, cable?: TcpProxy): Promise<EngineProcess> {
    const engine = this.spawnEngine(name, cable);
    await engine.metricsUrl;
    return engine;
  }

  /** Every bot as the database shows it now. */
  async facts(): Promise<BotFacts[]> {
    const rows = await this.fixture.admin`
      select b.id, b.status, b.status_code, b.claim_epoch::int as epoch,
        e.pid, extract(epoch from m.last_sync_at)::float8 * 1000 as synced,
        (
          select count(*)::int from public.orders o
          where o.bot_id = b.id
            and o.status in ('pending', 'unresolved')
            and o.claim_epoch < b.claim_epoch
            and not exists (
              select from public.orders newer
              where newer.bot_id = o.bot_id
                and newer.position_side = o.position_side
                and newer.purpose = o.purpose and newer.level = o.level
                and (newer.cycle, newer.revision) > (o.cycle, o.revision)
            )
        ) as doubtful
      from public.bots b
      left join public.engines e on e.id = b.engine_id
      left join public.bot_metrics m on m.bot_id = b.id`;
    return rows.map((row) => ({
      id: String(row.id),
      status: String(row.status),
      statusCode: row.status_code === null ? null : String(row.status_code),
      epoch: Number(row.epoch),
      enginePid: row.pid === null ? null : Number(row.pid),
      syncedAtMs: Number(row.synced ?? 0),
      doubtful: Number(row.doubtful),
    }));
  }

  /** Orders of earlier engines whose fate is not known, for error messages. */
  async doubts(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const rows = await this.fixture.admin`
      select o.bot_id, o.client_order_id, o.status, o.claim_epoch,
        b.claim_epoch as bot_epoch, o.created_at, o.updated_at
      from public.orders o join public.bots b on b.id = o.bot_id
      where o.status in ('pending', 'unresolved')
        and o.claim_epoch < b.claim_epoch`;
    return rows.map((row) => ({ ...row }));
  }

  /**
   * Waits until every bot runs and has asked the exchange for everything since
   * then, and then some fill.
   *
   * @returns Each bot's delay, ms.
   */
  async untilManaged(sinceMs: number, withinMs: number): Promise<number[]> {
    const end = performance.now() + withinMs;
    for (;;) {
      const facts = await this.facts();
      const late = facts.filter((bot) =>
        bot.status !== "running" || bot.syncedAtMs <= sinceMs
      );
      if (late.length === 0) {
        return facts.map((bot) => bot.syncedAtMs - sinceMs);
      }
      assert.ok(
        performance.now() < end,
        `Not managed after ${withinMs} ms: ${Deno.inspect(late)}`,
      );
      await new Promise((resolve) => setTimeout(resolve, MANAGED_POLL_MS));
    }
  }

  /** Waits until so many fills are recorded beyond those there are. */
  async untilFills(more: number, withinMs = 30_000): Promise<void> {
    const count = async () => {
      const [row] = await this.fixture.admin`
        select count(*)::int as fills from public.fills`;
      return Number(row?.fills);
    };
    const before = await count();
    await until(
      `${more} more fills`,
      async () => await count() >= before + more,
      withinMs,
    );
  }

  /**
   * Calms the market, waits until rows and books agree, and says what does
   * not. The exchange is asked over its public REST with the account's keys.
   *
   * @param options.isWaitAllowed An order the exchange does not know may still
   * be waited for: up to 15 s, since it might arrive that late.
   */
  async assertBooksAgree(
    { withinMs = 20_000, isWaitAllowed = true } = {},
  ): Promise<void> {
    await this.paper.setSpeed(CALM_SPEED);
    const end = performance.now() + withinMs;
    let unsettled = new Map(
      this.bots.map((bot) => [bot.exchangeKeyId, bot.account]),
    );
    let wrong: string[] = [];
    while (unsettled.size > 0) {
      assert.ok(
        performance.now() < end,
        `${unsettled.size} accounts do not agree:\n${wrong.join("\n")}`,
      );
      wrong = [];
      const left = new Map<string, PaperAccount>();
      await Promise.all(
        [...unsettled].map(async ([keyId, account]) => {
          const venue = await readVenueBooks(this.paper.url, account);
          const rows = await readRowBooks(this.fixture.admin, keyId);
          const differences = compareBooks(venue, rows, { isWaitAllowed });
          wrong.push(...differences);
          if (differences.length > 0) left.set(keyId, account);
        }),
      );
      unsettled = left;
    }
  }

  /** Totals over all accounts, for the report. */
  async counts(): Promise<{ readonly fills: number; readonly orders: number }> {
    const [row] = await this.fixture.admin`
      select (select count(*)::int from public.fills) as fills,
        (select count(*)::int from public.orders) as orders`;
    return { fills: Number(row?.fills), orders: Number(row?.orders) };
  }
}
