/// <reference lib="deno.ns" />
/**
 * What stands around the bots: languages, the dashboard, keys, one's account;
 * and what a person sees when the server, the line or the session fails.
 *
 * @module
 */
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import { EXPORTED_TABLES } from "../data/export_rows.ts";
import { ANSWER_MS_MAX } from "../data/api_fetch.ts";
import { en } from "../i18n/en/mod.ts";
import { zhTw } from "../i18n/zh_tw/mod.ts";
import { RETRY_MS } from "../state/loader.ts";
import { inOrder, PASSWORD, type Person, World } from "./world.ts";

const BOTS = 100;
/** A hundred cards on two cores beside other tests. */
const REDRAW_MS_MAX = 1_000;
const PATHS = ["/bots", "/keys", "/account"];

/** Rows of somebody who trades in three kinds of money, made at once. */
async function fillDesk(
  world: World,
  email: string,
  count: number,
): Promise<void> {
  await world.inDatabase(async (sql) => {
    const [user] = await sql`select id from auth.users where email = ${email}`;
    const key = async (label: string, venue: string, status: string) => {
      const [row] = await sql`
        insert into public.exchange_keys (
          user_id, label, venue, exchange_uid, key_hint, permissions,
          ip_restricted, status, verified_at
        )
        values (
          ${user?.id}, ${label}, ${venue}, ${
        `${email}-${label}`.replaceAll(/\W/g, "")
      },
          '…x9Kd', '{coow,cpow,coor,cpor}', true, ${status},
          now() - interval '120 days'
        )
        returning id`;
      return row?.id;
    };
    const main = await key("Main", "bitget", "active");
    const worn = await key("Worn", "bitget", "invalid");
    const bots = await sql`
      insert into public.bots (
        user_id, exchange_key_id, name, symbol, strategy, config, status,
        status_code, status_reason, started_at, created_at
      )
      select ${user?.id}, case when n = 1 then ${worn}::uuid else ${main}::uuid end,
        'Grid ' || lpad(n::text, 3, '0'),
        'C' || n || case when n % 2 = 0 then '/USDT:USDT' else '/USDC:USDC' end,
        'as_grid', '{}', case when n = 1 then 'faulted' else 'stopped' end,
        case when n = 1 then 'key_invalid' end,
        case when n = 1 then 'Bitget no longer accepts this key' end,
        now() - interval '2 days', now() - interval '3 days'
      from generate_series(1, ${count}) as n
      returning id`;
    const ids = sql.array(bots.map((bot) => String(bot.id)));
    await sql`
      insert into public.bot_metrics (
        bot_id, long_size, short_size, long_entry_price, unrealized_pnl,
        grid_profit, realized_pnl, fees, funding, equity, last_sync_at
      )
      select id, 1, 0, 100, 1, 6, 4, 1, -0.5, 1000, now()
      from unnest(${ids}::uuid[]) as id`;
    await sql`
      insert into public.equity_snapshots
      select id, at, 1000 - extract(hour from at), 2, 1, 1, -0.5
      from unnest(${ids}::uuid[]) as id,
        generate_series(now() - interval '2 days', now(), interval '1 hour') as at`;
  });
}

