import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { PAYLOADS } from "./fixtures.ts";
import { ManualClock, runClock } from "./manual_clock.ts";
import type { AccountEvent } from "./port.ts";
import { envelope } from "./stub_server.ts";
import { openTestAccount, type TestAccount } from "./test_account.ts";
import { until } from "./until.ts";

interface Frame {
  readonly op: string;
  readonly args: readonly Readonly<Record<string, string>>[];
}

/** Logs in, acknowledges and answers pings, as Bitget does, and records frames. */
function createWire() {
  const frames: string[] = [];
  const wire = {
    frames,
    loginCode: 0 as number,
    answersPings: true,
    acknowledges: true,
    onFrame(text: string): readonly string[] {
      frames.push(text);
      if (text === "ping") return wire.answersPings ? ["pong"] : [];
      const { op, args }: Frame = JSON.parse(text);
      if (op === "login") {
        return wire.loginCode === 0
          ? ['{"event":"login","code":0}']
          : [JSON.stringify({ event: "error", code: wire.loginCode, msg: "" })];
      }
      if (!wire.acknowledges) return [];
      return args.map((arg) => JSON.stringify({ event: "subscribe", arg }));
    },
  };
  return wire;
}

async function open(
  wire: ReturnType<typeof createWire>,
  clock: ManualClock,
  serverTimeMs = 0,
): Promise<TestAccount & { readonly events: AccountEvent[] }> {
  const test = await openTestAccount({
    clock,
    onRequest: () => envelope({}),
    nowMs: () => serverTimeMs,
    onFrame: wire.onFrame,
  });
  const events: AccountEvent[] = [];
  test.account.listen((event) => events.push(event));
  return { ...test, events };
}

/** Runs the clock until the account is connected. */
async function connect(test: TestAccount, clock: ManualClock): Promise<void> {
  await runClock(
    clock,
    until("the socket", () => test.account.connected),
  );
}

function push(test: TestAccount, channel: string, data: readonly unknown[]) {
  test.server.sockets.at(-1)?.send(JSON.stringify({
    action: "snapshot",
    arg: { instType: "USDT-FUTURES", channel, instId: "default" },
    data,
    ts: 1,
  }));
}

Deno.test("PrivateStream logs in with a signature in seconds, and is connected only after all acks", async () => {
  const wire = createWire();
  wire.acknowledges = false;
  const clock = new ManualClock(1_700_000_000_999);
  await using test = await open(wire, clock);
  clock.advance(0);
  await until("the subscription", () => wire.frames.length === 2);
  assert.equal(test.account.connected, false);
  const login: Frame = JSON.parse(wire.frames[0] ?? "");
  assert.deepEqual(login.args[0], {
    apiKey: "key",
    passphrase: "pass",
    timestamp: "1700000000",
    sign: createHmac("sha256", "secret")
      .update("1700000000GET/user/verify").digest("base64"),
  });
  const { args }: Frame = JSON.parse(wire.frames[1] ?? "");
  assert.deepEqual(args.map(({ channel }) => channel), [
    "orders",
    "fill",
    "positions",
    "account",
  ]);
  const acks = args.map((arg) => JSON.stringify({ event: "subscribe", arg }));
  for (const ack of acks.slice(0, 3)) test.server.sockets[0]?.send(ack);
  push(test, "orders", []);
  push(test, "fill", PAYLOADS.pushedFill.data);
  await until("the fill", () => test.events.length === 1);
  assert.equal(test.account.connected, false);
  test.server.sockets[0]?.send(acks[3] ?? "");
  await until("connected", () => test.account.connected);
  assert.deepEqual(test.events.map(({ kind }) => kind), ["fill", "connected"]);
});

Deno.test("PrivateStream hands over orders, fills, positions and balances", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  await connect(test, clock);
  push(test, "orders", PAYLOADS.pushedOrderFilled.data);
  push(test, "fill", PAYLOADS.pushedFill.data);
  push(test, "positions", [PAYLOADS.pushedPosition]);
  push(test, "positions", []);
  push(test, "account", [
    { ...PAYLOADS.pushedAccount.data[0], unrealizedPL: "0" },
  ]);
  push(test, "account", PAYLOADS.pushedAccount.data);
  await until("the pushes", () => test.events.length === 6);
  const [connected, order, fill, positions, flat, balance] = test.events;
  assert.equal(connected?.kind, "connected");
  assert.ok(order?.kind === "order" && order.order.filledSize === 13);
  assert.ok(fill?.kind === "fill" && fill.fill.fee === "0.0048522");
  assert.ok(positions?.kind === "positions");
  assert.equal(positions.positions[0]?.size, 0.001);
  assert.deepEqual(flat, { kind: "positions", positions: [] });
  assert.ok(balance?.kind === "balance");
});

Deno.test("PrivateStream answers a push it cannot read with a hint to look, not with half of it", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  await connect(test, clock);
  push(test, "positions", [
    PAYLOADS.pushedPosition,
    { ...PAYLOADS.pushedPosition, holdSide: "both" },
  ]);
  push(test, "orders", [
    { ...PAYLOADS.pushedOrderFilled.data[0], status: "novel" },
    PAYLOADS.pushedOrderFilled.data[0],
  ]);
  await until("the order", () => test.events.length === 3);
  assert.deepEqual(test.events.map(({ kind }) => kind), [
    "connected",
    "connected",
    "order",
  ]);
  assert.equal(
    test.log.lines.filter(({ code }) => code === "push_unreadable").length,
    2,
  );
});

