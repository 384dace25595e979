import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Fixture, until } from "@engine/store/testing/fixture.ts";
import { generateVaultKeys, type VaultKeys } from "@engine/vault/mod.ts";
import { type PaperExchange, startPaper } from "./paper/mod.ts";
import { enginePermissions } from "./permissions.ts";
import { EngineProcess } from "./testing/engine_process.ts";
import { addPaperBot, type PaperBot } from "./testing/paper_bot.ts";

interface Stage extends AsyncDisposable {
  readonly fixture: Fixture;
  readonly paper: PaperExchange;
  readonly vault: VaultKeys;
  start(name: string, args?: readonly string[]): Promise<EngineProcess>;
  addBot(): Promise<PaperBot>;
}

async function openStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const fixture = stack.use(await Fixture.open());
  const paper = stack.use(
    await startPaper({ port: 0, prices: "synthetic:1", speed: 600 }),
  );
  const vault = await generateVaultKeys();
  return {
    fixture,
    paper,
    vault,
    start: (name, args = []) =>
      EngineProcess.start({
        databaseUrl: fixture.engineUrl,
        vaultKeys: vault.privateKeys,
        paperUrl: paper.url,
        name,
        args,
      }),
    addBot: () =>
      addPaperBot(fixture, {
        account: paper.control.createAccount(),
        publicKeys: vault.publicKeys,
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function botRow(stage: Stage, bot: PaperBot) {
  const [row] = await stage.fixture.admin`
    select b.status, b.status_code, b.status_reason, b.claim_epoch::int as epoch,
      e.name as engine
    from public.bots b left join public.engines e on e.id = b.engine_id
    where b.id = ${bot.id}`;
  return { ...row };
}

async function untilRunning(
  stage: Stage,
  bot: PaperBot,
  on: { readonly engine: string; readonly within?: number },
): Promise<void> {
  await until(`the bot runs on ${on.engine}`, async () => {
    const row = await botRow(stage, bot);
    assert.notEqual(row.status, "faulted", String(row.status_reason));
    return row.status === "running" && row.engine === on.engine;
  }, on.within ?? 20_000);
}

/** The exchange's own list of trade ids, once the rows agree with it. */
async function untilFillsAgree(stage: Stage, bot: PaperBot, atLeast: number) {
  await until(`${atLeast} fills are recorded`, async () => {
    const rows = await stage.fixture.admin`
      select from public.fills where bot_id = ${bot.id}`;
    return rows.length >= atLeast;
  }, 30_000);
  stage.paper.control.pause();
  await until(
    "rows and the exchange's fills agree, to the trade id",
    async () => {
      const rows = await stage.fixture.admin`
      select venue_trade_id from public.fills where bot_id = ${bot.id}`;
      const ours = rows.map((row) => String(row.venue_trade_id)).sort();
      const theirs = stage.paper.control.books(bot.uid).fills
        .map((fill) => String(fill.tradeId)).sort();
      return ours.length === theirs.length &&
        ours.every((id, i) => id === theirs[i]);
    },
  );
  stage.paper.control.resume();
}

Deno.test("engine process trades a paper bot with narrow permissions, and drains on SIGTERM", async () => {
  await using stage = await openStage();
  const bot = await stage.addBot();
  await using engine = await stage.start("a");
  const url = await engine.metricsUrl;
  await untilRunning(stage, bot, { engine: "a" });
  await untilFillsAgree(stage, bot, 3);
  const ready = await fetch(`${url}/readyz`);
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), {
    ready: true,
    bots: 1,
    accounts: 1,
    accountsRefused: 0,
    draining: false,
    sessionOpen: true,
    leaseValid: true,
  });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^trellis_bots 1$/m);
  assert.match(metrics, /^trellis_orders_total{outcome="accepted"} [1-9]/m);
  assert.match(metrics, /^trellis_reaction_seconds_count [1-9]/m);
  assert.match(metrics, /^trellis_unhandled_errors_total 0$/m);
  for (const path of ["/healthz", "/nothing"]) {
    await (await fetch(url + path)).body?.cancel();
  }
  engine.signal("SIGTERM");
  assert.deepEqual((await engine.status).code, 0);
  const row = await botRow(stage, bot);
  assert.equal(row.status, "running", "a drain is no stop");
  assert.equal(row.engine, null);
  assert.ok(stage.paper.control.books(bot.uid).openOrders.length > 0);
  assert.equal(engine.stdout, `{"ready":true,"metrics":"${url}"}\n`);
  const loud = engine.lines.filter(({ level }) => level === "error");
  assert.deepEqual(loud, []);
});

