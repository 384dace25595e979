/**
 * A paper session (the real runner, the exchange's own matching) recorded and
 * replayed through the backtest: every difference has a cause that the
 * recorded prices and orders bear out.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type AnyFill, runBot } from "@core/backtest/mod.ts";
import type { CandleColumns } from "@core/candles/mod.ts";
import { figuresOf, formatMoney } from "@core/matching/mod.ts";
import {
  type AsGridConfig,
  AsGridConfigSchema,
  type RangeGridConfigInput,
  RangeGridConfigSchema,
} from "@core/mod.ts";
import { randomFrom } from "@core/sweep/mod.ts";
import { MARKET } from "@engine/runner/testing/venue_words.ts";
import { Stage } from "@engine/runner/testing/stage.ts";
import {
  type ParityFill,
  type ParityOrder,
  roleOf,
  TICKS_A_CANDLE,
  ticksOfFills,
} from "./events.ts";
import { explainParity, type ParityLine } from "./explain.ts";
import { explainRangeParity, type RangeParityInput } from "./explain_range.ts";
import { formatParity, summarize } from "./report.ts";

const CASH = 100_000;
const TICK_MS = 60_000 / TICKS_A_CANDLE;

/** Candles that swing, four ticks each, on the tick of the market. */
function pricesOf(minutes: number, seed: number): number[] {
  const random = randomFrom(seed);
  const ticks: number[] = [];
  const cents = (price: number) => Math.round(price * 100) / 100;
  let open = 650;
  for (let i = 0; i < minutes; i++) {
    const swing = 4 * Math.sin(i / 11) + 2 * Math.sin(i / 4.3);
    const close = cents(650 + swing + (random() - 0.5) * 1.6);
    const high = cents(Math.max(open, close) + random() * 0.9);
    const low = cents(Math.min(open, close) - random() * 0.9);
    ticks.push(
      open,
      ...(close >= open ? [low, high] : [high, low]),
      close,
    );
    open = close;
  }
  return ticks;
}

function candlesOf(ticks: readonly number[]): CandleColumns {
  const length = ticks.length / TICKS_A_CANDLE;
  const part = (i: number) =>
    ticks.slice(i * TICKS_A_CANDLE, (i + 1) * TICKS_A_CANDLE);
  const column = (value: (i: number) => number) =>
    Float64Array.from({ length }, (_, i) => value(i));
  return {
    length,
    openTimeMs: column((i) => i * 60_000),
    open: column((i) => part(i)[0] ?? NaN),
    high: column((i) => Math.max(...part(i))),
    low: column((i) => Math.min(...part(i))),
    close: column((i) => part(i)[3] ?? NaN),
  };
}

interface Session {
  readonly orders: readonly ParityOrder[];
  readonly fills: readonly ParityFill[];
  readonly equity: number;
  /** Ticks that traded all they could. */
  readonly thinTicks: ReadonlySet<number>;
}

/** Which ticks the runner has time to answer before the next. */
type Pace = (tick: number) => boolean;

/** How a session is played. */
interface Play {
  readonly answers: Pace;
  /** Size that may trade a tick, base; null: all. */
  readonly liquidity?: number;
}

