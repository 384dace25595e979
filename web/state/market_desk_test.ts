/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { until } from "../../supabase/local/testing/until.ts";
import { GRANULARITIES } from "../data/venue_market.ts";
import { MarketDeskModel, mergeCandles } from "./market_desk.ts";

function candle(openTimeMs: number, close = 1) {
  return { openTimeMs, open: 1, high: 1, low: 1, close, volume: 0 };
}

Deno.test("mergeCandles() moves the last candle and appends the next", () => {
  const known = [candle(0), candle(60), candle(120)];
  const moved = mergeCandles(known, [candle(120, 2)]);
  assert.deepEqual(moved.map(({ close }) => close), [1, 1, 2]);
  assert.equal(moved[0], known[0]);
  assert.equal(mergeCandles(moved, [candle(180)]).length, 4);
});

Deno.test("mergeCandles() is ordered and has each time once, whatever comes", () => {
  const times = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
  fc.assert(fc.property(fc.array(times, { maxLength: 6 }), (batches) => {
    const all = batches.reduce(
      (known, batch) => mergeCandles(known, batch.map((at) => candle(at))),
      mergeCandles([], []),
    );
    const seen = all.map(({ openTimeMs }) => openTimeMs);
    assert.deepEqual(seen, [...new Set(batches.flat())].sort((a, b) => a - b));
  }));
});

/** An exchange whose history and socket answer when a test says so. */
class Exchange implements AsyncDisposable {
  /** What its history was asked for: lengths of candles. */
  readonly asked: string[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #history = Promise.withResolvers<readonly unknown[]>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => this.#answer(request),
  );

  get endpoints() {
    const { port } = this.#server.addr;
    return { rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` };
  }

  /** Answers the questions for history. */
  tellHistory(closes: Readonly<Record<number, number>>): void {
    this.#history.resolve(Object.entries(closes).map(rowOf));
  }

  /** Tells a candle over the socket. */
  async tellCandle(openTimeMs: number, close: number): Promise<void> {
    const socket = await until(
      "an open socket",
      () => Promise.resolve(this.sockets[0]),
    );
    socket.send(JSON.stringify({
      arg: { channel: "candle1m", instId: "BNBUSDT" },
      data: [rowOf([String(openTimeMs), close])],
    }));
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("upgrade") === "websocket") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => this.sockets.push(socket);
      return response;
    }
    const { pathname, searchParams } = new URL(request.url);
    if (!pathname.endsWith("/candles")) {
      return Response.json({ code: "00000", data: [] });
    }
    this.asked.push(searchParams.get("granularity") ?? "");
    return Response.json({ code: "00000", data: await this.#history.promise });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.tellHistory({});
    for (const socket of this.sockets) socket.close(1000);
    await this.#server.shutdown();
  }
}

function rowOf([openTimeMs, close]: [string, number]): readonly string[] {
  return [openTimeMs, ...Array(4).fill(String(close)), "1", "1", "1"];
}

Deno.test("MarketDeskModel keeps what the socket told while the history was on its way", async () => {
  await using exchange = new Exchange();
  const desk = new MarketDeskModel(exchange.endpoints, "BNBUSDT");
  desk.start();
  try {
    await exchange.tellCandle(120_000, 7);
    await exchange.tellCandle(180_000, 8);
    await until(
      "the newest candle",
      () => Promise.resolve(desk.view.candles.value.length === 2),
    );
    // Asked for in the third minute: its candle is not as it ended.
    exchange.tellHistory({ 0: 1, 60_000: 2, 120_000: 3 });
    await until(
      "the history",
      () => Promise.resolve(desk.view.history.value === "ready"),
    );
    assert.deepEqual(
      desk.view.candles.value.map(({ close }) => close),
      [1, 2, 7, 8],
    );
  } finally {
    desk.stop();
  }
});

Deno.test("MarketDeskModel opens one socket for the candles it begins with", async () => {
  await using exchange = new Exchange();
  const desk = new MarketDeskModel(
    exchange.endpoints,
    "BNBUSDT",
    GRANULARITIES[2],
  );
  desk.start();
  try {
    exchange.tellHistory({ 0: 1 });
    await until(
      "the history",
      () => Promise.resolve(desk.view.history.value === "ready"),
    );
    await until("a socket", () => Promise.resolve(exchange.sockets.length));
    assert.deepEqual(exchange.asked, ["15m"]);
    assert.equal(exchange.sockets.length, 1);
  } finally {
    desk.stop();
  }
});