Deno.test("engine process takes over from one that was killed, in time and to the trade id", async () => {
  await using stage = await openStage();
  const bot = await stage.addBot();
  await using a = await stage.start("a");
  await untilRunning(stage, bot, { engine: "a" });
  await using b = await stage.start("b");
  await untilFillsAgree(stage, bot, 2);
  a.signal("SIGKILL");
  const killedAtMs = performance.now();
  await untilRunning(stage, bot, { engine: "b", within: 10_000 });
  const tookMs = performance.now() - killedAtMs;
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  assert.equal((await botRow(stage, bot)).epoch, 2);
  const before = stage.paper.control.books(bot.uid).fills.length;
  await untilFillsAgree(stage, bot, before + 3);
  b.signal("SIGTERM");
  assert.equal((await b.status).code, 0);
});

Deno.test("engine process drains and exits when its parent's pipe ends", async () => {
  await using stage = await openStage();
  await using engine = await stage.start("a", ["--exit-with-parent"]);
  await engine.closeStdin();
  assert.equal((await engine.status).code, 0);
});

async function runEngine(
  options: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = fileURLToPath(new URL("./main.ts", import.meta.url));
  const databaseHost = new URL(
    options.env?.TRELLIS_DATABASE_URL ?? "postgres://127.0.0.1:1",
  ).host;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      ...enginePermissions({ databaseHost, metricsPort: 0 }),
      main,
      ...options.args ?? [],
    ],
    env: { TRELLIS_METRICS_PORT: "0", ...options.env },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("engine process names a missing variable and exits with 1", async () => {
  const { code, stdout, stderr } = await runEngine({});
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /^Cannot start: TRELLIS_DATABASE_URL is not set/);
});

Deno.test("engine process lists flags and variables on --help, and refuses unknown flags", async () => {
  const help = await runEngine({ args: ["--help"] });
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--json/);
  assert.match(help.stdout, /TRELLIS_VAULT_PRIVATE_KEYS/);
  const unknown = await runEngine({ args: ["--jsn"] });
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /--jsn/);
});

Deno.test("engine process refuses an older schema", async () => {
  await using fixture = await Fixture.open();
  await fixture.admin`update private.schema_info set schema_epoch = 1`;
  const { privateKeys } = await generateVaultKeys();
  const { code, stderr } = await runEngine({
    env: {
      TRELLIS_DATABASE_URL: fixture.engineUrl,
      TRELLIS_VAULT_PRIVATE_KEYS: JSON.stringify(privateKeys),
    },
  });
  assert.equal(code, 1);
  assert.match(stderr, /schema epoch is 1, wanted at least 2/);
});

Deno.test("engine process says that the database cannot be reached, without its password", async () => {
  const { privateKeys } = await generateVaultKeys();
  const { code, stderr } = await runEngine({
    env: {
      TRELLIS_DATABASE_URL: "postgres://engine:hunter2@127.0.0.1:1/postgres",
      TRELLIS_VAULT_PRIVATE_KEYS: JSON.stringify(privateKeys),
    },
  });
  assert.equal(code, 1);
  assert.match(stderr, /Cannot start/);
  assert.equal(stderr.includes("hunter2"), false);
});
