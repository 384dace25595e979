/**
 * `deno task bench reaction`: fill on the exchange → arrival there of the order
 * that answers it, and → its row. One bot; fifty, one of which fills at a
 * time; and fifty that all fill in the same instant, which no exchange's rate
 * limits forbid. The floor fills in turn with the engine, on the same exchange.
 *
 * @module
 */
import { until } from "@engine/store/testing/fixture.ts";
import { describe } from "./distribution.ts";
import type { Report, Section } from "./measurement.ts";
import { reactionsOf } from "./reactions.ts";
import { Stage } from "./stage.ts";

/** Between two price moves; the exchange allows an account 5 batches a second. */
const ALONE = { moves: 60, everyMs: 250 };
const MANY = { bots: 50, moves: 700, everyMs: 20 };
const BURSTS = 10;
const BURST_MS = 1_500;
const SETTLE_MS = 1_000;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** See the head of this file. */
export const reactionSection: Section = {
  name: "reaction",
  about: "fill → replacement order and → row, 1 and 50 bots, beside the floor",
  async run(report) {
    {
      await using stage = await openStage(1);
      await measureReaction(stage, report, {
        name: "1 bot",
        act: () => takeTurns(stage, ALONE),
      });
    }
    await using stage = await openStage(MANY.bots);
    await measureReaction(stage, report, {
      name: "50 bots, one by one",
      goal: "p50 ≤ 8, p99 ≤ 40",
      act: () => takeTurns(stage, MANY),
    });
    await measureReaction(stage, report, {
      name: "50 bots at once",
      act: () => burst(stage),
    });
  },
};

async function openStage(bots: number): Promise<Stage> {
  const stage = await Stage.open({ bots, floors: bots });
  try {
    await stage.startEngine();
    await stage.waitForOrders();
    await stage.openLegs();
    return stage;
  } catch (error) {
    await stage[Symbol.asyncDispose]();
    throw error;
  }
}

/** Fills orders of one bot after the other, the floor's in between. */
export async function takeTurns(
  stage: Stage,
  { moves, everyMs }: { readonly moves: number; readonly everyMs: number },
): Promise<void> {
  const floors = stage.floor?.accounts ?? [];
  let nextAtMs = performance.now();
  const turn = async () => {
    nextAtMs += everyMs;
    await pause(Math.max(0, nextAtMs - performance.now()));
  };
  for (let i = 0; i < moves; i++) {
    const trader = stage.traders[i % stage.traders.length];
    if (trader !== undefined) await stage.move(trader);
    await turn();
    const floor = floors[i % Math.max(1, floors.length)];
    if (floor !== undefined) await stage.floor?.move(floor);
    await turn();
  }
}

async function burst(stage: Stage): Promise<void> {
  for (let i = 0; i < BURSTS; i++) {
    const aims = await Promise.all(stage.traders.map(async (trader) => ({
      symbol: trader.venueSymbol,
      price: await stage.aim(trader),
    })));
    await Promise.all(
      aims.map(({ symbol, price }) =>
        price === null ? null : stage.paper.setPrice(symbol, price)
      ),
    );
    await pause(BURST_MS);
    await Promise.all(
      stage.floor?.accounts.map((account) => stage.floor?.move(account)) ?? [],
    );
    await pause(BURST_MS);
  }
}

/** Lets bots fill, waits for every row, and reports how long both took. */
export async function measureReaction(
  stage: Stage,
  report: Report,
  { name, goal, act }: {
    readonly name: string;
    readonly goal?: string;
    readonly act: () => Promise<void>;
  },
): Promise<void> {
  const sinceMs = Date.now();
  await act();
  await pause(SETTLE_MS);
  const reactions = async (accounts: readonly { readonly uid: string }[]) => {
    const all: number[] = [];
    for (const { uid } of accounts) {
      all.push(...reactionsOf(await stage.paper.books(uid), { sinceMs }));
    }
    return all;
  };
  const answered = await reactions(stage.traders);
  const floor = await reactions(stage.floor?.accounts ?? []);
  report({
    name: `fill → order at the exchange, ${name}`,
    unit: "ms",
    value: describe(answered),
    ...floor.length > 0 && { floor: describe(floor) },
    ...goal !== undefined && { goal },
  });
  report({
    name: `fill → row, ${name}`,
    unit: "ms",
    value: describe(await rowDelays(stage, sinceMs)),
    goal: "p95 ≤ 250",
  });
}

/** From the exchange's clock to the start of the statement that wrote the row. */
async function rowDelays(stage: Stage, sinceMs: number): Promise<number[]> {
  let fills = 0;
  for (const { uid } of stage.traders) {
    fills += (await stage.paper.books(uid)).fills
      .filter(({ cTime }) => cTime >= sinceMs).length;
  }
  const since = new Date(sinceMs);
  await until("every fill has its row", async () => {
    const [row] = await stage.fixture.admin`
      select count(*)::int as fills from public.fills
      where filled_at >= ${since}`;
    return row?.fills >= fills;
  });
  const rows = await stage.fixture.admin`
    select extract(epoch from recorded_at - filled_at)::float8 * 1000 as ms
    from public.fills where filled_at >= ${since}`;
  return rows.map((row) => Number(row.ms));
}
