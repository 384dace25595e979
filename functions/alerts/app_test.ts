import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { AlertsEnvironment } from "../_shared/env.ts";
import { Harness, type Trader } from "../_shared/testing/harness.ts";

const KEY = new Uint8Array(32).fill(9);
const TOKEN = "123456:abcdefghijklmnopqrstuvwxyz";
const MAIL_KEY = "mail-key-0123456789";

/** One request a receiver got. */
interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
}

interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** Answers from now on. */
  answer: (request: Received) => Response;
}

/** A server of the test's own: a webhook, a mail API, Telegram's lookalike. */
function startReceiver(
  answer: Receiver["answer"] = () => new Response(null, { status: 204 }),
): Receiver {
  const received: Received[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const one = {
        path: new URL(request.url).pathname,
        headers: request.headers,
        text: await request.text(),
      };
      received.push(one);
      return receiver.answer(one);
    },
  );
  const receiver: Receiver = {
    url: `http://127.0.0.1:${server.addr.port}`,
    received,
    answer,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return receiver;
}

const ALERTS: AlertsEnvironment = {
  key: KEY,
  mail: null,
  telegram: null,
  allowsLocalTargets: true,
};

function start(change: Partial<AlertsEnvironment> = {}): Promise<Harness> {
  return Harness.start({ alerts: { ...ALERTS, ...change } });
}

const settings = {
  topics: ["fills", "fault", "stop", "margin", "grace"],
  digestMinutes: 60,
};

async function saveWebhook(
  harness: Harness,
  as: Trader,
  url: string,
): Promise<string> {
  const reply = await harness.call({
    method: "PUT",
    path: "/alerts/channels/webhook",
    as,
    body: { ...settings, url },
  });
  assert.ok(reply.status < 300, JSON.stringify(reply.body));
  return reply.body.secret;
}

function dispatch(harness: Harness) {
  return harness.call({
    path: "/alerts/dispatch",
    headers: { apikey: harness.stack.secretKey },
  });
}

/** A line in a bot's log that is worth telling. */
async function addFault(
  harness: Harness,
  trader: Trader,
  code = "key_invalid",
): Promise<void> {
  const { sql } = harness;
  await sql`
    with key as (
      insert into public.exchange_keys (user_id, label, venue, exchange_uid, key_hint)
      values (${trader.id}, 'Test', 'paper', ${crypto.randomUUID()}, 'abcd')
      returning id
    ), bot as (
      insert into public.bots (user_id, exchange_key_id, name, symbol, strategy, config)
      select ${trader.id}, id, 'My grid', 'BNB/USDT:USDT', 'as_grid', '{}' from key
      returning id
    )
    insert into public.bot_events (bot_id, user_id, level, code, message)
    select id, ${trader.id}, 'error', ${code}, 'Bitget refuses the key' from bot`;
}

async function messages(harness: Harness): Promise<Record<string, unknown>[]> {
  const rows = await harness.sql`
    select status, attempts, error_code from public.alert_messages
    order by created_at`;
  return rows.map((row) => ({ ...row }));
}

