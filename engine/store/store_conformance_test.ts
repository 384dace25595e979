/**
 * The store in memory, which the simulation runs on, and the SQL: the same
 * statements in the same order leave the same rows in both.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { EndReason, OrderStatus, VenueFill } from "@core/mod.ts";
import fc from "fast-check";
import { BatchWriter } from "./batch_writer.ts";
import { IntentWriter } from "./intent_writer.ts";
import { MemoryBot, type MemoryBotStore } from "./memory_bot_store.ts";
import { MetricsWriter } from "./metrics_writer.ts";
import { type BotStatus, type BotStore, FencedError } from "./port.ts";
import { PostgresBotStore } from "./postgres_bot_store.ts";
import { Fixture, SILENT_LOG } from "./testing/fixture.ts";

const SYMBOL = "BNB/USDT:USDT";
const START_MS = 1_700_000_000_000;

type Intent = Parameters<BotStore["recordIntents"]>[0][number];

/** What is done to a bot's rows. */
type Step =
  | { readonly kind: "intents"; readonly ids: readonly number[] }
  | {
    readonly kind: "update";
    readonly id: number;
    readonly status: OrderStatus;
    readonly filled: number | null;
    readonly endReason: EndReason | null;
  }
  | {
    readonly kind: "fill";
    readonly trade: number;
    readonly id: number | null;
    readonly isPriced: boolean;
  }
  | { readonly kind: "funding"; readonly bill: number }
  | { readonly kind: "state"; readonly value: number }
  | {
    readonly kind: "status";
    readonly status: BotStatus;
    /** By how many intents what it answers is old; null: it answers none. */
    readonly behind: number | null;
  }
  | { readonly kind: "desire" }
  | { readonly kind: "claim" };

const ORDERS = 6;
const id = fc.nat({ max: ORDERS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("intents" as const),
    ids: fc.uniqueArray(id, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("update" as const),
    id,
    status: fc.constantFrom<OrderStatus>(
      "submitted",
      "open",
      "partially_filled",
      "unresolved",
      "canceled",
      "rejected",
      "filled",
    ),
    filled: fc.option(fc.nat({ max: 5 })),
    endReason: fc.option(
      fc.constantFrom<EndReason>("superseded", "stop_policy"),
    ),
  }),
  fc.record({
    kind: fc.constant("fill" as const),
    trade: fc.nat({ max: 4 }),
    id: fc.option(id),
    isPriced: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("funding" as const),
    bill: fc.nat({ max: 3 }),
  }),
  fc.record({ kind: fc.constant("state" as const), value: fc.nat() }),
  fc.record({
    kind: fc.constant("status" as const),
    status: fc.constantFrom<BotStatus>(
      "starting",
      "running",
      "stopping",
      "stopped",
      "faulted",
    ),
    behind: fc.option(fc.nat({ max: 1 })),
  }),
  fc.constant({ kind: "desire" as const }),
  fc.constant({ kind: "claim" as const }),
);

/** The n-th order: two slots, three revisions each; ids are the account's own. */
function intent(n: number, tag: string): Intent {
  return {
    clientOrderId: `${tag}-${n}`,
    symbol: SYMBOL,
    positionSide: "long",
    orderSide: n % 2 === 0 ? "buy" : "sell",
    purpose: n % 2 === 0 ? "entry" : "take_profit",
    level: 0,
    cycle: 1,
    revision: Math.floor(n / 2),
    price: 640 + n,
    size: 0.05,
    postOnly: false,
    reason: { rule: "entry", inputs: { anchor: 650 } },
  };
}

function fillOf(
  { trade, id, isPriced }: Step & { readonly kind: "fill" },
  tag: string,
): VenueFill {
  return {
    symbol: SYMBOL,
    venueTradeId: `${tag}-t${trade}`,
    venueOrderId: `${tag}-v${id}`,
    clientOrderId: id === null ? null : `${tag}-${id}`,
    positionSide: "long",
    orderSide: id === null || id % 2 === 0 ? "buy" : "sell",
    price: "640",
    size: "0.01",
    fee: isPriced ? "0.0128" : null,
    feeCurrency: isPriced ? "USDT" : null,
    realizedPnl: isPriced ? "0" : null,
    liquidity: "maker",
    filledAtMs: START_MS + trade * 1_000,
  };
}

/** One bot's rows, whoever keeps them. */
interface Subject {
  claim(): Promise<BotStore>;
  desire(): Promise<void>;
  /** Trade ids with what they cost, by id. */
  fills(): Promise<readonly string[]>;
}