/** Keeps, tick by tick, which orders rest and what fills. */
class Recorder {
  readonly #stage: Stage;
  readonly #placed = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #tickOfFill: number[] = [];
  tick = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  look(): void {
    const { account } = this.#stage.exchange;
    const live = new Set(account.live.map((one) => one.clientOrderId));
    // What filled as it was placed never rested.
    const filled = account.state.fills.map((one) => one.clientOrderId);
    for (const id of [...live, ...filled]) {
      if (!this.#placed.has(id)) this.#placed.set(id, this.tick);
    }
    for (const id of this.#placed.keys()) {
      if (!live.has(id) && !this.#ended.has(id)) this.#ended.set(id, this.tick);
    }
    while (this.#tickOfFill.length < account.state.fills.length) {
      this.#tickOfFill.push(this.tick);
    }
  }

  get orders(): ParityOrder[] {
    return [...this.#placed].map(([id, placedAfterTick]): ParityOrder => {
      const row = this.#stage.bot.orders.get(id);
      assert.ok(row !== undefined && row.price !== null, `No row of ${id}`);
      assert.ok(row.purpose !== "reduce" && row.purpose !== "close");
      return {
        clientOrderId: id,
        positionSide: row.positionSide,
        purpose: row.purpose,
        price: row.price,
        placedAfterTick,
        endedAtTick: this.#ended.get(id) ?? Infinity,
      };
    });
  }

  /** Ticks in which this size was traded, base. */
  ticksOfSize(size: number | null): ReadonlySet<number> {
    const traded = new Map<number, number>();
    const { fills } = this.#stage.exchange.account.state;
    for (const [i, fill] of fills.entries()) {
      const tick = this.#tickOfFill[i] ?? NaN;
      traded.set(tick, fill.size + (traded.get(tick) ?? 0));
    }
    return new Set(
      [...traded].filter(([, lots]) =>
        size !== null && lots >= Math.round(100 * size)
      ).map(([tick]) => tick),
    );
  }

  /** What one order filled is one fill. */
  get fills(): ParityFill[] {
    const orders = new Map(this.orders.map((one) => [one.clientOrderId, one]));
    const whole = new Map<string, ParityFill>();
    const { fills } = this.#stage.exchange.account.state;
    for (const [i, fill] of fills.entries()) {
      const order = orders.get(fill.clientOrderId);
      assert.ok(order !== undefined, `No order of fill ${fill.tradeId}`);
      const before = whole.get(order.clientOrderId);
      const lots = Math.round(100 * (before?.size ?? 0));
      const cost = lots * (before?.price ?? 0) + fill.size * fill.price / 100;
      whole.set(order.clientOrderId, {
        clientOrderId: order.clientOrderId,
        positionSide: order.positionSide,
        role: roleOf(order.purpose),
        purpose: order.purpose,
        price: Number((cost / (lots + fill.size)).toFixed(8)),
        orderPrice: order.price,
        size: (lots + fill.size) / 100,
        fee: (before?.fee ?? 0) + Number(formatMoney(fill.fee)),
        tick: this.#tickOfFill[i] ?? NaN,
        parts: (before?.parts ?? 0) + 1,
      });
    }
    return [...whole.values()].sort((a, b) => a.tick - b.tick);
  }
}

type Bot = Pick<ConstructorParameters<typeof Stage>[0] & object, "row">;

const asGrid = (config: AsGridConfig): Bot => ({ row: { config } });

/** Plays the prices to a bot and keeps what its exchange saw. */
async function record(
  ticks: readonly number[],
  bot: Bot,
  play: Play,
): Promise<Session> {
  await using stage = new Stage({ ...bot, balance: String(CASH) });
  await stage.open();
  stage.exchange.liquidity = play.liquidity ?? null;
  const recorder = new Recorder(stage);
  recorder.look();
  for (let tick = 1; tick < ticks.length; tick++) {
    recorder.tick = tick;
    stage.clock.advance(TICK_MS);
    stage.exchange.tick(ticks[tick] ?? NaN);
    recorder.look();
    if (!play.answers(tick)) continue;
    await stage.settle();
    await stage.settle();
    recorder.look();
  }
  const { model, account } = stage.exchange;
  const figures = figuresOf(model, account.state);
  return {
    orders: recorder.orders,
    fills: recorder.fills,
    equity: Number(formatMoney(figures.equity)),
    thinTicks: recorder.ticksOfSize(play.liquidity ?? null),
  };
}

interface Compared {
  readonly session: Session;
  readonly lines: readonly ParityLine[];
  readonly fills: number;
  readonly equity: number;
}

async function compare(
  ticks: readonly number[],
  options: Play & { readonly config: AsGridConfig },
): Promise<Compared> {
  const session = await record(ticks, asGrid(options.config), options);
  const fills: AnyFill[] = [];
  const report = runBot(
    candlesOf(ticks),
    { strategy: "as_grid", config: options.config },
    {
      market: MARKET,
      cash: CASH,
      model: "path",
      funding: null,
      onFill: (fill) => fills.push(fill),
    },
  );
  const lines = explainParity({
    config: options.config,
    market: MARKET,
    ticks,
    orders: session.orders,
    live: session.fills,
    backtest: ticksOfFills(fills, ticks, MARKET),
  });
  return { session, lines, fills: fills.length, equity: report.finalEquity };
}

function assertExplained({ session, lines, equity }: Compared): void {
  const text = formatParity(lines);
  assert.equal(summarize(lines).get("unexplained"), undefined, text);
  const sum = lines.reduce((total, line) => total + line.equity, 0);
  // The whole difference in money is the sum of the orders' differences.
  const difference = session.equity - equity;
  assert.ok(
    Math.abs(sum - difference) < 1e-6,
    `${sum} explained of ${difference}\n${text}`,
  );
}

const CONFIG = AsGridConfigSchema.parse({
  baseSize: 0.05,
  leverage: 20,
  takeProfitSpacing: 0.002,
  gridSpacing: 0.003,
  openRequoteSeconds: 10,
  risk: { staleDataSeconds: 60, marginGuard: null },
});

function countOf(
  lines: readonly ParityLine[],
  ...causes: ParityLine["cause"][]
): number {
  return lines.filter(({ cause }) => causes.includes(cause)).length;
}

Deno.test("a paper session and its backtest agree order by order, or say why not", async () => {
  const ticks = pricesOf(240, 1);
  const compared = await compare(ticks, {
    config: CONFIG,
    answers: () => true,
  });
  assertExplained(compared);
  const { lines, session } = compared;
  assert.ok(session.fills.length > 100 && compared.fills > 100);
  assert.ok(
    countOf(lines, "same", "touch", "anchor") > lines.length / 2,
    formatParity(lines),
  );
});

Deno.test("a session that answers late differs more, and every order says so", async () => {
  const ticks = pricesOf(240, 1);
  const compared = await compare(ticks, {
    config: CONFIG,
    // Five moves happen before the runner answers the first of them.
    answers: (tick) => tick % 6 === 0,
  });
  assertExplained(compared);
  assert.ok(
    countOf(compared.lines, "late") > 20,
    formatParity(compared.lines),
  );
});

Deno.test("a session filled in parts counts each order once", async () => {
  const ticks = pricesOf(120, 2);
  const compared = await compare(ticks, {
    config: CONFIG,
    answers: () => true,
    liquidity: 0.03,
  });
  assertExplained(compared);
  assert.ok(compared.session.fills.some(({ parts }) => parts > 1));
  assert.ok(countOf(compared.lines, "partial") > 0);
});

Deno.test("explainParity() explains no order that is wrong", async () => {
  const ticks = pricesOf(120, 3);
  const session = await record(ticks, asGrid(CONFIG), {
    answers: () => true,
  });
  const fills: AnyFill[] = [];
  runBot(candlesOf(ticks), { strategy: "as_grid", config: CONFIG }, {
    market: MARKET,
    cash: CASH,
    model: "path",
    funding: null,
    onFill: (fill) => fills.push(fill),
  });
  const input = {
    config: CONFIG,
    market: MARKET,
    ticks,
    orders: session.orders,
    live: session.fills,
    backtest: ticksOfFills(fills, ticks, MARKET),
  };
  assert.equal(countOf(explainParity(input), "unexplained"), 0);
  const wrongs = [
    // A fill of ours nobody heard of.
    { ...input, live: input.live.filter((_, i) => i !== 5) },
    // A price the strategy never asked for.
    {
      ...input,
      live: input.live.map((fill, i) =>
        i === 6
          ? { ...fill, price: fill.price - 0.5, orderPrice: fill.price - 0.5 }
          : fill
      ),
    },
    // An order that rested where the price passed, and did not fill.
    { ...input, backtest: input.backtest.filter((_, i) => i !== 4) },
    // Twice what it should have been.
    {
      ...input,
      live: input.live.map((fill, i) =>
        i === 7 ? { ...fill, size: 2 * fill.size } : fill
      ),
    },
  ];
  for (const [i, wrong] of wrongs.entries()) {
    const lines = explainParity(wrong);
    assert.ok(countOf(lines, "unexplained") > 0, `wrong ${i} was explained`);
  }
});

const RANGE: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 20,
  investment: 1_000,
  leverage: 5,
  risk: { staleDataSeconds: 60, marginGuard: null },
};

