/// <reference lib="deno.ns" />
/**
 * The admins' rooms in a real browser against the really started platform: an
 * approval, an import with its preview, a suspension whose grace the trader
 * sees run, everything stopped; and a webhook that is told.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { until } from "../../supabase/local/testing/until.ts";
import type { Visit } from "./visit.ts";
import { inOrder, type Person, World } from "./world.ts";

const WAITING = "waiting@example.com";
const LEAVING = "leaving@example.com";

/** People as the key check would leave them: real UIDs need real accounts. */
async function addPeople(world: World): Promise<void> {
  await world.signUp(WAITING);
  await world.signUp(LEAVING);
  await world.inDatabase(async (sql) => {
    const give = async (email: string, uid: string, status: string) => {
      await sql`
        update public.profiles set exchange_uid = ${uid}, status = ${status}
        where user_id = (select id from auth.users where email = ${email})`;
    };
    await give(WAITING, "700100", "pending_review");
    await give(LEAVING, "700200", "active");
    await sql`insert into public.uid_allowlist (uid, note) values ('700200', 'First')`;
  });
}

async function statusOf(world: World, email: string): Promise<string> {
  return await world.inDatabase(async (sql) => {
    const [row] = await sql`
      select p.status from public.profiles as p
      join auth.users as u on u.id = p.user_id where u.email = ${email}`;
    return String(row?.status);
  });
}

async function refusesOthers(world: World): Promise<void> {
  const trader: Person = world.ready.demo;
  for (const path of ["/admin", "/admin/allowlist", "/admin/audit"]) {
    await using visit = await world.visitAs(trader, path);
    await visit.see("There is no such page.");
    visit.assertQuiet();
  }
}

async function approves(world: World): Promise<void> {
  await using visit = await world.visitAs(world.ready.admin, "/bots");
  await visit.press("Account menu");
  await visit.page.getByRole("link", { name: "Admin", exact: true }).click();
  await visit.arrive("/admin");
  const rows = visit.page.locator("[data-person]");
  await rows.first().getByText("Waiting for approval").waitFor();
  assert.equal(await rows.first().getAttribute("data-person"), WAITING);
  await visit.assertUsable("people");

  await visit.press(`Approve: ${WAITING}`);
  await visit.see("UID 700100 may trade real money at once");
  await visit.assertUsable("approval");
  // The user connects another account between the look and the click.
  await world.inDatabase((sql) =>
    sql`update public.profiles set exchange_uid = '700101' where exchange_uid = '700100'`
  );
  await dialogPress(visit, "Approve");
  await visit.see("This user has connected another account meanwhile");
  assert.equal(await statusOf(world, WAITING), "pending_review");
  await dialogPress(visit, "Cancel");
  await visit.see("UID 700101");
  await visit.press(`Approve: ${WAITING}`);
  await visit.see("UID 700101 may trade");
  await dialogPress(visit, "Approve");
  await until(
    "the approval",
    async () => await statusOf(world, WAITING) === "active" ? true : null,
  );
  await visit.press(`History: ${WAITING}`);
  await visit.see("Waiting for approval → Active");
  await visit.see("UID changed");
  await visit.assertUsable("history");
  visit.assertQuiet();
}

async function imports(world: World): Promise<void> {
  await using visit = await world.visitAs(
    world.ready.admin,
    "/admin/allowlist",
  );
  await visit.see("700200");
  await visit.page.setInputFiles("input[name=file]", {
    name: "uids.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("uid,note\n700101,VIP\n7x\n"),
  });
  await visit.press("Preview");
  await visit.see("Line 3 is no UID");
  await visit.page.fill("[name=uids]", "uid,note\n700101,VIP\n700300,\n");
  await visit.page.getByRole("radio", { name: "Replace the whole list" })
    .check();
  await visit.page.getByRole("radio", { name: "3 days of grace" }).check();
  await visit.press("Preview");
  await visit.see("2 UIDs are added");
  await visit.see("1 UID is removed");
  await visit.see("1 active person enters grace until");
  await visit.see(LEAVING);
  assert.equal(await statusOf(world, LEAVING), "active");
  await visit.assertUsable("allowlist with a preview");
  await visit.press("Apply");
  await visit.see("Done: 2 added, 1 removed, 0 activated, 1 suspended.");
  assert.equal(await statusOf(world, LEAVING), "suspended");
  await visit.press("Remove UID 700300");
  await visit.see("1 UID is removed");
  await visit.assertUsable("removal of a UID");
  await dialogPress(visit, "Remove");
  await visit.see("Done: 0 added, 1 removed, 0 activated, 0 suspended.");
  visit.assertQuiet();
}

