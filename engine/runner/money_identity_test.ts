/**
 * Random sessions on paper: whatever happens, what the trader is shown adds up
 * to what the exchange's wallet says, to the last digit.
 *
 * @module
 */
import { formatDecimal, toDecimal } from "@core/matching/decimal.ts";
import { until } from "@engine/exchange/until.ts";
import { Fixture, until as untilRow } from "@engine/store/testing/fixture.ts";
import { openStore, PaperStage } from "@engine/testing/paper_stage.ts";
import fc from "fast-check";
import assert from "node:assert/strict";
import type { StopPolicy } from "@engine/store/port.ts";

const SYMBOL = "BNBUSDT";
const PRICE_FIRST = 650;
const SCALE = 24;
/** Sessions; each takes a second or two. */
const RUNS = 6;
/** A position's value follows from its average price, which is rounded. */
const UNREALIZED_DIFFERENCE_MAX = 1e-8;

const AS_GRID = { baseSize: 0.05, leverage: 20 };
const RANGE = { lowerPrice: 640, upperPrice: 660, levels: 10, leverage: 5 };

/** What happens next. Prices are factors of the last one. */
type Step =
  | { readonly kind: "move"; readonly by: number }
  | { readonly kind: "restart"; readonly by: number }
  | { readonly kind: "funding"; readonly rate: string };

interface Session {
  readonly strategy: "as_grid" | "range_grid";
  readonly direction: "neutral" | "long" | "short";
  readonly steps: readonly Step[];
  readonly ending: StopPolicy;
}

const by = fc.integer({ min: -120, max: 120 }).map((bps) => 1 + bps / 10_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("move"), by }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart"), by }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("funding"),
      rate: fc.constantFrom("0.000123", "-0.0002", "0.0007"),
    }),
  },
) as fc.Arbitrary<Step>;
const session: fc.Arbitrary<Session> = fc.record({
  strategy: fc.constantFrom("as_grid", "range_grid"),
  direction: fc.constantFrom("neutral", "long", "short"),
  steps: fc.array(step, { minLength: 6, maxLength: 14 }),
  ending: fc.constantFrom(
    "keep_take_profits",
    "cancel_orders",
    "close_positions",
  ),
});

/** One bot alone on an account of its own. */
class Trial implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;

  private constructor(
    readonly fixture: Fixture,
    readonly stage: PaperStage,
    readonly botId: string,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
  }

  static async open(fixture: Fixture, run: Session): Promise<Trial> {
    await using stack = new AsyncDisposableStack();
    const stage = stack.use(
      await PaperStage.open({ isPaused: true, limits: false }),
    );
    const { control } = stage.paper;
    control.setPrice(SYMBOL, PRICE_FIRST - 0.01);
    control.setPrice(SYMBOL, PRICE_FIRST);
    // A price that is never told again would count as old.
    const repeat = () => control.setPrice(SYMBOL, control.price(SYMBOL));
    const prices = setInterval(repeat, 300);
    stack.defer(() => clearInterval(prices));
    const isRange = run.strategy === "range_grid";
    const { id } = await fixture.addBot({
      strategy: run.strategy,
      config: isRange
        ? { ...RANGE, investment: 200, direction: run.direction }
        : AS_GRID,
    });
    return new Trial(fixture, stage, id, stack.move());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  get books() {
    return this.stage.paper.control.books(this.stage.keys.uid);
  }

  /** Walks the price there, filling what lies between. */
  moveBy(factor: number): void {
    const { control } = this.stage.paper;
    const price = Math.round(control.price(SYMBOL) * factor * 100) / 100;
    control.setPrice(SYMBOL, price);
  }

  /** Waits until each fill of the exchange has its row. */
  async recorded(): Promise<void> {
    await untilRow("every fill is recorded", async () => {
      const rows = await this.fixture.admin`
        select from public.fills where bot_id = ${this.botId}`;
      return rows.length === this.books.fills.length;
    });
  }

  /** Lets a runner of its own claim live while `act` lasts. */
  async live(act: () => Promise<void>, ending?: StopPolicy): Promise<void> {
    await using opened = await openStore(this.fixture, this.botId);
    const { store } = opened;
    await using runner = this.stage.createRunner(await store.loadBot(), store);
    runner.start();
    await act();
    if (ending !== undefined) {
      await this.fixture.admin`
        update public.bots set desired_state = 'stopped',
          stop_policy = ${ending}, desired_version = desired_version + 1
        where id = ${this.botId}`;
      runner.wake();
      assert.deepEqual(await runner.ended, { kind: "stopped" });
    }
    await runner.stop();
    await store.flush();
  }
}