async function speaksBothLanguages(world: World): Promise<void> {
  await using visit = await world.visit("/", { locale: "zh-TW" });
  await visit.see(zhTw.landing.title);
  const lang = () => visit.page.evaluate("document.documentElement.lang");
  assert.equal(await lang(), "zh-TW");
  await visit.assertUsable("landing page, zh-TW");
  await visit.page.getByRole("button", { name: "EN" }).click();
  await visit.see(en.landing.title);
  assert.equal(await lang(), "en");

  // Chosen on this device, it stays; a form keeps what was typed.
  await visit.go("/sign-up");
  await visit.see(en.auth.signUp.title);
  await visit.page.fill("[name=email]", "kept@example.com");
  await visit.page.getByRole("button", { name: "中文" }).click();
  await visit.see(zhTw.auth.signUp.title);
  assert.equal(
    await visit.page.inputValue("[name=email]"),
    "kept@example.com",
  );
  await visit.page.fill("[name=password]", PASSWORD);
  await visit.press(zhTw.auth.signUp.submit);
  await visit.arrive("/bots");
  await visit.see(zhTw.bots.welcome.paperTitle);
  await visit.assertUsable("welcome, zh-TW");

  // The profile remembers it: another browser, an English one, speaks Chinese.
  await using other = await world.visitAs({
    email: "kept@example.com",
    password: PASSWORD,
  });
  await other.see(zhTw.bots.welcome.paperTitle);
  await other.press(zhTw.nav.account);
  await other.page.getByRole("radio", { name: "English" }).check();
  await other.see(en.bots.welcome.paperTitle);
  await until(
    "the profile to take the language",
    () =>
      world.inDatabase(async (sql) => {
        const [row] = await sql`
        select p.locale from public.profiles as p
        join auth.users as u on u.id = p.user_id
        where u.email = 'kept@example.com'`;
        return row?.locale === "en" ? true : null;
      }),
  );
  visit.assertQuiet();
  other.assertQuiet();
}

async function showsTheDesk(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person);
  const { page } = visit;
  await page.locator("[data-purse=USDC]").waitFor();
  const figure = (coin: string, name: string) =>
    page.locator(`[data-purse=${coin}] [data-figure=${name}] .num`).innerText();
  // One account, a hundred bots that all see it: 1,000 in each coin, once.
  assert.equal(await figure("USDT", "equity"), "1,000.00");
  assert.equal(await figure("USDC", "equity"), "2,000.00");
  // 50 bots × (4 − 1 − 0.5 + 1).
  assert.equal(await figure("USDT", "all-time"), "+175.00");
  await page.locator("[data-purse=USDT] .curve__line").waitFor();
  await page.locator("[data-purse=USDT] [data-figure=today] .num").waitFor();
  await page.locator("[data-concern=faulted]").waitFor();
  await page.locator("[data-concern=key_invalid]").waitFor();
  assert.equal(await page.locator("[data-bot-id]").count(), BOTS);
  await page.fill("[name=find-bot]", "grid 01");
  await until(
    "ten cards",
    async () =>
      await page.locator("[data-bot-id]").count() === 10 ? true : null,
  );
  await visit.assertUsable("dashboard with a search");
  await page.getByRole("radio", { name: "Attention" }).check();
  await visit.see("No bot matches.");
  await visit.press("Show all");
  visit.assertQuiet();
}

/** A server that wants addresses confirmed answers a sign-up without a session. */
async function confirmsAddresses(world: World): Promise<void> {
  await using visit = await world.visit("/sign-up");
  const email = "unconfirmed@example.com";
  const headers = { "access-control-allow-origin": "*" };
  await visit.page.route("**/auth/v1/signup*", (route) =>
    route.fulfill({
      headers,
      json: {
        id: crypto.randomUUID(),
        aud: "authenticated",
        email,
        "confirmation_sent_at": new Date().toISOString(),
        identities: [{ id: "1", provider: "email" }],
      },
    }));
  await visit.page.route(
    "**/auth/v1/resend*",
    (route) => route.fulfill({ headers, json: {} }),
  );
  await visit.enter({ email, password: PASSWORD }, "Create account");
  await visit.see(en.auth.signUp.confirmTitle);
  await visit.press("Send again");
  await visit.see("A new mail is on its way.");
  await visit.assertUsable("sign-up waiting for confirmation");
  await visit.page.route("**/auth/v1/token*", (route) =>
    route.fulfill({
      status: 400,
      headers,
      json: { code: 400, "error_code": "email_not_confirmed", msg: "" },
    }));
  await visit.go("/sign-in");
  await visit.enter({ email, password: PASSWORD }, "Sign in");
  await visit.see("This address is not confirmed yet.");
  await visit.press("Send again");
  await visit.see("A new mail is on its way.");
  await visit.assertUsable("sign-in page, address not confirmed");
  await visit.mend();
  await visit.break("/auth/v1/token", 500);
  await visit.press("Sign in");
  await visit.see(en.auth.refusals.internal);
  await visit.mend();
  // A mail opened too late: its link leads here, and it is said why.
  await visit.go("/bots#error=access_denied&error_code=otp_expired");
  await visit.arrive("/sign-in");
  await visit.see(en.auth.mailLink.dead);
  visit.assertQuiet();
}

