import { SignJWT } from "jose";
import assert from "node:assert/strict";
import { createUidApp } from "../uid/app.ts";
import { EnvironmentError } from "./env.ts";
import { logOutlet } from "./log.ts";
import { USER_LIMITS } from "./rate_limit.ts";
import { Harness, type Trader } from "./testing/harness.ts";

const UID = { method: "GET", path: "/uid" } as const;

/** A token as Auth makes them, with another secret, life or role. */
async function makeToken(
  trader: Trader,
  options: { secret: string; expiresIn?: string; role?: string },
): Promise<string> {
  return await new SignJWT({
    role: options.role ?? "authenticated",
    email: trader.email,
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(trader.id)
    .setAudience("authenticated")
    .setIssuedAt(Math.floor(Date.now() / 1000) - 7_200)
    .setExpirationTime(options.expiresIn ?? "1h")
    .sign(new TextEncoder().encode(options.secret));
}

Deno.test("requireUser() lets in who is signed in, and nobody else", async () => {
  await using harness = await Harness.start();
  const trader = await harness.signUp();
  const { jwtSecret, publishableKey, secretKey } = harness.stack;
  assert.equal((await harness.call({ ...UID, as: trader })).status, 200);
  const unauthorized = { code: "unauthorized", status: 401 } as const;
  await harness.refuses(UID, unauthorized);
  const strangers = [
    "",
    "x",
    "a.b.c",
    publishableKey,
    secretKey,
    await makeToken(trader, { secret: "forged".repeat(8) }),
    await makeToken(trader, { secret: jwtSecret, role: "service_role" }),
    await makeToken(trader, { secret: jwtSecret, role: "anon" }),
    trader.token.replace(/\.[^.]+$/, "."),
    trader.token.slice(0, -3),
  ];
  for (const token of strangers) {
    await harness.refuses({ ...UID, token }, unauthorized);
  }
  const none = btoa('{"alg":"none","typ":"JWT"}').replace(/=+$/, "");
  const [, payload] = trader.token.split(".");
  await harness.refuses({ ...UID, token: `${none}.${payload}.` }, unauthorized);
});

Deno.test("requireUser() tells an expired session from a forged one", async () => {
  await using harness = await Harness.start();
  const trader = await harness.signUp();
  const token = await makeToken(trader, {
    secret: harness.stack.jwtSecret,
    expiresIn: "-1h",
  });
  await harness.refuses({ ...UID, token }, {
    code: "token_expired",
    status: 401,
    sentence: /session has expired/,
  });
});

Deno.test("requireUser() does not sign anybody out when Auth is away", async () => {
  await using harness = await Harness.start({
    supabaseUrl: "http://127.0.0.1:9",
  });
  const trader = await harness.signUp();
  await harness.refuses({ ...UID, as: trader }, {
    code: "internal",
    status: 500,
  });
});

Deno.test("requireUser() refuses who calls too often, and says when to come back", async () => {
  await using harness = await Harness.start();
  const trader = await harness.signUp();
  const other = await harness.signUp();
  await harness.sql`
    insert into private.rate_limits (key, full_at)
    values (${`user:${trader.id}:preview`}, now() + interval '90 seconds')`;
  const limited = await harness.refuses(
    { path: "/bots/preview", as: trader, body: {} },
    { code: "rate_limited", status: 429 },
  );
  // Half a minute, less what a busy machine took until it asked.
  const seconds = Number(limited.headers.get("retry-after"));
  assert.ok(seconds >= 1 && seconds <= 31, String(seconds));
  assert.match(
    limited.body.error.message,
    new RegExp(`in ${seconds} seconds?\\.`),
  );
  // Neither another kind of call nor another user pays for it.
  assert.equal((await harness.call({ ...UID, as: trader })).status, 200);
  const others = { path: "/bots/preview", as: other, body: {} };
  assert.equal((await harness.call(others)).status, 400);
});

Deno.test("take_rate_limit() allows a burst, then one call a step", async () => {
  await using harness = await Harness.start();
  const take = async (at: string): Promise<number> => {
    const { calls, seconds } = USER_LIMITS.keys;
    const [row] = await harness.sql`
      select public.take_rate_limit(jsonb_build_array(
        jsonb_build_object('key', ${at}::text, 'calls', ${calls}::int, 'seconds', ${seconds}::int)
      )) as wait`;
    return row?.wait;
  };
  for (let n = 0; n < USER_LIMITS.keys.calls; n++) {
    assert.equal(await take("a"), 0);
  }
  const step = USER_LIMITS.keys.seconds / USER_LIMITS.keys.calls;
  const wait = await take("a");
  assert.ok(wait > 0 && wait <= step, `${wait}`);
  assert.equal(await take("b"), 0);
  await harness.sql`
    update private.rate_limits
    set full_at = full_at - make_interval(secs => ${step}) where key = 'a'`;
  assert.equal(await take("a"), 0);
  assert.ok(await take("a") > 0);
});

Deno.test("requireUser() counts by address those who are nobody", async () => {
  await using harness = await Harness.start();
  const headers = { "x-forwarded-for": "203.0.113.9" };
  await harness.sql`
    insert into private.rate_limits (key, full_at)
    values ('address:203.0.113.9', now() + interval '1 hour')`;
  await harness.refuses({ ...UID, headers }, {
    code: "rate_limited",
    status: 429,
  });
  // Who has one IPv6 address has a network of them.
  await harness.sql`
    insert into private.rate_limits (key, full_at)
    values ('address:2001:db8:0:7::/64', now() + interval '1 hour')`;
  for (const address of ["2001:db8:0:7::1", "2001:DB8::7:1:2:3:4"]) {
    await harness.refuses({ ...UID, headers: { "x-forwarded-for": address } }, {
      code: "rate_limited",
      status: 429,
    });
  }
  const elsewhere = { "x-forwarded-for": "203.0.113.10" };
  await harness.refuses({ ...UID, headers: elsewhere }, {
    code: "unauthorized",
    status: 401,
  });
});

Deno.test("createApp() answers unknown routes, wrong methods and wrong bodies", async () => {
  await using harness = await Harness.start();
  const as = await harness.signUp();
  for (const path of ["/uid/nothing", "/bots/a/b/c", "/keys/a/b"]) {
    await harness.refuses({ path, as }, { code: "not_found", status: 404 });
  }
  const wrong = await harness.refuses({ method: "PUT", path: "/bots", as }, {
    code: "method_not_allowed",
    status: 405,
  });
  assert.match(wrong.headers.get("allow") ?? "", /POST/);
  for (const body of ["{", "[1", "nonsense", "[]", "null", '"text"', "1"]) {
    await harness.refuses({ path: "/bots", as, body }, {
      code: "validation_failed",
      status: 400,
    });
  }
  const large = { name: "x".repeat(100_000) };
  await harness.refuses({ path: "/bots", as, body: large }, {
    code: "body_too_large",
    status: 413,
  });
});

Deno.test("createApp() answers pages of the allowed origin, also when it refuses", async () => {
  await using harness = await Harness.start();
  const allowed = "http://127.0.0.1:8080";
  const ask = (origin: string) => ({
    method: "OPTIONS",
    path: "/bots/preview",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, apikey, content-type",
    },
  });
  const { status, headers } = await harness.call(ask(allowed));
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-origin"), allowed);
  assert.match(headers.get("access-control-allow-methods") ?? "", /PATCH/);
  assert.match(headers.get("access-control-allow-headers") ?? "", /apikey/);
  assert.equal(headers.get("access-control-allow-credentials"), null);
  const refused = await harness.call({ ...UID, headers: { origin: allowed } });
  assert.equal(refused.status, 401);
  assert.equal(refused.headers.get("access-control-allow-origin"), allowed);
  assert.equal(refused.headers.get("cache-control"), "no-store");
  for (const origin of ["https://evil.example.test", "null"]) {
    const reply = await harness.call(ask(origin));
    assert.equal(reply.headers.get("access-control-allow-origin"), null);
    const answer = await harness.call({ ...UID, headers: { origin } });
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("createApp() refuses to work without its configuration and names what is missing in the log", async () => {
  const lines: string[] = [];
  const { write } = logOutlet;
  logOutlet.write = (line) => void lines.push(line);
  try {
    const app = createUidApp(() => {
      throw new EnvironmentError(
        "Cannot start functions: missing SUPABASE_URL",
      );
    });
    const response = await app.request("/uid");
    assert.equal(response.status, 500);
    assert.equal((await response.json()).error.code, "internal");
  } finally {
    logOutlet.write = write;
  }
  assert.match(lines.join(), /environment_invalid.*SUPABASE_URL/);
});
