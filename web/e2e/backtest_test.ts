/// <reference lib="deno.ns" />
/**
 * The backtest in a real browser: the engine's core in the page's workers, on
 * the paper exchange's own candles, under the strict content security policy.
 *
 * @module
 */
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import type { Visit } from "./visit.ts";
import { inOrder, type Person, World } from "./world.ts";

/** Reads a row of the band: pessimistic, path, optimistic. */
async function rowOf(visit: Visit, figure: string): Promise<string[]> {
  const cells = visit.page.locator(`[data-figure=${figure}] td`);
  await cells.first().waitFor();
  return await cells.allInnerTexts();
}

const SHORT = /Only [\d.]+\s*% of the time asked for/u;

/** Reads how much of the time asked for there was, percent. */
async function coverageOf(visit: Visit): Promise<number> {
  const words = visit.page.getByText(SHORT);
  return Number(/Only ([\d.]+)/.exec(await words.first().innerText())?.[1]);
}

async function runsABand(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/backtest");
  const { page } = visit;
  await visit.see("Nothing tried yet");

  await page.fill("[name=cash]", "0");
  await visit.see("Enter an amount above zero.");
  await page.fill("[name=cash]", "1000");
  await page.fill("[name=takeProfitSpacing]", "0.1");
  await page.fill("[name=gridSpacing]", "0.1");
  await visit.press("Run backtest");
  const fills = (await rowOf(visit, "fills")).map((text) =>
    Number(text.replaceAll(",", ""))
  );
  assert.equal(fills.length, 3);
  const told = page.getByRole("status").filter({ hasText: "has finished" });
  assert.equal(await told.count(), 1);
  // The band: where a price must pass an order to fill it, less fills.
  const [pessimistic = NaN, path = NaN, optimistic = NaN] = fills;
  assert.ok(pessimistic > 0 && path >= pessimistic, String(fills));
  assert.ok(optimistic >= pessimistic, String(fills));
  assert.equal((await rowOf(visit, "maxDrawdown")).length, 3);
  // The paper exchange has a month behind it, and the test walks all of it.
  const covered = visit.page.locator(".band-coverage");
  assert.match(await covered.innerText(), /43,(199|200) minutes, none missing/);
  assert.equal(await visit.page.getByText(SHORT).count(), 0);
  await page.locator(".result-chart canvas").first().waitFor();
  await visit.assertUsable("backtest with a result");

  await page.fill("[name=gridSpacing]", "0.2");
  await visit.see("these figures are from before");
  // Of a longer time there is less: the page says how much.
  await page.check("[name=span][value='90']");
  await visit.press("Run backtest");
  const share = await coverageOf(visit);
  assert.ok(share >= 34 && share < 36, `${share} % of 90 days`);
  visit.assertQuiet();
}

async function sweepsByKeyboard(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/backtest");
  const { page } = visit;
  await page.check("[name=span][value='7']");
  await page.fill("[name=sweep-across-from]", "0.1");
  await page.fill("[name=sweep-across-to]", "0.4");
  await page.fill("[name=sweep-across-steps]", "3");
  await page.fill("[name=sweep-down-from]", "0.4");
  await page.fill("[name=sweep-down-to]", "0.1");
  await visit.see("From must lie below to.");
  await page.fill("[name=sweep-down-from]", "0.1");
  await page.fill("[name=sweep-down-to]", "0.4");
  await page.fill("[name=sweep-down-steps]", "4");
  await page.fill("[name=sweep-min-trades]", "1");
  await visit.press("Try 12 combinations");
  const cells = page.locator("[role=gridcell]");
  await until("all twelve", async () => await cells.count() === 12);
  await visit.assertUsable("sweep as a heat map");

  await page.locator("[role=gridcell][tabindex='0']").focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowUp");
  const label = await page.evaluate<string>(
    "document.activeElement.getAttribute('aria-label')",
  );
  assert.match(label, /^Entry spacing 0\.1.*Take-profit spacing 0\.1/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("[name=takeProfitSpacing]"), "0.25");
  assert.equal(await page.inputValue("[name=gridSpacing]"), "0.2");

  await page.check("[name=sweep-view][value=table]");
  await page.getByRole("table", { name: "Sweep two parameters" }).waitFor();
  await visit.assertUsable("sweep as a table");
  visit.assertQuiet();
}

async function focused({ page }: Visit): Promise<string> {
  return await page.evaluate<string>("document.activeElement.innerText");
}

async function cancelsARun(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/backtest");
  const { page } = visit;
  // An exchange that never answers: only the button can end this.
  await page.route(/mix\/market\/(history-)?candles/, () => {});
  await visit.press("Run backtest");
  await page.getByRole("progressbar", { name: "Progress of the backtest" })
    .waitFor();
  await visit.assertUsable("backtest while it runs");
  await visit.press("Cancel");
  await visit.see("Canceled.");
  // The button that is gone leaves the focus where the run was begun.
  assert.equal(await focused(visit), "Run backtest");

  // The small one beside the bot's form keeps the place as well.
  await page.unrouteAll();
  await visit.go("/bots/new");
  const button = page.locator("button:not([aria-disabled])", {
    hasText: "Run backtest",
  });
  await button.waitFor();
  await page.route(/mix\/market\/(history-)?candles/, () => {});
  await button.focus();
  await page.keyboard.press("Enter");
  await page.locator(".run-progress").waitFor();
  assert.equal(await focused(visit), "Run backtest");
  visit.assertQuiet();
}

async function saysWhatIsWrong(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/backtest");
  const { page } = visit;
  await page.route(
    /mix\/market\/(history-)?candles/,
    (route) => route.fulfill({ json: { code: "00000", data: [] } }),
  );
  await visit.press("Run backtest");
  await visit.see("The exchange has no candles for this time.");
  visit.assertQuiet();
}

async function turnsIntoABot(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/backtest");
  const { page } = visit;
  await page.check("[name=strategy][value=range_grid]");
  await page.locator("[name=lowerPrice]").waitFor();
  await page.fill("[name=levels]", "40");
  await page.fill("[name=investment]", "800");
  await visit.press("Run backtest");
  await rowOf(visit, "gridProfit");
  await visit.assertUsable("backtest of a range grid");
  const lower = await page.inputValue("[name=lowerPrice]");
  await visit.press("Turn into a bot");
  await visit.arrive("/bots/new");
  await page.locator("[name=lowerPrice]").waitFor();
  assert.equal(await page.inputValue("[name=lowerPrice]"), lower);
  assert.equal(await page.inputValue("[name=levels]"), "40");
  assert.equal(await page.inputValue("[name=investment]"), "800");
  // The same test once more, beside the form.
  await page.fill("[name=backtest-cash]", "1000");
  await visit.press("Run backtest");
  assert.equal((await rowOf(visit, "return")).length, 3);
  visit.assertQuiet();
}

Deno.test("the backtest page runs, sweeps, cancels and makes a bot", async (t) => {
  await using world = await World.start();
  const person = await world.signUp("tester@example.com");
  await world.call(person, "/keys/paper", {});
  await inOrder(t, [
    ["runs a strategy under three fill models", () => runsABand(world, person)],
    [
      "sweeps two parameters by keyboard",
      () => sweepsByKeyboard(world, person),
    ],
    ["cancels a run", () => cancelsARun(world, person)],
    ["says what is wrong", () => saysWhatIsWrong(world, person)],
    ["turns a result into a bot", () => turnsIntoABot(world, person)],
  ]);
});