Deno.test("PrivateStream leaves other products' pushes alone", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  await connect(test, clock);
  const [order] = PAYLOADS.pushedOrderFilled.data;
  push(test, "orders", [{ ...order, instId: "BTCPERP", posSide: "net" }]);
  push(test, "orders", [order]);
  await until("the order", () => test.events.length === 2);
  assert.equal(test.events[1]?.kind, "order");
});

Deno.test("PrivateStream pings on a timer, and gives up on a link that does not answer", async () => {
  const wire = createWire();
  const clock = new ManualClock();
  await using test = await open(wire, clock);
  await connect(test, clock);
  for (let i = 1; i <= 3; i++) {
    clock.advance(10_000);
    await until(
      "a ping",
      () => wire.frames.filter((frame) => frame === "ping").length === i,
    );
    // The pong must be in before the clock goes on.
    const seen = test.events.length;
    push(test, "fill", PAYLOADS.pushedFill.data);
    await until("what follows the pong", () => test.events.length > seen);
  }
  assert.equal(test.account.connected, true);
  wire.answersPings = false;
  clock.advance(10_000);
  assert.equal(test.account.connected, true);
  clock.advance(5_000);
  assert.equal(test.account.connected, false);
  assert.deepEqual(test.events.at(-1), {
    kind: "disconnected",
    reason: "pong_timeout",
  });
});

Deno.test("PrivateStream tells of a dropped socket at once, comes back, and says when to look", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  await connect(test, clock);
  clock.advance(1);
  test.server.sockets[0]?.close();
  await until("disconnected", () => !test.account.connected);
  assert.equal(test.events.at(-1)?.kind, "disconnected");
  await connect(test, clock);
  assert.equal(test.events.at(-1)?.kind, "connected");
  assert.equal(test.server.sockets.length, 2);
  push(test, "fill", PAYLOADS.pushedFill.data);
  await until("a fill", () => test.events.at(-1)?.kind === "fill");
});

Deno.test("PrivateStream backs off further each time, up to 30 s, while it is refused", async () => {
  const wire = createWire();
  wire.loginCode = 30_011;
  const clock = new ManualClock();
  await using test = await open(wire, clock);
  const delays = () =>
    test.log.lines.filter(({ code }) => code === "socket_down")
      .map(({ fields }) => Number(fields.delayMs));
  await runClock(
    clock,
    until("nine refusals", () => delays().length >= 9),
    200,
  );
  const seen = delays();
  for (let i = 1; i < seen.length; i++) {
    assert.ok((seen[i] ?? 0) >= (seen[i - 1] ?? 0));
  }
  assert.ok((seen.at(-1) ?? 0) <= 30_000 && (seen.at(-1) ?? 0) >= 15_000);
  assert.deepEqual(test.events, []);
  const refused = test.log.lines.find(({ code }) => code === "socket_refused");
  assert.equal(refused?.fields.reason, "key_invalid");
  assert.doesNotMatch(JSON.stringify(test.log.lines), /secret|pass"/);
});

Deno.test("PrivateStream learns the exchange's time when its login is out of time", async () => {
  const wire = createWire();
  wire.loginCode = 30_013;
  const clock = new ManualClock(1_000_000);
  await using test = await open(wire, clock, 9_000_000);
  await runClock(
    clock,
    until("the right time", () => test.venue.exchangeNowMs() > 8_000_000),
  );
  wire.loginCode = 0;
  await connect(test, clock);
  const logins = wire.frames.filter((frame) => frame.includes('"login"'));
  const last: Frame = JSON.parse(logins.at(-1) ?? "");
  assert.match(last.args[0]?.timestamp ?? "", /^90\d\d$/);
});

Deno.test("PrivateStream tells a late listener that it is connected, and survives one that throws", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  await connect(test, clock);
  const late: AccountEvent[] = [];
  test.account.listen(() => {
    throw new Error("broken listener");
  });
  const remove = test.account.listen((event) => late.push(event));
  assert.deepEqual(late, []);
  await until("the news", () => late.length === 1);
  assert.deepEqual(late, [{ kind: "connected" }]);
  push(test, "fill", PAYLOADS.pushedFill.data);
  await until("the fill", () => late.length === 2);
  assert.ok(test.log.lines.some(({ code }) => code === "listener_failed"));
  remove();
  push(test, "fill", PAYLOADS.pushedFill.data);
  await until(
    "the fill",
    () => test.events.filter(({ kind }) => kind === "fill").length === 2,
  );
  assert.equal(late.length, 2);
});

Deno.test("PrivateStream closes for good, twice, also before it is connected", async () => {
  const clock = new ManualClock();
  await using test = await open(createWire(), clock);
  const closing = test.account.close();
  await test.account.close();
  await closing;
  clock.advance(120_000);
  assert.equal(test.server.sockets.length, 0);
  assert.deepEqual(test.events, []);
});
