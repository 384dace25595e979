/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import { type FeedState, MarketSocket } from "./market_socket.ts";
import { GRANULARITIES } from "./venue_market.ts";

/** An exchange that says what a test tells it to, and can hang up. */
class Exchange implements AsyncDisposable {
  readonly received: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #open = new Set<WebSocket>();
  #socket: WebSocket | null = null;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { socket, response } = Deno.upgradeWebSocket(request);
        socket.onmessage = ({ data }) => this.received.push(String(data));
        socket.onopen = () => {
          this.#socket = socket;
          this.#open.add(socket);
        };
        socket.onclose = () => this.#open.delete(socket);
        return response;
      },
    );
  }

  get ws(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}`;
  }

  async say(message: unknown): Promise<void> {
    const socket = await until(
      "an open socket",
      () => Promise.resolve(this.#socket),
    );
    socket.send(JSON.stringify(message));
  }

  /** Returns once nobody is connected any more. */
  async allClosed(): Promise<void> {
    await until("no socket", () => Promise.resolve(this.#open.size === 0));
  }

  hangUp(): void {
    this.#socket?.close(1000);
    this.#socket = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    await this.#server.shutdown();
  }
}

function listen(exchange: Exchange, deadAfterMs?: number) {
  const heard = {
    candles: [] as number[],
    prices: [] as number[],
    states: [] as FeedState[],
    reconnects: 0,
  };
  const socket = new MarketSocket({
    endpoints: { rest: "", ws: exchange.ws },
    venueSymbol: "BNBUSDT",
    granularity: GRANULARITIES[0],
    ...(deadAfterMs === undefined ? {} : { deadAfterMs }),
  }, {
    onCandles: (rows) => heard.candles.push(...rows.map((row) => row.close)),
    onPrice: (price) => heard.prices.push(price),
    onState: (state) => heard.states.push(state),
    onReconnect: () => heard.reconnects++,
  });
  return { heard, socket };
}

const arg = { instType: "USDT-FUTURES", instId: "BNBUSDT" };

Deno.test("MarketSocket subscribes to candles and ticker and hands them on", async () => {
  await using exchange = new Exchange();
  const { heard, socket } = listen(exchange);
  socket.start();
  await exchange.say({ event: "subscribe", arg });
  await exchange.say({
    action: "update",
    arg: { ...arg, channel: "candle1m" },
    data: [["60000", "1", "3", "0.5", "2", "10", "20", "20"]],
  });
  await exchange.say({
    action: "snapshot",
    arg: { ...arg, channel: "ticker" },
    data: [{ lastPr: "650.5" }],
  });
  await until("a price", () => Promise.resolve(heard.prices[0] ?? null));
  assert.deepEqual(heard.candles, [2]);
  assert.deepEqual(heard.prices, [650.5]);
  assert.equal(heard.states.at(-1), "live");
  const subscribed = JSON.parse(exchange.received[0] ?? "null");
  assert.deepEqual(
    subscribed.args.map(({ channel }: { channel: string }) => channel),
    ["candle1m", "ticker"],
  );
  socket.stop();
});

Deno.test("MarketSocket connects again when hung up on, and asks for the gap", async () => {
  await using exchange = new Exchange();
  const { heard, socket } = listen(exchange);
  socket.start();
  await exchange.say({ event: "subscribe", arg });
  exchange.hangUp();
  await until(
    "a reconnect",
    () => Promise.resolve(heard.reconnects > 0 ? true : null),
  );
  assert.ok(heard.states.includes("reconnecting"));
  socket.stop();
  socket.stop();
});

Deno.test("MarketSocket opens another when nothing comes, not even a pong", async () => {
  await using exchange = new Exchange();
  const { heard, socket } = listen(exchange, 50);
  socket.start();
  await until(
    "a reconnect",
    () => Promise.resolve(heard.reconnects > 0 || null),
  );
  assert.ok(heard.states.includes("reconnecting"));
  socket.stop();
  await exchange.allClosed();
});
