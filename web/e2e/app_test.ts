/// <reference lib="deno.ns" />
/**
 * The app in a real browser against the really started platform: sign up, open
 * a paper account, trade, stop; and what a person meets on the way.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Visit } from "./visit.ts";
import { inOrder, PASSWORD, World } from "./world.ts";

const NEW_PASSWORD = "another-horse-battery-7";
const EMAIL = "trader@example.com";

interface Books {
  readonly openOrders: readonly unknown[];
  readonly positions: readonly unknown[];
  readonly fills: readonly unknown[];
}

async function booksOf({ ready }: World, uid: string): Promise<Books> {
  const response = await fetch(`${ready.paper}/paper/accounts/${uid}`);
  assert.equal(response.status, 200);
  return await response.json();
}

async function signIn(world: World, password: string): Promise<Visit> {
  const visit = await world.visit("/sign-in");
  await visit.enter({ email: EMAIL, password }, "Sign in");
  await visit.arrive("/bots");
  return visit;
}

async function tryEntering(world: World): Promise<void> {
  await using visit = await world.visit();
  await visit.assertUsable("landing page");
  await visit.page.getByRole("link", { name: "Create an account" }).click();
  await visit.arrive("/sign-up");

  await visit.enter({ email: "nobody", password: "short" }, "Create account");
  await visit.see("This does not look like an e-mail address.");
  await visit.see("Too short: use at least 8 characters.");
  await visit.assertUsable("sign-up page with errors");

  // Auth takes 72 bytes, whatever the characters.
  await visit.enter(
    { email: EMAIL, password: "密".repeat(25) },
    "Create account",
  );
  await visit.see("Too long: use at most 72 characters.");
  await visit.enter({ email: EMAIL, password: PASSWORD }, "Create account");
  await visit.arrive("/bots");
  await visit.see("Try it now, with play money");
  await visit.assertUsable("bots without an account");

  // The menu covers what comes after it: who tabs on does not leave it there.
  await visit.press("Account menu");
  await visit.page.getByRole("button", { name: "Sign out" }).focus();
  await visit.page.keyboard.press("Tab");
  await visit.page.locator(".menu__panel").waitFor({ state: "detached" });

  await visit.menu("Sign out");
  await visit.arrive("/sign-in");
  await visit.enter({ email: EMAIL, password: "not-my-password" }, "Sign in");
  await visit.see("E-mail or password is wrong.");
  await visit.assertUsable("sign-in page with an error");

  await visit.go("/sign-up");
  await visit.enter({ email: EMAIL, password: PASSWORD }, "Create account");
  await visit.see("There is already an account with this e-mail.");

  // Where one wanted to go before signing in is where one arrives.
  await visit.go("/keys");
  await visit.arrive("/sign-in");
  await visit.enter({ email: EMAIL, password: PASSWORD }, "Sign in");
  await visit.arrive("/keys");
  visit.assertQuiet();
}

async function tryReset(world: World): Promise<void> {
  await using visit = await world.visit("/reset-password");
  await visit.assertUsable("reset page");
  await visit.page.fill("[name=email]", EMAIL);
  await visit.press("Send code");
  await visit.see("Enter the code");
  await visit.page.fill("[name=code]", "000000");
  await visit.press("Continue");
  await visit.see("This code is wrong or has expired.");
  await visit.assertUsable("reset page with a wrong code");
  const code = await world.readMail(EMAIL, /\b\d{6}\b/);
  await visit.page.fill("[name=code]", code);
  await visit.press("Continue");
  await visit.see("Choose a new password");
  await visit.assertUsable("new password page");
  await visit.page.fill("[name=new-password]", NEW_PASSWORD);
  await visit.press("Save password");
  await visit.arrive("/bots");
  visit.assertQuiet();
  await using again = await signIn(world, NEW_PASSWORD);
  again.assertQuiet();
}

async function tryResetLink(world: World): Promise<void> {
  await using asking = await world.visit("/reset-password");
  await asking.page.fill("[name=email]", EMAIL);
  await asking.press("Send code");
  await asking.see("Enter the code");
  const link = await world.readMail(
    EMAIL,
    /https?:\S+\/auth\/v1\/verify\S+/,
  );
  // Another browser than the one that asked: a mail is read anywhere.
  await using visit = await world.visit();
  await visit.page.goto(link);
  await visit.see("Choose a new password");
  await visit.page.fill("[name=new-password]", PASSWORD);
  await visit.press("Save password");
  await visit.arrive("/bots");
  await using again = await signIn(world, PASSWORD);
  again.assertQuiet();
}

/** Opens a paper account in one click and returns its UID. */
async function openPaper(visit: Visit): Promise<string> {
  await visit.press("Open a paper account");
  await visit.arrive("/bots/new");
  await visit.go("/keys");
  const facts = await visit.page.locator(".key-row").innerText();
  return /UID\s+(\S+)/.exec(facts)?.[1] ?? assert.fail(`No UID in: ${facts}`);
}

