import assert from "node:assert/strict";
import fc from "fast-check";
import {
  botTag,
  formatClientOrderId,
  isOpening,
  orderSideOf,
  type Purpose,
} from "@core/mod.ts";
import { BatchWriter } from "./batch_writer.ts";
import { MemoryBot } from "./memory_bot_store.ts";
import { recoverBot } from "./recover_bot.ts";
import { type FillRow, pairLeftOvers, recordFills } from "./record_fills.ts";
import { Fixture, type FixtureBot, SILENT_LOG } from "./testing/fixture.ts";
import { fillOf } from "./testing/rows.ts";
import { writeTotals } from "./write_totals.ts";

const START_MS = 1_750_000_000_000;

/** A fill of the bot's own, `n` seconds after the start. */
function rowOf(
  bot: FixtureBot,
  n: number,
  told: {
    readonly purpose: Purpose;
    readonly price: string;
    readonly size?: string;
    readonly level?: number;
  },
): FillRow {
  const { purpose, price, size = "0.05", level = 0 } = told;
  const clientOrderId = formatClientOrderId({
    botTag: botTag(bot.id),
    positionSide: "long",
    purpose,
    level,
    cycle: n,
    revision: 0,
  });
  return {
    ...fillOf(clientOrderId, {
      venueTradeId: `t${n}`,
      venueOrderId: `o${n}`,
      orderSide: orderSideOf("long", purpose),
      price,
      size,
      filledAtMs: START_MS + n * 1_000,
    }),
    botId: bot.id,
    ours: true,
    purpose,
  };
}

async function pairsOf(fixture: Fixture, botId: string) {
  const rows = await fixture.admin`
    select venue_trade_id, trim_scale(unpaired_size)::text as unpaired,
      trim_scale(pair_profit)::text as profit,
      trim_scale(pair_entry_price)::text as entry, pair_trade_ids as openings
    from public.fills where bot_id = ${botId} order by filled_at, id`;
  return Object.fromEntries(
    rows.map(({ venue_trade_id: id, ...row }) => [id, Object.values(row)]),
  );
}

async function openBot(
  fixture: Fixture,
  strategy: "as_grid" | "range_grid" = "as_grid",
) {
  const bot = await fixture.addBot({ strategy });
  return { bot, claim: await fixture.claim(bot.id) };
}

Deno.test("recordFills() pairs a take-profit with the newest entry, once however often it is told", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  const first = rowOf(bot, 1, { purpose: "open", price: "650.00" });
  const second = rowOf(bot, 2, { purpose: "entry", price: "646.10" });
  const closing = rowOf(bot, 3, { purpose: "take_profit", price: "648.68" });
  await recordFills(sql, [claim], [first]);
  await recordFills(sql, [claim], [second]);
  assert.deepEqual(await pairsOf(fixture, bot.id), {
    t1: ["0.05", null, null, null],
    t2: ["0.05", null, null, null],
  });
  for (
    const batch of [[closing], [closing, second], [first, second, closing]]
  ) {
    await recordFills(sql, [claim], batch);
    assert.deepEqual(await pairsOf(fixture, bot.id), {
      t1: ["0.05", null, null, null],
      t2: ["0", null, null, null],
      t3: ["0", "0.129", "646.1", ["t2"]],
    });
  }
  await writeTotals(sql, [claim]);
  const [metrics] = await fixture.admin`
    select grid_profit, grid_pairs from public.bot_metrics`;
  assert.deepEqual({ ...metrics }, {
    "grid_profit": "0.129",
    "grid_pairs": "1",
  });
});

Deno.test("recordFills() pairs within one batch, by the exchange's time and by interval", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture, "range_grid");
  const { facts: sql } = fixture.database;
  await recordFills(sql, [claim], [
    rowOf(bot, 5, { purpose: "take_profit", price: "644", level: 3 }),
    rowOf(bot, 1, { purpose: "entry", price: "640", level: 3 }),
    rowOf(bot, 2, { purpose: "entry", price: "630", level: 2 }),
  ]);
  const pairs = await pairsOf(fixture, bot.id);
  assert.deepEqual(pairs.t5, ["0", "0.2", "640", ["t1"]]);
  assert.deepEqual(pairs.t2, ["0.05", null, null, null]);
});

Deno.test("recordFills() tells the trader once, with the pair", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  await recordFills(sql, [claim], [
    rowOf(bot, 1, { purpose: "entry", price: "640" }),
  ]);
  await fixture.admin`delete from realtime.messages`;
  await recordFills(sql, [claim], [
    rowOf(bot, 2, { purpose: "take_profit", price: "650" }),
  ]);
  const sent = await fixture.admin`
    select payload from realtime.messages where event = 'fill'`;
  assert.equal(sent.length, 1);
  const [row, ...more] = sent[0]?.payload.rows;
  assert.deepEqual(more, [], "the opening that it closed is no news");
  assert.equal(row.venue_trade_id, "t2");
  assert.equal(row.pair_profit, 0.5);
});

