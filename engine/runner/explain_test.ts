/** What a trader is shown of a bot's money and deeds, on the real rows. @module */
import assert from "node:assert/strict";
import { until } from "@engine/exchange/until.ts";
import { Fixture, until as untilRow } from "@engine/store/testing/fixture.ts";
import { openStore, PaperStage } from "@engine/testing/paper_stage.ts";

const SYMBOL = "BNBUSDT";

/** A bot of the AS grid on paper; runners come and go. */
class Story implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();

  private constructor(
    readonly fixture: Fixture,
    readonly stage: PaperStage,
    readonly botId: string,
  ) {}

  static async open(): Promise<Story> {
    await using stack = new AsyncDisposableStack();
    const fixture = stack.use(await Fixture.open());
    const stage = stack.use(
      await PaperStage.open({ isPaused: true, limits: false }),
    );
    const { control } = stage.paper;
    control.setPrice(SYMBOL, 649.99);
    control.setPrice(SYMBOL, 650);
    const repeat = () => control.setPrice(SYMBOL, control.price(SYMBOL));
    const prices = setInterval(repeat, 300);
    stack.defer(() => clearInterval(prices));
    const { id } = await fixture.addBot({
      config: { baseSize: 0.05, leverage: 20 },
    });
    const story = new Story(fixture, stage, id);
    story.#stack.use(stack.move());
    return story;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  get books() {
    return this.stage.paper.control.books(this.stage.keys.uid);
  }

  /** Lets a runner of its own claim live while `act` lasts. */
  async live(act: () => Promise<void>): Promise<void> {
    await using opened = await openStore(this.fixture, this.botId);
    const { store } = opened;
    await using runner = this.stage.createRunner(await store.loadBot(), store);
    runner.start();
    await act();
    await runner.stop();
    await store.flush();
  }

  /** Walks the price there, and waits until each fill has its row. */
  async move(price: number): Promise<void> {
    this.stage.paper.control.setPrice(SYMBOL, price);
    await this.settle();
  }

  async settle(): Promise<void> {
    await untilRow("every fill is recorded", async () => {
      const rows = await this.fixture.admin`
        select from public.fills where bot_id = ${this.botId}`;
      return rows.length === this.books.fills.length;
    });
    await until("both legs rest their orders", () => {
      const legs = new Set(this.books.openOrders.map((o) => o.posSide));
      return legs.size === 2;
    });
  }
}

/** Whether pairs and what waits come to the exchange's own PnL, to the last digit. */
async function moneyOf({ fixture, books, stage, botId }: Story) {
  const mark = stage.paper.control.price(SYMBOL);
  const [row] = await fixture.admin`
    select sum(pair_profit) as pairs, sum(realized_pnl) as realized,
      sum(pair_profit) + sum(
        case position_side when 'long' then 1 else -1 end
          * (${String(mark)}::numeric - price) * unpaired_size
      ) filter (where purpose in ('open', 'entry'))
        = ${books.realizedPnl}::numeric + ${books.unrealizedPnl}::numeric
        as agrees,
      count(*) filter (
        where purpose not in ('open', 'entry') and pair_profit is null
      )::int as bare,
      count(*) filter (
        where purpose not in ('open', 'entry')
      ) as closings
    from public.fills where bot_id = ${botId}`;
  const [metrics] = await fixture.admin`
    select grid_profit, realized_pnl, grid_pairs
    from public.bot_metrics where bot_id = ${botId}`;
  return { sums: row, metrics };
}

Deno.test("pairs, unpaired, realized and unrealized agree to the last digit, through restarts and fills nobody saw", async () => {
  await using story = await Story.open();
  await story.live(async () => {
    await until("both openings", () => story.books.openOrders.length === 2);
    for (const price of [648, 652, 645, 650.1, 655]) await story.move(price);
  });
  const before = story.books.fills.length;
  story.stage.paper.control.setPrice(SYMBOL, 651);
  story.stage.paper.control.setPrice(SYMBOL, 662);
  assert.ok(story.books.fills.length > before, "filled while nobody ran it");
  await story.live(async () => {
    await story.settle();
    for (const price of [657, 651, 660]) await story.move(price);
  });
  const { sums, metrics } = await moneyOf(story);
  assert.equal(sums?.agrees, true, Deno.inspect(sums));
  assert.equal(sums?.bare, 0, "each closing has its pair");
  assert.ok(Number(sums?.pairs) > 0);
  assert.equal(Number(metrics?.grid_profit), Number(sums?.pairs));
  assert.equal(Number(metrics?.realized_pnl), Number(sums?.realized));
  assert.equal(metrics?.grid_pairs, sums?.closings);
  assert.ok(Number(sums?.closings) > 1);
});

