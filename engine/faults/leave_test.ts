/** Programs told to leave while a client holds a connection and says nothing. */
import assert from "node:assert/strict";
import { Stage } from "./stage.ts";
import { PaperProcess } from "../paper/testing/process.ts";

const HALF = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
  "Content-Length: 1000\r\n\r\nabc";

/** Begins a request and never ends it. */
async function beginRequest(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(
    new TextEncoder().encode(HALF.replace("POST /", `POST ${pathOf(url)}`)),
  );
  // A whole request after it: the half one has certainly arrived.
  await (await fetch(url)).body?.cancel();
  return connection;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

Deno.test("engine drains though a client of its metrics port stops half way", async () => {
  await using stage = await Stage.open({ bots: 1, speed: 60 });
  const engine = await stage.startEngine("a");
  await stage.untilManaged(0, 30_000);
  using _half = await beginRequest(`${await engine.metricsUrl}/metrics`);
  engine.signal("SIGTERM");
  // It would end by itself after 12 s, with 3.
  assert.equal((await engine.status).code, 0);
  const [bot] = await stage.facts();
  assert.equal(bot?.enginePid, null, "given back, not left for dead");
});

Deno.test("paper exchange ends though a client stops half way", async () => {
  await using paper = await PaperProcess.start(["--prices", "synthetic:1"]);
  using _half = await beginRequest(
    `${paper.url}/api/v2/mix/order/place-order`,
  );
  const startedAtMs = performance.now();
  assert.equal((await paper.end("SIGTERM")).code, 0);
  assert.ok(performance.now() - startedAtMs < 5_000);
});