/** Carries a step out. @returns What its caller learns. */
async function carryOut(
  subject: Subject,
  store: BotStore,
  { step, tag }: { readonly step: Step; readonly tag: string },
): Promise<unknown> {
  switch (step.kind) {
    case "intents":
      return await store.recordIntents(
        step.ids.map((n) => intent(n, tag)),
        { ids: step.ids },
      );
    case "update":
      return store.updateOrders([{
        clientOrderId: `${tag}-${step.id}`,
        status: step.status,
        ...(step.filled !== null && {
          filledSize: step.filled / 100,
          venueOrderId: `${tag}-v${step.id}`,
        }),
        endReason: step.endReason,
      }]);
    case "fill": {
      const { id } = step;
      const slot = id === null ? null : intent(id, tag);
      return store.recordFills([{ fill: fillOf(step, tag), slot }]);
    }
    case "funding":
      return store.recordFunding([{
        billId: `${tag}-b${step.bill}`,
        amount: "-0.01",
        atMs: START_MS + step.bill * 2_000,
      }]);
    case "state":
      return await store.saveState({ value: step.value });
    case "status": {
      const { desiredVersion } = await store.loadBot();
      const { status, behind } = step;
      return await store.setStatus(status, {
        ...(behind !== null &&
          { acknowledgedVersion: Math.max(1, desiredVersion - behind) }),
      });
    }
    case "desire":
      return await subject.desire();
    case "claim":
      throw new TypeError("A claim is a store of its own");
  }
}

/** Everything a runner may rely on, without what only time decides. */
async function look(
  subject: Subject,
  store: BotStore,
  tag: string,
): Promise<unknown> {
  // What this store has queued is in it: nobody waits for `flush` first.
  const { bot, orders, ...rest } = await store.recover();
  const asked = Array.from({ length: ORDERS + 1 }, (_, n) => `${tag}-v${n}`);
  const own = [...await store.findOrders(asked)];
  const { status, desiredVersion, acknowledgedVersion, startedAtMs } = bot;
  return {
    ...rest,
    bot: {
      status,
      desiredVersion,
      acknowledgedVersion,
      isStarted: startedAtMs !== null,
    },
    orders: orders.map(({ createdAtMs: _, ...order }) => order)
      .toSorted((a, b) => a.clientOrderId < b.clientOrderId ? -1 : 1),
    fills: await subject.fills(),
    own: own.map(([venueId, id]) => `${venueId} ${id}`).toSorted(),
  };
}

function createMemorySubject(botId: string): Subject {
  const bot = new MemoryBot({
    id: botId,
    userId: "user",
    exchangeKeyId: "key",
    name: "Grid",
    symbol: SYMBOL,
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
    claim: (): Promise<MemoryBotStore> =>
      Promise.resolve(bot.claim(() => Date.now())),
    desire: () => Promise.resolve(bot.desire({})),
    fills: () =>
      Promise.resolve(
        [...bot.fills.values()].map(({ fill }) =>
          `${fill.venueTradeId} ${Number(fill.fee ?? NaN)}`
        ).toSorted(),
      ),
  };
}

/** Opens the SQL's side: one database, a bot a run. */
function openPostgres(fixture: Fixture, stack: AsyncDisposableStack) {
  const { database, admin } = fixture;
  const options = { sql: database.facts, log: SILENT_LOG };
  const writer = stack.use(new BatchWriter(options));
  const { queues } = writer;
  const metrics = stack.use(
    new MetricsWriter({ ...options, queues, now: Date.now }),
  );
  const intents = new IntentWriter({ sql: database.intents, connections: 2 });
  return (botId: string): Subject => ({
    async claim() {
      const claim = await fixture.claim(botId);
      const store = new PostgresBotStore(
        { database, intents, writer, metrics },
        { claim, onRefused: () => {} },
      );
      stack.defer(() => store.close());
      return store;
    },
    async desire() {
      await admin`
        update public.bots set desired_version = desired_version + 1
        where id = ${botId}`;
    },
    async fills() {
      const rows = await admin`
        select f.venue_trade_id, f.fee from public.fills f
        join public.bots b on b.exchange_key_id = f.exchange_key_id
        where b.id = ${botId}`;
      return rows.map((row) =>
        `${row.venue_trade_id} ${row.fee === null ? NaN : Number(row.fee)}`
      ).toSorted();
    },
  });
}

Deno.test("MemoryBotStore and the SQL come to the same rows, whatever is done to them", async () => {
  await using stack = new AsyncDisposableStack();
  const fixture = stack.use(await Fixture.open());
  const createPostgresSubject = openPostgres(fixture, stack);
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 6, maxLength: 14 }),
      async (steps) => {
        const { id } = await fixture.addBot();
        const tag = `t${id.slice(0, 8)}`;
        const subjects = [createMemorySubject(id), createPostgresSubject(id)];
        const stores = await Promise.all(subjects.map((s) => s.claim()));
        for (const step of steps) {
          const before = [...stores];
          const seen = await Promise.all(subjects.map(async (subject, i) => {
            if (step.kind === "claim") {
              stores[i] = await subject.claim();
              await assert.rejects(
                before[i]?.saveState({}) ?? Promise.resolve(),
                FencedError,
              );
            }
            const store = stores[i];
            assert.ok(store !== undefined);
            const answer = step.kind === "claim"
              ? null
              : await carryOut(subject, store, { step, tag });
            return {
              answer: answer ?? null,
              rows: await look(subject, store, tag),
            };
          }));
          assert.deepEqual(seen[0], seen[1], JSON.stringify(step));
        }
      },
    ),
    { numRuns: 10 },
  );
});