async function compareRange(
  ticks: readonly number[],
  options: Play & { readonly direction: "neutral" | "long" | "short" },
): Promise<Compared & { readonly input: RangeParityInput }> {
  const config = RangeGridConfigSchema.parse({
    ...RANGE,
    direction: options.direction,
  });
  const row = { strategy: "range_grid", config } as const;
  const session = await record(ticks, { row }, options);
  const fills: AnyFill[] = [];
  const bot = { strategy: "range_grid", config } as const;
  const report = runBot(candlesOf(ticks), bot, {
    market: MARKET,
    cash: CASH,
    model: "path",
    funding: null,
    onFill: (fill) => fills.push(fill),
  });
  const { makerFeeRate } = MARKET;
  const input: RangeParityInput = {
    config,
    market: MARKET,
    ticks,
    orders: session.orders,
    live: session.fills,
    thinTicks: session.thinTicks,
    backtest: ticksOfFills(fills, ticks, {
      makerFeeRate,
      opensAtMarket: MARKET,
    }),
  };
  const lines = explainRangeParity(input);
  const { finalEquity: equity } = report;
  return { session, lines, fills: fills.length, equity, input };
}

Deno.test("a range grid's paper session and its backtest agree order by order", async () => {
  const ticks = pricesOf(120, 4);
  for (const direction of ["neutral", "long", "short"] as const) {
    const answers = () => true;
    const compared = await compareRange(ticks, { direction, answers });
    assertExplained(compared);
    const { lines } = compared;
    const text = formatParity(lines);
    assert.ok(lines.length > 50, text);
    assert.equal(countOf(lines, "same", "touch"), lines.length, text);
  }
});