/** The demo trader's bot runs: in grace it keeps take-profits and no more. */
async function suspends(world: World): Promise<void> {
  const { email } = world.ready.demo;
  await using trader = await world.visitAs(world.ready.demo, "/bots");
  await trader.see("Demo grid");
  await using visit = await world.visitAs(world.ready.admin, "/admin");
  await visit.page.fill("[name=search]", "demo");
  await visit.press(`Suspend: ${email}`);
  // Not on “None”, which comes first: a blank would choose it.
  const chosen = visit.page.getByRole("dialog").locator("input:checked");
  await chosen.and(visit.page.locator(":focus")).waitFor();
  await visit.page.getByRole("radio", { name: "7 days" }).check();
  await visit.page.fill("[name=reason]", "Terms of use, section 4");
  await visit.see("opens nothing until");
  await visit.assertUsable("suspension");
  await dialogPress(visit, "Suspend");
  await visit.see(/take-profits only, 6 d 23 h left/);

  // Told by the live line, without a reload.
  await trader.see("Your account is suspended.");
  await trader.see(/6 d 23 h left/);
  await trader.assertUsable("a suspended trader's bots");
  await until("no order that opens", () =>
    world.inDatabase(async (sql) => {
      const [row] = await sql`
        select count(*) filter (where o.purpose <> 'take_profit')::int as opening,
          (select count(*)::int from public.bot_events
            where code = 'take_profits_only') as told
        from public.orders as o
        where o.status in ('pending', 'submitted', 'open', 'partially_filled')`;
      return row?.opening === 0 && row.told > 0 ? true : null;
    }));
  await visit.press(`Change grace: ${email}`);
  await visit.page.getByRole("radio", { name: "24 hours" }).check();
  await dialogPress(visit, "Move the end");
  await trader.see(/23 h \d+ min left/);
  await visit.press(`Reinstate: ${email}`);
  await visit.see("Bots may be started again, on paper");
  await dialogPress(visit, "Reinstate");
  await trader.page.getByText("Your account is suspended.").waitFor({
    state: "detached",
  });
  visit.assertQuiet();
  trader.assertQuiet();
}

async function looksAround(world: World): Promise<void> {
  await using visit = await world.visitAs(world.ready.admin, "/admin/bots");
  await visit.see("Demo grid");
  await visit.assertUsable("everybody's bots");
  await visit.page.getByRole("link", { name: "Engines" }).click();
  await visit.arrive("/admin/engines");
  await visit.page.locator("tbody").getByText("Running").first().waitFor();
  await visit.assertUsable("engines");
  await visit.page.getByRole("link", { name: "Audit" }).click();
  await visit.arrive("/admin/audit");
  await visit.page.locator("[name=action]").selectOption("profile_status_set");
  await visit.page.locator("td.only-wide").getByText(
    "Waiting for approval → Active",
  ).first().waitFor();
  await visit.assertUsable("audit");
  visit.assertQuiet();
}

/** A server of the trader's own. */
interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: { readonly headers: Headers; readonly text: string }[];
}

function startReceiver(): Receiver {
  const received: Receiver["received"] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      received.push({ headers: request.headers, text: await request.text() });
      return new Response(null, { status: 204 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}/trellis`,
    received,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function setsUpAlerts(world: World, receiver: Receiver): Promise<void> {
  await using visit = await world.visitAs(world.ready.demo, "/account");
  await visit.page.getByRole("link", { name: "Set up alerts" }).click();
  await visit.arrive("/account/alerts");
  await visit.see("Nothing has been sent yet");
  const card = (kind: string) => visit.page.locator(`[data-channel=${kind}]`);
  const press = async (kind: string, name: string) => {
    await card(kind).getByRole("button", { name, exact: true }).click();
  };
  await card("telegram").getByText("does not offer it yet").waitFor();
  await press("webhook", "Set up");
  await visit.see("Give the address of your server.");
  await visit.page.fill("[name=url]", "https://10.0.0.1/hook");
  await press("webhook", "Set up");
  await visit.see("A webhook needs a public host name, no IP address.");
  await visit.page.fill("[name=url]", receiver.url);
  await press("webhook", "Set up");
  const secret = await card("webhook").getByText(/^whsec_/).innerText();
  await visit.assertUsable("alerts with a new key");
  await press("webhook", "Send a test");
  await visit.see("The test message was delivered.");
  const [test] = receiver.received;
  assert.ok(test !== undefined);
  const id = test.headers.get("webhook-id");
  const at = test.headers.get("webhook-timestamp");
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${at}.${test.text}`)
    .digest("base64");
  assert.equal(test.headers.get("webhook-signature"), `v1,${expected}`);

  await press("webhook", "New key");
  await visit.see("The present one ends at once");
  await visit.assertUsable("question about a new key");
  await dialogPress(visit, "Make a new key");
  await card("webhook").getByText(/^whsec_/).waitFor();
  const renewed = await card("webhook").getByText(/^whsec_/).innerText();
  assert.notEqual(renewed, secret);
  const topics = card("email").getByRole("group").getByRole("checkbox");
  for (const topic of await topics.all()) await topic.uncheck();
  await press("email", "Set up");
  await visit.see("Choose at least one.");
  for (const topic of await topics.all()) await topic.check();
  await press("email", "Set up");
  await press("email", "Send a test");
  await visit.see("The test message was delivered.");
  await world.readMail(world.ready.demo.email, /Trellis: A test message/);
  await visit.assertUsable("alerts");
  visit.assertQuiet();
}

