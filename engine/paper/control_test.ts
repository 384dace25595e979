import assert from "node:assert/strict";
import { join } from "node:path";
import { parseFlags } from "./flags.ts";
import { startPaper } from "./mod.ts";
import { callPublic } from "./testing/raw_client.ts";
import { startStill } from "./testing/start.ts";
import { waitUntil } from "./testing/wait_until.ts";

interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

async function control(
  url: string,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Answer> {
  const response = await fetch(
    `${url}/paper/${path}`,
    body === undefined
      ? init
      : { method: "POST", body: JSON.stringify(body), ...init },
  );
  return { status: response.status, body: await response.json() };
}

Deno.test("accounts are opened, looked at, paid and closed over HTTP", async () => {
  await using paper = await startStill();
  const opened = await control(paper.url, "accounts", {
    balance: 2500,
    authorities: ["coor", "coow", "cpor", "cpow", "wwow"],
  });
  assert.equal(opened.status, 200);
  const { uid, apiKey, apiSecret, passphrase } = opened.body;
  assert.match(uid, /^[1-9]\d{9}$/);
  assert.ok(apiKey && apiSecret && passphrase);
  const books = await control(paper.url, `accounts/${uid}`);
  assert.equal(books.body.wallet, "2500");
  assert.ok(!JSON.stringify(books.body).includes(apiSecret));
  const paid = await control(paper.url, `accounts/${uid}/transfer`, {
    amount: "-0.5",
  });
  assert.equal(paid.body.wallet, "2499.5");
  const missing = await control(paper.url, "accounts/123");
  assert.equal(missing.status, 404);
  const bad = await control(paper.url, "accounts", { balance: "lots" });
  assert.deepEqual([bad.status, bad.body.error.code], [
    400,
    "validation_failed",
  ]);
  const revoked = await control(paper.url, `accounts/${uid}/keys`, {
    isRevoked: true,
  });
  assert.equal(revoked.status, 200);
});

Deno.test("prices, pace, faults, sockets and limits are set over HTTP", async () => {
  await using paper = await startStill();
  const priced = await control(paper.url, "price", {
    symbol: "BNBUSDT",
    price: "655.5",
  });
  assert.equal(priced.body.symbols[0].lastPrice, "655.5");
  const unknown = await control(paper.url, "price", {
    symbol: "NOPE",
    price: 1,
  });
  assert.equal(unknown.status, 400);
  await control(paper.url, "resume", { symbol: "BNBUSDT" });
  await control(paper.url, "pause", {});
  const stepped = await control(paper.url, "step", { playedMs: 60_000 });
  assert.notEqual(stepped.body.symbols[0].lastPrice, "655.5");
  assert.equal((await control(paper.url, "speed", { speed: 9 })).body.speed, 9);
  const fault = await control(paper.url, "faults", { kind: "throttle" });
  assert.equal((await control(paper.url, "faults")).body.length, 1);
  const cleared = await control(
    paper.url,
    `faults/${fault.body.id}`,
    undefined,
    { method: "DELETE" },
  );
  assert.equal(cleared.body.cleared, 1);
  const badFault = await control(paper.url, "faults", { kind: "earthquake" });
  assert.equal(badFault.status, 400);
  const kicked = await control(paper.url, "sockets/kick", {});
  assert.equal(kicked.body.kicked, 0);
  const limits = await control(paper.url, "limits", { on: true });
  assert.equal(limits.body.limits, true);
  const funded = await control(paper.url, "funding", {
    symbol: "BNBUSDT",
    rate: "-0.0002",
    settle: true,
  });
  assert.equal(funded.body.symbols[0].fundingRate, "-0.0002");
});

Deno.test("the control is not for web pages or other hosts' names", async () => {
  await using paper = await startStill();
  const forbidden = await control(paper.url, "accounts", {}, {
    headers: { origin: "http://evil.example" },
  });
  assert.equal(forbidden.status, 403);
  const url = new URL(paper.url);
  const connection = await Deno.connect({
    hostname: url.hostname,
    port: Number(url.port),
  });
  const text =
    "GET /paper/state HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  await connection.write(new TextEncoder().encode(text));
  const answer = await new Response(connection.readable).text();
  assert.match(answer, /^HTTP\/1\.1 403/);
});

Deno.test("public answers may be read by web pages, private ones not", async () => {
  await using paper = await startStill();
  const open = await fetch(`${paper.url}/api/v2/public/time`);
  assert.equal(open.headers.get("access-control-allow-origin"), "*");
  await open.body?.cancel();
  const preflight = await fetch(`${paper.url}/api/v2/mix/market/candles`, {
    method: "OPTIONS",
  });
  assert.equal(preflight.status, 204);
  const closed = await fetch(`${paper.url}/api/v2/mix/account/accounts`);
  assert.equal(closed.headers.get("access-control-allow-origin"), null);
  await closed.body?.cancel();
});

Deno.test("a CSV is played at its speed, its beginning is the history", async () => {
  const dir = await Deno.makeTempDir();
  const file = join(dir, "BNBUSDT-test.csv");
  const rows = Array.from({ length: 200 }, (_, i) => {
    const price = 600 + i;
    return `${i * 60_000},${price},${price + 0.5},${price - 0.5},${price},10`;
  });
  const header = "open_time_ms,open,high,low,close,volume";
  await Deno.writeTextFile(file, [header, ...rows].join("\n"));
  let nowMs = Date.UTC(2026, 0, 1, 12, 0, 30);
  try {
    await using paper = await startPaper({
      port: 0,
      prices: `csv:${file}`,
      isPaused: true,
      nowMs: () => nowMs,
      speed: 60,
    });
    const candles = async () => {
      const path =
        "/api/v2/mix/market/candles?symbol=BNBUSDT&granularity=1m&productType=USDT-FUTURES";
      const { data } = await callPublic(paper.url, path);
      return data.map((row: string[]) => [
        (Number(row[0]) - Date.UTC(2026, 0, 1, 12)) / 60_000,
        ...row.slice(1, 5).map(Number),
      ]);
    };
    const history = await candles();
    assert.equal(history.length, 21);
    assert.deepEqual(history[0], [-20, 600, 600.5, 599.5, 600]);
    assert.deepEqual(history.at(-1), [0, 620, 620, 620, 620]);
    paper.control.step(150_000);
    assert.deepEqual((await candles()).at(-1), [0, 620, 622, 619.5, 622]);
    nowMs += 60_000;
    paper.control.step(10_000);
    assert.deepEqual((await candles()).at(-1), [1, 622.5, 622.5, 622.5, 622.5]);
    paper.control.resume();
    nowMs += 1_000;
    await waitUntil(
      () => paper.control.price("BNBUSDT") !== 622.5,
      "played by the timer",
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("parseFlags() reads flags, and says what is wrong with them", () => {
  const flags = parseFlags([
    "--port=0",
    "--prices",
    "csv:a.csv",
    "--speed",
    "300",
    "--json",
    "--data",
    "x",
  ]);
  assert.ok(typeof flags === "object");
  assert.deepEqual(
    [flags.port, flags.prices, flags.speed, flags.isJson, flags.dataDir],
    [0, "csv:a.csv", 300, true, "x"],
  );
  assert.equal(parseFlags(["--help"]), "help");
  const wrong = [
    ["--nope", "1"],
    ["--port", "x"],
    ["--speed", "0"],
    ["--at-end", "loop"],
    ["--limits", "maybe"],
    ["--data"],
  ];
  for (const args of wrong) {
    const answer = parseFlags(args);
    assert.ok(typeof answer === "string" && answer !== "help", args.join(" "));
  }
});

Deno.test("startPaper() says what is wrong with prices", async () => {
  for (const prices of ["", "csv:", "coin", "synthetic:"]) {
    await assert.rejects(startPaper({ port: 0, prices }), SyntaxError);
  }
});