/** Theme, language and the end of a session reach every tab there is. */
async function followsOtherTabs(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/account");
  const { page } = visit;
  const tab = await page.context().newPage();
  await tab.goto(new URL("/keys", world.ready.web).href);
  const heading = (name: string) =>
    tab.getByRole("heading", { name }).waitFor();
  await heading(en.keys.title);
  await page.getByRole("radio", { name: en.theme.dark }).check();
  await tab.locator("html[data-theme=dark]").waitFor();
  await page.getByRole("radio", { name: "繁體中文" }).check();
  await heading(zhTw.keys.title);
  // Chosen there, after it was chosen here: the later choice stands in both.
  const saved = tab.waitForResponse((response) =>
    response.url().includes("/rest/v1/profiles") &&
    response.request().postData() === '{"locale":"en"}'
  );
  await tab.getByRole("button", { name: zhTw.nav.account }).click();
  await tab.getByRole("radio", { name: "English" }).check();
  await page.getByRole("heading", { name: en.account.title, exact: true })
    .waitFor();
  await saved;
  await visit.menu("Sign out");
  await heading(en.auth.signIn.title);
  await tab.getByText(en.auth.signIn.ended).waitFor();
  assert.equal(new URL(tab.url()).searchParams.get("next"), "/keys");
  visit.assertQuiet();
}

/** Figures of all bots change at once: how long is the page busy with it? */
async function staysResponsive(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person);
  const { page } = visit;
  await page.locator("[data-purse=USDT]").waitFor();
  await page.getByText(en.link.live, { exact: true }).waitFor();
  await page.evaluate(`globalThis.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        globalThis.longest = Math.max(globalThis.longest, duration);
      }
    }).observe({ type: "longtask" });`);
  await world.inDatabase((sql) =>
    sql`
      update public.bot_metrics set realized_pnl = 14, last_sync_at = now()
      where bot_id in (
        select b.id from public.bots as b
        join auth.users as u on u.id = b.user_id
        where u.email = ${person.email}
      )`
  );
  await page.locator("[data-purse=USDT] [data-figure=all-time]")
    .getByText("+675.00").waitFor();
  const longest = await page.evaluate<number>("globalThis.longest");
  assert.ok(longest < REDRAW_MS_MAX, `Busy for ${longest} ms`);
  visit.assertQuiet();
}

async function keepsKeys(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/keys");
  const { page } = visit;
  const worn = page.locator("[data-key-status=invalid]");
  await worn.getByText("120 days old").waitFor();
  await worn.getByRole("link", { name: "Grid 001" }).waitFor();
  await visit.assertUsable("keys in use");
  await worn.getByRole("link", { name: "Replace the key of Worn" }).click();
  await visit.arrive("/keys/new");
  await visit.see("A new key of the same Bitget account");
  assert.equal(await page.inputValue("[name=label]"), "Worn");
  await visit.assertUsable("replacing a key");
  await page.fill("[name=api-key]", "bg_0123456789abcdef");
  await page.fill("[name=api-secret]", "0123456789abcdef");
  await page.fill("[name=api-passphrase]", "passphrase");
  let calls = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/keys")) calls++;
  });
  // Of somebody who stands before the function, in words of his own.
  await visit.break("/functions/v1/keys", 429);
  await page.getByRole("button", { name: en.connect.replaceSubmit }).dblclick();
  await visit.see("Too many requests.");
  assert.equal(calls, 1, "A double click sends once");
  await visit.mend();
  visit.assertQuiet();
}