function verify(secret: string, { headers, text }: Received): boolean {
  const id = headers.get("webhook-id");
  const at = headers.get("webhook-timestamp");
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${at}.${text}`)
    .digest("base64");
  return headers.get("webhook-signature") === `v1,${expected}`;
}

Deno.test("a webhook gets a signed message, once, and its key is told once", async () => {
  await using receiver = startReceiver();
  await using harness = await start();
  const trader = await harness.signUp();
  const secret = await saveWebhook(harness, trader, `${receiver.url}/hook`);
  assert.match(secret, /^whsec_/);
  assert.equal(
    await saveWebhook(harness, trader, `${receiver.url}/hook`),
    undefined,
    "not at every saving",
  );
  harness.secrets.push(KEY.toBase64());
  await addFault(harness, trader);
  const { body } = await dispatch(harness);
  assert.deepEqual(body, { sent: 1, failed: 0, linked: 0 });
  assert.deepEqual((await dispatch(harness)).body.sent, 0);
  const [one, ...more] = receiver.received;
  assert.equal(more.length, 0);
  assert.ok(one !== undefined && verify(secret, one));
  const age = Date.now() / 1_000 - Number(one.headers.get("webhook-timestamp"));
  assert.ok(Math.abs(age) < 60);
  const content = JSON.parse(one.text);
  assert.equal(content.type, "trellis.fault");
  assert.equal(content.data.bot.name, "My grid");
  assert.equal(content.data.code, "key_invalid");

  const rotated = await harness.call({
    path: "/alerts/webhook/secret",
    as: trader,
  });
  assert.notEqual(rotated.body.secret, secret);
  const test = await harness.call({
    path: "/alerts/channels/webhook/test",
    as: trader,
  });
  assert.equal(test.body.status, "sent", JSON.stringify(test.body));
  const last = receiver.received.at(-1);
  assert.ok(last !== undefined);
  assert.ok(verify(rotated.body.secret, last) && !verify(secret, last));
});

Deno.test("a webhook that fails is tried again under the same id, then not for a while, and its user is told the code alone", async () => {
  await using receiver = startReceiver(() =>
    new Response("secret inside", { status: 500 })
  );
  await using harness = await start();
  const trader = await harness.signUp();
  await saveWebhook(harness, trader, `${receiver.url}/hook`);
  await addFault(harness, trader);
  harness.secrets.push("secret inside");
  await dispatch(harness);
  assert.deepEqual(await messages(harness), [{
    status: "pending",
    attempts: 1,
    "error_code": "http_500",
  }]);
  await dispatch(harness);
  assert.equal(receiver.received.length, 1, "a pause first");
  receiver.answer = () =>
    new Response(null, { status: 429, headers: { "retry-after": "3600" } });
  const due = () =>
    harness.sql`update public.alert_messages set next_attempt_at = now()`;
  await due();
  await dispatch(harness);
  const [row] = await harness.sql`
    select next_attempt_at > now() + interval '59 minutes' as late
    from public.alert_messages`;
  assert.equal(row?.late, true, "as long as it asked for");
  receiver.answer = () => new Response(null, { status: 200 });
  await due();
  await dispatch(harness);
  assert.equal((await messages(harness))[0]?.status, "sent");
  const ids = receiver.received.map(({ headers }) => headers.get("webhook-id"));
  assert.deepEqual(new Set(ids).size, 1);
  assert.equal(ids.length, 3);
});

Deno.test("a message that cannot be read is given up alone: it keeps nobody else's from going", async () => {
  await using receiver = startReceiver();
  await using harness = await start();
  const { sql } = harness;
  const clumsy = await harness.signUp();
  const other = await harness.signUp();
  for (const trader of [clumsy, other]) {
    await saveWebhook(harness, trader, `${receiver.url}/${trader.id}`);
  }
  await addFault(harness, clumsy);
  await addFault(harness, clumsy);
  // By a hand in Studio: a cell emptied, and a date that is none.
  await sql`
    update public.alert_messages
    set payload = case row_number when 1 then '{}'
      else payload || '{"at": "soon"}' end
    from (select id as one, row_number() over () from public.alert_messages)
    where id = one`;
  await addFault(harness, other);
  const { status, body } = await dispatch(harness);
  assert.deepEqual([status, body], [200, { sent: 1, failed: 2, linked: 0 }]);
  assert.deepEqual(receiver.received.map(({ path }) => path), [
    `/${other.id}`,
  ]);
  assert.deepEqual(await messages(harness), [
    { status: "dead", attempts: 1, error_code: "message_unreadable" },
    { status: "dead", attempts: 1, error_code: "message_unreadable" },
    { status: "sent", attempts: 1, error_code: null },
  ]);
});

Deno.test("a webhook that is gone closes its channel; one that redirects is not followed", async () => {
  await using elsewhere = startReceiver();
  await using receiver = startReceiver(() =>
    new Response(null, { status: 302, headers: { location: elsewhere.url } })
  );
  await using harness = await start();
  const trader = await harness.signUp();
  await saveWebhook(harness, trader, `${receiver.url}/hook`);
  await addFault(harness, trader);
  await dispatch(harness);
  assert.equal(elsewhere.received.length, 0);
  assert.deepEqual(await messages(harness), [{
    status: "dead",
    attempts: 1,
    "error_code": "http_302",
  }]);
  const [dead] = await harness.sql`select id from public.alert_messages`;
  receiver.answer = () => new Response(null, { status: 410 });
  const again = await harness.call({
    path: `/alerts/messages/${dead?.id}/retry`,
    as: trader,
  });
  assert.equal(again.status, 200);
  await dispatch(harness);
  const [channel] = await harness.sql`
    select status, status_code from public.alert_channels`;
  assert.deepEqual({ ...channel }, {
    status: "broken",
    "status_code": "http_410",
  });
});

Deno.test("a webhook's address is checked at saving and again at sending", async () => {
  await using harness = await start({ allowsLocalTargets: false });
  const trader = await harness.signUp();
  for (
    const url of [
      "http://example.com/",
      "https://127.0.0.1/",
      "https://localhost/",
      "https://169.254.169.254/latest/meta-data",
      "https://hooks.example.com:22/",
      "nonsense",
    ]
  ) {
    await harness.refuses({
      method: "PUT",
      path: "/alerts/channels/webhook",
      as: trader,
      body: { ...settings, url },
    }, { code: "url_not_allowed", status: 422, field: "url" });
  }
  // Past the function, straight into the database.
  const { error } = await trader.client.rpc("save_alert_channel", {
    kind: "webhook",
    "is_enabled": true,
    topics: settings.topics,
    "digest_minutes": 60,
    target: "https://127.0.0.1:443/",
  });
  assert.equal(error, null);
  await addFault(harness, trader);
  await dispatch(harness);
  assert.deepEqual(await messages(harness), [{
    status: "dead",
    attempts: 1,
    "error_code": "url_not_allowed",
  }]);
});

Deno.test("e-mail goes to the confirmed address alone, in the reader's language, with a key against repetition", async () => {
  await using api = startReceiver(() => Response.json({ id: "1" }));
  await using harness = await start({
    mail: { url: `${api.url}/emails`, key: MAIL_KEY, from: "Trellis <a@b.c>" },
  });
  harness.secrets.push(MAIL_KEY);
  const trader = await harness.signUp();
  const body = { ...settings, topics: ["fault"] };
  const path = "/alerts/channels/email";
  await harness.call({ method: "PUT", path, as: trader, body });
  await harness.sql`update auth.users set email_confirmed_at = null`;
  await addFault(harness, trader);
  await dispatch(harness);
  assert.equal(api.received.length, 0);
  assert.equal((await messages(harness))[0]?.error_code, "email_unconfirmed");
  await harness.sql`update auth.users set email_confirmed_at = now()`;
  await harness.sql`update public.profiles set locale = 'zh-TW'`;
  const test = await harness.call({ path: `${path}/test`, as: trader });
  assert.equal(test.body.status, "sent", JSON.stringify(test.body));
  const [one] = api.received;
  assert.equal(one?.headers.get("authorization"), `Bearer ${MAIL_KEY}`);
  assert.equal(one?.headers.get("idempotency-key"), test.body.id);
  const mail = JSON.parse(one?.text ?? "");
  assert.equal(mail.to, trader.email);
  assert.equal(mail.subject, "Trellis: 測試訊息");
});

Deno.test("Telegram is linked by a code, written to in plain text, and left alone when it blocks", async () => {
  const codes: string[] = [];
  await using telegram = startReceiver(({ path }) => {
    const method = path.split("/").at(-1);
    const result = method === "getMe"
      ? { username: "trellis_bot" }
      : method === "getUpdates"
      ? [
        { "update_id": 5, message: { chat: { id: 1 }, text: "hello" } },
        ...codes.map((code, n) => ({
          "update_id": 6 + n,
          message: {
            chat: { id: 4242, "first_name": "Ann" },
            text: `/start ${code}`,
          },
        })),
      ]
      : {};
    return Response.json({ ok: true, result });
  });
  await using harness = await start({
    telegram: { token: TOKEN, url: telegram.url },
  });
  harness.secrets.push(TOKEN);
  const trader = await harness.signUp();
  const path = "/alerts/channels/telegram";
  await harness.call({ method: "PUT", path, as: trader, body: settings });
  await harness.refuses({ path: `${path}/test`, as: trader }, {
    code: "validation_failed",
    status: 400,
  });
  const { body } = await harness.call({
    path: "/alerts/telegram/link",
    as: trader,
  });
  const [, code = ""] = /^https:\/\/t\.me\/trellis_bot\?start=([\w-]+)$/
    .exec(body.url) ?? [];
  codes.push("not-the-code-at-all", code);
  assert.equal((await dispatch(harness)).body.linked, 1);
  const [channel] = await harness.sql`
    select status, target from public.alert_channels`;
  assert.deepEqual({ ...channel }, { status: "active", target: "Ann" });
  const before = telegram.received.length;
  await dispatch(harness);
  assert.equal(telegram.received.length, before, "nobody waits any more");

  await addFault(harness, trader);
  await dispatch(harness);
  const sent = telegram.received.at(-1);
  assert.equal(sent?.path, `/bot${TOKEN}/sendMessage`);
  const content = JSON.parse(sent?.text ?? "");
  assert.equal(content.chat_id, "4242");
  assert.match(content.text, /^My grid met an error\nBitget refuses the key/);
  assert.equal(content.parse_mode, undefined);
  telegram.answer = () =>
    Response.json({ ok: false, description: "blocked" }, { status: 403 });
  await addFault(harness, trader, "other");
  await dispatch(harness);
  const [closed] = await harness.sql`
    select status, status_code from public.alert_channels`;
  assert.deepEqual({ ...closed }, {
    status: "broken",
    "status_code": "telegram_blocked",
  });
});

Deno.test("what this installation does not offer is refused, and said", async () => {
  await using harness = await start({ key: null });
  const trader = await harness.signUp();
  const options = await harness.call({
    method: "GET",
    path: "/alerts/options",
    as: trader,
  });
  assert.deepEqual(options.body, {
    email: false,
    telegram: false,
    webhook: false,
  });
  for (const kind of ["email", "telegram", "webhook"]) {
    await harness.refuses({
      method: "PUT",
      path: `/alerts/channels/${kind}`,
      as: trader,
      body: settings,
    }, { code: "channel_unavailable", status: 503 });
  }
  await harness.refuses({ path: "/alerts/telegram/link", as: trader }, {
    code: "channel_unavailable",
    status: 503,
  });
});

Deno.test("the dispatcher is the timer's, channels are their owner's", async () => {
  await using harness = await start();
  const trader = await harness.signUp();
  const other = await harness.signUp();
  const unauthorized = { code: "unauthorized", status: 401 } as const;
  for (const apikey of ["", "sb_secret_wrong", harness.stack.publishableKey]) {
    await harness.refuses({
      path: "/alerts/dispatch",
      as: trader,
      headers: { apikey },
    }, unauthorized);
  }
  await harness.refuses(
    { method: "GET", path: "/alerts/options" },
    unauthorized,
  );
  await saveWebhook(harness, trader, "http://127.0.0.1:9/");
  for (
    const path of ["/alerts/channels/webhook/test", "/alerts/webhook/secret"]
  ) {
    await harness.refuses({ path, as: other }, {
      code: "not_found",
      status: 404,
    });
  }
  await harness.refuses({
    method: "DELETE",
    path: "/alerts/channels/webhook",
    as: other,
  }, { code: "not_found", status: 404 });
  await harness.refuses({
    method: "PUT",
    path: "/alerts/channels/fax",
    as: other,
    body: settings,
  }, { code: "not_found", status: 404 });
  await harness.refuses({
    method: "PUT",
    path: "/alerts/channels/webhook",
    as: other,
    body: { ...settings, topics: ["news"] },
  }, { code: "validation_failed", status: 400, field: "topics.0" });
  const gone = await harness.call({
    method: "DELETE",
    path: "/alerts/channels/webhook",
    as: trader,
  });
  assert.equal(gone.status, 200);
});
