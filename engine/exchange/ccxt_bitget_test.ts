import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createTransport } from "./ccxt_bitget.ts";
import { createSystemClock } from "./clock.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { ManualClock } from "./manual_clock.ts";
import { ExchangeError } from "./port.ts";
import {
  envelope,
  type RecordedRequest,
  startStub,
  type StubServer,
} from "./stub_server.ts";
import { until } from "./until.ts";
import { venueUrls } from "./urls.ts";

const CREDENTIALS = { apiKey: "key", apiSecret: "secret", passphrase: "pass" };

function open(server: StubServer, nowMs = () => 1_700_000_000_123) {
  return createTransport({
    urls: venueUrls("paper", server.url),
    clock: createSystemClock(),
    nowMs,
  });
}

function signature(request: RecordedRequest, secret: string): string {
  const query = request.query === "" ? "" : `?${request.query}`;
  return createHmac("sha256", secret).update(
    `${
      request.headers.get("access-timestamp")
    }${request.method}${request.path}${query}${request.body}`,
  ).digest("base64");
}

Deno.test("createTransport() signs a query and a body as Bitget wants", async () => {
  await using server = startStub({ onRequest: () => envelope([]) });
  const send = open(server).as(CREDENTIALS);
  await send(ENDPOINTS.fills, { symbol: "BTCUSDT", limit: "100" });
  await send(ENDPOINTS.placeOrder, { symbol: "BTCUSDT", size: "0.001" });
  const [get, post] = server.requests;
  assert.ok(get !== undefined && post !== undefined);
  assert.equal(get.path, "/api/v2/mix/order/fills");
  assert.equal(get.query, "limit=100&symbol=BTCUSDT");
  assert.equal(post.body, '{"symbol":"BTCUSDT","size":"0.001"}');
  for (const request of [get, post]) {
    assert.equal(request.headers.get("access-key"), "key");
    assert.equal(request.headers.get("access-passphrase"), "pass");
    assert.equal(request.headers.get("access-timestamp"), "1700000000123");
    assert.equal(
      request.headers.get("access-sign"),
      signature(request, "secret"),
    );
    assert.equal(request.headers.get("paptrading"), null);
    assert.equal(request.headers.get("x-channel-api-code"), null);
  }
});

Deno.test("createTransport() keeps the keys of its accounts apart", async () => {
  await using server = startStub({ onRequest: () => envelope([]) });
  const transport = open(server);
  const senders = ["a", "b", "c"].map((name) =>
    transport.as({ apiKey: name, apiSecret: name, passphrase: name })
  );
  await Promise.all(
    Array.from(
      { length: 30 },
      (_, i) => senders[i % 3]?.(ENDPOINTS.order, { clientOid: `${i}` }),
    ),
  );
  for (const request of server.requests) {
    const name = request.headers.get("access-key") ?? "";
    assert.equal(request.headers.get("access-sign"), signature(request, name));
  }
  assert.equal(server.requests.length, 30);
});

Deno.test("createTransport() sends public requests without a key", async () => {
  await using server = startStub({ onRequest: () => envelope([]) });
  const send = open(server).as(null);
  await send(ENDPOINTS.contracts, { productType: "USDT-FUTURES" });
  assert.equal(server.requests[0]?.headers.get("access-key"), null);
  assert.equal(server.requests[0]?.query, "productType=USDT-FUTURES");
});

Deno.test("createTransport() marks every demo request", async () => {
  await using server = startStub({ onRequest: () => envelope([]) });
  const send = createTransport({
    urls: { ...venueUrls("bitget_demo", null), rest: server.url },
    clock: createSystemClock(),
    nowMs: () => 1,
  }).as(CREDENTIALS);
  await send(ENDPOINTS.placeOrder, { productType: "USDT-FUTURES" });
  await send(ENDPOINTS.fills, { productType: "USDT-FUTURES" });
  for (const request of server.requests) {
    assert.equal(request.headers.get("paptrading"), "1");
  }
});

Deno.test("createTransport() calls an unanswered write unresolved, a read retryable", async () => {
  const held = Promise.withResolvers<void>();
  await using server = startStub({
    onRequest: async () => {
      await held.promise;
      return envelope([]);
    },
  });
  const clock = new ManualClock();
  const send = createTransport({
    urls: venueUrls("paper", server.url),
    clock,
    nowMs: () => clock.nowMs(),
  }).as(CREDENTIALS);
  const write = assert.rejects(
    send(ENDPOINTS.placeOrder, {}),
    (error) =>
      error instanceof ExchangeError && error.code === "timeout" &&
      error.kind === "unresolved",
  );
  const read = assert.rejects(
    send(ENDPOINTS.fills, {}),
    (error) =>
      error instanceof ExchangeError && error.code === "timeout" &&
      error.kind === "retryable",
  );
  await until("both requests", () => server.requests.length === 2);
  clock.advance(10_000);
  await write;
  await read;
  held.resolve();
});

Deno.test("createTransport() times out a body that never ends", async () => {
  const stuck = Promise.withResolvers<void>();
  let isSending = false;
  await using server = startStub({
    onRequest: () => {
      const body = new ReadableStream({
        pull: (controller) => {
          if (!isSending) controller.enqueue(new Uint8Array([123]));
          isSending = true;
        },
        cancel: () => stuck.resolve(),
      }, { highWaterMark: 0 });
      return new Response(body);
    },
  });
  const clock = new ManualClock();
  const send = createTransport({
    urls: venueUrls("paper", server.url),
    clock,
    nowMs: () => clock.nowMs(),
  }).as(CREDENTIALS);
  let isAnswered = false;
  const platformFetch = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await platformFetch(...request);
    isAnswered = true;
    return response;
  };
  try {
    const outcomes: unknown[] = [];
    send(ENDPOINTS.placeOrder, {}).then(
      (answer) => outcomes.push(answer),
      (error) => outcomes.push(error),
    );
    await until("the headers", () => isAnswered && isSending);
    await new Promise((resolve) => setTimeout(resolve, 0)); // now in the body
    clock.advance(5_000);
    await until("it gives up", () => outcomes.length > 0);
    const [error] = outcomes;
    assert.ok(error instanceof ExchangeError);
    assert.deepEqual([error.code, error.kind], ["timeout", "unresolved"]);
    await stuck.promise;
  } finally {
    globalThis.fetch = platformFetch;
  }
});

Deno.test("createTransport() knows that nothing left when nobody listens", async () => {
  const server = startStub({ onRequest: () => envelope([]) });
  const { url } = server;
  await server[Symbol.asyncDispose]();
  const send = createTransport({
    urls: venueUrls("paper", url),
    clock: createSystemClock(),
    nowMs: () => 1,
  }).as(CREDENTIALS);
  await assert.rejects(
    send(ENDPOINTS.placeOrder, {}),
    { code: "unreachable", kind: "retryable" },
  );
});