/** Who was rejected is told so, and is offered nothing that would be refused. */
async function closesTheAccount(world: World): Promise<void> {
  const person = await world.signUp("rejected@example.com");
  await fillDesk(world, person.email, 2);
  await using visit = await world.visitAs(person, "/keys");
  const { page } = visit;
  await page.getByRole("button", { name: en.keys.openPaper }).waitFor();
  await world.inDatabase((sql) =>
    sql`
      update public.profiles set status = 'rejected', status_reason = 'Unknown UID'
      where user_id = (select id from auth.users where email = ${person.email})`
  );
  // Told by the live line, without a reload.
  await visit.see("Your account was not approved. Unknown UID.");
  await visit.see(en.admin.grace.over);
  await page.getByRole("button", { name: en.keys.openPaper }).waitFor({
    state: "detached",
  });
  for (const name of [/^Replace/, en.keys.connect]) {
    assert.equal(await page.getByRole("link", { name }).count(), 0);
  }
  await visit.assertUsable("keys of a rejected trader");
  await visit.go("/keys/new");
  await visit.see(en.keys.closedTitle);
  assert.equal(await page.locator("[name=api-key]").count(), 0);
  await visit.go("/bots");
  await page.locator("[data-bot-id]").first().waitFor();
  assert.equal(await page.getByText(en.bots.create).count(), 0);
  await visit.see(en.bots.attention.keyInvalidClosed(1));
  visit.assertQuiet();
}

/** Every page of the shell, once in the other language. */
async function readsWellInChinese(world: World): Promise<void> {
  const person = await world.signUp("chinese@example.com");
  await fillDesk(world, person.email, 3);
  await using visit = await world.visitAs(person, "/bots", { locale: "zh-TW" });
  await visit.page.locator("[data-purse=USDT] .curve__line").waitFor();
  for (const path of PATHS) {
    await visit.go(path);
    await visit.page.locator("h2, [data-key-status]").first().waitFor();
    await visit.assertUsable(`${path} zh-TW`);
  }
  visit.assertQuiet();
}

async function changesTheAccount(world: World): Promise<void> {
  const { email } = await world.signUp("leaver@example.com");
  await using visit = await world.visitAs(
    { email, password: PASSWORD },
    "/account",
  );
  const { page } = visit;
  await page.fill("[name=display-name]", "Ada");
  await visit.press("Save");
  await visit.see("Saved.");
  const mailForm = page.locator("form", {
    has: page.locator("[name=new-email]"),
  });
  await visit.press("Change e-mail");
  await visit.see("Enter your e-mail address.");
  await mailForm.locator("[name=new-email]").fill("moved@example.com");
  await mailForm.locator("[name=present-password]").fill("not-it-at-all");
  await visit.press("Change e-mail");
  await visit.see("This is not your present password.");
  await visit.assertUsable("account with errors");
  await mailForm.locator("[name=present-password]").fill(PASSWORD);
  await visit.press("Change e-mail");
  await visit.see("We have sent links to");

  const passwordForm = page.locator("form", {
    has: page.locator("[name=new-password]"),
  });
  await passwordForm.locator("[name=present-password]").fill(PASSWORD);
  await passwordForm.locator("[name=new-password]").fill("a-newer-one-of-8");
  await visit.press("Change password");
  await visit.see("Your password has been changed.");

  const download = page.waitForEvent("download");
  await visit.press("Download my data");
  const file = await download;
  assert.match(file.suggestedFilename(), /^trellis-.*\.json$/);
  const exported: Readonly<Record<string, readonly unknown[]>> = JSON.parse(
    await Deno.readTextFile(await file.path()),
  );
  assert.deepEqual(Object.keys(exported).sort(), [...EXPORTED_TABLES].sort());
  assert.equal(exported.profiles?.length, 1);
  await visit.see("rows are in your downloads");
  await visit.press("Sign out everywhere");
  await visit.arrive("/sign-in");
  visit.assertQuiet();
  await leaves(world, { email, password: "a-newer-one-of-8" });
}

async function leaves(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/account");
  const { page } = visit;
  await visit.press("Delete account");
  await visit.see("are deleted at once and cannot be brought back");
  // A selection that ends outside does not close what it began in.
  await page.locator("[name=confirm-email]").hover();
  await page.mouse.down();
  await page.mouse.move(5, 400);
  await page.mouse.up();
  await visit.assertUsable("delete dialog");
  const dialog = page.locator("dialog");
  await dialog.locator("[name=confirm-email]").fill("somebody@else.example");
  await dialog.locator("[name=present-password]").fill(person.password);
  await visit.press("Delete for good");
  await visit.see("This is not the address of this account.");
  await dialog.locator("[name=confirm-email]").fill(person.email);
  await visit.press("Delete for good");
  await visit.arrive("/sign-in");
  assert.equal(await page.getByText(en.auth.signIn.ended).count(), 0);
  await visit.enter(person, "Sign in");
  await visit.see("E-mail or password is wrong.");
  visit.assertQuiet();
}

