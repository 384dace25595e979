import assert from "node:assert/strict";
import { BatchWriter } from "./batch_writer.ts";
import { IntentWriter } from "./intent_writer.ts";
import { MemoryBot } from "./memory_bot_store.ts";
import { MetricsWriter } from "./metrics_writer.ts";
import { type BotStore, FencedError } from "./port.ts";
import { PostgresBotStore } from "./postgres_bot_store.ts";
import { Fixture, SILENT_LOG } from "./testing/fixture.ts";

type Intent = Parameters<BotStore["recordIntents"]>[0][number];

/** Claims the same bot again and again; each claim fences the one before. */
interface Subject extends AsyncDisposable {
  claim(): Promise<BotStore>;
  /** The trader wants something else. */
  desire(): Promise<void>;
}

const STATE = { anchor: 650.5, legs: { long: null } };

function intent(overrides: Partial<Intent> = {}): Intent {
  return {
    clientOrderId: "t0000000000000-le0-1-0",
    symbol: "BNB/USDT:USDT",
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    level: 0,
    cycle: 1,
    revision: 0,
    price: 646.1,
    size: 0.05,
    postOnly: false,
    reason: { rule: "entry", inputs: { anchor: 650 } },
    ...overrides,
  };
}

/** What a store must do, whoever implements it. */
const CASES: readonly {
  readonly name: string;
  readonly run: (subject: Subject) => Promise<void>;
}[] = [
  {
    name: "hands back intents as pending, and the state they came with",
    async run(subject) {
      const store = await subject.claim();
      await store.recordIntents([intent()], STATE);
      const { orders, state } = await store.recover();
      assert.deepEqual(state, STATE);
      const [order] = orders;
      assert.ok(order !== undefined);
      const { createdAtMs: _, ...rest } = order;
      assert.deepEqual(rest, {
        ...intent(),
        venueOrderId: null,
        filledSize: 0,
        status: "pending",
        rejectCode: null,
      });
    },
  },
  {
    name: "leaves an id that exists as it is",
    async run(subject) {
      const store = await subject.claim();
      await store.recordIntents([intent()], STATE);
      await store.recordIntents([intent({ price: 1, size: 9 })], STATE);
      const { orders } = await store.recover();
      assert.deepEqual(orders.map((o) => [o.price, o.size]), [[646.1, 0.05]]);
    },
  },
  {
    name: "lets no filled size fall and no finished order reopen (I5)",
    async run(subject) {
      const store = await subject.claim();
      await store.recordIntents([intent()], STATE);
      const clientOrderId = intent().clientOrderId;
      const change = async (
        status: "open" | "canceled" | "filled",
        filledSize: number,
      ) => {
        store.updateOrders([{ clientOrderId, status, filledSize }]);
        await store.flush();
        const [order] = (await store.recover()).orders;
        return [order?.status, order?.filledSize];
      };
      assert.deepEqual(await change("open", 0.03), ["partially_filled", 0.03]);
      assert.deepEqual(await change("open", 0.01), ["partially_filled", 0.03]);
      assert.deepEqual(await change("canceled", 0.03), ["canceled", 0.03]);
      assert.deepEqual(await change("open", 0.03), ["canceled", 0.03]);
      assert.deepEqual(await change("filled", 0.05), ["filled", 0.05]);
    },
  },
  {
    name: "recovers unfinished orders, and of each slot the newest",
    async run(subject) {
      const store = await subject.claim();
      const ids = ["a", "b", "c"].map((end, revision) =>
        intent({ clientOrderId: `t0000000000000-le0-1-${end}`, revision })
      );
      await store.recordIntents(ids, STATE);
      store.updateOrders(
        ids.slice(1).map(({ clientOrderId }) => ({
          clientOrderId,
          status: "canceled",
        })),
      );
      await store.flush();
      const { orders } = await store.recover();
      assert.deepEqual(
        orders.map((order) => order.clientOrderId.at(-1)).toSorted(),
        ["a", "c"],
      );
    },
  },
  {
    name: "refuses every awaited write under an old epoch, and changes nothing",
    async run(subject) {
      const old = await subject.claim();
      const store = await subject.claim();
      await assert.rejects(old.recordIntents([intent()], STATE), FencedError);
      await assert.rejects(old.saveState(STATE), FencedError);
      await assert.rejects(old.setStatus("running"), FencedError);
      const { orders, state } = await store.recover();
      assert.deepEqual([orders, state], [[], null]);
    },
  },
  {
    name: "writes status and acknowledges what it answers, never less",
    async run(subject) {
      const store = await subject.claim();
      await store.setStatus("running", {
        acknowledgedVersion: 1,
        runningConfigVersion: 1,
      });
      await store.setStatus("running", { code: "price_stale", reason: "…" });
      const bot = await store.loadBot();
      assert.deepEqual(
        [bot.status, bot.acknowledgedVersion, bot.runningConfigVersion],
        ["running", 1, 1],
      );
      assert.notEqual(bot.startedAtMs, null);
    },
  },
  {
    name: "writes no stop that a newer intent has overtaken",
    async run(subject) {
      const store = await subject.claim();
      const stop = (acknowledgedVersion: number) =>
        store.setStatus("stopped", { acknowledgedVersion });
      assert.equal(await store.setStatus("stopping"), true);
      await subject.desire();
      assert.equal(await stop(1), false);
      const { status, acknowledgedVersion } = await store.loadBot();
      assert.deepEqual([status, acknowledgedVersion], ["stopping", 0]);
      assert.equal(await stop(2), true);
      assert.equal((await store.loadBot()).status, "stopped");
    },
  },
];

function createMemorySubject(): Subject {
  const bot = new MemoryBot({
    id: crypto.randomUUID(),
    userId: "user",
    exchangeKeyId: "key",
    name: "Grid",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: {},
    configVersion: 1,
    runningConfigVersion: null,
    desiredState: "running",
    desiredVersion: 1,
    acknowledgedVersion: 0,
    stopPolicy: "keep_take_profits",
    status: "idle",
    claimEpoch: 0,
    startedAtMs: null,
  });
  return {
    claim: () => Promise.resolve(bot.claim(() => Date.now())),
    desire: () => Promise.resolve(bot.desire({})),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function createPostgresSubject(): Promise<Subject> {
  const stack = new AsyncDisposableStack();
  const fixture = stack.use(await Fixture.open());
  const { database } = fixture;
  const options = { sql: database.facts, log: SILENT_LOG };
  const writer = stack.use(new BatchWriter(options));
  const { queues } = writer;
  const metrics = stack.use(
    new MetricsWriter({ ...options, queues, now: Date.now }),
  );
  const intents = new IntentWriter({ sql: database.intents, connections: 2 });
  const { id } = await fixture.addBot();
  return {
    async claim() {
      const store = new PostgresBotStore({
        database,
        intents,
        writer,
        metrics,
      }, {
        claim: await fixture.claim(id),
        onRefused: () => {},
      });
      stack.defer(() => store.close());
      return store;
    },
    async desire() {
      await fixture.admin`
        update public.bots set desired_version = desired_version + 1`;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

for (const { name, run } of CASES) {
  Deno.test(`MemoryBotStore ${name}`, async () => {
    await using subject = createMemorySubject();
    await run(subject);
  });

  Deno.test(`PostgresBotStore ${name}`, async () => {
    await using subject = await createPostgresSubject();
    await run(subject);
  });
}