Deno.test("a range grid that answers late differs, and every order says so", async () => {
  const ticks = pricesOf(240, 5);
  const late = await compareRange(ticks, {
    direction: "neutral",
    answers: (tick) => tick % 6 === 0,
  });
  assertExplained(late);
  assert.ok(countOf(late.lines, "late") > 10, formatParity(late.lines));
});

Deno.test("a range grid filled in parts differs where a move was too thin, and every order says so", async () => {
  for (const [seed, liquidity] of [[1, 0.03], [2, 0.2], [4, 0.37]] as const) {
    const ticks = pricesOf(120, seed);
    for (const direction of ["neutral", "long", "short"] as const) {
      const compared = await compareRange(ticks, {
        direction,
        answers: () => true,
        liquidity,
      });
      assertExplained(compared);
      const { session, lines } = compared;
      assert.ok(session.fills.some(({ parts }) => parts > 1));
      assert.ok(countOf(lines, "partial") > 10, formatParity(lines));
    }
  }
});

for (const liquidity of [null, 0.2]) {
  Deno.test(`explainRangeParity() explains no order that is wrong, size a move: ${liquidity}`, async () => {
    const ticks = pricesOf(120, 6);
    const { input } = await compareRange(ticks, {
      direction: "neutral",
      answers: () => true,
      ...(liquidity !== null && { liquidity }),
    });
    const { live, backtest } = input;
    assert.equal(countOf(explainRangeParity(input), "unexplained"), 0);
    const changed = (change: Partial<ParityFill>) =>
      live.map((fill, i) => i === 7 ? { ...fill, ...change } : fill);
    const wrongs: readonly RangeParityInput[] = [
      { ...input, live: live.filter((_, i) => i !== 5) },
      { ...input, backtest: backtest.filter((_, i) => i !== 4) },
      { ...input, live: changed({ size: 1 }) },
      { ...input, live: changed({ size: 0.01 }) },
      { ...input, live: changed({ price: 650.5, orderPrice: 650.5 }) },
      {
        ...input,
        live: [...live, ...live.slice(-1).map((fill) => ({ ...fill }))],
      },
      // Nothing was too thin, and orders waited all the same.
      ...(liquidity === null
        ? []
        : [{ ...input, thinTicks: new Set<number>() }]),
    ];
    for (const [i, wrong] of wrongs.entries()) {
      const lines = explainRangeParity(wrong);
      assert.ok(
        countOf(lines, "unexplained") > 0,
        `wrong ${i} was explained`,
      );
    }
  });
}