async function hearsOf(receiver: Receiver, type: string): Promise<void> {
  await until(type, () =>
    Promise.resolve(
      receiver.received.some(({ text }) => JSON.parse(text).type === type) ||
        null,
    ));
}

/** What an API that answers 500, 429 or nothing looks like, and that it heals. */
async function survivesFailures(world: World): Promise<void> {
  await using visit = await world.visitAs(world.ready.admin, "/keys");
  for (
    const [path, call, how, sign] of [
      ["/admin", "rpc/list_people", 500, "[data-person]"],
      ["/admin/bots", "rpc/list_all_bots", 429, "[data-bot-id]"],
      ["/admin/audit", "rpc/list_audit", "unreachable", "tbody tr"],
      ["/admin/engines", "rest/v1/engines", 500, "tbody tr"],
      ["/account/alerts", "alerts/options", 500, "[data-channel]"],
    ] as const
  ) {
    await visit.break(call, how);
    await visit.go(path);
    await visit.see("This could not be loaded.");
    await visit.mend();
    await visit.press("Try again");
    await visit.page.locator(sign).first().waitFor();
  }
  await visit.assertUsable("alerts after a failure");
  // Whether he is an admin at all could not be found out: said, and it heals.
  await visit.break("rpc/is_admin", 500);
  await visit.go("/admin");
  await visit.see("This could not be loaded.");
  await visit.assertUsable("admin page without a server");
  await visit.mend();
  await visit.press("Try again");
  await visit.page.locator("[data-person]").first().waitFor();
}

/** A language is the account's: whoever signs in finds it. */
async function speaksChinese(world: World): Promise<void> {
  const speak = (locale: string) =>
    world.inDatabase((sql) =>
      sql`update public.profiles set locale = ${locale}`
    );
  await speak("zh-TW");
  await using visit = await world.visitAs(world.ready.admin, "/admin");
  await visit.see("等待核准的人排在最前面。");
  await visit.assertUsable("people in Chinese");
  await visit.go("/admin/audit");
  await visit.see("誰對誰做了什麼。紀錄無法修改。");
  await visit.assertUsable("audit in Chinese");
  await visit.go("/account/alerts");
  await visit.see("機器人該告訴你的事");
  await visit.assertUsable("alerts in Chinese");
  visit.assertQuiet();
  await speak("en");
}

async function stopsEverything(world: World): Promise<void> {
  await using visit = await world.visitAs(world.ready.admin, "/admin/bots");
  await visit.press("Stop everything");
  await visit.see("1 bot of 1 user, all on paper");
  await visit.page.getByRole("radio", { name: "Close everything" }).check();
  await visit.see(/This reaches/);
  await visit.page.fill("[name=confirmation]", "stop all");
  await dialogPress(visit, "Stop everything");
  await visit.see("Type exactly STOP ALL.");
  await visit.assertUsable("kill switch");
  await visit.page.fill("[name=confirmation]", "STOP ALL");
  await dialogPress(visit, "Stop everything");
  await visit.see("1 bot has been asked to stop.");
  await dialogPress(visit, "Close");
  await visit.page.locator("[data-bot-id]").getByText("Stopped").waitFor();
  visit.assertQuiet();
}

async function dialogPress(visit: Visit, name: string): Promise<void> {
  await visit.page.locator("dialog").getByRole("button", { name, exact: true })
    .click();
}

Deno.test("admins approve, import, suspend and stop; nobody else finds the way", async (t) => {
  await using receiver = startReceiver();
  await using world = await World.start();
  await addPeople(world);
  await inOrder(t, [
    ["refuses others", () => refusesOthers(world)],
    ["approves the UID that was looked at", () => approves(world)],
    ["imports a list after a look at what it does", () => imports(world)],
    ["sets up alerts", () => setsUpAlerts(world, receiver)],
    ["suspends with grace, and the trader sees it run", () => suspends(world)],
    ["is told of it outside", () => hearsOf(receiver, "trellis.grace")],
    ["looks around", () => looksAround(world)],
    ["survives failures", () => survivesFailures(world)],
    ["speaks Chinese", () => speaksChinese(world)],
    ["stops everything", () => stopsEverything(world)],
    ["is told of that, too", () => hearsOf(receiver, "trellis.stop")],
  ]);
});