/** What happens while one engine has the bot; the next one begins after it. */
function partsOf({ steps }: Session): Step[][] {
  const parts: Step[][] = [[]];
  for (const one of steps) {
    parts.at(-1)?.push(one);
    if (one.kind === "restart") parts.push([]);
  }
  return parts;
}

async function take(trial: Trial, next: Step): Promise<void> {
  const { control } = trial.stage.paper;
  if (next.kind === "restart") return;
  if (next.kind === "move") trial.moveBy(next.by);
  else {
    control.setFundingRate(SYMBOL, next.rate);
    control.settleFunding(SYMBOL);
  }
  await trial.recorded();
}

async function play(trial: Trial, run: Session): Promise<void> {
  const parts = partsOf(run);
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    await trial.live(async () => {
      await until(
        "an order or a fill",
        () => trial.books.openOrders.length + trial.books.fills.length > 0,
      );
      for (const next of part) await take(trial, next);
    }, isLast ? run.ending : undefined);
    const last = part.at(-1);
    // What fills now is seen by nobody but the exchange.
    if (last?.kind === "restart") trial.moveBy(last.by);
  }
}

/** Adds decimals exactly. */
function add(...parts: readonly string[]): string {
  const sum = parts.reduce((all, part) => all + toDecimal(part, SCALE), 0n);
  return formatDecimal(sum, SCALE);
}

function negative(text: string): string {
  return formatDecimal(-toDecimal(text, SCALE), SCALE);
}

interface Figures {
  readonly realized: string;
  readonly unrealized: string;
  /** Null: an engine that was stopped before it had heard a price. */
  readonly mark: string | null;
  readonly profit: string;
  readonly fees: string;
  readonly funding: string;
  readonly pairs: string;
}

async function figuresOf({ fixture, botId }: Trial): Promise<Figures> {
  const [row] = await fixture.admin<Figures[]>`
    select realized_pnl::text as realized, unrealized_pnl::text as unrealized,
      mark_price::text as mark, grid_profit::text as profit, fees::text, funding::text,
      (select coalesce(sum(pair_profit), 0)::text from public.fills
       where bot_id = m.bot_id) as pairs
    from public.bot_metrics as m where bot_id = ${botId}`;
  return row ?? assert.fail("The bot has no figures");
}

async function assertAddsUp(trial: Trial): Promise<void> {
  const ours = await figuresOf(trial);
  const { books } = trial;
  const said = Deno.inspect({ ours, fills: books.fills.length });
  const same = (what: string, one: string, other: string) =>
    assert.equal(add(one), add(other), `${what} ${said}`);
  same("realized", ours.realized, books.realizedPnl);
  same("fees", ours.fees, books.fees);
  same("funding", ours.funding, books.funding);
  same("grid profit", ours.profit, ours.pairs);
  const theirs = add(books.wallet, negative(books.transfers));
  const kept = [negative(ours.fees), ours.funding];
  same("what is realized", add(ours.realized, ...kept), theirs);
  const { unrealized, mark } = ours;
  const unpaired = add(ours.realized, unrealized, negative(ours.profit));
  const strip = add(ours.profit, unpaired, ...kept);
  same("the strip", strip, add(theirs, unrealized));
  // At the price the bot saw last: a stopped one follows it no longer. One that
  // saw none has what the exchange said, at its own.
  const price = Number(mark ?? trial.stage.paper.control.price(SYMBOL));
  const held = books.positions.reduce((sum, leg) => {
    const away = price - Number(leg.openPriceAvg);
    return sum + Number(leg.total) * (leg.holdSide === "long" ? away : -away);
  }, 0);
  const apart = Math.abs(Number(unrealized) - held);
  assert.ok(apart <= UNREALIZED_DIFFERENCE_MAX, `${held} ${said}`);
}

Deno.test("the parts of what a bot has made are the exchange's wallet change, in random sessions", async () => {
  await using fixture = await Fixture.open();
  await fc.assert(
    fc.asyncProperty(session, async (run) => {
      await using trial = await Trial.open(fixture, run);
      await play(trial, run);
      await assertAddsUp(trial);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