Deno.test("the audit tells what the exchange shows, under the epoch of who looked", async () => {
  await using story = await Story.open();
  const { fixture, botId } = story;
  await story.live(async () => {
    await until("both openings", () => story.books.openOrders.length === 2);
    await story.move(648);
  });
  await story.live(async () => {
    await untilRow("the second engine has looked", async () => {
      const [row] = await fixture.admin`
        select claim_epoch from public.bot_audits where bot_id = ${botId}`;
      return row?.claim_epoch === "2";
    });
    await story.settle();
  });
  const [audit] = await fixture.admin`
    select * from public.bot_audits where bot_id = ${botId}`;
  const held = (side: string) =>
    Number(
      story.books.positions.find((leg) => leg.holdSide === side)?.total ?? 0,
    );
  for (const side of ["long", "short"]) {
    assert.equal(Number(audit?.[`our_${side}_size`]), held(side));
    assert.equal(Number(audit?.[`exchange_${side}_size`]), held(side));
  }
  assert.equal(audit?.expected_orders, audit?.found_orders);
  assert.ok(audit?.found_orders > 0);
  const [metrics] = await fixture.admin`
    select * from public.bot_metrics where bot_id = ${botId}`;
  const long = story.books.positions.find((leg) => leg.holdSide === "long");
  assert.ok(long !== undefined);
  assert.equal(
    Number(metrics?.long_break_even_price),
    Number(long.breakEvenPrice),
  );
});

Deno.test("each order keeps why it was placed, and one that ended unfilled why it did", async () => {
  await using story = await Story.open();
  const { fixture, botId, stage } = story;
  const entryOf = () =>
    story.books.openOrders.find((order) =>
      order.posSide === "long" && order.tradeSide === "open"
    );
  await story.live(async () => {
    await until("both openings", () => story.books.openOrders.length === 2);
    await story.move(648);
    await story.move(645);
    const victim = String(entryOf()?.clientOid);
    await untilRow("it has stood for a while", async () => {
      const [row] = await fixture.admin`
        select created_at < now() - interval '2 seconds' as old
        from public.orders where client_order_id = ${victim}`;
      return row?.old === true;
    });
    await stage.account.cancelOrders("BNB/USDT:USDT", [
      { clientOrderId: victim, venueOrderId: null },
    ]);
    await untilRow("the trader is told", async () => {
      const [row] = await fixture.admin`
        select end_reason from public.orders where client_order_id = ${victim}`;
      return row?.end_reason === "canceled_elsewhere";
    });
    await until("it comes back", () => entryOf() !== undefined);
    await fixture.admin`
      update public.bots set desired_state = 'stopped',
        stop_policy = 'cancel_orders', desired_version = desired_version + 1
      where id = ${botId}`;
  });
  await story.live(() =>
    until("nothing rests", () => story.books.openOrders.length === 0)
  );
  const rows = await fixture.admin`
    select distinct end_reason, status, reason->>'rule' as rule,
      reason->'inputs'->>'anchor' as anchor, purpose
    from public.orders where bot_id = ${botId}`;
  const ended = rows.filter((row) => row.status === "canceled");
  const reasons = new Set(ended.map((row) => row.end_reason));
  assert.deepEqual(
    [...reasons].toSorted(),
    ["canceled_elsewhere", "stop_policy", "superseded"],
    Deno.inspect(ended),
  );
  for (const { rule, anchor, purpose, status, end_reason: end } of rows) {
    assert.match(String(rule), /^[a-z_]+$/);
    if (purpose !== "open") assert.ok(Number(anchor) > 0, `${rule}: ${anchor}`);
    if (status === "filled") assert.equal(end, null);
  }
});
