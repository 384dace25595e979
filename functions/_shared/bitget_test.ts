import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { z } from "zod";
import { VenueClient, VenueRefusal } from "./bitget.ts";
import { ApiError } from "./errors.ts";
import { testEnvironment } from "./testing/environment.ts";
import { refusal, startVenueStub, success } from "./testing/venue_stub.ts";

const CREDENTIALS = {
  apiKey: "bg_marker_key",
  apiSecret: "marker-secret",
  passphrase: "marker-passphrase",
};
const REQUEST = {
  path: "/api/v2/mix/account/accounts",
  query: { productType: "USDT-FUTURES" },
  credentials: CREDENTIALS,
  answer: z.array(z.string()),
} as const;

Deno.test("VenueClient.get() signs milliseconds, method, path and query", async () => {
  await using stub = startVenueStub(() => success(["a"]));
  const client = new VenueClient(
    "paper",
    testEnvironment({ paperUrl: stub.url }),
  );
  assert.deepEqual(await client.get(REQUEST), ["a"]);
  const [seen] = stub.seen;
  assert.ok(seen !== undefined);
  assert.equal(
    seen.target,
    "/api/v2/mix/account/accounts?productType=USDT-FUTURES",
  );
  const timestamp = seen.headers.get("access-timestamp") ?? "";
  assert.ok(Math.abs(Date.now() - Number(timestamp)) < 30_000);
  assert.equal(
    seen.headers.get("access-sign"),
    createHmac("sha256", CREDENTIALS.apiSecret)
      .update(`${timestamp}GET${seen.target}`).digest("base64"),
  );
  assert.equal(seen.headers.get("access-key"), CREDENTIALS.apiKey);
  assert.equal(seen.headers.get("access-passphrase"), CREDENTIALS.passphrase);
  assert.equal(seen.headers.get("paptrading"), null);
});

Deno.test("VenueClient.get() signs nothing without credentials", async () => {
  await using stub = startVenueStub(() => success([]));
  const client = new VenueClient(
    "paper",
    testEnvironment({ paperUrl: stub.url }),
  );
  await client.get({ path: REQUEST.path, answer: REQUEST.answer });
  assert.equal(stub.seen[0]?.headers.get("access-sign"), null);
});

Deno.test("VenueClient.get() asks Bitget itself, on demo with its header", async () => {
  const seen: Request[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    seen.push(new Request(input, init));
    return Promise.resolve(success([]));
  };
  try {
    for (const venue of ["bitget", "bitget_demo"] as const) {
      await new VenueClient(venue, testEnvironment()).get(REQUEST);
    }
  } finally {
    globalThis.fetch = real;
  }
  assert.deepEqual(
    seen.map((r) => [new URL(r.url).origin, r.headers.get("paptrading")]),
    [["https://api.bitget.com", null], ["https://api.bitget.com", "1"]],
  );
  assert.ok(seen.every((request) => request.redirect === "error"));
});

Deno.test("VenueClient.get() hands the exchange's code on, whatever the status", async () => {
  await using stub = startVenueStub(() => refusal("40012"));
  const client = new VenueClient(
    "paper",
    testEnvironment({ paperUrl: stub.url }),
  );
  await assert.rejects(client.get(REQUEST), (error: unknown) => {
    assert.ok(error instanceof VenueRefusal);
    assert.equal(error.code, "40012");
    return true;
  });
});

Deno.test("VenueClient.get() asks again, signed anew, when it is throttled", async () => {
  let count = 0;
  await using stub = startVenueStub(() =>
    ++count < 3 ? refusal("429") : success(["a"])
  );
  const env = testEnvironment({ paperUrl: stub.url });
  assert.deepEqual(await new VenueClient("paper", env, 5).get(REQUEST), ["a"]);
  const signatures = stub.seen.map(({ headers }) => headers.get("access-sign"));
  assert.equal(new Set(signatures).size, 3);
});

Deno.test("VenueClient.get() says unavailable where the answer says nothing about the question", async () => {
  const elsewhere = startVenueStub(() => success(["stolen"]));
  await using _elsewhere = elsewhere;
  const answers: Readonly<Record<string, () => Response>> = {
    "throttled": () => refusal("429"),
    "stale clock": () => refusal("40008"),
    "timed out": () => refusal("40010"),
    "HTML": () => new Response("<html>", { status: 502 }),
    "no envelope": () => Response.json({ hello: "world" }),
    "other data": () => success({ a: 1 }),
    "a redirect": () => Response.redirect(elsewhere.url),
  };
  for (const [name, answer] of Object.entries(answers)) {
    await using stub = startVenueStub(answer);
    const client = new VenueClient(
      "paper",
      testEnvironment({ paperUrl: stub.url }),
      0,
    );
    await assert.rejects(client.get(REQUEST), (error: unknown) => {
      assert.ok(error instanceof ApiError, name);
      assert.equal(error.code, "paper_unavailable", name);
      assert.doesNotMatch(Deno.inspect(error), /marker/, name);
      return true;
    });
  }
  assert.equal(elsewhere.seen.length, 0);
});

Deno.test("VenueClient.get() says unavailable when nobody listens", async () => {
  const client = new VenueClient(
    "paper",
    testEnvironment({ paperUrl: "http://127.0.0.1:9" }),
  );
  await assert.rejects(client.get(REQUEST), { code: "paper_unavailable" });
});

Deno.test("VenueClient() refuses paper where there is none", () => {
  assert.throws(() => new VenueClient("paper", testEnvironment()), {
    code: "paper_unavailable",
  });
});
