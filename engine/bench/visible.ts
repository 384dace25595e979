/**
 * `deno task bench visible`: from the exchange's clock at a fill to the row that
 * has been drawn on the bot's page, in a real browser. On the way are the
 * exchange's socket, the engine, Postgres, the broadcast and the page. All
 * clocks are one: everything runs on this machine.
 *
 * @module
 */
import { until } from "@engine/store/testing/fixture.ts";
import type { Visit } from "../../web/e2e/visit.ts";
import { type Person, World } from "../../web/e2e/world.ts";
import { describe } from "./distribution.ts";
import type { Section } from "./measurement.ts";

const FILLS = 100;
/** Enough to say something of, where prices move little. */
const FILLS_MIN = 30;
const WATCHED_MS = 240_000;

/** See the head of this file. */
export const visibleSection: Section = {
  name: "visible",
  about: "a fill on the exchange → its row on the page, in a browser",
  async run(report) {
    await using world = await World.start();
    const person = await world.signUp("watcher@example.com");
    const botId = await startBot(world, person);
    await using visit = await world.visitAs(person, `/bots/${botId}`);
    await watchFills(visit);
    const delays = await delaysOf(world, visit, botId);
    report({
      name: "fill on the exchange → row drawn on the page",
      unit: "ms",
      value: describe(delays),
      goal: "p95 ≤ 500",
    });
  },
};

function idOf(answer: unknown): string {
  if (typeof answer === "object" && answer !== null && "id" in answer) {
    return String(answer.id);
  }
  throw new TypeError(`No id in ${JSON.stringify(answer)}`);
}

async function startBot(world: World, person: Person): Promise<string> {
  const exchangeKeyId = idOf(await world.call(person, "/keys/paper", {}));
  const bot = await world.call(person, "/bots", {
    exchangeKeyId,
    name: "Watched",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: {
      // Narrow, so that the prices of the bench fill it often.
      takeProfitSpacing: 0.001,
      gridSpacing: 0.001,
      baseNotional: 50,
      leverage: 10,
      openRequoteSeconds: 1,
    },
  });
  await world.call(person, `/bots/${idOf(bot)}/start`, {});
  return idOf(bot);
}

/** Run in the page: notes when each fill's row has been drawn, epoch ms. */
const NOTE_FILLS = `{
  globalThis.drawn = {};
  const note = (ids, at) => ids.forEach((id) => globalThis.drawn[id] ??= at);
  const rows = () =>
    [...document.querySelectorAll("[data-fill-id]")].map((row) =>
      row.dataset.fillId);
  // What is there already was not seen to come.
  note(rows(), 0);
  new MutationObserver(() => {
    const ids = rows().filter((id) => !(id in globalThis.drawn));
    if (ids.length === 0) return;
    requestAnimationFrame(() =>
      note(ids, performance.timeOrigin + performance.now()));
  }).observe(document.body, { childList: true, subtree: true });
}`;

async function watchFills(visit: Visit): Promise<void> {
  await visit.page.getByText("Live", { exact: true }).waitFor();
  await visit.page.getByRole("tab", { name: /^Fills/ }).click();
  await visit.page.evaluate(NOTE_FILLS);
}

async function drawnAt(
  visit: Visit,
): Promise<readonly (readonly [string, number])[]> {
  const drawn = await visit.page.evaluate<Record<string, number>>(
    "globalThis.drawn",
  );
  return Object.entries(drawn).filter(([, atMs]) => atMs > 0);
}

/** @returns From the exchange's clock to the drawn row, one a fill, ms. */
async function delaysOf(
  world: World,
  visit: Visit,
  botId: string,
): Promise<readonly number[]> {
  const startMs = performance.now();
  await until("enough fills are drawn", async () => {
    const { length } = await drawnAt(visit);
    const isLate = performance.now() - startMs > WATCHED_MS / 2;
    return length >= FILLS || isLate && length >= FILLS_MIN;
  }, WATCHED_MS);
  const drawn = await drawnAt(visit);
  return await world.inDatabase(async (sql) => {
    const rows = await sql`
      select id, filled_at from public.fills where bot_id = ${botId}`;
    const filledAt = new Map(
      rows.map((row) => [String(row.id), Number(row.filled_at)]),
    );
    return drawn.flatMap(([id, atMs]) => {
      const filledAtMs = filledAt.get(id);
      return filledAtMs === undefined ? [] : [atMs - filledAtMs];
    });
  });
}