Deno.test("recordFills() pairs a closing told before its opening when that is told, and only then", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  const at = (n: number, purpose: Purpose, price: string): FillRow => ({
    ...rowOf(bot, n, { purpose, price }),
    filledAtMs: Date.now() - 60_000 + n * 1_000,
  });
  await recordFills(sql, [claim], [at(2, "take_profit", "650")]);
  assert.deepEqual((await pairsOf(fixture, bot.id)).t2, [
    "0.05",
    null,
    null,
    [],
  ]);
  // A later entry is none of it; the next closing brings both to their pair.
  await recordFills(sql, [claim], [at(1, "entry", "640")]);
  await recordFills(sql, [claim], [
    at(3, "entry", "655"),
    at(4, "take_profit", "660"),
  ]);
  const pairs = await pairsOf(fixture, bot.id);
  assert.deepEqual(pairs.t2, ["0", "0.5", "640", ["t1"]]);
  assert.deepEqual(pairs.t4, ["0", "0.25", "655", ["t3"]]);
});

Deno.test("pairLeftOvers() pairs what older engines and neighbours recorded; fenced, it writes nothing", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim: old } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  await recordFills(sql, [old], [
    rowOf(bot, 1, { purpose: "entry", price: "640" }),
    rowOf(bot, 2, { purpose: "take_profit", price: "650" }),
  ]);
  await fixture.admin`
    update public.fills set unpaired_size = null, pair_profit = null,
      pair_entry_price = null, pair_trade_ids = null`;
  await writeTotals(sql, [old]);
  const [unknown] = await fixture.admin`
    select grid_profit from public.bot_metrics`;
  assert.equal(unknown?.grid_profit, null, "unknown is not zero (I9)");
  const claim = await fixture.claim(bot.id);
  assert.equal((await pairLeftOvers(sql, [old], [{ botId: bot.id }])).size, 0);
  assert.deepEqual((await pairsOf(fixture, bot.id)).t1, [
    null,
    null,
    null,
    null,
  ]);
  // As the writer of the engine that claims it does, unasked.
  await using writer = new BatchWriter({ sql, log: SILENT_LOG });
  writer.open(claim, (reason) => assert.fail(reason));
  await writer.flush();
  assert.deepEqual((await pairsOf(fixture, bot.id)).t2, ["0", "0.5", "640", [
    "t1",
  ]]);
});

const PURPOSE = fc.constantFrom<Purpose>(
  "open",
  "entry",
  "entry",
  "take_profit",
  "take_profit",
  "close",
);
const BATCHES = fc.array(
  fc.array(
    fc.record({
      purpose: PURPOSE,
      level: fc.nat(2),
      size: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 600, max: 700 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  { minLength: 1, maxLength: 6 },
);

Deno.test("recordFills() pairs as the store in memory does, with replays, restarts and no profit lost", async () => {
  await using fixture = await Fixture.open();
  const { facts: sql } = fixture.database;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("as_grid" as const, "range_grid" as const),
      BATCHES,
      async (strategy, batches) => {
        const { bot, claim: first } = await openBot(fixture, strategy);
        const memory = new MemoryBot((await recoverBot(sql, first)).bot);
        let n = 0;
        const told: FillRow[] = [];
        for (const batch of batches) {
          const rows = batch.map(({ purpose, level, size, price }) =>
            rowOf(bot, ++n, {
              purpose,
              level,
              price: `${price}.0`,
              size: `0.0${size}`,
            })
          );
          // Each batch by a new claim, with something told again.
          const claim = await fixture.claim(bot.id);
          const replayed = told.slice(-2);
          await recordFills(sql, [claim], [...rows, ...replayed]);
          told.push(...rows);
          const store = memory.claim(() => START_MS + n * 1_000);
          store.recordFills([...rows, ...replayed].map((fill) => ({
            fill,
            slot: {
              positionSide: fill.positionSide,
              purpose: fill.purpose ?? "close",
              level: 0,
            },
          })));
          await store.flush();
        }
        const inRows = await pairsOf(fixture, bot.id);
        const inMemory = Object.fromEntries(
          told.map(({ venueTradeId: id, size, purpose }) => {
            const { unpairedSize = size, pair = null } = memory.pairs.get(id) ??
              {};
            return [id, [
              unpairedSize,
              pair?.profit ?? null,
              pair?.entryPrice ?? null,
              purpose !== null && isOpening(purpose)
                ? null
                : pair?.openingIds ?? [],
            ]];
          }),
        );
        assert.deepEqual(inRows, inMemory);
      },
    ),
    { numRuns: 25 },
  );
});