async function createBot(visit: Visit): Promise<void> {
  const { page } = visit;
  await visit.go("/bots/new");
  // A market by keyboard alone.
  const market = page.getByRole("combobox", { name: "Market" });
  await visit.see("Smallest order");
  await market.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.type("bn");
  await page.getByRole("option", { name: /BNB\/USDT/ }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await market.inputValue(), "BNB/USDT");
  await page.fill("[name=gridSpacing]", "33");
  await visit.see("At most 20");
  await page.fill("[name=takeProfitSpacing]", "0.02");
  await visit.see("At least 0.05");
  await page.fill("[name=takeProfitSpacing]", "0.1");
  await page.fill("[name=gridSpacing]", "0.1");
  await page.fill("[name=size]", "1");
  await visit.see("below the market's minimum");
  await visit.assertUsable("form with errors");
  await page.fill("[name=size]", "50");
  await visit.see("First orders at the present price");
  await visit.assertUsable("form with preview");
  await page.fill("[name=name]", "First grid");
  await visit.press("Create bot");
  await visit.arrive(/^\/bots\/[0-9a-f-]{36}$/);
  await visit.see("Not started");
}

async function tryTrading(world: World): Promise<void> {
  await using visit = await signIn(world, PASSWORD);
  const { page } = visit;
  const uid = await openPaper(visit);
  await visit.assertUsable("keys page");
  await createBot(visit);
  await visit.assertUsable("bot page before its start");
  await page.getByText("Live", { exact: true }).waitFor();

  // What arrives from here on arrives by itself: this mark would not survive.
  await page.evaluate("globalThis.sameDocument = true");
  await visit.press("Start");
  await page.locator("[data-status=running]").waitFor();
  await page.getByRole("tab", { name: /^Fills/ }).click();
  await page.locator("[data-fill-id]").first().waitFor();
  await page.locator("[data-figure=equity] .num").waitFor();
  assert.equal(await page.evaluate("globalThis.sameDocument"), true);
  await visit.see("Live prices");
  await visit.assertUsable("bot page with fills");
  await page.getByRole("tab", { name: /^Open orders/ }).click();
  await page.locator("tr[data-purpose]").first().waitFor();
  await page.getByRole("tab", { name: "Settings" }).click();
  await visit.see("Long and short");
  await visit.assertUsable("settings of a bot");
  assert.ok((await booksOf(world, uid)).fills.length > 0);

  await visit.press("Stop");
  await visit.assertUsable("stop dialog");
  await page.getByText("Close everything now").click();
  await visit.press("Stop and close positions");
  await page.locator("[data-status=stopped]").waitFor();
  await page.getByRole("tab", { name: "Events" }).click();
  await page.locator("[data-code]").first().waitFor();
  await visit.assertUsable("events of a bot");
  const books = await booksOf(world, uid);
  assert.deepEqual(books.openOrders, []);
  assert.deepEqual(books.positions, []);
  assert.equal(await page.evaluate("globalThis.sameDocument"), true);
  visit.assertQuiet();
}

async function tryTheRest(world: World): Promise<void> {
  await using visit = await signIn(world, PASSWORD);
  const { page } = visit;
  await visit.see("First grid");
  await visit.assertUsable("bots");

  await page.getByText("Live", { exact: true }).waitFor();
  await visit.goOffline(true);
  await page.getByText("Offline", { exact: true }).waitFor();
  await visit.assertUsable("bots while offline");
  await visit.goOffline(false);
  await page.getByText("Live", { exact: true }).waitFor();

  await page.getByRole("link", { name: "First grid" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await visit.arrive(/\/edit$/);
  await page.fill("[name=name]", "Renamed grid");
  await visit.see("First orders at the present price");
  await visit.assertUsable("edit page");
  await visit.press("Save changes");
  await page.getByRole("heading", { name: "Renamed grid" }).waitFor();

  for (const path of ["/account", "/keys/new", "/bots/nothing", "/nothing"]) {
    await visit.go(path);
    await page.locator("h1, h2").first().waitFor();
    await visit.assertUsable(path);
  }
  await visit.go("/keys/new");
  await page.fill("[name=api-key]", "has blanks in it");
  await visit.press("Check and connect");
  await visit.see("Copy it again from Bitget, without spaces.");
  await visit.assertUsable("key form with errors");

  await visit.go("/keys");
  await visit.press("Remove Paper");
  await visit.see("The paper account is disconnected for good.");
  await visit.assertUsable("remove dialog");
  await visit.press("Remove key");
  await visit.see("1 removed key");
}

Deno.test("the app lets a person sign up, trade on paper, watch and stop", async (t) => {
  await using world = await World.start();
  await inOrder(t, [
    [
      "signing up, in and out, with every refusal in words",
      () => tryEntering(world),
    ],
    ["a forgotten password, by code", () => tryReset(world)],
    ["a forgotten password, by link", () => tryResetLink(world)],
    ["paper account, bot, fill, stop", () => tryTrading(world)],
    ["offline, edit, keys, account", () => tryTheRest(world)],
  ]);
});