async function saysWhatFails(world: World, person: Person): Promise<void> {
  const troubles = [
    [500, en.common.loadFailedTexts.broken],
    [429, en.common.loadFailedTexts.busy],
    ["silent", en.common.loadFailedTexts.silent],
  ] as const;
  for (const [how, words] of troubles) {
    await using visit = await world.visitAs(person, "/account", {
      canSkipTime: true,
    });
    await visit.break("/rest/v1/bots?", how);
    const asked = visit.page.waitForRequest(/\/rest\/v1\/bots\?/);
    await visit.go("/bots");
    await asked;
    // A silent server is given up after that long.
    if (how === "silent") await visit.skipTime(ANSWER_MS_MAX);
    await visit.see(words);
    if (how === 500) await visit.assertUsable("dashboard without a server");
    await visit.mend();
    // By itself, without a click.
    await visit.skipTime(RETRY_MS);
    await visit.page.locator("[data-purse=USDT]").waitFor();
  }
}

async function healsTheLine(world: World, person: Person): Promise<void> {
  await using visit = await world.visitAs(person, "/bots", {
    canDropSockets: true,
  });
  const { page } = visit;
  await page.getByText(en.link.live, { exact: true }).waitFor();
  await visit.dropSockets();
  await page.getByText(en.link.reconnecting, { exact: true }).waitFor();
  await page.getByText(en.link.live, { exact: true }).waitFor();
  // Rows that cannot be read again are said to be old, and stay on the page.
  await visit.break("/rest/v1/bots?", 500);
  await visit.dropSockets();
  await visit.see(en.common.staleTexts.broken);
  assert.equal(await page.locator("[data-bot-id]").count(), BOTS);
  await visit.mend();
  await page.getByText(en.common.staleTexts.broken).waitFor({
    state: "detached",
  });
}

async function noticesTheEndOfASession(
  world: World,
  person: Person,
): Promise<void> {
  await using visit = await world.visitAs(person, "/keys/new?replace=none");
  await visit.see(en.connect.replaceUnknown);
  // As after weeks away: the token has expired, its successor is not given.
  await visit.page.evaluate(`
    const session = JSON.parse(localStorage.getItem("trellis.session"));
    session.expires_at = 1;
    session.refresh_token = "spent";
    localStorage.setItem("trellis.session", JSON.stringify(session));`);
  await visit.go("/keys/new?replace=none");
  await visit.arrive("/sign-in");
  await visit.see(en.auth.signIn.ended);
  await visit.assertUsable("sign-in page after a session's end");
  await visit.enter(person, "Sign in");
  await visit.arrive("/keys/new");
  await visit.see(en.connect.replaceUnknown);
}

Deno.test("the shell: languages, dashboard, keys, account, and bad luck", async (t) => {
  await using world = await World.start();
  const person = await world.signUp("desk@example.com");
  await fillDesk(world, person.email, BOTS);
  await inOrder(t, [
    ["two languages", () => speaksBothLanguages(world)],
    ["a sign-up to be confirmed", () => confirmsAddresses(world)],
    ["the dashboard of a hundred bots", () => showsTheDesk(world, person)],
    ["a hundred bots change at once", () => staysResponsive(world, person)],
    ["keys", () => keepsKeys(world, person)],
    ["an account that was rejected", () => closesTheAccount(world)],
    ["every page in Chinese", () => readsWellInChinese(world)],
    ["an account changes and leaves", () => changesTheAccount(world)],
    ["500, 429, nothing", () => saysWhatFails(world, person)],
    ["other tabs", () => followsOtherTabs(world, person)],
    ["a realtime line that drops", () => healsTheLine(world, person)],
    ["a session that ends", () => noticesTheEndOfASession(world, person)],
  ]);
});
